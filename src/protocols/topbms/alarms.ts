import type { Codec } from '../../codec/index.ts';
import { type Derived, field, type FieldInfo } from '../../core/field.ts';
import { overPacks } from '../../core/rack.ts';
import { listIn, type Values } from '../../core/snapshot.ts';
import type { AnswerFields } from './answer.ts';
import type { Fields, PackLayout } from './packs.ts';
import { state, states } from './words.ts';

/** The words of a pack's alarms (command 44h), which TopBMS and its sisters share. */

/** The list of packs with their alarms. */
export const alarmFields = {
  list: 'packs',
  packs: {
    title: 'Alarms of the packs',
    quantity: 'text',
    kind: 'state',
    remark: 'One record for each pack.',
  },
} as const satisfies AnswerFields;

/** INFOFLAG in front of alarms; kept as sent. */
export const alarmInfoFlag = {
  name: 'info_flag',
  info: { title: 'INFOFLAG of the alarms', quantity: 'number', kind: 'raw' },
} as const;

const word = (title: string): FieldInfo => ({
  title,
  quantity: 'word',
  kind: 'state',
  alarm: { means: 'warning', calm: ['normal'] },
});

/** The counted states with which every sister's answer begins. */
export const stateLists: Fields = {
  cell_states: field(states, {
    ...word('States of the cells'),
    remark: 'below or above: a limit is passed; error: something else is wrong.',
  }),
  temperature_states: field(states, word('States of the temperatures')),
};

/** State of the voltage, or of a current. */
export const voltageState: Codec<string> = field(state, word('State of the voltage'));
export const currentState: Codec<string> = field(state, word('State of the current'));
export const chargeCurrentState: Codec<string> = field(state, word('State of the charging current'));
export const dischargeCurrentState: Codec<string> = field(state, word('State of the discharging current'));

/** How bad it is, the worst last. */
const SEVERITIES = ['normal', 'warning', 'protection', 'fault'] as const;
const SEVERITY_WORDS = `${SEVERITIES.slice(0, -1).join(', ')} or ${SEVERITIES.at(-1) ?? ''}`;

function severityOf(pack: Values): (typeof SEVERITIES)[number] {
  const any = (...names: readonly string[]): boolean => names.some((name) => listIn(pack, name).length > 0);
  const sent = [
    ...listIn(pack, 'cell_states'),
    ...listIn(pack, 'temperature_states'),
    ...Object.entries(pack).flatMap(([name, value]) => (name.endsWith('_state') ? [value ?? null] : [])),
  ];
  if (any('faults', 'drifted_cells', 'disconnected_cells') || sent.includes('error')) return 'fault';
  if (any('protections')) return 'protection';
  return any('warnings') || sent.some((one) => one !== 'normal') ? 'warning' : 'normal';
}

/** How bad the worst alarm of a pack is. */
const severity: Derived = {
  title: 'Severity',
  quantity: 'word',
  kind: 'state',
  words: SEVERITIES,
  formula: `${SEVERITY_WORDS}, by the worst that is reported; states of limits count as warnings`,
  from: severityOf,
};

/** An alarm layout from its parts. */
export function alarmPack(of: Pick<PackLayout, 'head' | 'fixed' | 'counter' | 'tails'>): PackLayout {
  return { item: 1, level: ['status'], computed: { severity }, ...of };
}

/** What follows for all packs together. */
export const alarmDerived: Readonly<Record<string, Derived>> = {
  alarm_severity: overPacks(
    alarmFields.list,
    'the worst severity of the packs',
    (packs) => SEVERITIES.findLast((level) => packs.some((pack) => pack.severity === level)),
    { title: 'Severity of the worst alarm', quantity: 'word', kind: 'state', words: SEVERITIES },
  ),
};
