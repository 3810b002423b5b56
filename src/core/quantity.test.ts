import { describe, expect, test } from 'vitest';
import { format, quantities, quantity, type QuantityName, stateClass } from './quantity.ts';

describe('format', () => {
  test.each<readonly [unknown, QuantityName, string]>([
    [53.66, 'voltage', '53.66 V'],
    [12, 'voltage', '12.00 V'], // the digits say how fine it was measured
    [3.3, 'cell_voltage', '3.300 V'],
    [-0.93, 'current', '-0.93 A'],
    [-0.004, 'current', '0.00 A'], // never "-0.00"
    [0, 'current', '0.00 A'],
    [-0, 'power', '0.0 W'],
    [2903.006, 'power', '2903.0 W'],
    [416.983, 'charge', '416.983 Ah'],
    [99.28, 'state_of_charge', '99.3 %'],
    [42.77, 'resistance', '42.77 mΩ'],
    [88_851, 'duration', '88851 s'],
    [0.5, 'count', '1'], // a count has no half
    [7, 'count', '7'],
    [1.1, 'number', '1.10'],
    [3, 'number', '3'],
    [-3, 'number', '-3'],
    ['charging', 'word', 'charging'],
    ['2023-02-08T11:24:18', 'time', '2023-02-08T11:24:18'],
    [true, 'flag', 'yes'],
    [false, 'flag', 'no'],
    [6, 'text', '6'],
    [[3.3, 3.301], 'cell_voltage', '3.300 V  3.301 V'],
    [[3.3, null], 'cell_voltage', '3.300 V  –'],
    [null, 'voltage', '–'],
    [undefined, 'voltage', '–'],
    [{ a: 1 }, 'text', '{"a":1}'],
  ])('%j as %s is %j', (value, name, printed) => {
    expect(format(value, name)).toBe(printed);
  });
});

describe('the table', () => {
  test('converts to the base units of Prometheus: kWh and Wh to one, % to a ratio, minutes to seconds', () => {
    const inMetricUnits = (value: number, name: QuantityName): number =>
      value * (quantity(name).metricScale ?? 1);
    expect(quantity('energy').metric).toBe(quantity('watt_hours').metric);
    expect(inMetricUnits(1.5, 'energy')).toBe(inMetricUnits(1500, 'watt_hours'));
    expect(inMetricUnits(50, 'state_of_charge')).toBe(0.5);
    expect(inMetricUnits(2, 'minutes')).toBe(inMetricUnits(120, 'duration'));
    expect(inMetricUnits(500, 'resistance')).toBe(0.5);
  });

  test('claims no Home Assistant class for units that none has', () => {
    // Home Assistant 2026.9 knows no device class in Ah or mΩ; one that does not fit loses the whole entity.
    expect([quantity('charge').deviceClass, quantity('resistance').deviceClass]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('gives a unit to numbers only', () => {
    for (const [name, row] of Object.entries(quantities)) {
      if (row.form !== 'number') expect([name, row.unit]).toEqual([name, '']);
    }
  });
});

describe('stateClass', () => {
  test.each([
    ['measurement', 'voltage', 'measurement'],
    ['counter', 'energy', 'total_increasing'],
    ['counter', 'count', 'total_increasing'],
    ['setting', 'voltage', undefined], // a limit is no measurement
    ['identity', 'number', undefined],
    ['raw', 'number', undefined],
    ['state', 'word', undefined],
    ['measurement', 'word', undefined], // words have no statistics
    ['counter', 'text', undefined],
    ['measurement', 'time', undefined],
  ] as const)('of a %s in %s is %s', (kind, name, expected) => {
    expect(stateClass(kind, name)).toBe(expected);
  });
});
