import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  annotate,
  type AnyCodec,
  type Codec,
  CodecError,
  constant,
  counted,
  decimal,
  decode,
  encode,
  fixedText,
  flags,
  hexDigits,
  i16be,
  i16le,
  i32be,
  i8,
  inRange,
  list,
  nullAt,
  oneOf,
  opaque,
  optional,
  reader,
  repeated,
  rest,
  scaled,
  shifted,
  struct,
  u16be,
  u16le,
  u24be,
  u32be,
  u32le,
  u8,
  when,
} from './index.ts';

/**
 * Laws that hold for every codec, tried on each combinator alone, and in front of, behind and inside others.
 * The values come from generators here, never from the codec.
 */

interface Case {
  readonly name: string;
  readonly codec: AnyCodec;
  readonly values: fc.Arbitrary<unknown>;
  /** True where the layout ends with whatever the bytes end with: a prefix may then be a whole value too. */
  readonly open?: boolean;
  /** Which bytes are written as they were read, where a codec reads more spellings than it writes. */
  readonly canonical?: (bytes: Uint8Array) => boolean;
  /** Bytes likely to be read, where few random ones are. */
  readonly bytes?: fc.Arbitrary<Uint8Array>;
}

function of<T>(
  name: string,
  codec: Codec<T>,
  values: fc.Arbitrary<T>,
  more: Pick<Case, 'open' | 'canonical' | 'bytes'> = {},
): Case {
  return { name, codec, values, ...more };
}

const whole = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });
const signedWhole = (bits: number): fc.Arbitrary<number> =>
  fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const blob = (min: number, max: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: min, maxLength: max });
const latin = (length: number): fc.Arbitrary<string> =>
  blob(length, length).map((bytes) => String.fromCharCode(...bytes));
const among = (characters: string, max: number): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.constantFrom(...characters.split('')), { minLength: 1, maxLength: max })
    .map((drawn) => Uint8Array.from(drawn.join(''), (character) => character.charCodeAt(0)));

const relay = { off: 0, on: 1, broken: 200 } as const;
const alarms = { low: 0, high: 3, top: 7 } as const;
const alarmBits: fc.Arbitrary<{ low: boolean; high: boolean; top: boolean; unnamed: number }> = fc.record({
  low: fc.boolean(),
  high: fc.boolean(),
  top: fc.boolean(),
  // bits 1, 2, 4, 5, 6 have no name: 0b0111_0110
  unnamed: whole(8).map((byte) => byte & 0b0111_0110),
});
const pair = struct({ cells: u8, voltage: scaled(u16be, 1000) });
const pairs = fc.record({ cells: whole(8), voltage: whole(16).map((raw) => raw / 1000) });
const pack = struct({
  kind: inRange(u8, 0, 3),
  cells: list(u16be, (parts: { kind: number }) => parts.kind),
  extra: when((parts: { kind: number }) => parts.kind === 2, u8),
});
const packs = fc.integer({ min: 0, max: 3 }).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    cells: fc.array(whole(16), { minLength: kind, maxLength: kind }),
    extra: kind === 2 ? whole(8) : fc.constant(undefined),
  }),
);

const cases: readonly Case[] = [
  of('u8', u8, whole(8)),
  of('i8', i8, signedWhole(8)),
  of('u16be', u16be, whole(16)),
  of('u16le', u16le, whole(16)),
  of('i16be', i16be, signedWhole(16)),
  of('i16le', i16le, signedWhole(16)),
  of('u24be', u24be, whole(24)),
  of('u32be', u32be, whole(32)),
  of('u32le', u32le, whole(32)),
  of('i32be', i32be, signedWhole(32)),
  of(
    'decimal',
    decimal(','),
    fc.maxSafeInteger().map((n) => Math.abs(n) % 10 ** 15),
    {
      canonical: (bytes) => bytes.length === 2 || bytes[0] !== 0x30,
      bytes: among('0123456789,', 18),
    },
  ),
  of('hexDigits of an even length', hexDigits(4), whole(16), {
    canonical: (bytes) => bytes.every((byte) => byte < 0x61),
    bytes: among('0123456789ABCDEFabcdefG', 6),
  }),
  of('hexDigits of the greatest length', hexDigits(13), fc.integer({ min: 0, max: 16 ** 13 - 1 }), {
    canonical: (bytes) => bytes.every((byte) => byte < 0x61),
    bytes: among('0123456789ABCDEF', 16),
  }),
  of('fixedText', fixedText(5), latin(5)),
  of(
    'scaled',
    scaled(i16be, 100),
    signedWhole(16).map((raw) => raw / 100),
  ),
  of(
    'scaled of four bytes',
    scaled(u32be, 1000),
    whole(32).map((raw) => raw / 1000),
  ),
  of(
    'shifted',
    shifted(u8, 100),
    whole(8).map((raw) => raw - 100),
  ),
  of(
    'shifted, then scaled',
    scaled(shifted(u16be, 2731), 10),
    whole(16).map((raw) => (raw - 2731) / 10),
  ),
  of('inRange', inRange(u8, 10, 20), fc.integer({ min: 10, max: 20 })),
  of('nullAt', nullAt(u8, 255), fc.option(fc.integer({ min: 0, max: 254 }))),
  of('nullAt of text', nullAt(fixedText(2), '--'), fc.option(latin(2).filter((text) => text !== '--'))),
  of('oneOf', oneOf(u8, relay), fc.constantFrom('off', 'on', 'broken')),
  of('flags', flags(u8, alarms), alarmBits),
  of(
    'flags of 32 bits',
    flags(u32be, { lowest: 0, highest: 31 }),
    fc.record({
      lowest: fc.boolean(),
      highest: fc.boolean(),
      unnamed: whole(30).map((bits) => bits * 2), // bits 1 to 30
    }),
  ),
  of(
    'flags of a signed number',
    flags(i8, { lowest: 0 }),
    fc.record({ lowest: fc.boolean(), unnamed: signedWhole(7).map((half) => half * 2) }),
  ),
  of('constant', constant(u8, 0x46), fc.constant(0x46 as const)),
  of('annotate', annotate(u16be, { title: 'Voltage' }), whole(16)),
  of('struct', pair, pairs),
  of('struct whose parts depend on others', pack, packs),
  of('list', list(u16be, 3), fc.array(whole(16), { minLength: 3, maxLength: 3 })),
  of('list of structures', list(pair, 2), fc.array(pairs, { minLength: 2, maxLength: 2 })),
  of('counted', counted(u8, u16be, 6), fc.array(whole(16), { maxLength: 6 })),
  of('counted of packs', counted(u8, pack, 4), fc.array(packs, { maxLength: 4 })),
  of('opaque', opaque(4), blob(4, 4)),
  of('optional', optional(u16be), fc.option(whole(16), { nil: undefined }), { open: true }),
  of('repeated', repeated(u16be, 5), fc.array(whole(16), { maxLength: 5 }), { open: true }),
  of('rest', rest, blob(0, 9), { open: true }),
  of(
    'struct with an open end',
    struct({ head: pair, unknown: rest }),
    fc.record({ head: pairs, unknown: blob(0, 5) }),
    { open: true },
  ),
];

/** Bytes at random, and bytes of true values with one of them changed: the second reach deeper. */
function bytesFor(one: Case): fc.Arbitrary<Uint8Array> {
  const spoiled = fc
    .tuple(one.values, fc.nat(40), whole(8))
    .map(([value, at, byte]) => encode(one.codec, value).map((was, index) => (index === at ? byte : was)));
  return fc.oneof(blob(0, 20), spoiled, one.bytes ?? spoiled);
}

/** Reads from the start of the bytes; what was read and how many bytes it took, or the error. */
function attempt(
  codec: AnyCodec,
  bytes: Uint8Array,
  end = bytes.length,
): { value: unknown; used: number } | Error {
  const from = reader(bytes, 0, end);
  try {
    const value: unknown = codec.decode(from, undefined);
    return { value, used: from.at };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error;
  }
}

describe.each(cases)('$name', (one) => {
  const { codec, values } = one;

  test('gives a value back that it wrote', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decode(codec, encode(codec, value))).toEqual(value);
      }),
    );
  });

  test('writes the bytes back that it read', () => {
    let read = 0;
    fc.assert(
      fc.property(bytesFor(one), (bytes) => {
        const got = attempt(codec, bytes);
        if (got instanceof Error) return;
        const used = bytes.slice(0, got.used);
        if (one.canonical?.(used) === false) return;
        read++;
        expect(encode(codec, got.value)).toEqual(used);
      }),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(20); // or nothing was proved
  });

  test('throws nothing but a CodecError, whatever the bytes', () => {
    fc.assert(
      fc.property(bytesFor(one), (bytes) => {
        const got = attempt(codec, bytes);
        if (!(got instanceof Error)) return;
        if (!(got instanceof CodecError)) throw got;
        const { offset } = got;
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  test('never looks behind the end of a slice', () => {
    fc.assert(
      fc.property(bytesFor(one), fc.oneof(blob(1, 9), among('0,', 3)), (bytes, behind) => {
        const larger = Uint8Array.from([...bytes, ...behind]);
        const alone = attempt(codec, bytes);
        const inside = attempt(codec, larger, bytes.length);
        if (alone instanceof Error) expect(inside).toEqual(alone);
        else expect(inside).toEqual({ value: alone.value, used: alone.used });
      }),
    );
  });

  test('is a frozen object that says what it reads', () => {
    expect(Object.isFrozen(codec)).toBe(true);
    expect(codec.layout.text).not.toBe('');
  });

  if (one.open === true) return; // what follows does not hold where the end of the bytes is the end of the value

  test('takes no proper prefix of a value for a value', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(codec, value);
        for (let length = 0; length < bytes.length; length++) {
          expect(attempt(codec, bytes.slice(0, length))).toBeInstanceOf(CodecError);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('keeps both ways between other parts, and many times over', () => {
    const between: AnyCodec = struct({ before: u16le, it: codec, after: u8 });
    const many: AnyCodec = struct({ some: counted(u8, codec, 4), pairOf: list(codec, 2) });
    fc.assert(
      fc.property(
        whole(16),
        values,
        whole(8),
        fc.array(values, { maxLength: 4 }),
        (before, it, after, some) => {
          const one = { before, it, after };
          expect(decode(between, encode(between, one))).toEqual(one);
          const more = { some, pairOf: [it, it] };
          expect(decode(many, encode(many, more))).toEqual(more);
        },
      ),
    );
  });
});
