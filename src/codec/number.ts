import type { Codec } from './codec.ts';
import { grow, take } from './cursor.ts';
import { CodecError } from './error.ts';
import { markPlain, type Plain, plainAt } from './plain.ts';

/**
 * Binary whole numbers. The name says width and byte order; a value outside the range is an error when writing,
 * never cut down silently.
 */

function binary(width: 1 | 2 | 3 | 4, order: 'big' | 'little', signed: boolean): Codec<number> {
  const span = 2 ** (8 * width);
  const lowest = signed ? -span / 2 : 0;
  const highest = lowest + span - 1;
  const plain: Plain = { width, order, signed, divisor: 1 };
  const name = `${8 * width}-bit ${signed ? 'signed' : 'unsigned'}${width === 1 ? '' : ` ${order}-endian`}`;
  const codec = Object.freeze({
    decode: (from) => plainAt(from.bytes, take(from, width), plain),
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
  return markPlain(codec, plain);
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
