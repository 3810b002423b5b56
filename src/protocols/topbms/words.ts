import {
  type Codec,
  CodecError,
  counted,
  i16be,
  list,
  nullAt,
  scaled,
  shifted,
  u16be,
  u8,
} from '../../codec/index.ts';

/** The codecs of which the messages of TopBMS and its sisters are made. */

/** Most cells a pack has: the fault bits of TopBMS name 48. */
const MOST_CELLS = 48;
/** Most temperature sensors believed; 4 to 7 were seen. */
const MOST_SENSORS = 32;

/** Whole numbers. */
export const byte = u8;
export const word = u16be;
/** 0.1 of a unit, unsigned. */
export const tenths = scaled(u16be, 10);
/** 0.01 of a unit, unsigned: volts, ampere-hours. */
export const hundredths = scaled(u16be, 100);
/** 0.001 of a unit, unsigned: volts of a whole pack, up to 65.535. */
export const thousandths = scaled(u16be, 1000);
/** 0.01 A, two's complement, positive while the battery charges. */
export const amperes = scaled(i16be, 100);

/** Their count, then the cells in millivolts. A cell that is not connected is sent as 0. */
export const cells: Codec<(number | null)[]> = counted(u8, nullAt(thousandths, 0), MOST_CELLS);

/** Their count, then temperatures in whole degrees, sent with 40 added. */
export const degrees: Codec<number[]> = counted(u8, shifted(u16be, 40), MOST_SENSORS);

/**
 * Their count, then temperatures in tenths of a degree above a zero that differs by maker. A missing sensor is sent
 * as 0.
 * @param zero raw value of 0 °C: 2730 or 2731
 */
export function tenthsOfKelvin(zero: number): Codec<(number | null)[]> {
  const sensor = nullAt(scaled(shifted(u16be, zero), 10), -zero / 10);
  return counted(u8, sensor, MOST_SENSORS);
}

/** State of one measured value. */
const STATES: Readonly<Record<number, string>> = {
  0x00: 'normal',
  0x01: 'below',
  0x02: 'above',
  0xf0: 'error',
};

/** A state byte as a word: `normal`, `below` or `above` its limit, `error`; any other stays hex: `other_03`. */
export const state: Codec<string> = Object.freeze({
  decode: (from) => {
    const code = u8.decode(from, undefined);
    return STATES[code] ?? `other_${hexOf([code])}`;
  },
  encode: (to, value) => {
    const known = Object.entries(STATES).find(([, name]) => name === value);
    const code =
      known === undefined
        ? Number.parseInt(/^other_([0-9A-F]{2})$/.exec(value)?.[1] ?? '', 16)
        : Number(known[0]);
    if (!Number.isInteger(code)) throw new CodecError(`'${value}' is no state`);
    u8.encode(to, code, undefined);
  },
  layout: { text: '(00 normal, 01 below, 02 above, F0 error)', width: 1 },
} satisfies Codec<string>);

/** Their count, then the state of each cell or sensor. */
export const states: Codec<string[]> = counted(u8, state, MOST_CELLS);

/** Bytes that nobody has explained, as hex digits, so that they can be shown, stored and written back. */
export function hexText(length: number): Codec<string> {
  const bytes = list(u8, length);
  return Object.freeze({
    decode: (from) => hexOf(bytes.decode(from, undefined)),
    encode: (to, value) => bytes.encode(to, bytesOf(value), undefined),
    layout: { text: 'unexplained, kept as hex', width: length },
  } satisfies Codec<string>);
}

/** Text padded with blanks or NULs to a fixed length; reads without the padding, writes it with blanks. */
export function padded(length: number): Codec<string> {
  const bytes = list(u8, length);
  return Object.freeze({
    decode: (from) => {
      const at = from.at;
      const text = String.fromCharCode(...bytes.decode(from, undefined)).replace(/[ \0]+$/, '');
      if (/[^ -~]/.test(text)) throw new CodecError('a character that cannot be printed', at);
      return text;
    },
    encode: (to, value) => {
      if (value.length > length) throw new CodecError(`'${value}' is longer than ${length} characters`);
      bytes.encode(
        to,
        Array.from(value.padEnd(length), (character) => character.charCodeAt(0)),
        undefined,
      );
    },
    layout: { text: 'text, padded', width: length },
  } satisfies Codec<string>);
}

/** A text padded with blanks, closed by a NUL; `length` counts the NUL. */
export function terminated(length: number): Codec<string> {
  const text = padded(length - 1);
  return Object.freeze({
    decode: (from) => {
      const value = text.decode(from, undefined);
      const at = from.at;
      if (u8.decode(from, undefined) !== 0) throw new CodecError('a NUL is expected behind the text', at);
      return value;
    },
    encode: (to, value) => {
      text.encode(to, value, undefined);
      u8.encode(to, 0, undefined);
    },
    layout: { text: 'text, padded, closed by a NUL', width: length },
  } satisfies Codec<string>);
}

/** A version in two bytes: 02 07 is `2.7`. */
export const version: Codec<string> = Object.freeze({
  decode: (from) => `${u8.decode(from, undefined)}.${u8.decode(from, undefined)}`,
  encode: (to, value) => {
    const found = /^(\d{1,3})\.(\d{1,3})$/.exec(value);
    if (found === null) throw new CodecError(`'${value}' is no version as 2.7`);
    for (const part of found.slice(1)) u8.encode(to, Number(part), undefined);
  },
  layout: { text: 'major, minor', width: 2 },
} satisfies Codec<string>);

/** Two upper-case hex digits for each byte. */
export function hexOf(bytes: Iterable<number>): string {
  return Array.from(bytes, (one) => one.toString(16).toUpperCase().padStart(2, '0')).join('');
}

/** The bytes of hex digits. Throws `CodecError` for anything else. */
export function bytesOf(digits: string): number[] {
  if (!/^([0-9A-Fa-f]{2})*$/.test(digits)) throw new CodecError(`'${digits}' is not pairs of hex digits`);
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
