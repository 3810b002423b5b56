import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../core/field.ts';
import type { Freshness, GroupState, Member } from '../core/site/index.ts';
import type { Value, Values } from '../core/snapshot.ts';
import { alarmRule, type RuleSettings } from './alarm-rule.ts';
import { alarms } from './alarms.ts';
import { watch } from './alarm-watch.ts';

const named = (name: string, quantity: Field['quantity'], more: Partial<Field> = {}): Field => ({
  name,
  title: name,
  quantity,
  kind: 'state',
  source: 'test',
  ...more,
});
const RACK: Member = {
  name: 'rack',
  title: 'Rack',
  groups: [
    {
      name: 'analog',
      title: 'Analog',
      period: 2,
      fields: [named('voltage', 'voltage', { kind: 'measurement' })],
    },
    {
      name: 'alarms',
      title: 'Alarms',
      period: 10,
      fields: [
        named('packs', 'text', {
          items: [
            named('address', 'count', { kind: 'identity' }),
            named('protections', 'word', { alarm: { means: 'protection' } }),
            named('cell_states', 'word', { alarm: { means: 'warning', calm: ['normal'] } }),
            named('drifted_cells', 'count', { alarm: { means: 'fault' } }),
            named('states', 'word'),
          ],
        }),
        named('output', 'word', { alarm: { means: 'protection', calm: ['on', 'off'] } }),
        named('trouble', 'flag', { alarm: { means: 'fault' } }),
      ],
    },
  ],
  writables: [],
  simulated: false,
};
const MINUTE = 60_000;
const START = Date.parse('2026-11-21T08:00Z');

/** Alarms over a voltage that a test sets, looked at every second. */
function watching(rules: readonly RuleSettings[], state?: string) {
  let analog: GroupState | undefined;
  let now = 0;
  const book = alarms({
    lookup: (_, group) => (group === 'analog' ? analog : undefined),
    ...(state === undefined ? {} : { state }),
  });
  book.configure(
    rules.map((rule) => alarmRule(rule, [RACK])),
    [RACK],
    START,
  );
  return {
    book,
    at: () => START + now,
    /** The kinds of events while a voltage holds for so many seconds, each with the second in which it came. */
    holding: (voltage: number | undefined, seconds: number, freshness: Freshness = 'fresh') => {
      analog = { values: voltage === undefined ? {} : { voltage }, freshness };
      const events: string[] = [];
      for (let second = 0; second < seconds; second++) {
        for (const { kind } of book.tick(now, START + now)) events.push(`${kind}@${now / 1000}`);
        now += 1000;
      }
      return events;
    },
    devices: (values: Values) =>
      book
        .observe('rack', 'alarms', values, now, START + now)
        .map(({ kind, subject }) => `${kind} ${subject}`),
    later: (milliseconds: number) => (now += milliseconds),
  };
}

const HIGH = { name: 'high', when: 'rack.voltage > 56', say: 'too high' };

describe('a rule', () => {
  it('raises at once, and clears after a minute of calm', () => {
    const { holding, book } = watching([HIGH]);
    expect(holding(55, 5)).toEqual([]);
    expect(holding(57, 5)).toEqual(['alarm_raised@5']);
    expect(book.standing()).toEqual([
      {
        subject: 'high',
        severity: 'warning',
        member: 'rack',
        text: 'too high: rack.voltage is 57.00 V',
        since: START + 5000,
      },
    ]);
    // From second 10 on it is over; known to be so for 60 s at second 70.
    expect(holding(55, 90)).toEqual(['alarm_cleared@70']);
    expect(book.standing()).toEqual([]);
  });

  it('waits as long as it says, without a break', () => {
    const { holding } = watching([{ ...HIGH, when: 'rack.voltage > 56 for 1m clear after 10s' }]);
    expect([...holding(57, 59), ...holding(55, 1), ...holding(57, 60)]).toEqual([]);
    expect(holding(57, 1)).toEqual(['alarm_raised@120']);
    expect(holding(55, 11)).toEqual(['alarm_cleared@131']);
  });

  it('is neither raised nor cleared by what is not known, whose time does not count', () => {
    const { holding } = watching([{ ...HIGH, when: 'rack.voltage > 56 for 1m' }]);
    expect([...holding(57, 31), ...holding(undefined, 600), ...holding(57, 30)]).toEqual([]);
    // 30 s before, 29 s since: one more.
    expect(holding(57, 1)).toEqual(['alarm_raised@661']);
    expect([...holding(undefined, 600), ...holding(55, 60, 'stale')]).toEqual([]);
    expect(holding(55, 61)).toEqual(['alarm_cleared@1382']);
  });

  it('does not flap on its limit', () => {
    const { holding } = watching([{ ...HIGH, when: 'rack.voltage > 56 hysteresis 0.5 clear after 1s' }]);
    const events = [56.1, 55.9, 56.1, 55.6, 56.2, 55.4, 56.4].flatMap((voltage) => holding(voltage, 10));
    expect(events).toEqual(['alarm_raised@0', 'alarm_cleared@51', 'alarm_raised@60']);
  });

  it('says how long it stood', () => {
    const { book, holding } = watching([HIGH]);
    holding(57, 10);
    holding(55, 60);
    expect(book.tick(70_000, START + 70_000)).toEqual([
      {
        at: START + 70_000,
        kind: 'alarm_cleared',
        severity: 'warning',
        member: 'rack',
        subject: 'high',
        text: 'too high: rack.voltage is 57.00 V: over',
        detail: { seconds: 70 },
      },
    ]);
  });

  it('is acknowledged once, and by whom', () => {
    const { book, holding } = watching([HIGH]);
    expect(book.acknowledge('high', 'ann', START)).toBeUndefined();
    holding(57, 1);
    expect(book.acknowledge('high', 'ann', START + 5)).toMatchObject({
      kind: 'alarm_acknowledged',
      subject: 'high',
      detail: { by: 'ann' },
    });
    expect(book.acknowledge('high', 'bob', START + 9)).toBeUndefined();
    expect(book.standing()[0]?.acknowledged).toEqual({ at: START + 5, by: 'ann' });
  });

  it('ends with the rule, and stands on under the same name', () => {
    const { book, holding } = watching([HIGH]);
    holding(57, 1);
    const other = alarmRule({ ...HIGH, when: 'rack.voltage > 50 clear after 5s' }, [RACK]);
    expect(book.configure([other], [RACK], START)).toEqual([]);
    expect(book.standing()).toHaveLength(1);
    expect(book.configure([], [RACK], START)).toMatchObject([
      { kind: 'alarm_cleared', text: expect.stringContaining('no more') as string },
    ]);
    expect(book.standing()).toEqual([]);
  });
});

describe('what a device reports', () => {
  const pack = (address: number, more: Readonly<Record<string, Value>> = {}): Value => ({
    address,
    protections: [],
    cell_states: ['normal', 'normal'],
    drifted_cells: [],
    states: ['charging'],
    ...more,
  });

  it('is raised word by word, and nothing calm', () => {
    const { devices } = watching([]);
    expect(devices({ packs: [pack(2)], output: 'off', trouble: false })).toEqual([]);
    expect(
      devices({
        packs: [
          pack(2, { protections: ['cell_under_voltage'] }),
          pack(3, { cell_states: ['normal', 'below'], drifted_cells: [4] }),
        ],
        output: 'over_voltage',
        trouble: true,
      }),
    ).toEqual([
      'alarm_raised rack.packs.2.protections.cell_under_voltage',
      'alarm_raised rack.packs.3.cell_states.2.below',
      'alarm_raised rack.packs.3.drifted_cells.4',
      'alarm_raised rack.output.over_voltage',
      'alarm_raised rack.trouble',
    ]);
  });

  it('has the severity and the words of its field', () => {
    const { devices, book } = watching([]);
    devices({ packs: [pack(2, { protections: ['cell_under_voltage'], cell_states: ['above', 'normal'] })] });
    expect(book.standing().map(({ severity, text }) => [severity, text])).toEqual([
      ['critical', 'protections: cell_under_voltage (packs 2)'],
      ['warning', 'cell_states: above at 1 (packs 2)'],
    ]);
  });

  it('is cleared when the device says so for a minute, not when it is silent', () => {
    const { devices, later } = watching([]);
    devices({ packs: [pack(2, { protections: ['short_circuit'] })] });
    const calm = { packs: [pack(2)] };
    later(10 * MINUTE);
    expect([devices({ packs: [pack(3)] }), devices({ packs: [] }), devices({})]).toEqual([[], [], []]);
    expect(devices(calm)).toEqual([]);
    later(MINUTE);
    expect(devices(calm)).toEqual(['alarm_cleared rack.packs.2.protections.short_circuit']);
  });

  it('can be dismissed when nothing tells any more', () => {
    const { devices, book } = watching([]);
    devices({ packs: [pack(2, { protections: ['short_circuit'] })] });
    expect(book.dismiss('rack.packs.2.protections.short_circuit', 'ann', START)).toMatchObject({
      kind: 'alarm_cleared',
      detail: { by: 'ann' },
    });
    expect(book.standing()).toEqual([]);
    expect(book.dismiss('rack.packs.2.protections.short_circuit', 'ann', START)).toBeUndefined();
  });

  it('changes from one word to another', () => {
    const { devices, later } = watching([]);
    devices({ output: 'over_voltage' });
    expect(devices({ output: 'over_current' })).toEqual(['alarm_raised rack.output.over_current']);
    later(MINUTE);
    expect(devices({ output: 'over_current' })).toEqual(['alarm_cleared rack.output.over_voltage']);
  });
});

describe('silence', () => {
  const telling = () => {
    const { book } = watching([]);
    return (freshness: Freshness, now: number) =>
      book.presence('rack', freshness, now, START + now).map(({ kind }) => kind);
  };

  it('is an alarm when data is gone, until it is fresh again', () => {
    const tell = telling();
    expect([
      tell('fresh', 0),
      tell('stale', 1),
      tell('gone', 2),
      tell('gone', 3),
      tell('stale', 4),
      tell('fresh', 5),
    ]).toEqual([[], [], ['alarm_raised'], [], [], ['alarm_cleared']]);
  });

  it('is one when nothing ever came for five minutes', () => {
    const tell = telling();
    expect([tell('unknown', 0), tell('unknown', 5 * MINUTE - 1), tell('unknown', 5 * MINUTE)]).toEqual([
      [],
      [],
      ['alarm_raised'],
    ]);
    expect(tell('fresh', 6 * MINUTE)).toEqual(['alarm_cleared']);
  });
});

describe('an output', () => {
  it('that is behind is an alarm until it caught up by half', () => {
    const { book } = watching([]);
    const tell = (age: number, now: number) =>
      book
        .backlog('mqtt', { entries: age === 0 ? 0 : 500, age }, 10 * MINUTE, now, START + now)
        .map(({ kind, text }) => `${kind} ${text}`);
    expect(tell(9 * MINUTE, 0)).toEqual([]);
    expect(tell(10 * MINUTE, 1)).toEqual([
      'alarm_raised output mqtt is behind: 500 entries, the oldest from 10 min ago',
    ]);
    expect([tell(6 * MINUTE, 2), tell(6 * MINUTE, 2 * MINUTE), tell(4 * MINUTE, 3 * MINUTE)]).toEqual([
      [],
      [],
      [],
    ]);
    expect(tell(0, 4 * MINUTE)[0]).toMatch(/^alarm_cleared .*caught up$/);
  });
});

describe('a restart', () => {
  it('keeps what stands, with its begin and who has seen it, and does not raise it again', () => {
    const one = watching([HIGH]);
    one.holding(57, 2);
    one.devices({ output: 'over_voltage' });
    one.book.presence('rack', 'gone', 2000, START + 2000);
    one.book.acknowledge('high', 'ann', START + 2000);
    const two = watching([HIGH], one.book.state());
    expect(two.book.standing()).toEqual(one.book.standing());
    expect(two.book.state()).toBe(one.book.state());
    expect([
      ...two.holding(undefined, 100),
      ...two.holding(57, 5),
      ...two.devices({ output: 'over_voltage' }),
    ]).toEqual([]);
    expect(two.holding(55, 61)).toEqual(['alarm_cleared@165']);
  });

  it('refuses what it cannot read', () => {
    expect(() => watching([], '{"version":1}')).toThrow(expect.objectContaining({ code: 'format' }));
  });
});

describe('whatever happens', () => {
  it('no alarm is raised or cleared twice, or raised sooner after it was raised than the calm that was asked for', () => {
    const step = fc.record({
      begins: fc.option(fc.boolean(), { nil: undefined }),
      elapsed: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 300 }),
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        (steps, hold, calm) => {
          const one = watch(hold, calm);
          let now = 0;
          let raisedAt = -Infinity;
          let raised = false;
          for (const { begins, elapsed } of steps) {
            now += elapsed;
            const turn = one.look(begins, begins === undefined ? undefined : !begins, now);
            if (turn === undefined) continue;
            expect(turn).toBe(raised ? 'cleared' : 'raised');
            expect(begins).toBe(!raised);
            if (turn === 'raised') {
              expect(now - raisedAt).toBeGreaterThanOrEqual(calm + hold);
              raisedAt = now;
            }
            raised = !raised;
            expect(one.raised()).toBe(raised);
          }
        },
      ),
    );
  });
});
