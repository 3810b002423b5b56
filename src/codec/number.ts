import type { Codec } from './codec.ts';
import { grow, type Reader, take } from './cursor.ts';
import { CodecError, within } from './error.ts';

/**
 * Binary whole numbers. The name says width and byte order; a value outside the range is an error when writing,
 * never cut down silently.
 */

function binary(width: 1 | 2 | 3 | 4, order: 'big' | 'little', signed: boolean): Codec<number> {
  const span = 2 ** (8 * width);
  const lowest = signed ? -span / 2 : 0;
  const highest = lowest + span - 1;
  const sign = signed ? span / 2 : span;
  const name = `${8 * width}-bit ${signed ? 'signed' : 'unsigned'}${width === 1 ? '' : ` ${order}-endian`}`;
  return Object.freeze({
    decode: (from) => {
      const at = take(from, width);
      const { bytes } = from;
      let value = bytes[at] ?? 0;
      // Most numbers have one or two bytes: they need no loop.
      if (width === 2)
        value = order === 'big' ? value * 256 + (bytes[at + 1] ?? 0) : value + (bytes[at + 1] ?? 0) * 256;
      else if (width > 2) value = wide(bytes, at, width, order);
      return value >= sign ? value - span : value;
    },
    bulk: (from, count, divisor) => {
      const { bytes } = from;
      const fitting = Math.min(count, Math.floor((from.end - from.at) / width));
      const values: number[] = [];
      for (let left = fitting, at = take(from, fitting * width); left > 0; left--, at += width) {
        let value = bytes[at] ?? 0;
        if (width === 2)
          value = order === 'big' ? value * 256 + (bytes[at + 1] ?? 0) : value + (bytes[at + 1] ?? 0) * 256;
        else if (width > 2) value = wide(bytes, at, width, order);
        values.push((value >= sign ? value - span : value) / divisor);
      }
      if (fitting < count) throw within(short(from, width), fitting);
      return values;
    },
    encode: (to, value) => {
      if (!(Number.isInteger(value) && value >= lowest && value <= highest)) {
        throw new CodecError(`${value} is not a whole number from ${lowest} to ${highest}`);
      }
      const at = grow(to, width);
      let left = value < 0 ? value + span : value;
      for (let index = 0; index < width; index++) {
        to.bytes[order === 'big' ? at + width - 1 - index : at + index] = left % 256;
        left = Math.floor(left / 256);
      }
    },
    layout: { text: name, width },
  } satisfies Codec<number>);
}

/** A number of more bytes than two. */
function wide(bytes: Uint8Array, at: number, width: number, order: 'big' | 'little'): number {
  let value = 0;
  for (let index = 0; index < width; index++) {
    value = value * 256 + (bytes[order === 'big' ? at + index : at + width - 1 - index] ?? 0);
  }
  return value;
}

function short(from: Reader, width: number): CodecError {
  return new CodecError(`${width} bytes expected, ${from.end - from.at} left`, from.at);
}

/** One byte, 0 to 255. */
export const u8 = binary(1, 'big', false);
/** One byte, -128 to 127. */
export const i8 = binary(1, 'big', true);
/** Two bytes, high byte first, 0 to 65535. */
export const u16be = binary(2, 'big', false);
/** Two bytes, low byte first, 0 to 65535. */
export const u16le = binary(2, 'little', false);
/** Two bytes, high byte first, two's complement. */
export const i16be = binary(2, 'big', true);
/** Two bytes, low byte first, two's complement. */
export const i16le = binary(2, 'little', true);
/** Three bytes, high byte first, 0 to 16777215. */
export const u24be = binary(3, 'big', false);
/** Four bytes, high byte first, 0 to 4294967295. */
export const u32be = binary(4, 'big', false);
/** Four bytes, low byte first, 0 to 4294967295. */
export const u32le = binary(4, 'little', false);
/** Four bytes, high byte first, two's complement. */
export const i32be = binary(4, 'big', true);
