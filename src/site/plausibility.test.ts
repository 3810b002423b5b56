import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../core/field.ts';
import type { SiteGroup } from '../core/site/index.ts';
import { checkLimits, type LimitsByField, plausibility } from './plausibility.ts';

const named = (
  name: string,
  quantity: Field['quantity'],
  kind: Field['kind'],
  more: Partial<Field> = {},
): Field => ({
  name,
  title: name,
  quantity,
  kind,
  source: 'test',
  ...more,
});

const meter: SiteGroup = {
  name: 'measured',
  title: 'Measured',
  period: 1,
  fields: [
    named('voltage', 'voltage', 'measurement'),
    named('current', 'current', 'measurement'),
    named('temperature', 'temperature', 'measurement'),
    named('charged_energy', 'watt_hours', 'counter'),
    named('running_time', 'duration', 'counter'),
    named('full_capacity', 'charge', 'setting'),
    named('code', 'number', 'raw'),
    named('output', 'word', 'state'),
  ],
};

const rack: SiteGroup = {
  name: 'analog',
  title: 'Analog',
  period: 2,
  fields: [
    named('packs', 'text', 'measurement', {
      items: [
        named('address', 'count', 'identity'),
        named('cell_voltages', 'cell_voltage', 'measurement'),
        named('voltage', 'voltage', 'measurement'),
      ],
    }),
    named('voltage', 'voltage', 'measurement', { role: 'battery_voltage' }),
    named('cell_voltage_lowest', 'cell_voltage', 'measurement'),
  ],
};

/** Judges values that come a second apart. */
function judging(group: SiteGroup, limits?: LimitsByField) {
  const judge = plausibility(group, limits);
  let now = 0;
  return (values: Record<string, unknown>) => judge.judge(values as never, (now += 1000)); // plain literals of the test
}

describe('range', () => {
  it('passes what is possible as it came, the very same object', () => {
    const values = { voltage: 13.2, current: -400, output: 'on', temperature: null };
    expect(plausibility(meter).judge(values, 0)).toEqual({ values, refusals: [] });
    expect(plausibility(meter).judge(values, 0).values).toBe(values);
  });

  it('refuses what cannot be, and only that', () => {
    expect(judging(meter)({ voltage: -3, current: 12, temperature: 151 })).toEqual({
      values: { current: 12 },
      refusals: [
        { path: 'voltage', value: -3, why: '-3 V is below 0 V' },
        { path: 'temperature', value: 151, why: '151 °C is above 150 °C' },
      ],
    });
  });

  it('refuses what is no number at all', () => {
    expect(judging(meter)({ current: Number.NaN }).refusals[0]?.why).toBe('NaN is no number');
    expect(judging(meter)({ current: Number.POSITIVE_INFINITY }).values).toEqual({});
  });

  it('leaves alone what nobody explained and what the owner set within reason', () => {
    const values = { code: 1e12, full_capacity: 420 };
    expect(judging(meter)(values).values).toBe(values);
  });

  it('follows the limits of the owner, of one group only where they say so', () => {
    const say = (limits: LimitsByField) =>
      judging(meter, limits)({ voltage: 70 }).refusals.map(({ why }) => why);
    expect(say({ voltage: { max: 60 } })).toEqual(['70 V is above 60 V']);
    expect(say({ 'measured.voltage': { max: 60 } })).toEqual(['70 V is above 60 V']);
    expect(say({ 'other.voltage': { max: 60 } })).toEqual([]);
    expect(say({ voltage: { max: 60 }, 'measured.voltage': { max: 80 } })).toEqual([]);
  });
});

describe('rate of change', () => {
  it('refuses a spike and passes what follows it', () => {
    const judge = judging(meter);
    judge({ temperature: 20 });
    expect(judge({ temperature: 120 }).refusals).toEqual([
      { path: 'temperature', value: 120, why: 'it jumped from 20 °C to 120 °C in 1 s' },
    ]);
    expect(judge({ temperature: 21 }).values).toEqual({ temperature: 21 });
  });

  it('believes a true step with the third reading that says so', () => {
    const judge = judging(meter);
    judge({ voltage: 0 });
    expect([100, 100.1, 100.2, 100.1].map((voltage) => judge({ voltage }).values)).toEqual([
      {},
      {},
      { voltage: 100.2 },
      { voltage: 100.1 },
    ]);
  });

  it('does not take spikes in different directions for a confirmation', () => {
    const judge = judging(meter);
    judge({ temperature: 20 });
    for (const temperature of [120, -50, 120, -50, 120]) expect(judge({ temperature }).values).toEqual({});
  });

  it('allows more after a longer time', () => {
    const { judge } = plausibility(meter);
    judge({ temperature: 20 }, 0);
    // 15 °C at once and 1 °C a second: 95 °C after 60 s is 75 more, exactly what is allowed.
    expect(judge({ temperature: 95 }, 60_000).refusals).toEqual([]);
    expect(judge({ temperature: 20 }, 119_000).refusals).toHaveLength(1); // 75 less, in 59 s
  });

  it('lets currents jump', () => {
    const judge = judging(meter);
    judge({ current: -200 });
    expect(judge({ current: 300 }).refusals).toEqual([]);
  });

  it('takes the rate of the owner', () => {
    const judge = judging(meter, { current: { rate: 10 } });
    judge({ current: 0 });
    expect(judge({ current: 21 }).refusals).toHaveLength(1); // 10 at once and 10 for the second
    expect(judge({ current: 20 }).refusals).toHaveLength(0);
  });

  it('never refuses for longer than two readings what stays within reach of itself', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1500, noNaN: true }),
        fc.double({ min: 0, max: 1480, noNaN: true }),
        (from, to) => {
          const judge = judging(meter);
          judge({ voltage: from });
          const passed = [0, 10, 0].map((wobble) => judge({ voltage: to + wobble }).values);
          expect(passed.at(-1)).toEqual({ voltage: to });
        },
      ),
    );
  });
});

describe('counters', () => {
  it('refuse a fall to nothing and back', () => {
    const judge = judging(meter);
    judge({ charged_energy: 554.5 });
    expect(judge({ charged_energy: 0 }).refusals).toEqual([
      { path: 'charged_energy', value: 0, why: 'a counter fell from 554.5 Wh to 0 Wh in 1 s' },
    ]);
    expect(judge({ charged_energy: 554.6 }).values).toEqual({ charged_energy: 554.6 });
    expect(judge({ charged_energy: 0 }).values).toEqual({});
    expect(judge({ charged_energy: 0 }).values).toEqual({});
  });

  it('take a fall that lasts for a reset, and count on from there', () => {
    const judge = judging(meter);
    judge({ charged_energy: 55_726 });
    expect([0, 0, 0.5, 0.9].map((charged_energy) => judge({ charged_energy }).values)).toEqual([
      {},
      {},
      { charged_energy: 0.5 },
      { charged_energy: 0.9 },
    ]);
  });

  it('do not believe a fall after which they fall again', () => {
    const judge = judging(meter);
    judge({ charged_energy: 55_726 });
    for (const charged_energy of [900, 700, 500, 300]) expect(judge({ charged_energy }).values).toEqual({});
  });

  it('do not believe growth that no wire could carry', () => {
    const judge = judging(meter);
    judge({ charged_energy: 100 });
    // 1000 Wh at once and 300 a second (about 1 MW).
    expect(judge({ charged_energy: 1400 }).values).toEqual({ charged_energy: 1400 });
    expect(judge({ charged_energy: 2701 }).values).toEqual({});
  });

  it('must not fall where no rate is known either', () => {
    const judge = judging(meter);
    judge({ running_time: 5000 });
    expect(judge({ running_time: 4000 }).refusals).toHaveLength(1);
    expect(judge({ running_time: 9_000_000 }).refusals).toHaveLength(0);
  });

  it('are compared with what was known before a restart', () => {
    const judge = plausibility(meter);
    judge.seed({ charged_energy: 55_726 }, -60_000);
    expect(judge.judge({ charged_energy: 0 }, 0).values).toEqual({});
    expect(judge.judge({ charged_energy: 55_730 }, 1000).values).toEqual({ charged_energy: 55_730 });
  });

  it('what passed never falls, but for resets that three readings in a row agree on', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 60 }), (readings) => {
        const judge = judging(meter);
        let last = -1;
        for (const [place, charged_energy] of readings.entries()) {
          const passed = judge({ charged_energy }).values.charged_energy;
          if (typeof passed !== 'number') continue;
          const three = readings.slice(Math.max(0, place - 2), place + 1);
          const agreed =
            three.length === 3 && three.every((one, index) => index === 0 || one >= (three[index - 1] ?? 0));
          if (passed < last) expect(agreed).toBe(true);
          last = passed;
        }
      }),
    );
  });
});

describe('packs', () => {
  const pack = (address: number, cells: readonly (number | null)[], voltage: number) => ({
    address,
    cell_voltages: cells,
    voltage,
  });

  it('are told apart by their address, wherever they stand in the list', () => {
    const judge = judging(rack);
    judge({ packs: [pack(2, [3.3, 3.3], 6.6), pack(3, [2.5, 2.5], 5)] });
    const values = { packs: [pack(3, [2.5, 2.5], 5), pack(2, [3.3, 3.3], 6.6)] };
    expect(judge(values).values).toBe(values);
  });

  it('keep the place of a refused cell, and all the rest', () => {
    const judge = judging(rack);
    const others = [pack(2, [3.3, 3.3], 6.6)];
    expect(judge({ packs: [...others, pack(3, [3.3, 6.5], 6.6)], voltage: 6.6 })).toEqual({
      values: { packs: [...others, pack(3, [3.3, null], 6.6)], voltage: 6.6 },
      refusals: [{ path: 'packs.3.cell_voltages.2', value: 6.5, why: '6.5 V is above 5 V' }],
    });
  });

  it('are refused cells and voltage when one is not the sum of the other', () => {
    // 3.3 + 3.4 = 6.7; allowed 2 % of 7.5 and 5 mV a cell: 0.15 + 0.01 = 0.16.
    expect(judging(rack)({ packs: [pack(2, [3.3, 3.4], 7.5)] })).toEqual({
      values: { packs: [{ address: 2 }] },
      refusals: [
        { path: 'packs.2.voltage', value: 7.5, why: 'its cells make 6.700 V, its voltage is 7.5 V' },
        { path: 'packs.2.cell_voltages', value: 6.7, why: 'its cells make 6.700 V, its voltage is 7.5 V' },
      ],
    });
    expect(judging(rack)({ packs: [pack(2, [3.3, 3.4], 6.8)] }).refusals).toEqual([]);
    expect(
      judging(rack, { 'packs.voltage': { sum: 1 } })({ packs: [pack(2, [3.3, 3.4], 7.5)] }).refusals,
    ).toEqual([]);
  });

  it('cannot be summed while a cell is not known', () => {
    expect(judging(rack)({ packs: [pack(2, [3.3, null], 6.6)] }).refusals).toEqual([]);
  });

  it('have limits of their own', () => {
    const limits = { 'packs.voltage': { max: 60 } };
    const { refusals } = judging(rack, limits)({ voltage: 70, packs: [pack(2, [], 70)] });
    expect(refusals.map(({ path }) => path)).toEqual(['packs.2.voltage']);
  });

  it('are forgotten when a stream of made-up addresses comes', () => {
    const judge = judging(rack);
    for (let address = 0; address < 2000; address++) judge({ packs: [pack(address, [3.3], 3.3)] });
    expect(judge({ packs: [pack(1999, [4.9], 4.9)] }).refusals).toHaveLength(1); // still known
    expect(judge({ packs: [pack(0, [4.9], 4.9)] }).refusals).toHaveLength(0); // forgotten
  });
});

describe('archives', () => {
  it('are judged by range and change nothing', () => {
    const judge = plausibility(meter);
    judge.judge({ temperature: 20, charged_energy: 500 }, 0);
    expect(judge.judgeArchive({ temperature: 120, charged_energy: 3 }).refusals).toEqual([]);
    expect(judge.judgeArchive({ temperature: 200 }).refusals).toHaveLength(1);
    expect(judge.judge({ temperature: 21, charged_energy: 501 }, 1000).refusals).toEqual([]);
  });
});

describe('checkLimits', () => {
  it('knows fields, fields of packs, and both with their group', () => {
    for (const name of [
      'voltage',
      'analog.voltage',
      'packs.voltage',
      'analog.packs.cell_voltages',
      'cell_voltages',
    ]) {
      expect(() => checkLimits([rack], { [name]: {} })).not.toThrow();
    }
  });

  it('names the nearest where a name is wrong', () => {
    expect(() => checkLimits([rack], { cell_voltage: { max: 4 } })).toThrow(
      expect.objectContaining({
        code: 'config',
        message: "limits of 'cell_voltage': there is no such field",
        hint: "did you mean 'cell_voltages'?",
      }),
    );
  });
});
