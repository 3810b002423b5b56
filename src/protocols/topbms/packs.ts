import { type AnyCodec, type Codec, CodecError, list, type Reader, struct, u8 } from '../../codec/index.ts';
import { complete, type Derived } from '../../core/field.ts';
import type { Values } from '../../core/snapshot.ts';
import { hexText } from './words.ts';

/** Codecs of a message's parts by name, in the order of the wire. */
export type Fields = Readonly<Record<string, AnyCodec>>;

/** What follows the counted lists and the fixed part of a pack: it differs by maker and firmware. */
export interface Tail {
  /** Its bytes. */
  readonly bytes: number;
  /** What the pack's own count says in front of it; it is not to be trusted, so it only chooses between equals. */
  readonly count?: number;
  readonly fields: Fields;
}

/** One pack in an answer: two counted lists, a fixed part, a tail. */
export interface PackLayout {
  /** Bytes of one cell and of one sensor in the lists: 2 for values, 1 for states. */
  readonly item: 1 | 2;
  /** Both lists, then the fixed part. */
  readonly head: Fields;
  /** Bytes of the fixed part, between the last sensor and the tail. */
  readonly fixed: number;
  /** Name of the part of the head that counts what follows; absent where nothing does. */
  readonly counter?: string;
  /** Tails known, the usual one first. */
  readonly tails: readonly Tail[];
  /** A tail that nobody has described begins like the first one, then is kept raw; at most so many bytes of it. */
  readonly unknown?: { readonly fields: Fields; readonly bytes: number; readonly most: number };
  /** Names of parts that are records: their values stand beside the others. */
  readonly level?: readonly string[];
  /** What follows from the other values of a pack, in the order in which it is computed. */
  readonly computed: Readonly<Record<string, Derived>>;
  /** What cannot be true of one pack, in words; undefined when all of it can. */
  readonly implausible?: (pack: Values) => string | undefined;
}

/** Most packs in one answer (PDF: 1 to 16). */
const MOST_PACKS = 16;

/**
 * The packs of an answer: first a byte, which is the address of the only pack or the count of those that follow, then
 * the packs. How long the tails are, the count of bytes says: the pack's own count lies in some firmwares.
 */
export function packs(layout: PackLayout): Codec<readonly Values[]> {
  const codecs = new Map<string, Codec<Values>>();
  const codecOf = (tail: Tail, known: boolean): Codec<Values> => {
    const key = `${tail.bytes} ${tail.count ?? ''} ${String(known)}`;
    const codec = codecs.get(key) ?? packCodec(layout, tail);
    codecs.set(key, codec);
    return codec;
  };
  const first = tailFor(layout, {});
  return Object.freeze({
    decode: (from) => {
      const start = from.at;
      const leading = u8.decode(from, undefined);
      const body = from.at;
      let problem: CodecError | undefined;
      for (const { count, tail } of splits(layout, from, leading)) {
        from.at = body;
        const traced = mark(from);
        try {
          const found = list(codecOf(tail, layout.tails.includes(tail)), count).decode(from, undefined);
          return found.map((pack, index) => completed(layout, count === 1 ? leading : index + 1, pack, tail));
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          problem ??= error;
          traced();
        }
      }
      throw problem ?? misfit(layout, from, start);
    },
    encode: (to, values) => {
      const [only] = values;
      if (only === undefined || values.length > MOST_PACKS)
        throw new CodecError(`${values.length} packs, 1 to 16 are sent`);
      u8.encode(to, values.length === 1 ? Number(only.group ?? only.address ?? 1) : values.length, undefined);
      for (const pack of values) codecOf(tailFor(layout, pack), true).encode(to, pack, undefined);
    },
    layout: {
      text: 'packs behind their count, or one behind its address',
      of: packCodec(layout, first).layout,
      repeated: true,
    },
  } satisfies Codec<readonly Values[]>);
}

/** Remembers how far an explanation has come; calling it forgets what an attempt added. */
export function mark({ trace }: Reader): () => void {
  const [rows, open] = [trace?.rows.length ?? 0, trace?.open.length ?? 0];
  return () => {
    trace?.rows.splice(rows);
    trace?.open.splice(open);
  };
}

/** Ways to divide what is left into packs, the most likely first. Nothing is left over in any of them. */
function* splits(
  layout: PackLayout,
  from: Reader,
  leading: number,
): Generator<{ readonly count: number; readonly tail: Tail }> {
  const { bytes, at, end } = from;
  const left = end - headEnd(layout, bytes, at, end);
  if (Number.isNaN(left)) return;
  const counts = leading >= 2 && leading <= MOST_PACKS ? [1, leading] : [1];
  for (const count of counts) {
    const fitting = layout.tails.filter((tail) => lands(layout, bytes, at, end, count, tail.bytes));
    const counted = fitting.filter((tail) => tail.count === countIn(layout, bytes, at, end));
    for (const tail of [...counted, ...fitting.filter((one) => !counted.includes(one))])
      yield { count, tail };
  }
  const { unknown } = layout;
  if (unknown === undefined) return;
  for (const count of counts.toReversed()) {
    for (let size = unknown.bytes; size <= Math.min(left, unknown.bytes + unknown.most); size++) {
      if (lands(layout, bytes, at, end, count, size)) yield { count, tail: unknownTail(unknown, size) };
    }
  }
}

function unknownTail(unknown: NonNullable<PackLayout['unknown']>, bytes: number): Tail {
  const surplus = bytes - unknown.bytes;
  return { bytes, fields: { ...unknown.fields, ...(surplus > 0 ? { unexplained: hexText(surplus) } : {}) } };
}

/** Where the tail of the pack at a place begins; not a number when the bytes end before. */
function headEnd({ item, fixed }: PackLayout, bytes: Uint8Array, at: number, end: number): number {
  const cells = at < end ? (bytes[at] ?? 0) : Number.NaN;
  const second = at + 1 + cells * item;
  const sensors = second < end ? (bytes[second] ?? 0) : Number.NaN;
  const tail = second + 1 + sensors * item + fixed;
  return tail <= end ? tail : Number.NaN;
}

/** The pack's own count of what follows, which stands right in front of the tail. */
function countIn(layout: PackLayout, bytes: Uint8Array, at: number, end: number): number | undefined {
  return layout.counter === undefined ? undefined : bytes[headEnd(layout, bytes, at, end) - 1];
}

/** Whether so many packs with tails of so many bytes end exactly where the bytes end. */
function lands(
  layout: PackLayout,
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
  tail: number,
): boolean {
  let at = start;
  for (let pack = 0; pack < count; pack++) at = headEnd(layout, bytes, at, end) + tail;
  return at === end;
}

function misfit(layout: PackLayout, { bytes, at, end }: Reader, start: number): CodecError {
  const cells = bytes[at] ?? 0;
  const second = at + 1 + cells * layout.item;
  const sensors = second < end ? `${bytes[second] ?? 0} sensors` : 'the sensors behind them';
  return new CodecError(`${cells} cells and ${sensors} do not fit the ${end - start} bytes there are`, start);
}

/** The tail with which a pack is written: the one it was read with, or the usual one for its own count. */
function tailFor(layout: PackLayout, pack: Values): Tail {
  const { tail_bytes: bytes, unexplained } = pack;
  const known = layout.tails.find((tail) => tail.bytes === bytes);
  if (known !== undefined) return known;
  if (typeof bytes === 'number' && layout.unknown !== undefined) return unknownTail(layout.unknown, bytes);
  const counted = layout.counter === undefined ? undefined : pack[layout.counter];
  return (
    layout.tails.find(
      (tail) => tail.count === counted && 'unexplained' in tail.fields === (unexplained !== undefined),
    ) ??
    layout.tails.find((tail) => tail.count === counted) ??
    layout.tails[0] ?? { bytes: 0, fields: {} }
  );
}

function packCodec({ head, level = [] }: PackLayout, tail: Tail): Codec<Values> {
  // The parts are given by name at run time; their values are what `Values` holds.
  const parts = struct({ ...head, ...tail.fields } as Record<string, AnyCodec>) as Codec<
    Record<string, unknown>
  > as Codec<Values>;
  return Object.freeze({
    decode: (from) => {
      const sent = parts.decode(from, undefined);
      const out: Record<string, Values[string]> = {};
      for (const [name, value] of Object.entries(sent)) {
        if (level.includes(name)) Object.assign(out, value);
        else out[name] = value;
      }
      return out;
    },
    encode: (to, pack) =>
      parts.encode(to, { ...pack, ...Object.fromEntries(level.map((name) => [name, pack])) }, undefined),
    layout: parts.layout,
  } satisfies Codec<Values>);
}

/** Values in the order in which people look for them; whatever else there is follows. */
const ORDER = [
  'cell_voltages',
  'temperatures',
  'current',
  'voltage',
  'power',
  'remaining_capacity',
  'full_capacity',
  'design_capacity',
  'cycles',
  'soc',
  'soh',
  'balancing_cells',
  'humidity',
] as const;

function completed(layout: PackLayout, address: number, sent: Values, tail: Tail): Values {
  const all = complete(sent, layout.computed, {});
  const wrong = layout.implausible?.(all);
  if (wrong !== undefined) throw new CodecError(wrong);
  const pack: Record<string, Values[string]> = { address };
  for (const name of ORDER) if (all[name] !== undefined) pack[name] = all[name];
  Object.assign(pack, all);
  if (tailFor(layout, pack) !== tail) pack.tail_bytes = tail.bytes;
  return pack;
}
