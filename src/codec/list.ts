import type { Codec } from './codec.ts';
import { grow, type Reader, take, type Writer } from './cursor.ts';
import { CodecError, within } from './error.ts';
import { type Plain, plainOf, plainsAt } from './plain.ts';
import { closePart, openPart } from './trace.ts';

/** Reads one more item. */
function readItem<T>(from: Reader, items: T[], item: Codec<T>): void {
  try {
    if (from.trace !== undefined) openPart(from.trace, items.length, from.at);
    const value = item.decode(from, undefined);
    if (from.trace !== undefined) closePart(from.trace, from.at, value, item.layout);
    items.push(value);
  } catch (error) {
    throw within(error, items.length);
  }
}

/** Reads so many items; plain numbers all at once, where nobody traces and all of them are there. */
function readItems<T>(from: Reader, count: number, item: Codec<T>, plain: Plain | undefined): T[] {
  // A count computed from other parts may come out below zero or broken; no list has so many items.
  if (!(Number.isSafeInteger(count) && count >= 0)) throw new CodecError(`a count of ${count}`, from.at);
  if (plain !== undefined && from.trace === undefined && count * plain.width <= from.end - from.at) {
    // Only codecs of numbers have this shortcut, which the type of an item cannot say.
    return plainsAt(from.bytes, take(from, count * plain.width), count, plain) as unknown as T[];
  }
  const items: T[] = [];
  while (items.length < count) readItem(from, items, item);
  return items;
}

function writeItems<T>(to: Writer, items: readonly T[], item: Codec<T>): void {
  let index = 0;
  try {
    for (const value of items) {
      item.encode(to, value, undefined);
      index++;
    }
  } catch (error) {
    throw within(error, index);
  }
}

/** A known count of items: a number, or a function of earlier parts. */
export function list<T, P = unknown>(item: Codec<T>, count: number | ((parts: P) => number)): Codec<T[], P> {
  const size = (parts: P): number => (typeof count === 'number' ? count : count(parts));
  const plain = plainOf(item);
  return Object.freeze({
    decode: (from, parts) => readItems(from, size(parts), item, plain),
    encode: (to, items, parts) => {
      const wanted = size(parts);
      if (items.length !== wanted) throw new CodecError(`${items.length} items, ${wanted} expected`);
      writeItems(to, items, item);
    },
    layout: {
      text: typeof count === 'number' ? `${count} times` : 'repeated',
      of: item.layout,
      repeated: true,
    },
  } satisfies Codec<T[], P>);
}

/**
 * A count, then that many items.
 * @param most highest count believed; a larger one is an error before anything is read
 */
export function counted<T>(count: Codec<number>, item: Codec<T>, most: number): Codec<T[]> {
  const plain = plainOf(item);
  return Object.freeze({
    decode: (from) => {
      const at = from.at;
      const size = count.decode(from, undefined);
      if (size > most) throw new CodecError(`a count of ${size}, at most ${most} is believed`, at);
      return readItems(from, size, item, plain);
    },
    encode: (to, items) => {
      if (items.length > most) throw new CodecError(`${items.length} items, at most ${most} are allowed`);
      count.encode(to, items.length, undefined);
      writeItems(to, items, item);
    },
    layout: { text: 'repeated, behind their count', of: item.layout, repeated: true },
  } satisfies Codec<T[]>);
}

/**
 * Items until the bytes end.
 * @param most highest count believed
 */
export function repeated<T>(item: Codec<T>, most: number): Codec<T[]> {
  return Object.freeze({
    decode: (from) => {
      const items: T[] = [];
      while (from.at < from.end) {
        if (items.length === most) throw new CodecError(`more than ${most} items`, from.at);
        readItem(from, items, item);
      }
      return items;
    },
    encode: (to, items) => {
      if (items.length > most) throw new CodecError(`${items.length} items, at most ${most} are allowed`);
      writeItems(to, items, item);
    },
    layout: { text: 'repeated to the end', of: item.layout, repeated: true },
  } satisfies Codec<T[]>);
}

/** A fixed count of bytes that nobody can explain, kept as they are. */
export function opaque(length: number): Codec<Uint8Array> {
  return Object.freeze({
    decode: (from) => {
      const at = take(from, length);
      return from.bytes.slice(at, at + length);
    },
    encode: (to, value) => {
      if (value.length !== length) throw new CodecError(`${value.length} bytes, ${length} expected`);
      writeBytes(to, value);
    },
    layout: { text: 'unexplained, kept', width: length },
  } satisfies Codec<Uint8Array>);
}

/** All bytes that are left, kept as they are: how a layout says that it tolerates more than it knows. */
export const rest: Codec<Uint8Array> = Object.freeze({
  decode: (from) => {
    const at = take(from, from.end - from.at);
    return from.bytes.slice(at, from.at);
  },
  encode: writeBytes,
  layout: { text: 'all that is left, kept' },
} satisfies Codec<Uint8Array>);

function writeBytes(to: Writer, value: Uint8Array): void {
  const at = grow(to, value.length);
  to.bytes.set(value, at);
}
