import type { AnyCodec, Codec } from './codec.ts';
import { CodecError, within } from './error.ts';
import { plainAt, plainOf } from './plain.ts';
import { closePart, openPart } from './trace.ts';

/** The decoded form of a record of codecs. */
export type Parts<F extends Record<string, AnyCodec>> = {
  // The second parameter is what the part needs; any need is fine here, `Fits` checks it.
  [K in keyof F]: F[K] extends Codec<infer T, never> ? T : never;
};

/** Refuses, at compile time, a part that needs earlier parts which the structure does not have. */
type Fits<F extends Record<string, AnyCodec>> = {
  [K in keyof F]: F[K] extends Codec<infer T, infer P>
    ? Parts<F> extends P
      ? F[K]
      : Codec<T, Parts<F>>
    : never;
};

/**
 * Parts one behind the other, in the order written: `struct({ cells: u8, voltage: scaled(u16be, 1000) })`.
 * A part may depend on earlier ones (`when`, `list` with a function).
 */
export function struct<F extends Record<string, AnyCodec>>(fields: F & Fits<F>): Codec<Parts<F>> {
  const names = Object.keys(fields);
  const codecs: readonly AnyCodec[] = Object.values(fields);
  // A copy of a record that has every name already costs a fraction of one that grows name by name.
  const blank: Readonly<Record<string, unknown>> = Object.fromEntries(names.map((name) => [name, undefined]));
  const steps = Object.entries<AnyCodec>(fields).map(([name, codec]) => ({
    name,
    codec,
    plain: plainOf(codec),
  }));
  return Object.freeze({
    decode: (from) => {
      const parts = { ...blank };
      const { bytes, trace } = from;
      let part = '';
      try {
        for (const { name, codec, plain } of steps) {
          part = name;
          let value: unknown;
          if (trace !== undefined) {
            openPart(trace, name, from.at);
            value = codec.decode(from, parts);
            closePart(trace, from.at, value, codec.layout);
          } else if (plain !== undefined && from.at + plain.width <= from.end) {
            value = plainAt(bytes, from.at, plain);
            from.at += plain.width;
          } else {
            value = codec.decode(from, parts);
          }
          // What is absent is so already in the copy.
          if (value !== undefined) parts[name] = value;
        }
      } catch (error) {
        throw within(error, part);
      }
      return parts as Parts<F>; // each name was set just above by its own codec
    },
    encode: (to, value) => {
      let index = 0;
      try {
        for (; index < codecs.length; index++) {
          const part = value[names[index] ?? ''] as unknown;
          codecs[index]?.encode(to, part, value);
        }
      } catch (error) {
        throw within(error, names[index] ?? '');
      }
    },
    layout: {
      text: 'structure',
      parts: names.map((name, index) => ({ name, layout: codecs[index]?.layout ?? { text: '' } })),
    },
  } satisfies Codec<Parts<F>>);
}

/** A part that is there only when the earlier parts say so; `undefined` when it is not. */
export function when<T, P>(
  present: (parts: P) => boolean,
  codec: Codec<T>,
  text = 'where present',
): Codec<T | undefined, P> {
  return Object.freeze({
    decode: (from, parts) => (present(parts) ? codec.decode(from, undefined) : undefined),
    encode: (to, value, parts) => {
      if (value === undefined) {
        if (present(parts)) throw new CodecError('a value is expected here');
      } else if (present(parts)) {
        codec.encode(to, value, undefined);
      } else {
        throw new CodecError('no value belongs here');
      }
    },
    layout: { text, of: codec.layout },
  } satisfies Codec<T | undefined, P>);
}

/** A part at the end that some devices leave out: read when bytes are left, `undefined` otherwise. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return Object.freeze({
    decode: (from) => (from.at < from.end ? codec.decode(from, undefined) : undefined),
    encode: (to, value) => {
      if (value !== undefined) codec.encode(to, value, undefined);
    },
    layout: { text: '(may be left out)', of: codec.layout },
  } satisfies Codec<T | undefined>);
}
