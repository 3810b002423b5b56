import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../core/field.ts';
import type { Entry, SiteGroup } from '../core/site/index.ts';
import type { Values } from '../core/snapshot.ts';
import { type ThinSettings, thinner } from './thin.ts';

const named = (name: string, quantity: Field['quantity'], more: Partial<Field> = {}): Field => ({
  name,
  title: name,
  quantity,
  kind: 'measurement',
  source: 'test',
  ...more,
});
const GROUP: SiteGroup = {
  name: 'measured',
  title: 'Measured',
  period: 1,
  fields: [
    named('voltage', 'voltage'),
    named('charged_energy', 'watt_hours', { kind: 'counter' }),
    named('output', 'word', { kind: 'state' }),
    named('packs', 'text', {
      items: [
        named('address', 'count', { kind: 'identity' }),
        named('cell_voltages', 'cell_voltage'),
        named('warnings', 'word', { kind: 'state' }),
      ],
    }),
  ],
};

const thinning = (settings: ThinSettings) =>
  thinner(settings, (_, group) => (group === 'measured' ? GROUP : undefined));
const entry = (
  sequence: number,
  second: number,
  values: Values,
  kind: 'live' | 'archive' = 'live',
): Entry => ({
  sequence,
  what: 'snapshot',
  snapshot: { device: 'shunt', group: 'measured', at: second * 1000, values, kind },
});
const seen = (entries: readonly Entry[]) =>
  entries.flatMap((one) => (one.what === 'snapshot' ? [[one.snapshot.at / 1000, one.snapshot.values]] : []));

describe('without an interval', () => {
  it('every snapshot is passed on as it came', () => {
    const entries = [entry(1, 0, { voltage: 1 }), entry(2, 1, { voltage: 1 })];
    expect(thinning({}).take(entries)).toEqual({ entries, upTo: 2 });
  });
});

describe('an interval', () => {
  const three = [
    entry(1, 10, { voltage: 12, charged_energy: 100 }),
    entry(2, 13, { voltage: 13, charged_energy: 101 }),
    entry(3, 19, { voltage: 17, charged_energy: 102 }),
    entry(4, 20, { voltage: 99, charged_energy: 103 }),
  ];

  it.each([
    ['mean', 14],
    ['last', 17],
    ['min', 12],
    ['max', 17],
  ] as const)('becomes one snapshot with the %s', (keep, voltage) => {
    const { entries, upTo } = thinning({ interval: 10, keep }).take(three);
    expect(seen(entries)).toEqual([[19, { voltage, charged_energy: 102 }]]);
    // The fourth is still being gathered.
    expect(upTo).toBe(3);
  });

  it('keeps the cursor behind what is gathered, and is the same when it comes again', () => {
    const thin = thinning({ interval: 10 });
    expect(thin.take(three.slice(0, 2))).toEqual({ entries: [], upTo: 0 });
    thin.rewind();
    expect(seen(thin.take(three).entries)).toEqual([[19, { voltage: 14, charged_energy: 102 }]]);
  });

  it('ends by the clock when nothing more comes', () => {
    const thin = thinning({ interval: 10 });
    thin.take(three.slice(0, 3));
    expect(thin.close(19_999)).toEqual({ entries: [], upTo: 0 });
    const { entries, upTo } = thin.close(20_000);
    expect(seen(entries)).toEqual([[19, { voltage: 14, charged_energy: 102 }]]);
    expect(upTo).toBe(3);
    expect(thin.close(90_000)).toEqual({ entries: [], upTo: 3 });
  });

  it('condenses every cell of every pack by its address', () => {
    const thin = thinning({ interval: 10 });
    thin.take([
      entry(1, 0, {
        packs: [
          { address: 2, cell_voltages: [3.25, null] },
          { address: 3, cell_voltages: [3] },
        ],
      }),
      entry(2, 1, {
        packs: [
          { address: 3, cell_voltages: [3.5] },
          { address: 2, cell_voltages: [3.75, 3.5] },
        ],
      }),
    ]);
    expect(seen(thin.close(10_000).entries)).toEqual([
      [
        1,
        {
          packs: [
            { address: 3, cell_voltages: [3.25] },
            { address: 2, cell_voltages: [3.5, 3.5] },
          ],
        },
      ],
    ]);
  });

  it('lets states pass at once, alone, and once', () => {
    const { entries } = thinning({ interval: 10 }).take([
      entry(1, 0, { voltage: 12, output: 'on' }),
      entry(2, 1, { voltage: 12, output: 'on' }),
      entry(3, 2, { voltage: 12, output: 'over_voltage', packs: [{ address: 2, warnings: ['cell_low'] }] }),
      entry(4, 10, { voltage: 12, output: 'over_voltage', packs: [{ address: 2, warnings: ['cell_low'] }] }),
    ]);
    expect(seen(entries).slice(0, 2)).toEqual([
      [0, { output: 'on' }],
      [2, { output: 'over_voltage', packs: [{ address: 2, warnings: ['cell_low'] }] }],
    ]);
    expect(entries).toHaveLength(3); // and the interval
  });

  it('passes on events, archives, and groups that nobody knows', () => {
    const event: Entry = {
      sequence: 1,
      what: 'event',
      event: { at: 0, kind: 'gateway', severity: 'info', subject: 'start', text: 'started' },
    };
    const archive = entry(2, 0, { voltage: 1 }, 'archive');
    const other: Entry = {
      sequence: 3,
      what: 'snapshot',
      snapshot: { device: 'x', group: 'other', at: 0, values: {}, kind: 'live' },
    };
    expect(thinning({ interval: 10 }).take([event, archive, other])).toEqual({
      entries: [event, archive, other],
      upTo: 3,
    });
  });
});

describe('a dead band', () => {
  const passed = (settings: ThinSettings, voltages: readonly number[], every = 1) =>
    seen(
      thinning(settings).take(voltages.map((voltage, place) => entry(place + 1, place * every, { voltage })))
        .entries,
    ).map(([at]) => at);

  it('leaves out what did not move, counted from what was sent', () => {
    // From 12.00: 0.05 is not more than 0.05, 0.06 is; then from 12.06 on.
    expect(passed({ deadband: { voltage: 0.05 } }, [12, 12.05, 12.06, 12.1, 12.0])).toEqual([0, 2, 4]);
  });

  it('sends something now and then all the same', () => {
    expect(passed({ deadband: { voltage: 1 } }, [12, 12, 12, 12], 450)).toEqual([0, 900]);
    expect(passed({ deadband: { voltage: 1 }, heartbeat: 450 }, [12, 12, 12], 450)).toEqual([0, 450, 900]);
  });

  it('never holds a word back', () => {
    const { entries } = thinning({ deadband: { voltage: 1 } }).take([
      entry(1, 0, { voltage: 12, output: 'on' }),
      entry(2, 1, { voltage: 12, output: 'off' }),
      entry(3, 2, { voltage: 12, output: 'off' }),
    ]);
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });
});

describe('whatever comes', () => {
  const step = fc.record({
    seconds: fc.integer({ min: -3, max: 30 }),
    voltage: fc.integer({ min: 0, max: 60 }),
    output: fc.constantFrom('on', 'off', 'over_voltage'),
    cut: fc.boolean(),
  });

  it('no change of a state is lost, none is made up, and means stay between lowest and highest', () => {
    const settings = fc.record({
      interval: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      deadband: fc.option(fc.constant({ voltage: 5 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        settings,
        fc.array(step, { minLength: 1, maxLength: 60 }),
        ({ interval, deadband }, steps) => {
          const thin = thinning({
            ...(interval === undefined ? {} : { interval }),
            ...(deadband === undefined ? {} : { deadband }),
          });
          let second = 1000;
          const all: Entry[] = [];
          let batch: Entry[] = [];
          let upTo = 0;
          for (const [place, { seconds, voltage, output, cut }] of steps.entries()) {
            batch.push(entry(place + 1, (second += seconds), { voltage, output }));
            if (!cut) continue;
            const { entries, upTo: next } = thin.take(batch);
            expect(next).toBeGreaterThanOrEqual(upTo);
            upTo = next;
            all.push(...entries);
            batch = [];
          }
          all.push(...thin.take(batch).entries, ...thin.close(1e9).entries);
          expect(thin.close(1e9).upTo).toBe(steps.length);
          const runs = (words: readonly unknown[]) =>
            words.filter((word, place) => word !== words[place - 1]);
          const words = seen(all.toSorted((one, other) => one.sequence - other.sequence)).map(
            ([, values]) => (values as Values).output,
          );
          expect(runs(words)).toEqual(runs(steps.map(({ output }) => output)));
          const voltages = steps.map(({ voltage }) => voltage);
          for (const [, values] of seen(all)) {
            const { voltage } = values as Values;
            if (typeof voltage !== 'number') continue;
            expect(voltage).toBeGreaterThanOrEqual(Math.min(...voltages) - 1e-9);
            expect(voltage).toBeLessThanOrEqual(Math.max(...voltages) + 1e-9);
          }
        },
      ),
    );
  });
});
