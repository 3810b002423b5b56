import type { ArchiveEntry } from './archive.ts';
import type { Timing } from './bus/timing.ts';
import type { Exchange } from './exchange.ts';
import type { Fault } from './fault.ts';
import type { Derived, Field } from './field.ts';
import type { Inspector } from './inspect.ts';
import type { Line } from './line.ts';
import type { ProfileReading, ProfileWanted } from './profile.ts';
import type { Readings, Value, Values } from './snapshot.ts';
import type { Master, Station, StationOptions } from './station.ts';

/**
 * A device as everything above the protocols sees it. Protocols make one of these from a declarative definition;
 * reader, simulator, documents, discovery and screens all work from it and know no device by name.
 */
export interface Device {
  /** Stable id, such as `juntek-kg`. */
  readonly id: string;
  /** What people call it. */
  readonly title: string;
  readonly vendor: string;
  /** Name of the protocol it speaks. */
  readonly protocol: string;
  /** Id under which devices are gathered that a first question tells apart; absent where there is nothing to tell. */
  readonly family?: string;
  /** Models known to be covered. */
  readonly models: readonly string[];
  /** What a user should know: uncertain facts, limits. */
  readonly remarks: readonly string[];
  /** Line settings it leaves the factory with. */
  readonly line: Line;
  readonly timing: Partial<Timing>;
  readonly addresses: Addresses;
  /** In reading order. */
  readonly groups: readonly Group[];
  /** Reads several groups at once, where that saves signing on for each. Absent: they are read one by one. */
  readonly together?: (address: number, groups: readonly string[]) => Gathering;
  /** Reads the load profile that the device keeps. Absent: it keeps none. */
  readonly profile?: (address: number, wanted: ProfileWanted) => ProfileReading;
  /** What its groups, as read, say of earlier times (registers of days and months, event logs). Absent: nothing. */
  readonly archives?: (readings: Readings) => readonly ArchiveEntry[];
  /** Milliseconds that reading all groups takes on a slow line, where that is more than some seconds. */
  readonly longest?: number;
  /** Absent: there is nothing to say. */
  readonly access?: Access;
  readonly writables: readonly Writable[];
  /** Hears the next message of the device that belongs to one of its groups; absent where it never shares a line. */
  readonly overhear?: (address: number) => Exchange<{ readonly group: string; readonly values: Values }>;
  /** Asks for the least that proves a device of this kind: read-only, safe on any line. */
  readonly probe: (address: number) => Exchange<Values>;
  /** Explains bytes of this device's protocol. */
  readonly inspector: () => Inspector;
  /** Plays the device. */
  readonly station: (options: StationOptions) => Station;
  /** Other masters that stand on the line of such a device in real life, by name; for the simulator. */
  readonly masters: Readonly<Record<string, Master>>;
  /** Output forms of programs that busbar replaces, by name: `read --format NAME`. */
  readonly formats: Readonly<Record<string, ReadingFormat>>;
  /** The same bytes with serial numbers masked and check sums made good again; for captures that are passed on. */
  readonly anonymise: (frame: Uint8Array) => Uint8Array;
}

/** A way to print readings that somebody's scripts already know. */
export interface ReadingFormat {
  /** Whose form it is, and what is peculiar in it. */
  readonly title: string;
  /** Prints the groups given, in their order. */
  readonly print: (groups: Readings) => string;
}

/** Addresses on a shared line. */
export interface Addresses {
  readonly lowest: number;
  readonly highest: number;
  /** Address of a device fresh from the factory. */
  readonly usual: number;
  /**
   * Milliseconds that an address gets to begin its answer while searching; absent: 100. More where the answer is long:
   * converters pass it on when it is complete.
   */
  readonly patience?: number;
  /**
   * Where to search, in runs: the units of a run are numbered without gaps, so the first silent one ends it. Absent:
   * every address, since each is a device of its own.
   */
  readonly runs?: readonly (readonly number[])[];
  /**
   * Whether a run needs no search, by its index and those of the runs in which somebody answered; runs are searched in
   * their order. Absent: all are searched.
   */
  readonly needless?: (run: number, answered: ReadonlySet<number>) => boolean;
  /** What address 0 means. Absent: every device on the line. `whoever`: no address is sent, so the only one there. */
  readonly zero?: 'whoever';
}

/** Groups that are read in one dialogue. */
export interface Gathering {
  /** Makes the dialogue; called once an attempt, and goes on where the last one broke off. */
  readonly exchange: () => Exchange<void>;
  /** What was read so far, by group: its values, or the fault that concerns only it. */
  readonly sofar: () => Readonly<Record<string, Values | Fault>>;
}

/** What a user may have to say about the way to a device, by name: `password`. */
export type AccessSettings = Readonly<Record<string, string>>;

/** How often a password was refused, and whether that was for sure. */
export interface PasswordPast {
  /** Refusals in a row since it was last accepted, those counted that may have been the line's doing. */
  readonly refusals: number;
  /** What the device said when the password counted as wrong: it is not sent again. Absent: it may be. */
  readonly wrong?: string;
}

/** Keeps what became of a password, so that whoever starts the program again does not send a wrong one anew. */
export interface PasswordMemory {
  /** What was noted of this password before. Absent: it was not refused. */
  readonly past?: PasswordPast;
  /** Called with each refusal, and with undefined when the device has accepted the password. */
  readonly note: (past: PasswordPast | undefined) => void;
}

/** How the way to a device is adjusted. */
export interface Access {
  /** What can be said, each with its meaning. */
  readonly settings: Readonly<Record<string, string>>;
  /**
   * The same device, reached so, which has learnt nothing yet: whoever reads several lines makes one for each. Throws a
   * `config` fault for a setting that is none.
   * @param passwords what is known of the password in these settings; left out: nothing, and nothing is kept
   */
  readonly through: (settings: AccessSettings, passwords?: PasswordMemory) => Device;
  /**
   * What was found out about the way to an address since then and is worth keeping: settings for `through`, under those
   * of the user, when the program starts again (`first=300`: the baud rate that answered). Absent: nothing is found out.
   */
  readonly learnt?: (address: number) => AccessSettings;
}

/**
 * Parts of a group, in words, on which a device was silent though it answers others: it lacks them, and is not asked
 * for them again. Kept with the device's place by whoever reads it, filled by the dialogue that reads the group.
 */
export type Lacking = Set<string>;

/** Values that are read together. */
export interface Group {
  readonly name: string;
  readonly title: string;
  /** Seconds between two readings that make sense while a gateway runs. */
  readonly period: number;
  /** Fields as sent, then derived ones. */
  readonly fields: readonly Field[];
  /** Values that follow from others; `complete` adds them. */
  readonly derived: Readonly<Record<string, Derived>>;
  /** Reads the group; of one with units the first. Brings the values as sent, without derived ones. */
  readonly read: (address: number, lacking?: Lacking) => Exchange<Values>;
  /** Where its values come from several units (the packs of a rack) that are asked one by one. */
  readonly units?: Units;
}

/**
 * Units behind one address: each is asked in a job of its own, with patience of its own, so that a silent one does not
 * keep the others from being read. Which of them are there is found out by asking (see `units.ts`).
 */
export interface Units {
  /** Field of the group with one record for each unit; `address` in a record is the number of the unit. */
  readonly list: string;
  /** Numbers that units may have, in their order: there are no gaps, so the first silent one ends a search. */
  readonly candidates: (address: number) => readonly number[];
  /** Reads one unit: values of the group, with one record in the list. */
  readonly read: (address: number, unit: number, lacking?: Lacking) => Exchange<Values>;
  /** Asks a unit that may not be there for something short; absent: reading it is short. */
  readonly probe?: (address: number, unit: number) => Exchange<Values>;
  /** Asks for all units in one answer; absent: there is no such question. */
  readonly all?: AllUnits;
}

/**
 * A question to all units at once. Not every rack answers it, so it is only used in place of the single ones where it
 * has worked (see `whole.ts`).
 */
export interface AllUnits {
  /** Reads them: values of the group, with one record for each unit. */
  readonly read: (address: number) => Exchange<Values>;
  /** Fields of a record that cannot differ between two questions: by them the answer is compared with the single ones. */
  readonly steady: readonly string[];
}

/** How dangerous a write is: `low` changes a display, `medium` what is counted, `high` what is switched or measured. */
export type Risk = 'low' | 'medium' | 'high';

/** What a writable takes. */
export type Accepts =
  /** A number; `off` when null switches it off. */
  | { readonly form: 'number'; readonly lowest: number; readonly highest: number; readonly off: boolean }
  | { readonly form: 'word'; readonly words: readonly string[] }
  /** A text: what it says in words, a pattern that it fits as a whole, and some examples. */
  | {
      readonly form: 'text';
      readonly says: string;
      readonly pattern: string;
      readonly examples: readonly string[];
    }
  /** No value: writing it is the whole message. */
  | { readonly form: 'trigger' };

/** Something that can be written to a device. */
export interface Writable {
  /** Name of the field it sets, or of the command. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly accepts: Accepts;
  readonly risk: Risk;
  /** What happens, what to take care of. */
  readonly remark?: string;
  /** Refuses unless a fresh value is near zero: zeroing a current while current flows falsifies every reading. */
  readonly guard?: {
    readonly group: string;
    readonly field: string;
    readonly atMost: number;
    readonly why: string;
  };
  /** May be sent to the broadcast address. */
  readonly broadcast: boolean;
  /** The frame it sends, for people to look at before anything is sent. */
  readonly frame: (address: number, value: Value) => Uint8Array;
  /** Sends it. Brings the acknowledgement's bytes, or undefined when none came (then only reading back tells). */
  readonly write: (address: number, value: Value) => Exchange<Uint8Array | undefined>;
  /** Address at which the device answers afterwards. */
  readonly addressAfter: (address: number, value: Value) => number;
  /** True: sending it includes reading it back and comparing, so `expects` has nothing left to compare. */
  readonly proven?: boolean;
  /** Groups read before and after. */
  readonly readback: readonly string[];
  /** What must be read back: field paths `group.field` with value and tolerance. Empty: before and after are only shown. */
  readonly expects: (value: Value, before: Readings) => readonly Expectation[];
}

/** One value that must be found after a write. */
export interface Expectation {
  readonly group: string;
  readonly field: string;
  readonly value: Value;
  /** Largest difference of numbers that still counts as equal. */
  readonly tolerance: number;
}

/** Several devices under one id that a first question tells apart. */
export interface Family {
  readonly id: string;
  readonly title: string;
  readonly members: readonly Device[];
  /** Asks which member answers at an address. */
  readonly identify: (address: number) => Exchange<Device>;
  /** Hears which member it is without asking. */
  readonly overhear: (address: number) => Exchange<Device>;
}

/** The group of a device by name, or undefined. */
export function groupOf(device: Device, name: string): Group | undefined {
  return device.groups.find((group) => group.name === name);
}
