import { type Codec, CodecError, repeated } from '../../codec/index.ts';
import type { Values } from '../../core/snapshot.ts';

/** How one pack's bytes may be laid out: makers and firmwares append, and older masters shorten. */
export interface PackShape {
  readonly pack: Codec<Values>;
  /**
   * Where the pack that begins at an index ends by this shape; NaN when it cannot begin there. Looks at counts only.
   */
  readonly endOf: (bytes: Uint8Array, at: number, end: number) => number;
  /** Whether values were read in this shape, for writing them the same way. */
  readonly has: (pack: Values) => boolean;
}

/** Most packs believed in one answer. */
const MOST_PACKS = 16;

/**
 * The packs of an answer up to its end, in the first shape in which all bytes are used. All packs of one answer have
 * the same shape: their master writes it.
 * @param shapes the usual ones first
 */
export function packs(shapes: readonly [PackShape, ...PackShape[]]): Codec<Values[], { command: number }> {
  const lists = shapes.map((shape) => ({ shape, list: repeated(shape.pack, MOST_PACKS) }));
  return Object.freeze({
    decode: (from, { command }) => {
      for (const { shape, list } of lists) {
        let at = from.at;
        let count = 0;
        while (at < from.end && count <= MOST_PACKS) {
          at = shape.endOf(from.bytes, at, from.end);
          count++;
        }
        // Several packs come only with their count in front of them.
        if (at === from.end && count > 0 && (count === 1 || count === command)) {
          return list.decode(from, undefined);
        }
      }
      throw new CodecError(problem(shapes[0], from.bytes, from.at, from.end, command), from.at);
    },
    encode: (to, all) => {
      for (const pack of all) {
        const { shape } = lists.find((one) => one.shape.has(pack)) ?? { shape: shapes[0] };
        shape.pack.encode(to, pack, undefined);
      }
    },
    layout: { text: 'packs up to the end', of: shapes[0].pack.layout, repeated: true },
  } satisfies Codec<Values[], { command: number }>);
}

/** Why no shape fits, by the usual one. */
function problem(usual: PackShape, bytes: Uint8Array, start: number, end: number, command: number): string {
  let at = start;
  let count = 0;
  while (at < end) {
    const next = usual.endOf(bytes, at, end);
    if (Number.isNaN(next)) {
      return `a count of pack ${count + 1} is larger than the frame: ${end - at} bytes are left at byte ${at}`;
    }
    at = next;
    count++;
  }
  if (count === 0) return 'there is no pack in it';
  return at > end
    ? `pack ${count} needs ${at - end} bytes more than the frame has`
    : `${count} packs where ${command} are announced`;
}

/** Most cells and sensors of a pack that are believed; more mean that the bytes are not what they claim to be. */
export const MOST = { cells: 32, sensors: 16 } as const;

/**
 * Index behind the two counted lists with which a pack begins, NaN when they do not fit in.
 * @param width bytes of an item
 */
export function behindLists(bytes: Uint8Array, at: number, end: number, width: 1 | 2): number {
  const cells = bytes[at] ?? 0;
  const second = at + 1 + cells * width;
  if (cells === 0 || cells > MOST.cells || second >= end) return Number.NaN;
  const sensors = bytes[second] ?? 0;
  const behind = second + 1 + sensors * width;
  return sensors > MOST.sensors || behind > end ? Number.NaN : behind;
}
