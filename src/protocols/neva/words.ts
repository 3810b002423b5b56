import { type AnyCodec, type Codec, CodecError, struct } from '../../codec/index.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import { grow } from '../../codec/cursor.ts';
import { clockTime, dayNumber, secondsOf, two } from './calendar.ts';

/**
 * The words in which a meter writes values between the brackets of a data set: items separated by commas. Widths
 * differ from model to model (MT1 writes voltages with nine characters, MT3 with seven), so reading takes any width
 * and writing uses the one that the definition names. Formats: Neva MT1 user guide (TASV.411152.002 I2), appendix on
 * OBIS codes; MT3 as logged from MT324 meters.
 */

const COMMA = 0x2c;

/**
 * One item: all up to the next comma. `read` brings undefined for what it cannot read.
 * @param words all that it reads as, where those are few
 */
export function item<T>(
  says: string,
  read: (written: string) => T | undefined,
  write: (value: T) => string,
  words?: readonly string[],
): Codec<T> {
  return Object.freeze({
    decode: (from) => {
      const start = from.at;
      let end = start;
      let written = '';
      for (; end < from.end; end++) {
        const code = from.bytes[end] ?? 0;
        if (code === COMMA) break;
        written += String.fromCharCode(code);
      }
      const value = read(written);
      if (value === undefined) throw new CodecError(`'${written}' is no ${says}`, start);
      from.at = end < from.end ? end + 1 : end;
      return value;
    },
    encode: (to, value) => writeText(to, `${write(value)},`),
    layout: { text: says, ...(words === undefined ? {} : { words }) },
  } satisfies Codec<T>);
}

function writeText(to: Parameters<Codec<string>['encode']>[0], written: string): void {
  const at = grow(to, written.length);
  for (let index = 0; index < written.length; index++) to.bytes[at + index] = written.charCodeAt(index);
}

/** The whole of what stands between the brackets: its items, with no comma behind the last one. */
export function body<T>(items: Codec<T>): Codec<T> {
  return Object.freeze({
    decode: (from, parts) => {
      if (from.end > from.at && from.bytes[from.end - 1] === COMMA) {
        throw new CodecError('a comma with nothing behind it', from.end - 1);
      }
      return items.decode(from, parts);
    },
    encode: (to, value, parts) => {
      const before = to.at;
      items.encode(to, value, parts);
      if (to.at > before) to.at -= 1; // every item wrote a comma behind itself
    },
    layout: items.layout,
  } satisfies Codec<T>);
}

/**
 * A number without sign: `digits` before the point and `places` behind it when written, any width when read. What
 * does not fit the width is an error when writing.
 */
export function fixed(digits: number, places: number): Codec<number> {
  const width = digits + (places === 0 ? 0 : places + 1);
  return item(
    places === 0 ? `number, ${digits} digits` : `number, ${digits} digits, point, ${places} digits`,
    (written) => (/^\d{1,12}(\.\d{1,6})?$/.test(written) ? Number(written) : undefined),
    (value) => {
      const written = value.toFixed(places).padStart(width, '0');
      if (!(value >= 0) || written.length > width) {
        throw new CodecError(`${value} is not a number of ${digits} digits before the point`);
      }
      return written;
    },
  );
}

/** A text of exactly so many characters, kept as it is. */
export function characters(length: number): Codec<string> {
  return item(
    `text of ${length} characters`,
    (written) => (/^[^()*!/]*$/.test(written) ? written : undefined),
    (value) => {
      if (value.length !== length || !/^[\x20-\x7e]*$/.test(value) || /[()*!/,]/.test(value)) {
        throw new CodecError(`'${value}' is not ${length} characters without ( ) * ! / or comma`);
      }
      return value;
    },
  );
}

/**
 * Temperature in whole degrees: the first digit is the sign, 1 is minus (`105` is -5). MT3 sends three digits, MT1
 * four; that the first of four is a sign too is not proven.
 */
export function temperature(digits: number): Codec<number> {
  return item(
    `sign digit (1 minus) and ${digits - 1} digits`,
    (written) => {
      if (!/^[01]\d{2,3}$/.test(written)) return undefined;
      const degrees = Number(written.slice(1));
      return written.startsWith('1') ? 0 - degrees : degrees;
    },
    (value) => `${value < 0 ? 1 : 0}${String(Math.abs(Math.round(value))).padStart(digits - 1, '0')}`,
  );
}

/** `YYMMDD` as `2026-11-21`; null for zeros, a date that was never set. */
export const date: Codec<string | null> = item(
  'date YYMMDD',
  (written) => {
    if (!/^\d{6}$/.test(written)) return undefined;
    if (Number(written) === 0) return null;
    const day = `20${written.replace(/^(..)(..)(..)$/, '$1-$2-$3')}`;
    return dayNumber(day) === undefined ? undefined : day;
  },
  (value) => (value ?? '2000-00-00').slice(2).replaceAll('-', ''),
);

/** `HHMMSS` as `07:15:00`. */
export const time: Codec<string> = item(
  'time HHMMSS',
  (written) =>
    /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(written)
      ? written.replace(/^(..)(..)(..)$/, '$1:$2:$3')
      : undefined,
  (value) => value.replaceAll(':', ''),
);

/** `YYMMDDHHMMSS` as `2026-11-21T07:15:00`; null for zeros. */
export const moment: Codec<string | null> = item(
  'date and time YYMMDDHHMMSS',
  (written) => {
    if (!/^\d{12}$/.test(written)) return undefined;
    if (Number(written) === 0) return null;
    const at = `20${written.replace(/^(..)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6')}`;
    return secondsOf(at) === undefined ? undefined : at;
  },
  (value) => (value === null ? '0'.repeat(12) : value.slice(2).replace(/[-:T]/g, '')),
);

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/**
 * The day of the week: 01 Sunday to 07 Saturday. The meter counts it by itself: the vendor's own capture shows a
 * Tuesday as Monday, so it is not compared with the date.
 */
export const weekday: Codec<string> = item<string>(
  'day of the week, 01 Sunday to 07 Saturday',
  (written) => (/^0[1-7]$/.test(written) ? WEEKDAYS[Number(written) - 1] : undefined),
  (value) => two(WEEKDAYS.findIndex((name) => name === value) + 1),
  WEEKDAYS,
);

/** A word of bits in hexadecimal digits, kept as its text. */
export function hexText(digits: number): Codec<string> {
  return item(
    `${digits} hexadecimal digits`,
    (written) => (/^[0-9a-f]+$/i.test(written) && written.length === digits ? written : undefined),
    (value) => value,
  );
}

/** A signed byte in two hexadecimal digits: `ED` is -19. */
export const signedByte: Codec<number> = item(
  'signed byte in hexadecimal digits',
  (written) => {
    if (!/^[0-9a-f]{2}$/i.test(written)) return undefined;
    const value = Number.parseInt(written, 16);
    return value > 127 ? value - 256 : value;
  },
  (value) => ((value + 256) % 256).toString(16).toUpperCase().padStart(2, '0'),
);

/** `DDHH`: day of the month and hour at which a month is closed, as `01 00:00`. */
export const billing: Codec<string> = item(
  'day and hour DDHH',
  (written) =>
    /^\d{4}$/.test(written)
      ? `${written.slice(0, 2)} ${clockTime(Number(written.slice(2)) * 60)}`
      : undefined,
  (value) => `${value.slice(0, 2)}${value.slice(3, 5)}`,
);

/** A switch: 00 off, 01 on. */
export const onOff: Codec<string> = item<string>(
  'switch, 00 off, 01 on',
  (written) => (written === '00' ? 'off' : written === '01' ? 'on' : undefined),
  (value) => (value === 'on' ? '01' : '00'),
  ['off', 'on'],
);

const LOADS: Readonly<Record<string, string>> = { '0': 'capacitive', '1': 'inductive', '2': 'none' };

/**
 * The digit in front of a power factor that says which way the load turns: there when the point is the third
 * character (`10.986`), not there when it is the second (`0.986`, as MT324.11 sends it).
 */
export const loadDigit: Codec<string | undefined> = Object.freeze({
  decode: (from) => {
    const third = String.fromCharCode(from.bytes[from.at + 2] ?? 0);
    if (from.at + 2 >= from.end || third !== '.') return undefined;
    const digit = String.fromCharCode(from.bytes[from.at] ?? 0);
    const load = LOADS[digit];
    if (load === undefined)
      throw new CodecError(`'${digit}' is no kind of load: 0, 1 or 2 expected`, from.at);
    from.at += 1;
    return load;
  },
  encode: (to, value) => {
    if (value === undefined) return;
    const digit = Object.entries(LOADS).find(([, load]) => load === value)?.[0];
    if (digit === undefined) throw new CodecError(`'${value}' is no kind of load`);
    writeText(to, digit);
  },
  layout: { text: 'kind of load, 0 capacitive, 1 inductive, 2 none', words: Object.values(LOADS) },
} satisfies Codec<string | undefined>);

/**
 * A list whose unused places at the end are left out, and whose unused places before that are null: so the same
 * characters come out again. Written with `count` places at least.
 */
export function trimmed<T>(of: Codec<T | null>, count: number): Codec<readonly (T | null)[]> {
  return Object.freeze({
    decode: (from) => {
      const all: (T | null)[] = [];
      while (from.at < from.end) all.push(of.decode(from, undefined));
      while (all.at(-1) === null) all.pop();
      return all;
    },
    encode: (to, value) => {
      for (let index = 0; index < Math.max(count, value.length); index++) {
        of.encode(to, value[index] ?? null, undefined);
      }
    },
    layout: { text: `${count} times, zeros unused`, of: of.layout, repeated: true },
  } satisfies Codec<readonly (T | null)[]>);
}

/** All items as they are written, for what nobody has explained. */
export const items: Codec<readonly (string | null)[]> = trimmed(
  item<string | null>(
    'item',
    (written) => written,
    (value) => value ?? '',
  ),
  0,
);

/** Parts one behind the other under names that are made, not written: a phase's number in them, say. */
export function named(parts: Readonly<Record<string, AnyCodec>>): Codec<Values> {
  return struct(parts);
}

/** A value as it is typed: texts as they are, the rest as JSON. */
export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
