import { describe, expect, test } from 'vitest';
import { layoutText, list, optional, scaled, struct, u16be, u8 } from '../codec/index.ts';
import { product } from './derive.ts';
import { complete, type Derived, field, fieldsOf, isFieldInfo, numberIn } from './field.ts';

const voltage = {
  title: 'Voltage',
  quantity: 'voltage',
  kind: 'measurement',
  role: 'battery_voltage',
} as const;

describe('fieldsOf', () => {
  test('lists the parts with a meaning, in order, with where they stand', () => {
    const body = struct({
      filler: u8,
      voltage: field(scaled(u16be, 100), voltage),
      cells: field(list(u16be, 2), { title: 'Cells', quantity: 'cell_voltage', kind: 'measurement' }),
    });
    expect(fieldsOf(body.layout, layoutText)).toEqual([
      { ...voltage, name: 'voltage', source: '16-bit unsigned big-endian ÷ 100' },
      {
        title: 'Cells',
        quantity: 'cell_voltage',
        kind: 'measurement',
        name: 'cells',
        source: '16-bit unsigned big-endian 2 times',
      },
    ]);
  });

  test('finds a field inside a wrapper, and does not take the meaning of an item for that of its list', () => {
    const body = struct({
      items: list(field(u8, voltage), 2),
      maybe: optional(field(u8, voltage)),
    });
    expect(fieldsOf(body.layout, layoutText).map((found) => found.name)).toEqual(['maybe']);
  });

  test('has none where there are no parts', () => {
    expect(fieldsOf(u8.layout, layoutText)).toEqual([]);
  });
});

test('isFieldInfo tells what `field` wrote from a plain note', () => {
  expect(isFieldInfo(voltage)).toBe(true);
  expect(isFieldInfo({ title: 'Voltage' })).toBe(false);
  expect(isFieldInfo(undefined)).toBe(false);
});

describe('complete', () => {
  const info = { title: 'Power', quantity: 'power', kind: 'measurement' } as const;
  const power = product('voltage', 'current', info);
  const double: Derived = {
    ...info,
    formula: 'power × 2',
    from: (own) => {
      const value = numberIn(own, 'power');
      return value === undefined ? undefined : value * 2;
    },
  };
  const other: Derived = { ...info, formula: 'other.x', from: (_, all) => all.other?.x };

  test('adds what follows from the own values, from derived ones before it, and from other groups', () => {
    const derived = { power, double, other };
    expect(complete({ voltage: 2, current: 3 }, derived, { other: { x: 'here' } })).toEqual({
      voltage: 2,
      current: 3,
      power: 6,
      double: 12,
      other: 'here',
    });
  });

  test('leaves out what is unknown, and does not touch what it was given', () => {
    const own = { voltage: 2 };
    expect(complete(own, { power, double }, {})).toStrictEqual({ voltage: 2 });
    expect(complete(own, { other }, { other: { x: null } })).toStrictEqual({ voltage: 2, other: null });
    expect(own).toStrictEqual({ voltage: 2 });
  });
});
