import type { Derived, FieldInfo } from '../../core/field.ts';
import { fromText, tidy } from '../../core/derive.ts';
import type { Values } from '../../core/snapshot.ts';
import { type Codec, CodecError, fixedText } from '../../codec/index.ts';

/** What follows from texts that a meter sends: the words in which device definitions say it. */

/** The model in an identification: `TPC5NEVAMT324.2303` is MT324.2303. */
export function modelIn(identification: string, info: FieldInfo): Derived {
  return fromText(
    identification,
    `${identification} from MT on`,
    (text) => /MT\d{3}\.\d{2,4}/.exec(text)?.[0],
    info,
  );
}

/** What the two digits behind the point say, by model (user guide, appendix A; table of pyneva). */
export function variantIn(
  identification: string,
  variants: Readonly<Record<string, string>>,
  info: FieldInfo,
): Derived {
  return fromText(
    identification,
    `type and the two digits behind the point: ${Object.keys(variants).length} are known`,
    (text) => variants[/MT(\d{3}\.\d\d)/.exec(text)?.[1] ?? ''],
    info,
  );
}

/** Two texts as one: date and time as the meter's local moment. */
export function momentFrom(date: string, time: string, info: FieldInfo): Derived {
  return {
    ...info,
    formula: `${date} and ${time}, on the meter's clock`,
    from: (own) => {
      const [day, clock] = [own[date], own[time]];
      return typeof day === 'string' && typeof clock === 'string' ? `${day}T${clock}` : undefined;
    },
  };
}

/** Names of the bits that are set in a word of hexadecimal digits; a bit without a name is `bit_N`. */
export function bitsIn(word: string, names: Readonly<Record<number, string>>, info: FieldInfo): Derived {
  return fromText(
    word,
    `bits of ${word}: ${Object.entries(names)
      .map(([bit, name]) => `${bit} ${name}`)
      .join(', ')}`,
    (text) => {
      const value = Number.parseInt(text, 16);
      return Array.from({ length: 4 * text.length }, (_, bit) => bit)
        .filter((bit) => Math.floor(value / 2 ** bit) % 2 === 1)
        .map((bit) => names[bit] ?? `bit_${bit}`);
    },
    info,
  );
}

/** A number of kilowatts as watts, with as many places as the meter writes. */
export function kilo(kilowatts: Codec<number>): Codec<number> {
  return Object.freeze({
    decode: (from, parts) => tidy(kilowatts.decode(from, parts) * 1000),
    encode: (to, value, parts) => kilowatts.encode(to, value / 1000, parts),
    layout: { text: '× 1000', of: kilowatts.layout },
  } satisfies Codec<number>);
}

const stampText = fixedText(15);

/**
 * The time stamp in front of an energy in the new dialect, `[YYMMDD:HHMMSS]`, as `2023-10-06T23:29:57`
 * (sample of slacky1965).
 */
export const stamp: Codec<string> = Object.freeze({
  decode: (from) => {
    const at = from.at;
    const parts = /^\[(\d\d)(\d\d)(\d\d):(\d\d)(\d\d)(\d\d)\]$/.exec(stampText.decode(from, undefined));
    if (parts === null) throw new CodecError('no time stamp [YYMMDD:HHMMSS]', at);
    const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = parts;
    return `20${year}-${month}-${day}T${hour}:${minute}:${second}`;
  },
  encode: (to, value) => {
    const digits = value.slice(2).replace(/[-:T]/g, '');
    stampText.encode(to, `[${digits.slice(0, 6)}:${digits.slice(6)}]`, undefined);
  },
  layout: { text: 'time stamp [YYMMDD:HHMMSS]', width: 15 },
} satisfies Codec<string>);

/**
 * Energies without a total, and the total as their sum, which is not sent. All are written with two places, so the
 * sum is made in hundredths.
 * @param total what is known of the sum, for documents; its bytes are never read
 */
export function withTotal<T extends Values>(
  tariffs: Codec<T>,
  total: Codec<number>,
): Codec<T & { readonly total: number }> {
  return Object.freeze({
    decode: (from, parts) => {
      const value = tariffs.decode(from, parts);
      const hundredths = ['t1', 't2', 't3', 't4'].reduce(
        (sum, name) => sum + Math.round(Number(value[name]) * 100),
        0,
      );
      return { ...value, total: hundredths / 100 };
    },
    encode: (to, value, parts) => tariffs.encode(to, value, parts),
    layout: {
      text: tariffs.layout.text,
      parts: [
        { name: 'total', layout: { ...total.layout, text: 'sum of t1 to t4' } },
        ...(tariffs.layout.parts ?? []),
      ],
    },
  } satisfies Codec<T & { readonly total: number }>);
}
