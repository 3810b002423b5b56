import { describe, expect, test } from 'vitest';
import {
  counted,
  type Codec,
  CodecError,
  decode,
  encode,
  flags,
  hexDigits,
  inRange,
  list,
  opaque,
  optional,
  repeated,
  rest,
  struct,
  u16be,
  u32be,
  u8,
  when,
} from './index.ts';

function refusal(act: () => unknown): CodecError {
  try {
    act();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** The shape of a battery message: packs, each with counts in front of its lists. */
const pack = struct({ cells: counted(u8, inRange(u16be, 0, 5000), 16), cycles: u16be });
const analog = struct({ flag: u8, packs: counted(u8, pack, 4) });

describe('errors name the way to the part and its byte', () => {
  // flag 0; 2 packs; pack 0: 1 cell 3300, 7 cycles; pack 1: 15 cells of which number 14 says 65535.
  const good = [0, 2, 1, 0x0c, 0xe4, 0, 7, 15, ...Array.from({ length: 14 }, () => [0x0c, 0xe4]).flat()];

  test('when a value is out of range, deep inside', () => {
    // In front of the bad cell stand 2 + 5 + 1 + 28 = 36 bytes.
    const error = refusal(() => decode(analog, bytes(...good, 0xff, 0xff, 0, 0)));
    expect(error).toMatchObject({
      path: 'packs[1].cells[14]',
      offset: 36,
      problem: '65535 is outside 0 to 5000',
      message: 'packs[1].cells[14]: 65535 is outside 0 to 5000 at byte 36',
    });
  });

  test('when the bytes end', () => {
    expect(refusal(() => decode(analog, bytes(...good, 0x0c)))).toMatchObject({
      path: 'packs[1].cells[14]',
      offset: 36,
      problem: '2 bytes expected, 1 left',
    });
    expect(refusal(() => decode(analog, bytes(0, 1, 0)))).toMatchObject({
      path: 'packs[0].cycles',
      offset: 3,
    });
    expect(refusal(() => decode(analog, bytes()))).toMatchObject({ path: 'flag', offset: 0 });
  });

  test('when writing: the way, and no byte', () => {
    const value = { flag: 0, packs: [{ cells: [3300, -1], cycles: 7 }] };
    expect(refusal(() => encode(analog, value))).toMatchObject({
      path: 'packs[0].cells[1]',
      offset: -1,
      message: 'packs[0].cells[1]: -1 is outside 0 to 5000',
    });
  });

  test('in lists of lists and in lists to the end', () => {
    const grid = struct({ rows: list(list(hexDigits(1), 2), 2) });
    expect(refusal(() => decode(grid, new TextEncoder().encode('12x4')))).toMatchObject({
      path: 'rows[1][0]',
      offset: 2,
    });
    expect(refusal(() => decode(repeated(u16be, 9), bytes(0, 1, 2)))).toMatchObject({
      path: '[1]',
      offset: 2,
    });
    expect(refusal(() => encode(repeated(u8, 9), [1, 256]))).toMatchObject({ path: '[1]' });
  });
});

describe('bytes left over', () => {
  test('are an error with their place', () => {
    expect(refusal(() => decode(u16be, bytes(1, 2, 3, 4, 5)))).toMatchObject({
      problem: '3 bytes are left over',
      offset: 2,
      path: '',
    });
    expect(refusal(() => decode(u16be, bytes(1, 2, 3)))).toMatchObject({ offset: 2 });
  });

  test('are kept by a layout that ends with rest, and opaque keeps a known count', () => {
    const tolerant = struct({ known: u8, unexplained: opaque(2), more: rest });
    const value = { known: 1, unexplained: bytes(2, 3), more: bytes(4, 5) };
    expect(decode(tolerant, bytes(1, 2, 3, 4, 5))).toEqual(value);
    expect(encode(tolerant, value)).toEqual(bytes(1, 2, 3, 4, 5));
    expect(decode(tolerant, bytes(1, 2, 3))).toEqual({ ...value, more: bytes() });
    expect(refusal(() => encode(opaque(2), bytes(1))).problem).toBe('1 bytes, 2 expected');
  });

  test('kept bytes are a copy: whoever changes the message does not change the value', () => {
    const message = bytes(1, 2, 3);
    const kept = decode(struct({ known: opaque(1), more: rest }), message);
    message.fill(9);
    expect(kept).toEqual({ known: bytes(1), more: bytes(2, 3) });
  });
});

describe('counts', () => {
  test('larger than believed are refused before an item is read', () => {
    expect(refusal(() => decode(counted(u8, u8, 3), bytes(4, 1, 2, 3, 4)))).toMatchObject({
      problem: 'a count of 4, at most 3 is believed',
      offset: 0,
    });
    expect(decode(counted(u8, u8, 3), bytes(3, 1, 2, 3))).toEqual([1, 2, 3]);
    expect(refusal(() => encode(counted(u8, u8, 3), [1, 2, 3, 4])).problem).toBe(
      '4 items, at most 3 are allowed',
    );
  });

  test('larger than the data end with the data, however large', () => {
    // Four thousand million items would take minutes; three bytes are there.
    const huge = struct({ n: u32be, items: list(u8, (parts: { n: number }) => parts.n) });
    expect(refusal(() => decode(huge, bytes(0xff, 0xff, 0xff, 0xff, 1, 2, 3)))).toMatchObject({
      path: 'items[3]',
      offset: 7,
    });
  });

  test('to the end stop at what is believed', () => {
    expect(decode(repeated(u8, 3), bytes(1, 2, 3))).toEqual([1, 2, 3]);
    expect(refusal(() => decode(repeated(u8, 3), bytes(1, 2, 3, 4)))).toMatchObject({
      problem: 'more than 3 items',
      offset: 3,
    });
    expect(refusal(() => encode(repeated(u8, 3), [1, 2, 3, 4])).problem).toBe(
      '4 items, at most 3 are allowed',
    );
  });

  test('that come out below zero or broken are refused, not read as none', () => {
    // Six temperatures of which the last two are counted apart: with a count of 1 nothing is minus one item.
    const lessTwo = struct({ n: u8, items: list(u8, (parts: { n: number }) => parts.n - 2) });
    expect(refusal(() => decode(lessTwo, bytes(1)))).toMatchObject({
      path: 'items',
      problem: 'a count of -1',
    });
    expect(decode(lessTwo, bytes(3, 7))).toEqual({ n: 3, items: [7] });
    const halves = struct({ n: u8, items: list(u8, (parts: { n: number }) => parts.n / 2) });
    expect(refusal(() => decode(halves, bytes(3, 1, 2))).problem).toBe('a count of 1.5');
  });

  test('that do not fit the list are refused when writing', () => {
    const two = list(u8, 2);
    expect(refusal(() => encode(two, [1])).problem).toBe('1 items, 2 expected');
    const told = struct({ n: u8, items: list(u8, (parts: { n: number }) => parts.n) });
    expect(refusal(() => encode(told, { n: 2, items: [1, 2, 3] }))).toMatchObject({
      path: 'items',
      problem: '3 items, 2 expected',
    });
  });
});

describe('parts that depend on earlier ones', () => {
  const answer = struct({
    head: flags(u8, { extended: 0 }),
    extra: when((parts: { head: { extended: boolean } }) => parts.head.extended, u16be),
    last: u8,
  });

  test('are there when the earlier part says so, in both directions', () => {
    const without = { head: { extended: false, unnamed: 0 }, extra: undefined, last: 9 };
    const having = { head: { extended: true, unnamed: 0 }, extra: 258, last: 9 };
    expect(decode(answer, bytes(0, 9))).toEqual(without);
    expect(decode(answer, bytes(1, 1, 2, 9))).toEqual(having);
    expect(encode(answer, without)).toEqual(bytes(0, 9));
    expect(encode(answer, having)).toEqual(bytes(1, 1, 2, 9));
  });

  test('are refused when writing a value that does not belong, or none where one does', () => {
    const head = { extended: false, unnamed: 0 };
    expect(refusal(() => encode(answer, { head, extra: 1, last: 9 }))).toMatchObject({
      path: 'extra',
      problem: 'no value belongs here',
    });
    const extended = { extended: true, unnamed: 0 };
    expect(refusal(() => encode(answer, { head: extended, extra: undefined, last: 9 }))).toMatchObject({
      path: 'extra',
      problem: 'a value is expected here',
    });
  });

  test('see their own structure, not the one around it', () => {
    const inner = struct({ n: u8, items: list(u8, (parts: { n: number }) => parts.n) });
    const outer = struct({ n: u8, inner });
    expect(decode(outer, bytes(5, 1, 7))).toEqual({ n: 5, inner: { n: 1, items: [7] } });
  });

  test('do not compile in a structure that lacks what they need', () => {
    const needy = list(u8, (parts: { count: number }) => parts.count);
    // @ts-expect-error -- there is no part `count`
    const lacking: unknown = struct({ size: u8, items: needy });
    // @ts-expect-error -- `count` is no number
    const mistyped: unknown = struct({ count: opaque(1), items: needy });
    // @ts-expect-error -- alone, outside a structure, there are no parts at all
    const alone: Codec<number[]> = needy;
    expect([lacking, mistyped, alone]).toHaveLength(3);
    expect(decode(struct({ count: u8, items: needy }), bytes(2, 5, 6)).items).toEqual([5, 6]);
  });
});

test('optional reads what is there and nothing where the bytes end', () => {
  const versioned = struct({ a: u8, b: optional(u16be) });
  expect(decode(versioned, bytes(1))).toEqual({ a: 1, b: undefined });
  expect(decode(versioned, bytes(1, 2, 3))).toEqual({ a: 1, b: 515 });
  expect(encode(versioned, { a: 1, b: undefined })).toEqual(bytes(1));
  expect(refusal(() => decode(versioned, bytes(1, 2)))).toMatchObject({ path: 'b', offset: 1 });
});

test('a structure reads its parts in the order written', () => {
  const order: string[] = [];
  const noted = (name: string): Codec<number> => ({
    ...u8,
    decode: (from, parts) => {
      order.push(name);
      return u8.decode(from, parts);
    },
  });
  expect(decode(struct({ z: noted('z'), a: noted('a'), m: noted('m') }), bytes(1, 2, 3))).toEqual({
    z: 1,
    a: 2,
    m: 3,
  });
  expect(order).toEqual(['z', 'a', 'm']);
});
