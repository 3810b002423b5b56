import { describe, expect, test } from 'vitest';
import { complete } from './field.ts';
import { flatNames, numbersOf, type Over, percent, rackView, together } from './rack.ts';
import type { Value, Values } from './snapshot.ts';

/** A record of a pack, as every maker's is. */
const pack = (address: number, of: Values = {}): Values => ({
  address,
  cell_voltages: [3.3, 3.31, 3.32],
  temperatures: [20, 21],
  voltage: 9.93,
  current: 5,
  power: 49.65,
  remaining_capacity: 30,
  full_capacity: 50,
  ...of,
});

const view = (...packs: readonly Values[]): Values => complete({ packs }, rackView('packs'), {});

describe('the view of a rack', () => {
  test('totals are over the packs that answered', () => {
    const rack = view(
      pack(2),
      pack(3, { voltage: 9.97, current: -2.5, power: -24.925, remaining_capacity: 20 }),
    );
    expect(rack).toMatchObject({
      pack_count: 2,
      voltage: 9.95, // (9.93 + 9.97) / 2
      current: 2.5, // 5 − 2.5
      power: 24.725, // 49.65 − 24.925
      remaining_capacity: 50,
      full_capacity: 100,
      soc: 50,
    });
  });

  test('the weakest and the strongest cell, with pack and place, and how far they are apart', () => {
    const rack = view(
      pack(2),
      pack(3, { cell_voltages: [3.31, 3.295, 3.3] }),
      pack(4, { cell_voltages: [3.3, 3.3, 3.352] }),
    );
    expect(rack).toMatchObject({
      cell_voltage_lowest: 3.295,
      cell_voltage_lowest_pack: 3,
      cell_voltage_lowest_cell: 2,
      cell_voltage_highest: 3.352,
      cell_voltage_highest_pack: 4,
      cell_voltage_highest_cell: 3,
      cell_voltage_spread: 0.057,
    });
  });

  test('of equal cells the first one counts', () => {
    const rack = view(pack(2, { cell_voltages: [3.3, 3.3] }), pack(3, { cell_voltages: [3.3, 3.3] }));
    expect(rack).toMatchObject({
      cell_voltage_lowest_pack: 2,
      cell_voltage_lowest_cell: 1,
      cell_voltage_highest_pack: 2,
      cell_voltage_highest_cell: 1,
      cell_voltage_spread: 0,
    });
  });

  test('a cell or a sensor that is not there is neither the lowest nor the coldest', () => {
    const rack = view(pack(2, { cell_voltages: [null, 3.3, 3.31], temperatures: [null, 18, 25] }));
    expect(rack).toMatchObject({
      cell_voltage_lowest: 3.3,
      cell_voltage_lowest_cell: 2,
      temperature_lowest: 18,
      temperature_highest: 25,
    });
  });

  test('what one pack does not say, the rack does not know: no total is too small', () => {
    const rack = view(pack(2), pack(3, { full_capacity: undefined, current: null }));
    for (const name of ['full_capacity', 'soc', 'current']) expect(rack[name], name).toBeUndefined();
    expect(rack).toMatchObject({ remaining_capacity: 60, pack_count: 2 });
  });

  test('without packs there is nothing but their number', () => {
    const rack = view();
    expect(Object.entries(rack).filter(([, value]) => value !== undefined)).toEqual([
      ['packs', []],
      ['pack_count', 0],
    ]);
  });
});

describe('a field of all packs', () => {
  const info = { title: '', quantity: 'number', kind: 'state' } as const;
  const over = (rule: Over, ...values: readonly (Value | undefined)[]): Value | undefined =>
    together('packs', 'is', rule, info).from({ packs: values.map((value) => ({ is: value })) }, {});

  test.each<[Over, readonly (Value | undefined)[], Value | undefined]>([
    ['sum', [0.1, 0.2], 0.3],
    ['mean', [1, 2, 6], 3],
    ['lowest', [3, -1, 2], -1],
    ['highest', [3, -1, 2], 3],
    ['first', ['a', 'b'], 'a'],
    ['any', [false, true], true],
    ['any', [false, false], false],
    ['all', [true, false], false],
    ['all', [true, true], true],
    // one pack that does not say it leaves it open
    ['sum', [1, undefined], undefined],
    ['lowest', [1, null], undefined],
    ['any', [true, undefined], undefined],
    ['all', [true, null], undefined],
    ['sum', [], undefined],
    ['all', [], undefined],
    ['first', [], undefined],
  ])('%s of %j', (rule, values, expected) => {
    expect(over(rule, ...values)).toBe(expected);
  });

  test('words are told with their packs', () => {
    const rule = flatNames('packs', 'protections', info);
    const packs = [
      { address: 2, protections: ['cell_under_voltage', 'discharge_over_current'] },
      { address: 3, protections: [] },
      { protections: ['buzzer'] },
    ];
    expect(rule.from({ packs }, {})).toEqual([
      'pack 2: cell_under_voltage',
      'pack 2: discharge_over_current',
      'pack ?: buzzer',
    ]);
  });

  test('numbers only where every pack has one', () => {
    expect(numbersOf([{ a: 1 }, { a: 2 }], 'a')).toEqual([1, 2]);
    expect(numbersOf([{ a: 1 }, { a: '2' }], 'a')).toBeUndefined();
    expect(numbersOf([], 'a')).toBeUndefined();
  });
});

test.each([
  [50, 100, 50],
  [1, 3, 33.333],
  [0, 100, 0],
  [100.5, 100, 100], // a rounding of the pack
  [102, 100, undefined], // cannot be true
  [-1, 100, undefined],
  [1, 0, undefined],
  [undefined, 100, undefined],
  [1, undefined, undefined],
])('%s of %s is %s percent', (part, whole, expected) => {
  expect(percent(part, whole)).toBe(expected);
});
