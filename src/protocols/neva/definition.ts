import { type Codec, CodecError, decodeFrom, encode, reader } from '../../codec/index.ts';
import { ascii, text } from '../../core/bytetext.ts';
import { Fault } from '../../core/fault.ts';
import type { Derived, FieldInfo } from '../../core/field.ts';
import type { Accepts, Risk } from '../../core/device.ts';
import type { Values } from '../../core/snapshot.ts';
import { body } from './words.ts';

/** Ways in which Neva meters are asked: the one of the user guide, and that of MT124.71 meters. */
export type Dialect = 'classic' | 'new';

/** One register, or a row of registers that are alike, and what stands between their brackets. */
export interface Register {
  /** Codes as they stand on the wire, such as `0F0880FF`; several make a list of records. */
  readonly codes: readonly string[];
  /** What stands between the brackets. */
  readonly body: Codec<Values>;
  /** Where several codes go: a field with one record for each. */
  readonly list?: ListInfo;
  /** Asked only in this dialect. Left out: in both. */
  readonly dialect?: Dialect;
  /** What stands between the brackets of the request. Left out: nothing. */
  readonly argument?: string;
  /** Places of a list that are worth asking, by what the group's earlier registers brought. Left out: all. */
  readonly wanted?: (sofar: Values) => readonly number[];
}

/** The field that a row of registers fills. */
export interface ListInfo extends FieldInfo {
  readonly name: string;
  /** Name of the number in each record that tells its place, and the number of the first. */
  readonly index: string;
  readonly first: number;
  readonly indexTitle: string;
  /** Adds to each record when it was taken, from the date on the meter's clock that the group read. */
  readonly stamp?: {
    readonly name: string;
    readonly title: string;
    readonly of: (date: string, place: number) => string;
    /** The moment on the meter's clock at which a record with that stamp was kept: for archives. */
    readonly kept: (stamp: string) => string;
  };
}

/** Values that are read together. */
export interface GroupDefinition {
  readonly title: string;
  /** Seconds between two readings while a gateway runs. */
  readonly period: number;
  readonly registers: readonly Register[];
  readonly derived: Readonly<Record<string, Derived>>;
  /** True: the group shows the identification line too, under `identification`. */
  readonly identified?: boolean;
  /** Field of the group that holds the meter's date: it must be the same before and after. */
  readonly dated?: string;
}

/** Names of the groups; they are public. */
export type GroupName =
  | 'identity'
  | 'energy'
  | 'instant'
  | 'clock'
  | 'tariffs'
  | 'months'
  | 'days'
  | 'max_power'
  | 'status'
  | 'events';

/** A register that can be written. */
export interface WriteDefinition {
  readonly code: string;
  readonly title: string;
  /** What `field=value` takes. */
  readonly accepts: Accepts;
  /** The code, where the value names it, and what is written between the brackets. Throws `config` for what cannot be written. */
  readonly wire: (value: string) => { readonly code?: string; readonly value: string };
  readonly risk: Risk;
  readonly remark: string;
  /** Groups shown before and after. */
  readonly readback: readonly string[];
  /** Largest difference in seconds between what was written and what is read back: a clock goes on. */
  readonly runs?: number;
  /** True: nothing can be read back, as with a password. */
  readonly unreadable?: boolean;
  /** True: the value becomes the address of the meter. */
  readonly readdresses?: boolean;
}

/** What a device file of this protocol says: see `devices/neva`. */
export interface NevaDefinition {
  readonly id: string;
  readonly title: string;
  readonly models: readonly string[];
  readonly remarks: readonly string[];
  /** Begin of the identification behind manufacturer and baud rate: `NEVAMT3`. */
  readonly begins: string;
  readonly groups: Readonly<Record<GroupName, GroupDefinition>>;
  readonly writes: Readonly<Record<string, WriteDefinition>>;
  /** What the simulator plays when not told otherwise, and what else it can play, by the name of the preset. */
  readonly presets: Readonly<Record<string, Preset>>;
}

/** A model for the simulator. */
export interface Preset {
  /** Identification without baud rate: `NEVAMT324.2303`. */
  readonly ident: string;
  /** Baud rate character of the identification. */
  readonly baud: string;
  readonly phases: 1 | 3;
  readonly reactive: boolean;
  /** Slots of the profile of a day, and whether it is in kilowatts with two places (or whole watts). */
  readonly slots: 24 | 48;
  readonly kilowatts: boolean;
  /** Groups of registers that this model does not have: it answers `(01)`. */
  readonly lacks: readonly string[];
}

/** One register whose items stand in the group itself. The type of the body is forgotten behind this. */
export function single<V extends Values>(
  code: string,
  items: Codec<V>,
  more: Pick<Register, 'dialect' | 'argument'> = {},
): Register {
  // A codec is invariant in its value; behind this border a body's value always comes from the same codec.
  return { codes: [code], body: body(items) as unknown as Codec<Values>, ...more };
}

/**
 * A row of registers that fills a list.
 * @param codes one for each place; `rowOf` makes them
 */
export function row<V extends Values>(
  codes: readonly string[],
  items: Codec<V>,
  list: ListInfo,
  more: Pick<Register, 'dialect' | 'wanted'> = {},
): Register {
  // As in `single`.
  return { codes, body: body(items) as unknown as Codec<Values>, list, ...more };
}

/** Codes that differ in two hexadecimal digits: `rowOf('0F0880', '', 0, 11)` is 0F088000 to 0F08800B. */
export function rowOf(before: string, behind: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const digits = (first + index).toString(16).toUpperCase().padStart(2, '0');
    return before + digits + behind;
  });
}

/**
 * What stands between the brackets of one register, as values of its group: of a row one record in its list.
 * Throws a `format` fault that names the code and the part at fault.
 */
export function valuesOf(of: Register, code: string, written: string): Values {
  const bytes = ascii(written);
  try {
    const values = decodeFrom(of.body, reader(bytes));
    if (of.list === undefined) return values;
    return { [of.list.name]: [{ [of.list.index]: of.codes.indexOf(code) + of.list.first, ...values }] };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new Fault('format', `${code}: ${error.message} in (${written})`, { bytes, cause: error });
  }
}

/** What is written between the brackets of a register for its values. Throws `CodecError`. */
export function writtenOf(of: Register, values: Values): string {
  return text(encode(of.body, values));
}

/** The registers of a definition under a code, with the group of each. */
export function registersAt(
  definition: NevaDefinition,
  code: string,
): readonly { readonly group: GroupName; readonly register: Register }[] {
  return groupsOf(definition).flatMap(([group, { registers }]) =>
    registers.filter((one) => one.codes.includes(code)).map((register) => ({ group, register })),
  );
}

/** The groups of a definition with their names. */
export function groupsOf(definition: NevaDefinition): readonly (readonly [GroupName, GroupDefinition])[] {
  return Object.entries(definition.groups) as [GroupName, GroupDefinition][]; // the record has no other keys
}
