import type { Bus } from './bus/bus.ts';
import type { Rank } from './bus/queue.ts';
import type { Device, Group, Lacking, Units } from './device.ts';
import type { Exchange } from './exchange.ts';
import { Fault, faultOf } from './fault.ts';
import { isRecord, listIn, type Value, type Values } from './snapshot.ts';
import type { Stop } from './stop.ts';
import { readWhole, type WholeState, wholeState } from './whole.ts';

/** What is known of the units behind an address; kept with its place, shared by its groups. */
export interface UnitBook {
  /** Units that answered, with the instant of the bus's clock when they last did. */
  readonly answered: Map<number, number>;
  /** When it was last looked for more of them. */
  searchedAt: number;
  /** Whether all units answer one question, by group. */
  readonly whole: Map<string, WholeState>;
  /** What units lack, by `group/unit`; what a device without units lacks, by group. */
  readonly lacking: Map<string, Lacking>;
}

/** What a device or one of its units lacks, as far as that is known. */
export function lackingOf(book: UnitBook, key: string): Lacking {
  const found = book.lacking.get(key) ?? new Set<string>();
  book.lacking.set(key, found);
  return found;
}

/** A book in which no unit is known yet. */
export function unitBook(): UnitBook {
  return { answered: new Map(), searchedAt: -Infinity, whole: new Map(), lacking: new Map() };
}

/** Milliseconds between two looks for units that were not there before. */
export const SEARCH_PERIOD = 60_000;
/** Milliseconds of silence after which a unit is taken for removed, and its silence is no fault any more. */
const REMOVED_AFTER = 600_000;
/** Questions to a unit of which nothing is known, before it is believed to be absent. */
const SEARCH_ATTEMPTS = 2;
/**
 * Milliseconds to the first byte that such a unit gets where its device names none: one that is there takes 25, and
 * was once seen to take 195.
 */
const SEARCH_RESPONSE = 200;

/** Where the units are, and what is known of them. */
export interface UnitPlace {
  readonly bus: Bus;
  readonly device: Device;
  readonly address: number;
  readonly name: string;
  readonly units: UnitBook;
}

/** Values of the units that answered; faults by `group/unit`, or by the group's name when none did. */
export interface UnitReading {
  readonly values?: Values;
  readonly faults: Readonly<Record<string, Fault>>;
}

/** Waited for before a question: to somebody who is known to be there, or to a unit that is looked for. */
export type Before = (whom: 'known' | 'sought') => Promise<void>;

/** How units are asked. */
export interface UnitOptions {
  readonly rank: Rank;
  readonly signal?: Stop;
  /** Waited for before each question; where there is such a thing, only short questions are asked. */
  readonly before?: Before;
  /** False: no other units are looked for, unless none is known. */
  readonly search?: boolean;
}

/**
 * Asks the units of a group, each in a job of its own: those that are known, and now and then the next one that is
 * not. A unit that is silent is a fault of that unit only, and after ten minutes it counts as removed. Where asking all
 * of them at once has worked, that is done instead, but not in gaps, which are short.
 */
export async function pollUnits(
  of: UnitPlace,
  group: Group,
  units: Units,
  options: UnitOptions,
): Promise<UnitReading> {
  const { bus, device, address, units: book } = of;
  const began = bus.clock.now();
  for (const [unit, at] of book.answered) if (began - at > REMOVED_AFTER) forget(book, unit);
  const blank = book.answered.size === 0;
  const whole = book.whole.get(group.name) ?? wholeState();
  book.whole.set(group.name, whole);
  const patience = Math.max(device.addresses.patience ?? SEARCH_RESPONSE, device.timing.response ?? 0);
  let changed = false;
  const { all } = units;
  if (all !== undefined && options.before === undefined) {
    const known = [...book.answered.keys()];
    const quick = { ...options, response: patience };
    const reading = await readWhole(of, { ...units, all }, whole, known, quick);
    if (reading.got === 'fault') return { faults: { [group.name]: reading.fault } };
    if (reading.got === 'values') {
      for (const unit of known) book.answered.set(unit, bus.clock.now());
      return { values: reading.values, faults: {} };
    }
    ({ changed } = reading);
  }
  const due = options.search !== false && began - book.searchedAt >= SEARCH_PERIOD;
  let searching = blank || changed || due;
  if (searching) book.searchedAt = began;
  const parts: Values[] = [];
  const faults: Record<string, Fault> = {};
  for (const [index, unit] of units.candidates(address).entries()) {
    // The first stands for the device itself: that it is silent is news.
    const expected = book.answered.has(unit) || (blank && index === 0);
    if (!expected && !searching) continue;
    try {
      await options.before?.(expected ? 'known' : 'sought');
      parts.push(await readUnit(of, group, units, unit, expected ? undefined : patience, options));
      book.answered.set(unit, bus.clock.now());
    } catch (error) {
      const fault = faultOf(error, 'format');
      const gone = fault.code === 'link' || fault.code === 'cancelled';
      if (gone || (blank && index === 0)) return { faults: { [group.name]: fault } };
      if (expected) faults[`${group.name}/${unit}`] = fault;
      else searching = false;
    }
  }
  const clean = Object.keys(faults).length === 0;
  if (whole.kind === 'untried')
    whole.singles = clean ? parts.flatMap((part) => recordsIn(part, units.list)) : [];
  const [first] = Object.values(faults);
  if (parts.length === 0 && first !== undefined) return { faults: { [group.name]: first } };
  return { values: joined(units, parts), faults };
}

/**
 * Reads one unit.
 * @param patience milliseconds to the first byte where it may not be there; absent: it is known to be
 */
async function readUnit(
  { bus, device, address, name, units: book }: UnitPlace,
  group: Group,
  units: Units,
  unit: number,
  patience: number | undefined,
  { rank, signal }: UnitOptions,
): Promise<Values> {
  const lacking = lackingOf(book, `${group.name}/${unit}`);
  const job = { device: `${name}/${unit}`, rank };
  const read = (): Exchange<Values> => units.read(address, unit, lacking);
  const { probe } = units;
  if (patience !== undefined) {
    const timing = { ...device.timing, attempts: SEARCH_ATTEMPTS, response: patience };
    const exchange = probe === undefined ? read : (): Exchange<Values> => probe(address, unit);
    const found = await bus.run({ ...job, exchange, timing, probing: true }, signal);
    if (probe === undefined) return found;
  }
  return bus.run({ ...job, exchange: read, timing: device.timing }, signal);
}

/** A unit that is not there any more; another one may come in its place. */
function forget(book: UnitBook, unit: number): void {
  book.answered.delete(unit);
  for (const key of book.lacking.keys()) if (key.endsWith(`/${unit}`)) book.lacking.delete(key);
}

/** The values of a group from those of its units: their records one behind the other, the rest from the first. */
function joined({ list }: Units, parts: readonly Values[]): Values {
  return { ...parts[0], [list]: parts.flatMap((part) => recordsIn(part, list)) };
}

/** The records under a name; none where there is no list of records. */
export function recordsIn(values: Values | undefined, list: string): readonly Values[] {
  return listIn(values, list).filter(isRecord);
}

/** Milliseconds after which a unit that somebody else asked for is not shown any more. */
const HEARD_FOR = 60_000;

/** Gathers what is overheard of units, one message at a time. */
export interface UnitShelf {
  /**
   * Adds what was heard at an instant. Brings the values of all units heard lately, and whether the round is complete:
   * whoever asks has come back to a unit that was heard before.
   */
  put(group: Group, heard: Values, at: number): { readonly values: Values; readonly complete: boolean };
}

/** An empty shelf. */
export function unitShelf(): UnitShelf {
  const shelves = new Map<string, Map<Value, { readonly record: Values; readonly at: number }>>();
  return {
    put(group, heard, at) {
      const { units, name } = group;
      if (units === undefined) return { values: heard, complete: true };
      const shelf = shelves.get(name) ?? new Map<Value, { readonly record: Values; readonly at: number }>();
      shelves.set(name, shelf);
      const records = recordsIn(heard, units.list);
      const again = records.length > 1 || records.some((record) => shelf.has(record.address ?? null));
      for (const record of records) shelf.set(record.address ?? null, { record, at });
      for (const [unit, kept] of shelf) if (at - kept.at > HEARD_FOR) shelf.delete(unit);
      const all = [...shelf].sort(([one], [other]) => Number(one) - Number(other));
      return {
        values: { ...heard, [units.list]: all.map(([, kept]) => kept.record) },
        complete: again,
      };
    },
  };
}
