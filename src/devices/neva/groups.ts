import {
  bitsIn,
  type GroupDefinition,
  type GroupName,
  modelIn,
  momentFrom,
  type Register,
  variantIn,
} from '../../protocols/neva/index.ts';
import { dayRegisters, eventRegisters, largestPower, monthRegisters, tariffRegisters } from './archives.ts';
import { activeEnergy, clockRegisters, identityRegisters, reactiveEnergy } from './fields.ts';

/** What tells the two kinds of meter apart. */
export interface Kind {
  readonly firmware: 2 | 8;
  readonly instant: readonly Register[];
  /** Digits before and behind the point of the largest power, in kW. */
  readonly largest: readonly [digits: number, places: number];
  readonly status: readonly Register[];
  /** Names of the bits of the status word. */
  readonly statusBits: Readonly<Record<number, string>>;
}

/** Variants by type and first two digits behind the point: user guide, appendix A; table of pyneva. */
const VARIANTS: Readonly<Record<string, string>> = {
  '113.21': 'AS OP, AS E4P 5(100) A',
  '113.22': 'AS OP, AS E4P 5(60) A',
  '114.31': 'AS XXP(C)',
  '114.33': 'AS XXP(C)',
  '114.34': 'AS XXP(C)',
  '114.35': 'AS XXP(C)',
  '114.41': 'A2S',
  '114.42': 'A2S',
  '114.43': 'ARST',
  '114.44': 'ARST',
  '114.64': 'ARST',
  '114.51': 'AS E4PC',
  '114.52': 'AS E4PC',
  '114.61': 'AST E4PC',
  '114.63': 'AST E4PC',
  '114.71': 'AS XXPC',
  '114.73': 'AS XXPC',
  '123.23': 'AS OP, AS E4P',
  '124.11': 'AS OP',
  '124.21': 'AS E4P',
  '124.31': 'A2S E4PC',
  '124.41': 'A2S RF2PC',
  '313.11': 'AR E4S 5(10) A',
  '313.12': 'AR E4S 5(60) A',
  '313.13': 'AR E4S 5(100) A',
  '313.14': 'AR E4S 57.7 V',
  '314.31': 'AR XXSR',
  '314.32': 'AR XXSR',
  '314.33': 'AR XXSR',
  '314.34': 'AR XXSR',
  '323.21': 'AR E4S 5(60) A',
  '323.22': 'AR E4S 5(10) A',
  '324.11': 'A OS 5(60) A',
  '324.23': 'AR E4S(C) 5(100) A',
  '324.24': 'AR E4S(C) 5(80) A',
  '324.25': 'AR E4S(C) 5(60) A',
  '324.31': 'AR RF2SC',
};

/** Bits of the logs with new entries, byte 1 low (user guide). */
const EVENT_BITS: Readonly<Record<number, string>> = {
  0: 'power_off',
  1: 'parameter_write',
  2: 'clock_write',
  3: 'restart',
  4: 'logs_cleared',
  5: 'max_power_cleared',
  6: 'terminal_cover',
  10: 'phase_neutral_unequal',
};

/** Bits of the configuration (user guide). */
const CONFIGURATION_BITS: Readonly<Record<number, string>> = {
  0: 'remote_programming',
  1: 'read_without_password',
  2: 'reset_energies',
  7: 'daylight_saving',
};

const bits = (title: string, remark?: string) =>
  ({ title, quantity: 'word', kind: 'state', ...(remark === undefined ? {} : { remark }) }) as const;

/** The ten groups of a kind of meter. */
export const groups = (kind: Kind): Readonly<Record<GroupName, GroupDefinition>> => ({
  identity: {
    title: 'Identity',
    period: 3600,
    identified: true,
    registers: identityRegisters(kind.firmware),
    derived: {
      model: modelIn('identification', {
        title: 'Model',
        quantity: 'text',
        kind: 'identity',
        role: 'model',
      }),
      variant: variantIn('identification', VARIANTS, {
        title: 'Variant',
        quantity: 'text',
        kind: 'identity',
        remark: 'A active, R reactive energy; E4 RS485, O optical.',
      }),
    },
  },
  energy: {
    title: 'Energy',
    period: 60,
    registers: [...activeEnergy, ...reactiveEnergy],
    derived: {},
  },
  instant: { title: 'Measurements', period: 10, registers: kind.instant, derived: {} },
  clock: {
    title: 'Clock',
    period: 3600,
    registers: clockRegisters,
    derived: {
      date_time: momentFrom('date', 'time', {
        title: 'Date and time',
        quantity: 'time',
        kind: 'state',
        remark: 'The meter knows no time zone.',
      }),
    },
  },
  tariffs: { title: 'Tariff plan', period: 86_400, registers: tariffRegisters, derived: {} },
  months: {
    title: 'Months',
    period: 86_400,
    dated: 'months_date',
    registers: monthRegisters,
    derived: {},
  },
  days: { title: 'Days', period: 3600, dated: 'days_date', registers: dayRegisters, derived: {} },
  max_power: { title: 'Largest powers', period: 3600, registers: largestPower(...kind.largest), derived: {} },
  status: {
    title: 'Status',
    period: 60,
    registers: kind.status,
    derived: {
      conditions: bitsIn('status_word', kind.statusBits, bits('Conditions', 'Order of the bits not proven.')),
      events_pending: bitsIn('new_events', EVENT_BITS, bits('Logs with new entries')),
      settings: bitsIn('configuration', CONFIGURATION_BITS, bits('Settings')),
    },
  },
  events: { title: 'Events', period: 3600, registers: eventRegisters, derived: {} },
});
