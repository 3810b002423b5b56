import { CodecError } from './error.ts';
import type { Layout } from './layout.ts';
import { type Reader, type Writer, reader, writer, written } from './cursor.ts';

/**
 * A two-way description of bytes: reads a value, writes the same bytes back, and says what it reads.
 *
 * A codec is a plain frozen object; combinators (`struct`, `list`, `scaled` ...) build bigger ones. It knows
 * nothing of frames, check sums or time.
 *
 * @typeParam T the value
 * @typeParam P what must have been decoded before it in the same structure (see `when` and `list`)
 */
export interface Codec<T, P = unknown> {
  /** Reads one value and moves the cursor behind it. Throws `CodecError`. */
  readonly decode: (from: Reader, parts: P) => T;
  /** Writes the value at the cursor. Throws `CodecError` when it does not fit the layout. */
  readonly encode: (to: Writer, value: T, parts: P) => void;
  /** What the bytes mean, for documents and explanations. */
  readonly layout: Layout;
}

// `any` here only: a constraint must accept codecs of every value, and a codec is invariant in its value.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyCodec = Codec<any, any>;

/** The value type of a codec: `Of<typeof body>`. */
export type Of<C> = C extends Codec<infer T, never> ? T : never;

/**
 * Reads a whole value from bytes. Bytes left over are an error, since they mean that the layout is not the one
 * sent; a layout that tolerates them says so with `rest`.
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  return decodeFrom(codec, reader(bytes));
}

/** As `decode`, from a cursor (a slice of a larger buffer, or one that traces). */
export function decodeFrom<T>(codec: Codec<T>, from: Reader): T {
  const value = codec.decode(from, undefined);
  if (from.at < from.end) {
    throw new CodecError(`${from.end - from.at} bytes are left over`, from.at);
  }
  return value;
}

/** The bytes of a value. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const to = writer();
  codec.encode(to, value, undefined);
  return written(to);
}
