import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockOf, computed, percentOf, product, sensor, signed, tidy, wordOf } from './derive.ts';
import type { FieldInfo } from './field.ts';
import type { Value, Values } from './snapshot.ts';

const info: FieldInfo = { title: 'Anything', quantity: 'number', kind: 'measurement' };

test('tidy rounds the dust of binary fractions off and knows no minus zero', () => {
  expect(12.6 * 5.1).not.toBe(64.26); // which is why
  expect(tidy(12.6 * 5.1)).toBe(64.26);
  expect(Object.is(tidy(-0.000_000_1), 0)).toBe(true);
  expect(tidy(1.23456, 2)).toBe(1.23);
});

describe('product', () => {
  const power = product('voltage', 'current', info);

  test('multiplies, says so, and is unknown when a factor is', () => {
    // The KG140F of the juntek_kg README: 53.66 V, 54.10 A.
    expect(power.from({ voltage: 53.66, current: 54.1 }, {})).toBe(2903.006);
    expect(power.formula).toBe('voltage × current');
    expect(power.from({ voltage: 53.66 }, {})).toBeUndefined();
    expect(power.from({ voltage: null, current: 1 }, {})).toBeUndefined();
    expect(power.from({ voltage: '53', current: 1 }, {})).toBeUndefined();
    expect(power.from({ voltage: 0, current: -1 }, {})).toBe(0);
  });
});

describe('signed', () => {
  const words = { positive: 'charging', negative: 'discharging' };
  const current = signed('magnitude', 'direction', words, info);

  test('gives a magnitude the sign of the word beside it', () => {
    expect(current.from({ magnitude: 0.93, direction: 'discharging' }, {})).toBe(-0.93);
    expect(current.from({ magnitude: 54.1, direction: 'charging' }, {})).toBe(54.1);
    expect(current.from({ magnitude: 0, direction: 'discharging' }, {})).toBe(0);
  });

  test('is unknown without the magnitude, and without the word: half the amperes would have the wrong sign', () => {
    expect(current.from({ direction: 'charging' }, {})).toBeUndefined();
    expect(current.from({ magnitude: 1 }, {})).toBeUndefined();
    expect(current.from({ magnitude: 1, direction: null }, {})).toBeUndefined();
  });

  test('goes back to magnitude and word', () => {
    expect(current.to?.(-0.93, {}, {})).toEqual({ magnitude: 0.93, direction: 'discharging' });
    expect(current.to?.(2, {}, {})).toEqual({ magnitude: 2, direction: 'charging' });
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: 99_999 }), (raw) => {
        const value = raw / 100;
        expect(current.from(current.to?.(value, {}, {}) ?? {}, {})).toBe(value);
      }),
    );
  });
});

describe('percentOf', () => {
  const soc = percentOf('remaining', { group: 'configured', field: 'full' }, info);
  const of = (remaining: Value | undefined, full: Value | undefined): Value | undefined =>
    soc.from({ remaining }, { configured: { full } });

  test('is the share of the whole, in percent', () => {
    expect(of(124.123, 127.5)).toBe(97.351); // 124.123 / 127.5 = 0.973513...
    expect(of(27.728, 30)).toBe(92.427); // 0.924266...
    expect(of(0, 30)).toBe(0);
  });

  test('is clamped a little above 100 and below 0, and unknown above 101, where it cannot be true', () => {
    expect(of(30.1, 30)).toBe(100); // 100.33 %
    expect(of(30.4, 30)).toBeUndefined(); // 101.33 %: a spike of the meter
    expect(of(-0.1, 30)).toBe(0);
  });

  test('is unknown until the whole is known, and with a whole of nothing', () => {
    expect(soc.from({ remaining: 1 }, {})).toBeUndefined();
    expect(of(1, 0)).toBeUndefined();
    expect(of(0, 0)).toBeUndefined();
    expect(of(1, null)).toBeUndefined();
    expect(of(undefined, 30)).toBeUndefined();
  });

  test('goes back to the part', () => {
    expect(soc.to?.(50, {}, { configured: { full: 30 } })).toEqual({ remaining: 15 });
  });
});

describe('wordOf', () => {
  const output = wordOf('code', { on: [0], over_voltage: [1], off: [255, 99] }, info);

  test('names a code, several of which may mean the same, and is unknown for others', () => {
    const named = (code: Value): Value | undefined => output.from({ code }, {});
    expect([0, 1, 255, 99, 57, null].map(named)).toEqual([
      'on',
      'over_voltage',
      'off',
      'off',
      undefined,
      undefined,
    ]);
    expect(output.formula).toBe('code: 0 on, 1 over_voltage, 255 or 99 off');
  });

  test('goes back to the first code of a word', () => {
    expect(output.to?.('off', {}, {})).toEqual({ code: 255 });
    expect(output.to?.('ajar', {}, {})).toEqual({});
    expect(output.to?.('constructor', {}, {})).toEqual({});
  });
});

test('sensor takes the offset off and is unknown outside what can be measured', () => {
  // Juntek: raw 100 is 0 °C; the sensor measures -20 to 120 °C.
  const temperature = sensor('raw', 100, { lowest: -20, highest: 120 }, info);
  const at = (raw: Value | undefined): Value | undefined => temperature.from({ raw }, {});
  expect([134, 80, 220, 79, 221].map(at)).toEqual([34, -20, 120, undefined, undefined]);
  expect(at(undefined)).toBeUndefined();
  expect(temperature.to?.(-5.4, {}, {})).toEqual({ raw: 95 });
});

test('computed applies its rule to a number and to nothing else', () => {
  const relay = computed('raw', 'closed when 1', (value) => (value === 1 ? 'closed' : 'open'), info);
  expect(relay.from({ raw: 1 }, {})).toBe('closed');
  expect(relay.from({ raw: 0 }, {})).toBe('open');
  expect(relay.from({}, {})).toBeUndefined();
  expect(relay.from({ raw: '1' }, {})).toBeUndefined();
});

describe('clockOf', () => {
  const clock = clockOf('date', 'time', info);
  const at = (values: Values): Value | undefined => clock.from(values, {});

  test('puts lost leading zeros back', () => {
    expect(at({ date: 230_208, time: 112_418 })).toBe('2023-02-08T11:24:18'); // KH manual p. 29
    expect(at({ date: 230_208, time: 5 })).toBe('2023-02-08T00:00:05');
    expect(at({ date: 10_203, time: 0 })).toBe('2001-02-03T00:00:00');
  });

  test('is unknown for a clock that was never set, and for what is no date or time', () => {
    expect(at({ date: 101, time: 0 })).toBeUndefined();
    expect(at({ date: 231_308, time: 0 })).toBeUndefined(); // month 13
    expect(at({ date: 230_231, time: 0 })).toBeUndefined(); // 31 February
    expect(at({ date: 230_208, time: 246_000 })).toBeUndefined();
    expect(at({ date: 1_230_208, time: 0 })).toBeUndefined();
    expect(at({ date: 230_208.5, time: 0 })).toBeUndefined();
    expect(at({ date: 240_229, time: 235_959 })).toBe('2024-02-29T23:59:59');
    expect(at({ time: 0 })).toBeUndefined();
    expect(at({ date: 230_208 })).toBeUndefined();
  });
});
