import type { AnyCodec } from './codec.ts';

/**
 * A binary number of which these properties say everything. Structures and lists read it on the spot, which costs a
 * fraction of a call for each number. It is only a shortcut: where bytes are missing or somebody traces, the codec
 * itself reads, and says what is wrong.
 */
export interface Plain {
  /** Count of bytes. */
  readonly width: 1 | 2 | 3 | 4;
  readonly order: 'big' | 'little';
  readonly signed: boolean;
  /** Value = raw / divisor. */
  readonly divisor: number;
}

/**
 * By the `decode` that each stands for, not as a property of the codec: somebody may copy a codec and give the copy
 * another `decode`.
 */
const known = new WeakMap<AnyCodec['decode'], Plain>();

/** Says that a codec's `decode` reads a plain number and does nothing else with it. */
export function markPlain<C extends AnyCodec>(codec: C, plain: Plain): C {
  known.set(codec.decode, plain);
  return codec;
}

/** The plain number that a codec reads; undefined where it reads anything else. */
export function plainOf(codec: AnyCodec): Plain | undefined {
  return known.get(codec.decode);
}

/** The number that begins at an index. All its bytes have to be there. */
export function plainAt(bytes: Uint8Array, at: number, plain: Plain): number {
  const { width, order, signed, divisor } = plain;
  let raw = bytes[at] ?? 0;
  // Most numbers have one or two bytes: they need no loop.
  if (width === 2) {
    const next = bytes[at + 1] ?? 0;
    raw = order === 'big' ? raw * 256 + next : raw + next * 256;
  } else if (width > 2) {
    raw = wide(bytes, at, width, order);
  }
  if (signed && raw >= HALF[width]) raw -= 2 * HALF[width];
  // A division costs as much as all the rest here.
  return divisor === 1 ? raw : raw / divisor;
}

/** So many numbers, from an index on. All their bytes have to be there. */
export function plainsAt(bytes: Uint8Array, at: number, count: number, plain: Plain): number[] {
  // Of the right length at once: a list that grows is larger than it needs to be, and is copied.
  const values = new Array<number>(count);
  for (let index = 0; index < count; index++) values[index] = plainAt(bytes, at + index * plain.width, plain);
  return values;
}

/** Raw values from which on a signed number is negative, by width. */
const HALF = { 1: 2 ** 7, 2: 2 ** 15, 3: 2 ** 23, 4: 2 ** 31 } as const;

/** A raw number of more bytes than two. */
function wide(bytes: Uint8Array, at: number, width: number, order: 'big' | 'little'): number {
  let value = 0;
  for (let index = 0; index < width; index++) {
    value = value * 256 + (bytes[order === 'big' ? at + index : at + width - 1 - index] ?? 0);
  }
  return value;
}
