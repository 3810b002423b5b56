import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Field, pointsOf, type Value, type Values } from '../core/index.ts';
import { field } from '../../test/store/fixture.ts';
import { flatten, leavesOf, shapeOf } from './shape.ts';

const back = (values: Values): Values => {
  const { shape, data } = flatten(values);
  return shapeOf(shape).rebuild(leavesOf(data));
};

const scalar = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
);
const { record: anyRecord } = fc.letrec<{ value: Value; record: Values }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('record')),
  record: fc.dictionary(fc.string(), tie('value'), { maxKeys: 5, noNullPrototype: true }),
}));

describe('a snapshot taken apart and put together', () => {
  it('is the same, whatever is in it', () => {
    fc.assert(
      fc.property(anyRecord, (values) => {
        expect(back(values)).toStrictEqual(values);
      }),
    );
  });

  it.each<[string, Values]>([
    [
      'nested packs',
      {
        packs: [
          { address: 2, cell_voltages: [3.301, 3.299] },
          { address: 3, cell_voltages: [] },
        ],
        soc: 81,
      },
    ],
    ['null, and the sign of zero', { over_voltage_protection: null, current: -0, list: [-0, null] }],
    ['empty lists and records', { packs: [], extra: {}, mixed: [{}, []] }],
    [
      'names that JSON or objects treat specially',
      { 'a"b': 1, '7': 2, '3': 3, ['__proto__']: { polluted: 1 } },
    ],
    ['texts with commas and brackets', { text: '1,2],[3', word: '{"a":0}' }],
    ['large and small numbers', { a: 1e21, b: 5e-324, c: Number.MAX_SAFE_INTEGER, d: 0.1 + 0.2 }],
  ])('keeps %s', (_, values) => {
    expect(back(values)).toStrictEqual(values);
  });

  it('leaves out what is undefined or not finite; in a list it becomes null', () => {
    expect(back({ a: undefined, b: NaN, c: Infinity, d: [1, NaN] })).toStrictEqual({ d: [1, null] });
  });

  it('has one shape however long its lists of numbers are', () => {
    expect(flatten({ balancing_cells: [1, 2, 3] }).shape).toBe(flatten({ balancing_cells: [] }).shape);
  });
});

/** A rack: numbers, lists of numbers, of words and of places, and records told apart by an address. */
const RACK: readonly Field[] = [
  field('soc', 'state_of_charge', 'measurement'),
  { ...field('cell_voltages', 'cell_voltage', 'measurement') },
  { ...field('alarms', 'word', 'state') },
  {
    ...field('packs', 'count', 'measurement'),
    items: [
      field('address', 'count', 'identity'),
      field('voltage', 'voltage', 'measurement'),
      field('cell_voltages', 'cell_voltage', 'measurement'),
      field('balancing_cells', 'count', 'state'),
    ],
  },
];

const optional = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const number = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(null));
const rack = fc.record({
  soc: optional(number),
  unknown: optional(fc.integer()),
  cell_voltages: optional(fc.array(number, { maxLength: 4 })),
  alarms: optional(fc.array(fc.constantFrom('over_voltage', 'cold'), { maxLength: 2 })),
  packs: optional(
    fc.array(
      fc.record({
        address: optional(number),
        voltage: optional(number),
        cell_voltages: optional(fc.array(number, { maxLength: 3 })),
        balancing_cells: optional(fc.array(fc.integer({ min: 1, max: 16 }), { maxLength: 3 })),
      }),
      { maxLength: 3 },
    ),
  ),
});

describe('walking over the leaves', () => {
  it('finds the same paths and values as pointsOf, except those that are null', () => {
    fc.assert(
      fc.property(fc.array(rack, { minLength: 1, maxLength: 4 }), (racks) => {
        // One reader for all of one shape, as in the database: what it has learnt must not spoil the next.
        const shapes = new Map<string, ReturnType<typeof shapeOf>>();
        for (const values of racks) {
          const { shape: text, data } = flatten(values);
          const shape = shapes.get(text) ?? shapeOf(text);
          shapes.set(text, shape);
          const walked: unknown[] = [];
          shape.walk(leavesOf(data), RACK, (path, value, of) => walked.push([path, value, of.name]));
          const points = pointsOf({ name: 'rack', title: 'Rack', period: 1, fields: RACK }, values);
          expect(walked).toStrictEqual(
            points.flatMap(({ path, value, field: of }) => (value === null ? [] : [[path, value, of.name]])),
          );
        }
      }),
    );
  });
});
