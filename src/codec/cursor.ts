import { CodecError } from './error.ts';
import type { Trace } from './trace.ts';

/** A place in bytes that are being read. Reading never goes past `end`. */
export interface Reader {
  readonly bytes: Uint8Array;
  /** Index of the next byte. */
  at: number;
  /** Index behind the last byte that may be read. */
  readonly end: number;
  /** Collects what each part took, when somebody wants an explanation. */
  readonly trace: Trace | undefined;
}

/** A place in bytes that are being written; the buffer grows. */
export interface Writer {
  bytes: Uint8Array;
  /** Index of the next byte; all before it is written. */
  at: number;
}

/** A cursor over bytes, or over a slice of them. */
export function reader(bytes: Uint8Array, at = 0, end = bytes.length, trace?: Trace): Reader {
  return { bytes, at, end, trace };
}

/** An empty growing buffer. */
export function writer(capacity = 64): Writer {
  return { bytes: new Uint8Array(capacity), at: 0 };
}

/** What was written, as its own copy. */
export function written(from: Writer): Uint8Array {
  return from.bytes.slice(0, from.at);
}

/** Claims the next `count` bytes of a reader and returns the index of the first. Throws when fewer are left. */
export function take(from: Reader, count: number): number {
  const at = from.at;
  if (!(count >= 0 && at + count <= from.end)) {
    throw new CodecError(`${count} bytes expected, ${from.end - at} left`, at);
  }
  from.at = at + count;
  return at;
}

/** Makes room for `count` more bytes and returns the index of the first. */
export function grow(to: Writer, count: number): number {
  const at = to.at;
  if (at + count > to.bytes.length) {
    const larger = new Uint8Array(Math.max(to.bytes.length * 2, at + count));
    larger.set(to.bytes);
    to.bytes = larger;
  }
  to.at = at + count;
  return at;
}
