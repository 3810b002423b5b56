import { type AnyCodec, type Codec, type Reader, struct } from '../../codec/index.ts';
import type { Values } from '../../core/snapshot.ts';
import { behindLists, type PackShape } from './packs.ts';

/** Most bytes behind a pack that are kept unexplained: firmwares append. */
const MOST_SURPLUS = 8;
/** Bytes from current to cycles, and of the two capacities of three bytes that may follow. */
const FIXED = 11;
const EXTENSION = 6;
/** Offset of the count of user-defined items from the current. */
const USER_ITEMS = 6;
/** From this count of user-defined items on, capacities of three bytes follow. */
const EXTENDED = 4;

/** A pack's layout, by the count of unexplained bytes at its end. */
type Tailed = (surplus: number) => Codec<Values>;

const surplusOf = (pack: Values): number =>
  typeof pack.unknown_tail === 'string' ? pack.unknown_tail.length / 2 : 0;

const isLong = (pack: Values): boolean => typeof pack.long_remaining_capacity === 'number';

/**
 * Packs of 42h: the count of user-defined items says whether capacities of three bytes follow. Where that does not
 * fit the bytes, none follow; where more follow than is known, they are kept.
 */
export function analogShapes(short: Tailed, long: Tailed): readonly [PackShape, ...PackShape[]] {
  const told = (surplus: number): PackShape => ({
    pack: either(short(surplus), long(surplus)),
    endOf: (bytes, at, end) => {
      const current = behindLists(bytes, at, end, 2);
      return current + FIXED + surplus + ((bytes[current + USER_ITEMS] ?? 0) >= EXTENDED ? EXTENSION : 0);
    },
    has: (pack) => surplusOf(pack) === surplus,
  });
  const lying: PackShape = {
    pack: short(0),
    endOf: (bytes, at, end) => behindLists(bytes, at, end, 2) + FIXED,
    has: () => false,
  };
  return [told(0), lying, ...surpluses.map(told)];
}

/** Packs of 44h: C models and the US5000 append a byte that the manual does not know. */
export function alarmShapes(pack: Tailed): readonly [PackShape, ...PackShape[]] {
  const shape = (surplus: number): PackShape => ({
    pack: pack(surplus),
    endOf: (bytes, at, end) => behindLists(bytes, at, end, 1) + STATES + surplus,
    has: (values) => surplusOf(values) === surplus,
  });
  return [shape(0), ...surpluses.map(shape)];
}

/** Bytes from the state of the charge current to status 5. */
const STATES = 8;
const surpluses = Array.from({ length: MOST_SURPLUS }, (_, index) => index + 1);

/** A pack in either layout, chosen when reading by the count of user-defined items, when writing by what is there. */
function either(short: Codec<Values>, long: Codec<Values>): Codec<Values> {
  const choose = (from: Reader): Codec<Values> => {
    const current = behindLists(from.bytes, from.at, from.end, 2);
    return (from.bytes[current + USER_ITEMS] ?? 0) >= EXTENDED ? long : short;
  };
  return Object.freeze({
    decode: (from, parts) => choose(from).decode(from, parts),
    encode: (to, value, parts) => (isLong(value) ? long : short).encode(to, value, parts),
    layout: long.layout,
  } satisfies Codec<Values>);
}

/** A place for something that is not sent, but known later: where it stands in a record costs nothing then. */
const later: Codec<undefined> = Object.freeze({
  decode: () => undefined,
  encode: () => undefined,
  layout: { text: 'not sent', width: 0 },
} satisfies Codec<undefined>);

/** The fields of a pack in their order, with places for its address and for what follows from them. */
export function packOf(
  fields: Readonly<Record<string, AnyCodec>>,
  ofPack: Readonly<Record<string, unknown>>,
): Codec<Values> {
  const places = Object.fromEntries(Object.keys(ofPack).map((name) => [name, later]));
  const codec: Codec<Record<string, unknown>> = struct<Record<string, AnyCodec>>({
    address: later,
    ...fields,
    ...places,
  });
  return anyPack(codec);
}

/** A layout whose type of values is forgotten. */
function anyPack<V>(codec: Codec<V>): Codec<Values> {
  // A codec is invariant in its value; a pack is only written with the layout in which it was read.
  return codec as unknown as Codec<Values>;
}
