import { describe, expect, test } from 'vitest';
import {
  type Codec,
  CodecError,
  decode,
  encode,
  i16be,
  i16le,
  i32be,
  i8,
  u16be,
  u16le,
  u24be,
  u32be,
  u32le,
  u8,
} from './index.ts';

/** Bytes beside the numbers they stand for: positional notation and two's complement worked out by hand. */
const written: readonly (readonly [string, Codec<number>, readonly number[], number])[] = [
  ['u8', u8, [0x00], 0],
  ['u8', u8, [0xff], 255],
  ['i8', i8, [0x7f], 127],
  ['i8', i8, [0x80], -128],
  ['i8', i8, [0xff], -1],
  ['u16be', u16be, [0x12, 0x34], 0x12 * 256 + 0x34],
  ['u16le', u16le, [0x12, 0x34], 0x34 * 256 + 0x12],
  ['i16be', i16be, [0xfa, 0x0d], 0xfa0d - 0x10000], // -1523: -15.23 A of a pack
  ['i16be', i16be, [0x80, 0x00], -32768],
  ['i16le', i16le, [0x0d, 0xfa], 0xfa0d - 0x10000],
  ['i16le', i16le, [0xff, 0x7f], 32767],
  ['u24be', u24be, [0x01, 0x21, 0x10], 0x01 * 65536 + 0x21 * 256 + 0x10], // 74000: mAh of a Pylontech US3000
  ['u32be', u32be, [0xff, 0xff, 0xff, 0xff], 4294967295],
  ['u32be', u32be, [0x80, 0x00, 0x00, 0x01], 2147483649],
  ['u32le', u32le, [0x01, 0x00, 0x00, 0x80], 2147483649],
  ['i32be', i32be, [0x80, 0x00, 0x00, 0x00], -2147483648],
  ['i32be', i32be, [0xff, 0xff, 0xff, 0xfe], -2],
];

test.each(written)('%s reads and writes %3$i as bytes %2$j', (_, codec, bytes, value) => {
  expect(decode(codec, Uint8Array.from(bytes))).toBe(value);
  expect([...encode(codec, value)]).toEqual(bytes);
});

const ranges: readonly (readonly [string, Codec<number>, number, number])[] = [
  ['u8', u8, 0, 255],
  ['i8', i8, -128, 127],
  ['u16be', u16be, 0, 65_535],
  ['u16le', u16le, 0, 65_535],
  ['i16be', i16be, -32_768, 32_767],
  ['i16le', i16le, -32_768, 32_767],
  ['u24be', u24be, 0, 16_777_215],
  ['u32be', u32be, 0, 4_294_967_295],
  ['u32le', u32le, 0, 4_294_967_295],
  ['i32be', i32be, -2_147_483_648, 2_147_483_647],
];

describe.each(ranges)('%s', (_, codec, lowest, highest) => {
  test('writes its whole range and refuses what lies outside, fractions and what is no number', () => {
    expect(decode(codec, encode(codec, lowest))).toBe(lowest);
    expect(decode(codec, encode(codec, highest))).toBe(highest);
    for (const value of [lowest - 1, highest + 1, 0.5, Number.NaN, Infinity, -Infinity]) {
      expect(() => encode(codec, value)).toThrow(
        new CodecError(`${value} is not a whole number from ${lowest} to ${highest}`),
      );
    }
  });

  test('says how many bytes it misses', () => {
    const width = codec.layout.width ?? 0;
    expect(() => decode(codec, new Uint8Array(width - 1))).toThrow(
      new CodecError(`${width} bytes expected, ${width - 1} left`, 0),
    );
  });
});

test('writing many numbers outgrows the first buffer without losing any', () => {
  // The buffer starts with 64 bytes; 100 numbers of four bytes make it grow three times.
  const { bytes } = grown(100);
  expect([...bytes.subarray(396, 400)]).toEqual([0, 0, 0, 99]);
  expect([...bytes.subarray(64, 68)]).toEqual([0, 0, 0, 16]);
});

function grown(count: number): { bytes: Uint8Array } {
  const all: Codec<number[]> = {
    decode: () => [],
    encode: (to, values) => {
      for (const value of values) u32be.encode(to, value, undefined);
    },
    layout: { text: 'all' },
  };
  return {
    bytes: encode(
      all,
      Array.from({ length: count }, (_, index) => index),
    ),
  };
}
