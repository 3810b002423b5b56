import { describe, expect, test } from 'vitest';
import { type Codec, CodecError, decimal, decode, encode, fixedText, hexDigits, nibble } from './index.ts';

const ascii = (plain: string): Uint8Array => new TextEncoder().encode(plain);

/** The error that reading gives, with its offset. */
function errorOf(codec: Codec<number>, written: string): CodecError {
  try {
    decode(codec, ascii(written));
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error(`'${written}' was read`);
}

describe('decimal', () => {
  const number = decimal(',');

  test('reads ASCII digits up to its end character', () => {
    expect(decode(number, ascii('5366,'))).toBe(5366);
    expect(decode(number, ascii('0,'))).toBe(0);
    expect(decode(decimal(')'), ascii('12)'))).toBe(12);
  });

  test('reads leading zeros and does not write them', () => {
    expect(decode(number, ascii('0012,'))).toBe(12);
    expect(encode(number, 12)).toEqual(ascii('12,'));
  });

  test('takes 15 digits, which a double holds exactly, and no 16', () => {
    expect(decode(number, ascii('999999999999999,'))).toBe(999_999_999_999_999);
    expect(errorOf(number, '1000000000000000,')).toMatchObject({
      problem: 'a number of 16 digits, at most 15 are taken',
      offset: 16,
    });
  });

  test.each([
    ['', "the data ends where a number closed by ',' is expected", 0],
    ['12', "the data ends where a number closed by ',' is expected", 2],
    [',', 'a digit is expected', 0],
    ['-1,', 'a digit is expected', 0],
    [' 1,', 'a digit is expected', 0],
    ['1.5,', "',' is expected behind a number", 1],
    ['12;', "',' is expected behind a number", 2],
    ['1:,', "',' is expected behind a number", 1], // the character behind 9
    ['1/,', "',' is expected behind a number", 1], // the character in front of 0
  ])('refuses %j: %s', (written, problem, offset) => {
    expect(errorOf(number, written)).toMatchObject({ problem, offset });
  });

  test('writes no sign, no fraction, and nothing longer than it reads', () => {
    expect(encode(number, 10 ** 15 - 1)).toEqual(ascii('999999999999999,'));
    for (const value of [-1, 0.5, 10 ** 15, Number.NaN, Infinity]) {
      expect(() => encode(number, value)).toThrow(CodecError);
    }
  });
});

describe('hexDigits', () => {
  test('reads either case and writes upper case with leading zeros', () => {
    expect(decode(hexDigits(4), ascii('0CfE'))).toBe(0x0cfe);
    expect(encode(hexDigits(4), 0x0cfe)).toEqual(ascii('0CFE'));
    expect(encode(hexDigits(2), 0)).toEqual(ascii('00'));
  });

  test.each(['G0', '0g', '0/', '0:', '0@', '0`', '0 '])(
    'refuses %j and points at the character',
    (written) => {
      const at = written.startsWith('0') ? 1 : 0;
      expect(errorOf(hexDigits(2), written)).toMatchObject({
        problem: 'a hexadecimal digit is expected',
        offset: at,
      });
    },
  );

  test('refuses to write what its digits cannot hold', () => {
    expect(encode(hexDigits(2), 255)).toEqual(ascii('FF'));
    for (const value of [256, -1, 1.5, Number.NaN])
      expect(() => encode(hexDigits(2), value)).toThrow(CodecError);
  });

  test('cannot be made with more digits than a number holds exactly', () => {
    // 13 digits are 52 bits; 14 are 56, and a double has 53.
    expect(() => hexDigits(14)).toThrow(RangeError);
  });

  test('nibble knows the 22 digits among the 256 bytes', () => {
    const digits = Array.from({ length: 256 }, (_, code) => code).filter((code) => nibble(code) >= 0);
    expect(String.fromCharCode(...digits)).toBe('0123456789ABCDEFabcdef');
    expect(digits.map(nibble)).toEqual([...Array(16).keys(), 10, 11, 12, 13, 14, 15]);
    expect(nibble(256)).toBe(-1);
  });
});

describe('fixedText', () => {
  test('keeps padding and bytes above 7Fh as they are', () => {
    expect(decode(fixedText(6), Uint8Array.of(0x50, 0x79, 0x6c, 0x00, 0x20, 0xff))).toBe('Pyl\0 \u00ff');
  });

  test('refuses a text of another length, and characters that are no byte', () => {
    expect(() => encode(fixedText(3), 'ab')).toThrow("'ab' has 2 characters, not 3");
    expect(() => encode(fixedText(3), 'abcd')).toThrow("'abcd' has 4 characters, not 3");
    expect(() => encode(fixedText(1), '\u0100')).toThrow("'\u0100' is not one byte");
  });
});
