import type { Codec } from './codec.ts';
import { CodecError } from './error.ts';
import type { Note } from './layout.ts';
import { markPlain, plainOf } from './plain.ts';

/**
 * A number in a larger unit: value = raw / divisor. Dividing by a whole number (rather than multiplying by
 * 0.01) gives the double nearest to the decimal, so 5366 / 100 prints as 53.66. Writing rounds to the nearest step.
 */
export function scaled<P>(codec: Codec<number, P>, divisor: number): Codec<number, P> {
  const plain = plainOf(codec);
  const scale = Object.freeze({
    decode: (from, parts) => codec.decode(from, parts) / divisor,
    encode: (to, value, parts) => codec.encode(to, Math.round(value * divisor), parts),
    layout: { text: `÷ ${divisor}`, of: codec.layout },
  } satisfies Codec<number, P>);
  // A number divided twice is not always the one divided by the product.
  return plain?.divisor === 1 ? markPlain(scale, { ...plain, divisor }) : scale;
}

/** A number sent with an offset so that it is never negative: value = raw - zero, with `zero` the raw value of 0. */
export function shifted<P>(codec: Codec<number, P>, zero: number): Codec<number, P> {
  return Object.freeze({
    decode: (from, parts) => codec.decode(from, parts) - zero,
    encode: (to, value, parts) => codec.encode(to, value + zero, parts),
    layout: { text: `− ${zero}`, of: codec.layout },
  } satisfies Codec<number, P>);
}

/** A number only believed inside a range; outside it the bytes are not what they claim to be. */
export function inRange<P>(codec: Codec<number, P>, lowest: number, highest: number): Codec<number, P> {
  const check = (value: number, at: number): number => {
    if (value >= lowest && value <= highest) return value;
    throw new CodecError(`${value} is outside ${lowest} to ${highest}`, at);
  };
  return Object.freeze({
    decode: (from, parts) => {
      const at = from.at;
      return check(codec.decode(from, parts), at);
    },
    encode: (to, value, parts) => codec.encode(to, check(value, -1), parts),
    layout: { text: `(${lowest} to ${highest})`, of: codec.layout },
  } satisfies Codec<number, P>);
}

/** A value whose one special form means "off" or "unknown": that form reads as null, and null writes it. */
export function nullAt<T extends number | string, P>(codec: Codec<T, P>, special: T): Codec<T | null, P> {
  return Object.freeze({
    decode: (from, parts) => {
      const value = codec.decode(from, parts);
      return value === special ? null : value;
    },
    encode: (to, value, parts) => codec.encode(to, value ?? special, parts),
    layout: { text: `(${special}: none)`, of: codec.layout },
  } satisfies Codec<T | null, P>);
}

/** A closed set of codes as words. A code outside the set is an error: the bytes are not what they claim to be. */
export function oneOf<const W extends string, P>(
  codec: Codec<number, P>,
  words: Readonly<Record<W, number>>,
): Codec<W, P> {
  const entries = Object.entries(words) as [W, number][]; // Object.entries forgets that the keys are W
  const byCode = new Map(entries.map(([word, code]) => [code, word]));
  const known = entries.map(([word, code]) => `${code} ${word}`).join(', ');
  return Object.freeze({
    decode: (from, parts) => {
      const at = from.at;
      const code = codec.decode(from, parts);
      const word = byCode.get(code);
      if (word === undefined) throw new CodecError(`code ${code} is none of: ${known}`, at);
      return word;
    },
    encode: (to, value, parts) => {
      const code = words[value] as number | undefined; // a caller without types may bring any word
      if (code === undefined) throw new CodecError(`'${value}' is none of: ${known}`);
      codec.encode(to, code, parts);
    },
    layout: { text: `(${known})`, of: codec.layout, words: entries.map(([word]) => word) },
  } satisfies Codec<W, P>);
}

/** Named single bits; `unnamed` keeps the bits that have no name, so that writing gives the same byte back. */
export type Flags<N extends string> = Record<N, boolean> & { unnamed: number };

/** Bits by name: `flags(u8, { charging: 0, discharging: 1 })` with bit 0 the lowest; up to 32 bits. */
export function flags<const N extends string, P>(
  codec: Codec<number, P>,
  bits: Readonly<Record<N, number>>,
): Codec<Flags<N>, P> {
  const entries = Object.entries(bits) as [N, number][]; // Object.entries forgets that the keys are N
  const named = entries.reduce((mask, [, bit]) => mask + 2 ** bit, 0);
  return Object.freeze({
    decode: (from, parts) => {
      const word = codec.decode(from, parts);
      const out: Record<string, boolean | number> = {};
      for (const [name, bit] of entries) out[name] = Math.floor(word / 2 ** bit) % 2 !== 0; // -1 for odd negatives
      out.unnamed = Number(BigInt(word) & ~BigInt(named));
      return out as Flags<N>; // every name was set in the loop
    },
    encode: (to, value, parts) => {
      if (!Number.isSafeInteger(value.unnamed)) throw new CodecError(`${value.unnamed} is no set of bits`);
      if (Number(BigInt(value.unnamed) & BigInt(named)) !== 0) {
        throw new CodecError(`unnamed bits ${value.unnamed} overlap named ones`);
      }
      let word = value.unnamed;
      for (const [name, bit] of entries) if (value[name]) word += 2 ** bit;
      codec.encode(to, word, parts);
    },
    layout: {
      text: 'bits',
      of: codec.layout,
      parts: entries.map(([name, bit]) => ({ name, layout: { text: `bit ${bit}` } })),
    },
  } satisfies Codec<Flags<N>, P>);
}

/** A value that is always the same; anything else is an error. Reads as that value. */
export function constant<const T extends number | string, P>(codec: Codec<T, P>, fixed: T): Codec<T, P> {
  const check = (value: T, at: number): T => {
    if (value === fixed) return value;
    throw new CodecError(`${value} found where ${fixed} always stands`, at);
  };
  return Object.freeze({
    decode: (from, parts) => {
      const at = from.at;
      return check(codec.decode(from, parts), at);
    },
    encode: (to, value, parts) => codec.encode(to, check(value, -1), parts),
    layout: { text: `(always ${fixed})`, of: codec.layout },
  } satisfies Codec<T, P>);
}

/** The same codec with something attached that an upper layer knows of it. */
export function annotate<T, P>(codec: Codec<T, P>, note: Note): Codec<T, P> {
  return Object.freeze({ ...codec, layout: { ...codec.layout, note } });
}
