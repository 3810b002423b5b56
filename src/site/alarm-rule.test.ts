import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../core/fault.ts';
import type { Field } from '../core/field.ts';
import type { Freshness, Member } from '../core/site/index.ts';
import type { Values } from '../core/snapshot.ts';
import { alarmRule, type Lookup, type RuleSettings } from './alarm-rule.ts';

const named = (name: string, quantity: Field['quantity'], items?: readonly Field[]): Field => ({
  name,
  title: name,
  quantity,
  kind: 'measurement',
  source: 'test',
  ...(items === undefined ? {} : { items }),
});
const member = (name: string, groups: Readonly<Record<string, readonly Field[]>>): Member => ({
  name,
  title: name,
  groups: Object.entries(groups).map(([group, fields]) => ({ name: group, title: group, period: 1, fields })),
  writables: [],
  simulated: false,
});

const packs = (...fields: readonly Field[]) => named('packs', 'text', [named('address', 'count'), ...fields]);
const MEMBERS = [
  member('rack', {
    analog: [
      packs(
        named('cell_voltages', 'cell_voltage'),
        named('voltage', 'voltage'),
        named('soc', 'state_of_charge'),
      ),
      named('voltage', 'voltage'),
      named('power', 'power'),
      named('cell_voltage_spread', 'cell_voltage'),
      named('temperature_highest', 'temperature'),
    ],
    alarms: [packs(named('warnings', 'word'), named('cell_states', 'word')), named('alarm', 'flag')],
    limits: [named('power', 'power')],
  }),
  member('shunt', {
    measured: [
      named('voltage', 'voltage'),
      named('current', 'current'),
      named('charged_energy', 'watt_hours'),
      named('output', 'word'),
      named('running_time', 'duration'),
    ],
  }),
];

const SITE: Readonly<Record<string, Values>> = {
  'rack.analog': {
    packs: [
      { address: 2, cell_voltages: [3.31, 3.35, null], voltage: 49.5, soc: 55 },
      { address: 3, cell_voltages: [3.3, 3.71], voltage: 49.1 },
    ],
    voltage: 49.3,
    power: -1500,
    cell_voltage_spread: 0.41,
    temperature_highest: 31.5,
  },
  'rack.alarms': {
    packs: [
      { address: 2, warnings: [], cell_states: ['normal', 'normal'] },
      { address: 3, warnings: ['cell_over_voltage'], cell_states: ['normal', 'above_limit'] },
    ],
    alarm: true,
  },
  'rack.limits': { power: 3000 },
  'shunt.measured': { voltage: 49.2, current: -30, charged_energy: 2500, output: 'over_voltage' },
};

const looking =
  (site: Readonly<Record<string, Values>>, freshness: Freshness = 'fresh'): Lookup =>
  (of, group) => {
    const values = site[`${of}.${group}`];
    return values && { values, freshness };
  };
const now = looking(SITE);
const rule = (when: string, more: Partial<RuleSettings> = {}) => alarmRule({ when, ...more }, MEMBERS);
const holds = (when: string, lookup: Lookup = now) => rule(when).begins(lookup).holds;

describe('a condition', () => {
  it.each([
    ['rack.cell_voltage_spread > 0.1', true],
    ['rack.analog.cell_voltage_spread > 0.5', false],
    // Arithmetic, with the usual precedence: 49.3 - 49.2 = 0.1; 49.2 × -30 = -1476.
    ['rack.voltage - shunt.voltage == 0.1', true],
    ['shunt.voltage * shunt.current < -1475', true],
    ['shunt.voltage * shunt.current < -1476', false],
    ['1 + 2 * 3 == 7', true],
    ['(1 + 2) * 3 == 9', true],
    ['-(shunt.current) / 2 == 15', true],
    // Packs by their address, cells from 1, and any of them.
    ['rack.packs.3.voltage < rack.packs.2.voltage', true],
    ['rack.packs.3.cell_voltages.2 > 3.7', true],
    ['rack.packs.2.cell_voltages.2 > 3.7', false],
    ['rack.packs.*.cell_voltages.* > 3.7', true],
    ['rack.packs.*.cell_voltages > 3.8', false],
    ['rack.packs.*.voltage - rack.voltage > 0.15', true],
    // Units.
    ['rack.cell_voltage_spread > 400 mV', true],
    ['rack.cell_voltage_spread > 420mV', false],
    ['shunt.charged_energy >= 2.5 kWh', true],
    ['rack.analog.power < -1.4 kW', true],
    ['rack.temperature_highest > 31 °C and rack.temperature_highest < 32 C', true],
    ['rack.packs.2.soc < 60 %', true],
    // Words and flags.
    ['shunt.output == over_voltage', true],
    ['shunt.output != "on"', true],
    ['shunt.output contains voltage', true],
    ['rack.packs.*.warnings contains cell_over_voltage', true],
    ['rack.packs.2.warnings contains cell_over_voltage', false],
    ['rack.packs.*.warnings contains voltage', false],
    ['rack.packs.*.cell_states == above_limit', true],
    ['rack.alarm', true],
    ['rack.alarm == false', false],
    ['not rack.alarm', false],
    // Logic.
    ['rack.alarm and shunt.output == on or shunt.current < -20', true],
    ['rack.alarm and (shunt.output == on or shunt.current < -40)', false],
    ['not (shunt.current < -20 and rack.alarm)', false],
    ['((rack.alarm))', true],
    ['((shunt.current)) < (0)', true],
    ['shunt is fresh', true],
    ['shunt is stale', false],
    ['rack.alarms is not gone', true],
  ])('%s: %s', (when, expected) => {
    expect(holds(when)).toBe(expected);
  });

  it.each([
    'shunt.running_time > 3 h',
    'rack.packs.9.voltage > 1',
    'rack.packs.3.soc > 1',
    'rack.packs.2.cell_voltages.3 > 1',
    'rack.packs.2.cell_voltages.99 > 1',
    'shunt.current / 0 > 1',
    'shunt.running_time + 1 > 0',
    'rack.alarm and shunt.running_time > 3 h',
  ])('is not known where a value is not: %s', (when) => {
    expect(holds(when)).toBeUndefined();
    expect(rule(when).ends(now)).toBeUndefined();
    expect(holds(`not (${when})`)).toBeUndefined();
  });

  it('is known where the rest decides', () => {
    expect(holds('rack.alarm or shunt.running_time > 3 h')).toBe(true);
    expect(holds('shunt.output == on and shunt.running_time > 3 h')).toBe(false);
  });

  it.each(['stale', 'gone', 'unknown'] as const)('trusts no value that is %s', (freshness) => {
    expect(holds('rack.cell_voltage_spread > 0.1', looking(SITE, freshness))).toBeUndefined();
  });

  it('knows how data stands', () => {
    const standing = (when: string, freshness: Freshness) => holds(when, looking(SITE, freshness));
    expect(standing('rack is stale', 'stale')).toBe(true);
    expect(standing('rack is stale', 'gone')).toBe(true);
    expect(standing('rack is gone', 'stale')).toBe(false);
    expect(standing('rack is gone', 'unknown')).toBeUndefined();
    expect(standing('rack is unknown', 'unknown')).toBe(true);
    // The best of the groups that are read most often counts: settings every hour prove no life.
    const one: Lookup = (of, group) =>
      of === 'rack' ? { values: {}, freshness: group === 'alarms' ? 'fresh' : 'gone' } : undefined;
    expect(holds('rack is gone', one)).toBe(false);
    const seldom = MEMBERS.map((of) => ({
      ...of,
      groups: of.groups.map((group) => (group.name === 'alarms' ? { ...group, period: 3600 } : group)),
    }));
    expect(alarmRule({ when: 'rack is gone' }, seldom).begins(one).holds).toBe(true);
    expect(holds('rack.analog is gone', one)).toBe(true);
  });

  it('says what made it hold', () => {
    const because = (when: string) => rule(when).begins(now).because;
    expect(because('rack.packs.*.cell_voltages.* > 3.6')).toBe('rack.packs.3.cell_voltages.2 is 3.710 V');
    expect(because('rack.alarm and 20 < rack.temperature_highest')).toBe(
      'rack.alarm is yes; rack.temperature_highest is 31.5 °C',
    );
    expect(because('rack.packs.*.warnings contains cell_over_voltage')).toBe(
      'rack.packs.3.warnings is cell_over_voltage',
    );
  });
});

describe('a rule', () => {
  it('has a name, a time, and the member it speaks of', () => {
    expect(
      rule('shunt.voltage > 56 for 1m30s clear after 2h', { name: 'high', say: 'too high' }),
    ).toMatchObject({
      subject: 'high',
      say: 'too high',
      severity: 'warning',
      member: 'shunt',
      hold: 90_000,
      clearHold: 7_200_000,
    });
    expect(rule('shunt.voltage > rack.voltage')).not.toHaveProperty('member');
  });

  const at = (voltage: number) => looking({ 'shunt.measured': { voltage } });

  it('is over when it does not hold any more', () => {
    expect(rule('shunt.voltage > 56').ends(at(56))).toBe(true);
    expect(rule('shunt.voltage > 56').ends(at(56.1))).toBe(false);
  });

  it('is over past its hysteresis only, in whatever unit, whichever way it points', () => {
    for (const when of ['shunt.voltage > 56 hysteresis 0.5', 'not shunt.voltage <= 56 hysteresis 500 mV']) {
      expect([55.4, 55.6, 56.1].map((voltage) => rule(when).ends(at(voltage)))).toEqual([true, false, false]);
      expect([55.6, 56.1].map((voltage) => rule(when).begins(at(voltage)).holds)).toEqual([false, true]);
    }
    const low = rule('shunt.voltage < 44 hysteresis 1');
    expect([43.9, 44.9, 45.1].map((voltage) => low.ends(at(voltage)))).toEqual([false, false, true]);
  });

  it('is over when its own condition says', () => {
    const own = rule('shunt.voltage > 56 for 5m clear when shunt.voltage < 54 for 1m');
    expect([53.9, 55, 57].map((voltage) => own.ends(at(voltage)))).toEqual([true, false, false]);
    expect(own.clearHold).toBe(60_000);
  });
});

describe('a rule that is wrong', () => {
  it.each([
    ['rack.voltag > 3', 1, "rack has no 'voltag': there is no field 'voltag'", "did you mean 'voltage'?"],
    ['shnt.voltage > 3', 1, "there is no 'shnt' on this site", "did you mean 'shunt'?"],
    [
      'rack.power > 3',
      1,
      "'rack.power' is in several groups",
      'write rack.analog.power or rack.limits.power',
    ],
    [
      'rack.packs.voltage > 3',
      1,
      "rack has no 'packs.voltage': 'packs' is a list",
      'write packs.*. for all of them, or packs.2. for the one with this number',
    ],
    [
      'rack.packs.*.volage > 3',
      1,
      "rack has no 'packs.*.volage': there is no field 'volage'",
      "did you mean 'voltage'?",
    ],
    [
      'rack.packs.*.cell_voltages.0 > 3',
      1,
      "rack has no 'packs.*.cell_voltages.0': '0' is no place in 'cell_voltages'",
    ],
    ['rack.voltage >', 15, 'expected a value, such as rack.voltage or 3.6 V, found the end'],
    ['rack.voltage > > 3', 16, "expected a value, such as rack.voltage or 3.6 V, found '>'"],
    ['rack.voltage = 3', 14, "'=' has no meaning here", "equal is '=='"],
    ['rack.voltage > 3 for', 21, 'expected a duration, such as 30s, 5m or 2h, found the end'],
    ['rack.voltage > 3 for 5', 23, 'expected s, m, h or d, found the end'],
    ['rack.voltage > 3 during 5m', 18, "'during' is no unit"],
    ['(rack.voltage > 3', 18, "expected ')', found the end"],
    [
      '(rack.alarm and rack.voltage > ) or rack.alarm',
      32,
      "expected a value, such as rack.voltage or 3.6 V, found ')'",
    ],
    ['rack.voltage > 3 V for 5m clear later', 33, "expected 'when' or 'after', found 'later'"],
    ['rack.voltage > 3 A', 16, 'A cannot be compared with V'],
    ['rack.voltage > shunt.current', 16, 'A cannot be compared with V'],
    ['rack.voltage > 3 parsecs', 18, "'parsecs' is no unit"],
    ['shunt.output > 3', 1, 'a word is compared with a number'],
    ['rack.alarm > 3', 1, 'a flag is compared with a number'],
    ['shunt.output', 1, "'shunt.output' is no flag"],
    ['shunt.output + 1 > 3', 1, 'a word cannot be computed with'],
    ['"x" == shunt.output', 1, 'a text stands only behind == != contains'],
    ['over_voltage == shunt.output', 1, "there is no 'over_voltage' on this site"],
    ['shunt is asleep', 10, "expected fresh, stale, gone, unknown, found 'asleep'"],
    ['shunt.measurd is stale', 1, "shunt has no group 'measurd'", "did you mean 'measured'?"],
    ['rack.packs.*.voltage > rack.packs.*.soc', 22, 'there are several values on both sides'],
    ['shunt.voltage > 3 hysteresis 1 A', 30, 'A cannot be compared with V'],
    [
      'shunt.voltage > 3 hysteresis 1 clear when rack.alarm',
      32,
      "'hysteresis' and 'clear when' say the same: leave one out",
    ],
    ['', 1, 'expected a value, such as rack.voltage or 3.6 V, found the end'],
  ])('%s', (when, column, what, hint?: string) => {
    const found = caught(() => rule(when));
    expect(found.code).toBe('config');
    expect(found.message).toContain(`alarm rule '${when}', column ${column}: ${what}`);
    if (hint !== undefined) expect(found.hint).toBe(hint);
  });

  it('is refused, whatever is written, and never takes long', () => {
    const words = [
      'rack.alarm',
      'shunt.voltage',
      'and',
      'not',
      '(',
      ')',
      '>',
      '3',
      'mV',
      'for',
      '5',
      'm',
      '*',
      '"x"',
      'is',
      '-',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (text) => {
        try {
          rule(text.join(' '));
        } catch (error) {
          expect(error).toMatchObject({ code: 'config' });
        }
      }),
      { numRuns: 3000 },
    );
    expect(() => rule('('.repeat(100_000))).toThrow('too many parentheses');
    expect(() => rule(`${'not '.repeat(100_000)}rack.alarm`)).toThrow('too many parentheses');
  });
});

function caught(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
