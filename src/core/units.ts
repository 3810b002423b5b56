import type { Bus } from './bus/bus.ts';
import type { Rank } from './bus/queue.ts';
import type { Device, Group, Units } from './device.ts';
import { Fault, faultOf } from './fault.ts';
import { isRecord, listIn, type Value, type Values } from './snapshot.ts';

/** What is known of the units behind an address; kept with its place, shared by its groups. */
export interface UnitBook {
  /** Units that answered, with the instant of the bus's clock when they last did. */
  readonly answered: Map<number, number>;
  /** When it was last looked for more of them. */
  searchedAt: number;
}

/** A book in which no unit is known yet. */
export function unitBook(): UnitBook {
  return { answered: new Map(), searchedAt: -Infinity };
}

/** Milliseconds between two looks for units that were not there before. */
const SEARCH_PERIOD = 60_000;
/** Milliseconds of silence after which a unit is taken for removed, and its silence is no fault any more. */
const REMOVED_AFTER = 600_000;
/** Questions to a unit of which nothing is known, before it is believed to be absent. */
const SEARCH_ATTEMPTS = 2;

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

/**
 * Asks the units of a group, each in a job of its own: those that are known, and now and then the next one that is
 * not. A unit that is silent is a fault of that unit only, and after ten minutes it counts as removed.
 */
export async function pollUnits(
  of: UnitPlace,
  group: Group,
  units: Units,
  options: { readonly rank: Rank; readonly signal?: AbortSignal },
): Promise<UnitReading> {
  const { bus, device, address, name, units: book } = of;
  const began = bus.clock.now();
  for (const [unit, at] of book.answered) if (began - at > REMOVED_AFTER) book.answered.delete(unit);
  const blank = book.answered.size === 0;
  let searching = blank || began - book.searchedAt >= SEARCH_PERIOD;
  if (searching) book.searchedAt = began;
  const parts: Values[] = [];
  const faults: Record<string, Fault> = {};
  for (const [index, unit] of units.candidates(address).entries()) {
    // The first stands for the device itself: that it is silent is news.
    const expected = book.answered.has(unit) || (blank && index === 0);
    if (!expected && !searching) continue;
    try {
      parts.push(
        await bus.run(
          {
            device: `${name}/${unit}`,
            rank: options.rank,
            exchange: () => units.read(address, unit),
            timing: expected ? device.timing : { attempts: SEARCH_ATTEMPTS, ...device.timing },
            probing: !expected,
          },
          options.signal,
        ),
      );
      book.answered.set(unit, bus.clock.now());
    } catch (error) {
      const fault = faultOf(error, 'format');
      const gone = fault.code === 'link' || fault.code === 'cancelled';
      if (gone || (blank && index === 0)) return { faults: { [group.name]: fault } };
      if (expected) faults[`${group.name}/${unit}`] = fault;
      else searching = false;
    }
  }
  const [first] = Object.values(faults);
  if (parts.length === 0 && first !== undefined) return { faults: { [group.name]: first } };
  return { values: joined(units, parts), faults };
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
