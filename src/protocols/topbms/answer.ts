import { annotate, type AnyCodec, type Codec, CodecError, struct, u8 } from '../../codec/index.ts';
import type { FieldInfo } from '../../core/field.ts';
import type { Values } from '../../core/snapshot.ts';
import { recordsIn } from '../../core/units.ts';
import { mark, type PackLayout, packs } from './packs.ts';

/** One way in which a maker, or a firmware, fills an answer. */
export interface Variant {
  /** Whether INFOFLAG stands in front. */
  readonly flag: boolean;
  readonly pack: PackLayout;
}

/** What the parts of an answer are called and mean. */
export interface AnswerFields {
  /** Name of the list of packs. */
  readonly list: string;
  readonly packs: FieldInfo;
  /** INFOFLAG; needed where a variant has one. */
  readonly flag?: { readonly name: string; readonly info: FieldInfo };
  /** Which variant it was; needed where there are several. */
  readonly variant?: { readonly name: string; readonly info: FieldInfo };
}

/**
 * The body of an answer that carries packs, in the first variant that it fits: all bytes are used, and everything in
 * it can be true. VER is no part of the body, and no proof: firmwares differ from their documents in it.
 */
export function answer(variants: Readonly<Record<string, Variant>>, fields: AnswerFields): Codec<Values> {
  const { list, flag, variant } = fields;
  const ways = Object.entries(variants).map(([name, { flag: flagged, pack }]) => {
    const body = packs(pack);
    const front: Record<string, AnyCodec> = flagged && flag !== undefined ? { [flag.name]: u8 } : {};
    // The parts are named at run time; their values are what `Values` holds.
    const codec = struct({ ...front, [list]: body }) as unknown as Codec<Values>;
    return { name, body, codec };
  });
  const [usual] = ways;
  if (usual === undefined) throw new RangeError('an answer needs a variant');

  return Object.freeze({
    decode: (from) => {
      const start = from.at;
      let problem: CodecError | undefined;
      for (const way of ways) {
        from.at = start;
        const forget = mark(from);
        try {
          const sent = way.codec.decode(from, undefined);
          return { ...(variant === undefined ? {} : { [variant.name]: way.name }), ...sent };
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          problem ??= error;
          forget();
        }
      }
      throw problem ?? new CodecError('nothing fits', start);
    },
    encode: (to, values) => {
      const named = variant === undefined ? undefined : values[variant.name];
      const way = ways.find((one) => one.name === named) ?? usual;
      const front = flag === undefined ? {} : { [flag.name]: values[flag.name] ?? 0 };
      way.codec.encode(to, { ...values, ...front, [list]: recordsIn(values, list) }, undefined);
    },
    layout: {
      text: 'structure',
      parts: [
        ...(variant === undefined
          ? []
          : [{ name: variant.name, layout: annotate(note('told by the content'), variant.info).layout }]),
        ...(flag === undefined ? [] : [{ name: flag.name, layout: annotate(u8, flag.info).layout }]),
        { name: list, layout: annotate(usual.body, fields.packs).layout },
      ],
    },
  } satisfies Codec<Values>);
}

/** A layout of no bytes: something that is known without being sent. */
function note(text: string): Codec<undefined> {
  return { decode: () => undefined, encode: () => undefined, layout: { text, width: 0 } };
}
