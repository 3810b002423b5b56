import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  annotate,
  counted,
  decimal,
  explain,
  type Explained,
  fixedText,
  flags,
  hexDigits,
  inRange,
  list,
  nullAt,
  oneOf,
  opaque,
  optional,
  repeated,
  rest,
  scaled,
  struct,
  u16be,
  u8,
  when,
} from './index.ts';

const pack = struct({
  cells: counted(u8, scaled(u16be, 1000), 8),
  status: flags(u8, { charging: 0, discharging: 1 }),
});
const message = struct({
  kind: inRange(u8, 0, 3),
  kind_more: when((parts: { kind: number }) => parts.kind === 1, u8),
  packs: list(pack, (parts: { kind: number }) => parts.kind),
  name: fixedText(2),
  tail: repeated(struct({ id: u8, unknown: opaque(1) }), 3),
});

const short = (row: Explained): unknown[] => [row.path, row.start, row.end, row.value];

/** From the first byte to the last, each exactly once. */
function expectCover(rows: readonly Explained[], length: number): void {
  let at = 0;
  for (const row of rows) {
    expect(row.start, `start of ${row.path}`).toBe(at);
    expect(row.end).toBeGreaterThanOrEqual(row.start);
    at = row.end;
  }
  expect(at).toBe(length);
}

describe('explain', () => {
  test('gives one row for each part that is no structure or list, with its bytes, value and layout', () => {
    const bytes = Uint8Array.of(1, 5, 2, 0x0c, 0xe4, 0x0c, 0xe5, 0b101, 0x4b, 0x47, 7, 8, 9, 10);
    const { rows, value, error } = explain(message, bytes);
    expect(error).toBeUndefined();
    expect(value?.packs[0]?.cells).toEqual([3.3, 3.301]);
    expect(rows.map(short)).toEqual([
      ['kind', 0, 1, 1],
      ['kind_more', 1, 2, 5],
      ['packs[0].cells[0]', 3, 5, 3.3],
      ['packs[0].cells[1]', 5, 7, 3.301],
      ['packs[0].status', 7, 8, { charging: true, discharging: false, unnamed: 4 }],
      ['name', 8, 10, 'KG'],
      ['tail[0].id', 10, 11, 7],
      ['tail[0].unknown', 11, 12, Uint8Array.of(8)],
      ['tail[1].id', 12, 13, 9],
      ['tail[1].unknown', 13, 14, Uint8Array.of(10)],
    ]);
    expect(rows[2]?.layout?.text).toBe('÷ 1000');
  });

  test('gives a row to a part whose name begins as that of an empty part in front of it', () => {
    // `kind_more` is not there and takes no byte; `kind` must not be mistaken for the whole around it.
    const tricky = struct({
      is: u8,
      kind_more: when((parts: { is: number }) => parts.is === 1, u8),
      kind: u8,
    });
    expect(explain(tricky, Uint8Array.of(0, 9)).rows.map(short)).toEqual([
      ['is', 0, 1, 0],
      ['kind_more', 1, 1, undefined],
      ['kind', 1, 2, 9],
    ]);
  });

  test('ends with the part that could not be read, whose row begins where the part begins', () => {
    const numbers = struct({ voltage: decimal(','), current: decimal(','), rest });
    const { rows, value, error } = explain(numbers, new TextEncoder().encode('5366,54x0,1,'));
    expect(value).toBeUndefined();
    expect(error).toMatchObject({ path: 'current', offset: 7 }); // the x
    expect(rows.map(({ path, start, end, problem }) => [path, start, end, problem])).toEqual([
      ['voltage', 0, 5, undefined],
      ['current', 5, 12, "',' is expected behind a number"],
    ]);
    expect(rows[1]).not.toHaveProperty('layout');
  });

  test('shows bytes that are left over as a row of their own', () => {
    const { rows, error } = explain(struct({ a: u8 }), Uint8Array.of(1, 2, 3));
    expect(error?.problem).toBe('2 bytes are left over');
    expect(rows.map(({ path, start, end, problem }) => [path, start, end, problem])).toEqual([
      ['a', 0, 1, undefined],
      ['', 1, 3, '2 bytes are left over'],
    ]);
  });

  test('shows an error in the program as what it is', () => {
    const broken = annotate(u8, { title: 'broken' });
    const thrower = {
      ...broken,
      decode: () => {
        throw new TypeError('not the fault of the bytes');
      },
    };
    expect(() => explain(thrower, Uint8Array.of(1))).toThrow(TypeError);
  });
});

describe('rows cover every byte once', () => {
  // A count that stands inside `counted` belongs to no part; these layouts have none.
  const covered = struct({
    a: u8,
    ab: when((parts: { a: number }) => parts.a % 2 === 1, u16be),
    items: list(
      struct({ x: nullAt(u8, 255), y: oneOf(u8, { no: 0, yes: 1 }) }),
      (parts: { a: number }) => parts.a % 4,
    ),
    hex: hexDigits(2),
    maybe: optional(u8),
    tail: repeated(u16be, 4),
  });

  test('whatever the bytes are, and wherever reading fails', () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x30, 0x41), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 24 }), (drawn) => {
        const { rows } = explain(covered, Uint8Array.from(drawn));
        expectCover(rows, drawn.length);
      }),
      { numRuns: 1000 },
    );
  });

  test('when a good message is cut short at any byte', () => {
    const bytes = Uint8Array.of(3, 1, 2, 5, 0, 6, 1, 255, 0, 0x41, 0x42, 9, 1, 2, 3, 4);
    expect(explain(covered, bytes).error).toBeUndefined();
    for (let length = 0; length <= bytes.length; length++) {
      expectCover(explain(covered, bytes.slice(0, length)).rows, length);
    }
  });
});
