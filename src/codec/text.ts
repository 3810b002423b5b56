import type { Codec } from './codec.ts';
import { grow, take } from './cursor.ts';
import { CodecError } from './error.ts';

/** Largest count of digits read: 15 digits are exact in a double, more would lose the last ones. */
const MOST_DIGITS = 15;

/** Value of a hexadecimal digit by its ASCII code, -1 for anything else. A table, so that no substring is made. */
const NIBBLE = Int8Array.from({ length: 256 }, (_, code) => {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
});

/** The value (0 to 15) of an ASCII hexadecimal digit of either case, or -1. */
export function nibble(code: number): number {
  return NIBBLE[code] ?? -1;
}

/**
 * An unsigned decimal number in ASCII digits, closed by one `end` character (which is consumed and written).
 * Leading zeros are read; they are not written.
 */
export function decimal(end: string): Codec<number> {
  const stop = end.charCodeAt(0);
  return Object.freeze({
    decode: (from) => {
      const { bytes, end: limit } = from;
      const start = from.at;
      let at = start;
      let value = 0;
      for (; at < limit; at++) {
        const digit = (bytes[at] ?? 0) - 48;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      if (at === start || at >= limit || bytes[at] !== stop || at - start > MOST_DIGITS) {
        throw new CodecError(problem(at - start, at >= limit, end), at);
      }
      from.at = at + 1;
      return value;
    },
    encode: (to, value) => {
      if (!(Number.isSafeInteger(value) && value >= 0 && value < 10 ** MOST_DIGITS)) {
        throw new CodecError(`${value} is not a whole number from 0 to 10^${MOST_DIGITS} - 1`);
      }
      const digits = String(value);
      const at = grow(to, digits.length + 1);
      for (let index = 0; index < digits.length; index++) to.bytes[at + index] = digits.charCodeAt(index);
      to.bytes[at + digits.length] = stop;
    },
    layout: { text: 'decimal digits' },
  } satisfies Codec<number>);
}

function problem(digits: number, ended: boolean, end: string): string {
  if (digits > MOST_DIGITS) return `a number of ${digits} digits, at most ${MOST_DIGITS} are taken`;
  if (ended) return `the data ends where a number closed by '${end}' is expected`;
  return digits === 0 ? 'a digit is expected' : `'${end}' is expected behind a number`;
}

/** Text of a fixed count of ASCII characters, padding and all. */
export function fixedText(length: number): Codec<string> {
  return Object.freeze({
    decode: (from) => {
      const at = take(from, length);
      let text = '';
      for (let index = at; index < at + length; index++) text += String.fromCharCode(from.bytes[index] ?? 0);
      return text;
    },
    encode: (to, value) => {
      if (value.length !== length)
        throw new CodecError(`'${value}' has ${value.length} characters, not ${length}`);
      const at = grow(to, length);
      for (let index = 0; index < length; index++) {
        const code = value.charCodeAt(index);
        if (code > 255) throw new CodecError(`'${value.charAt(index)}' is not one byte`);
        to.bytes[at + index] = code;
      }
    },
    layout: { text: 'text', width: length },
  } satisfies Codec<string>);
}

/** A number in a fixed count of ASCII hexadecimal digits, either case; written in upper case. */
export function hexDigits(length: number): Codec<number> {
  if (length > 13) throw new RangeError(`${length} hexadecimal digits do not fit a number exactly`);
  const highest = 16 ** length - 1;
  return Object.freeze({
    decode: (from) => {
      const at = take(from, length);
      let value = 0;
      for (let index = at; index < at + length; index++) {
        const digit = nibble(from.bytes[index] ?? 0);
        if (digit < 0) throw new CodecError('a hexadecimal digit is expected', index);
        value = value * 16 + digit;
      }
      return value;
    },
    encode: (to, value) => {
      if (!(Number.isInteger(value) && value >= 0 && value <= highest)) {
        throw new CodecError(`${value} is not a whole number from 0 to ${highest}`);
      }
      const digits = value.toString(16).toUpperCase().padStart(length, '0');
      const at = grow(to, length);
      for (let index = 0; index < length; index++) to.bytes[at + index] = digits.charCodeAt(index);
    },
    layout: { text: 'hexadecimal digits', width: length },
  } satisfies Codec<number>);
}
