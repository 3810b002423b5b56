import { type Codec, CodecError, list, u8 } from '../../codec/index.ts';
import type { AlarmMark, FieldInfo } from '../../core/field.ts';
import type { QuantityName } from '../../core/quantity.ts';
import { listIn, type Values } from '../../core/snapshot.ts';
import { bytesOf, hexOf } from './words.ts';

/** Where a bit is reported: its severity, or the list of cells that it speaks of. */
export type BitList =
  /** Something should be looked at; the pack still works. */
  | 'warnings'
  /** The pack has switched something off to protect itself. */
  | 'protections'
  /** Something is broken. */
  | 'faults'
  /** What the pack is doing: no alarm at all. */
  | 'states'
  /** Numbers of cells that are being balanced. */
  | 'balancing_cells'
  /** Numbers of cells that drifted too far from the others. */
  | 'drifted_cells'
  /** Numbers of cells that have lost their connection. */
  | 'disconnected_cells';

/** One bit: the list in which it appears, and as what. */
export interface Bit {
  readonly list: BitList;
  readonly is: string | number;
}

/** The bits of one status byte, bit 0 first; undefined: nobody has explained it. */
export type StatusByte = readonly (Bit | undefined)[];

const words =
  (of: BitList) =>
  (...names: readonly (string | undefined)[]): StatusByte =>
    names.map((is) => (is === undefined ? undefined : { list: of, is }));

/** Bits that warn, in order. */
export const warnings = words('warnings');
/** Bits that report an active protection, in order. */
export const protections = words('protections');
/** Bits that report something broken, in order. */
export const faults = words('faults');
/** Bits that say what the pack is doing, in order. */
export const conditions = words('states');
/** So many bits that nobody has explained. */
export const unexplained = (count: number): StatusByte => Array.from({ length: count }, () => undefined);
/** Alarm and protection bits in turn, as some sisters send them: `cell_over_voltage` warns, then protects. */
export const inTurn = (...names: readonly string[]): StatusByte =>
  names.flatMap((is) => [{ list: 'warnings', is } as const, { list: 'protections', is } as const]);
/** Eight bits that speak of eight cells (or sensors) from a number on. */
export const eachOf = (of: BitList, first: number, count = 8): StatusByte =>
  Array.from({ length: count }, (_, index) => ({ list: of, is: first + index }));

const listed = (title: string, quantity: QuantityName, remark?: string): FieldInfo => ({
  title,
  quantity,
  kind: 'state',
  ...(remark === undefined ? {} : { remark }),
});

const alarming = (means: AlarmMark['means'], info: FieldInfo): FieldInfo => ({ ...info, alarm: { means } });

/** What the lists are called. */
const LISTS: Readonly<Record<BitList, FieldInfo>> = {
  warnings: alarming(
    'warning',
    listed('Warnings', 'word', 'Something should be looked at; the pack still works.'),
  ),
  protections: alarming(
    'protection',
    listed('Protections', 'word', 'The pack has switched something off to protect itself.'),
  ),
  faults: alarming('fault', listed('Faults', 'word', 'Something is broken.')),
  states: listed('States', 'word', 'What the pack is doing; no alarms.'),
  balancing_cells: listed('Cells being balanced', 'count'),
  drifted_cells: alarming('fault', listed('Cells that drifted from the others', 'count', 'A fault.')),
  disconnected_cells: alarming('fault', listed('Cells without connection', 'count', 'A fault.')),
};

/** Where the bits of a list stand: `status 1 bit 0 cell_over_voltage, ...`. */
function places(bytes: readonly StatusByte[], list: BitList): string {
  return bytes
    .flatMap((bits, index) =>
      bits.flatMap((bit, place) => (bit?.list === list ? [`byte ${index + 1} bit ${place} ${bit.is}`] : [])),
    )
    .join(', ');
}

/** Bits in the bytes of one message by meaning; what has none stays in `unnamed_bits`. */
export function statusBits(bytes: readonly StatusByte[]): Codec<Values> {
  const body = list(u8, bytes.length);
  const lists = [
    ...new Set(bytes.flatMap((bits) => bits.flatMap((bit) => (bit === undefined ? [] : [bit.list])))),
  ];
  return Object.freeze({
    decode: (from) => valuesOf(bytes, lists, body.decode(from, undefined)),
    encode: (to, values) => body.encode(to, bytesFrom(bytes, lists, values), undefined),
    layout: {
      text: 'bits',
      width: bytes.length,
      parts: lists.map((name) => ({ name, layout: { text: places(bytes, name), note: LISTS[name] } })),
    },
  } satisfies Codec<Values>);
}

function valuesOf(bytes: readonly StatusByte[], lists: readonly BitList[], sent: readonly number[]): Values {
  const found: Record<string, (string | number)[]> = {};
  for (const name of lists) found[name] = [];
  const unnamed = sent.map((byte, index) => {
    let left = byte;
    for (const [place, bit] of (bytes[index] ?? []).entries()) {
      if (bit === undefined || (byte & (1 << place)) === 0) continue;
      found[bit.list]?.push(bit.is);
      left &= ~(1 << place);
    }
    return left;
  });
  return unnamed.some((byte) => byte !== 0) ? { ...found, unnamed_bits: hexOf(unnamed) } : found;
}

function bytesFrom(bytes: readonly StatusByte[], lists: readonly BitList[], values: Values): number[] {
  const unnamed = values.unnamed_bits;
  const out = typeof unnamed === 'string' ? bytesOf(unnamed) : bytes.map(() => 0);
  if (out.length !== bytes.length)
    throw new CodecError(`${out.length} unnamed bytes, ${bytes.length} expected`);
  for (const name of lists) {
    for (const is of listIn(values, name)) {
      const index = bytes.findIndex((bits) => bits.some((bit) => bit?.list === name && bit.is === is));
      const place = bytes[index]?.findIndex((bit) => bit?.list === name && bit.is === is) ?? -1;
      if (place < 0) throw new CodecError(`${JSON.stringify(is)} is none of the ${name}`);
      out[index] = (out[index] ?? 0) | (1 << place);
    }
  }
  return out;
}

/** Numbers of the cells whose bit is set in a big-endian word of 16 bits, bit 0 the first of them. */
export function cellNumbers(word: number, first: number): number[] {
  return Array.from({ length: 16 }, (_, bit) => bit).flatMap((bit) =>
    (word & (1 << bit)) === 0 ? [] : [first + bit],
  );
}

/** The word of 16 bits that names these cells. */
export function cellWord(numbers: readonly number[], first: number): number {
  return numbers
    .filter((cell) => cell >= first && cell < first + 16)
    .reduce((word, cell) => word | (1 << (cell - first)), 0);
}
