import { type Codec, CodecError, i16be, opaque, scaled, u16be, u24be, u8 } from '../../codec/index.ts';

/** The codecs of which Pylontech messages are made; all numbers are big endian. */

/** Volts from millivolts, 0 to 65.535. "Signed" in the manual, but 54000 mV is sent as it is. */
export const millivolts = scaled(u16be, 1000);
/** Amperes from tenths, two's complement, positive while charging. */
export const tenthAmperes = scaled(i16be, 10);
/** Ampere-hours from milliampere-hours in two bytes. */
export const milliampereHours = scaled(u16be, 1000);
/** The same in three bytes. */
export const longMilliampereHours = scaled(u24be, 1000);
/** 2731 + 10 × °C, kept as sent: what a missing sensor sends differs. */
export const temperatureCode = u16be;

/** °C of a temperature code. */
export function celsius(code: number): number {
  return (code - 2731) / 10;
}

/** Coldest and warmest that a sensor believably reports; a missing one was seen to say −100 °C. */
const SENSOR = { lowest: -50, highest: 120 } as const;

/** Whether a sensor can be behind so many °C. */
export function believable(value: number): boolean {
  return value > SENSOR.lowest && value < SENSOR.highest;
}

/** °C of a temperature code, or null where no sensor can be behind it. */
export function sensed(code: number): number | null {
  const value = celsius(code);
  return believable(value) ? value : null;
}

/** A temperature limit: outside what a sensor can report the bytes are no limit. */
export const temperatureLimit: Codec<number> = Object.freeze({
  decode: (from) => {
    const at = from.at;
    const value = sensed(u16be.decode(from, undefined));
    if (value === null) throw new CodecError('no temperature that a battery knows', at);
    return value;
  },
  encode: (to, value) => u16be.encode(to, Math.round(value * 10) + 2731, undefined),
  layout: { text: '(raw − 2731) ÷ 10', of: u16be.layout },
} satisfies Codec<number>);

/** Bytes that nobody has explained, as hexadecimal digits. */
export function unexplained(length: number): Codec<string> {
  const bytes = opaque(length);
  return Object.freeze({
    decode: (from, parts) =>
      Array.from(bytes.decode(from, parts), (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(
        '',
      ),
    encode: (to, value) => {
      const pairs = value.match(/[0-9A-F]{2}/g) ?? [];
      bytes.encode(
        to,
        Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)),
        undefined,
      );
    },
    layout: { text: 'unexplained, in hexadecimal', width: length },
  } satisfies Codec<string>);
}

/** Printable text of a fixed length, padding at its end left out. */
export function padded(length: number, padding: '\0' | '-'): Codec<string> {
  return Object.freeze({
    decode: (from) => {
      const bytes = opaque(length).decode(from, undefined);
      let end = length;
      while (end > 0 && bytes[end - 1] === padding.charCodeAt(0)) end--;
      let text = '';
      for (const [index, byte] of bytes.subarray(0, end).entries()) {
        if (byte < 0x20 || byte > 0x7e) throw new CodecError('a character that cannot be printed', index);
        text += String.fromCharCode(byte);
      }
      return text;
    },
    encode: (to, value) => {
      if (value.length > length) throw new CodecError(`'${value}' is longer than ${length} characters`);
      const all = value.padEnd(length, padding);
      opaque(length).encode(
        to,
        Uint8Array.from(all, (character) => character.charCodeAt(0)),
        undefined,
      );
    },
    layout: { text: `text, padded with ${padding === '-' ? 'dashes' : 'NUL'}`, width: length },
  } satisfies Codec<string>);
}

/** A version of several bytes: 00 06 05 is `0.6.5`. */
export function version(length: number): Codec<string> {
  return Object.freeze({
    decode: (from) => Array.from({ length }, () => u8.decode(from, undefined)).join('.'),
    encode: (to, value) => {
      const parts = value.split('.');
      if (parts.length !== length) throw new CodecError(`'${value}' has not ${length} parts`);
      for (const part of parts) u8.encode(to, Number(part), undefined);
    },
    layout: { text: 'a byte each, with dots between', width: length },
  } satisfies Codec<string>);
}

/** The version in VER: major and minor in a nibble each, 20h is `2.0`. */
export const nibbleVersion: Codec<string> = Object.freeze({
  decode: (from) => {
    const byte = u8.decode(from, undefined);
    return `${byte >> 4}.${byte & 15}`;
  },
  encode: (to, value) => {
    const [major = 0, minor = 0] = value.split('.').map(Number);
    u8.encode(to, major * 16 + minor, undefined);
  },
  layout: { text: 'major and minor, four bits each', width: 1 },
} satisfies Codec<string>);

/** Most bytes behind what is known that are kept; more mean another message. */
const MOST_SURPLUS = 8;

/** Up to eight bytes behind what is known, as hexadecimal digits; undefined where none are left. */
export const surplus: Codec<string | undefined> = Object.freeze({
  decode: (from) => {
    const left = from.end - from.at;
    if (left > MOST_SURPLUS) throw new CodecError(`${left} bytes are left over`, from.at);
    return left === 0 ? undefined : unexplained(left).decode(from, undefined);
  },
  encode: (to, value) => {
    if (value !== undefined) unexplained(value.length / 2).encode(to, value, undefined);
  },
  layout: { text: 'unexplained, in hexadecimal' },
} satisfies Codec<string | undefined>);
