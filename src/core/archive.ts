import type { MeterClock } from './meter-clock.ts';
import type { ProfileDay, ProfileMark } from './profile.ts';
import { isList, type Snapshot, type Values } from './snapshot.ts';

/**
 * What a device kept of earlier times, on its way to the journal: snapshots of kind `archive` with the device's own
 * stamp (`local`, `zone`) and the same instant in UTC (`at`). The same reading always makes the same snapshots, so that
 * whoever appends them once appends nothing when they are read again.
 */

/** Something that a device recorded at a moment on its own clock. */
export interface ArchiveEntry {
  /** Group of the archive: a row of the device's groups, or `profile`. */
  readonly group: string;
  /** When it ended or happened, on the device's clock: `2026-11-20T07:30:00`. */
  readonly local: string;
  readonly values: Values;
}

/** Whose archive it is. */
export interface ArchiveOrigin {
  /** Name of the device on this site. */
  readonly device: string;
  readonly clock: MeterClock;
}

/** Group of the slots of load profiles: `power` in W, `energy` and `t1`... in kWh. */
export const PROFILE = 'profile';
/** Group of what is known of such slots besides, where there is something: `marks`. */
export const PROFILE_MARKS = 'profile_marks';

/**
 * Entries as snapshots, oldest first. Lists of entries of one group at one instant are put together (two events in one
 * second); of other values the later entry counts.
 */
export function archived(entries: readonly ArchiveEntry[], { device, clock }: ArchiveOrigin): Snapshot[] {
  const found = new Map<string, Snapshot>();
  for (const { group, local, values } of entries) {
    const at = clock.ended(local);
    const key = `${at} ${group}`;
    const before = found.get(key)?.values ?? {};
    const own = { ...together(before, values), local, zone: clock.zone };
    found.set(key, { device, group, at, values: own, kind: 'archive' });
  }
  return [...found.values()].toSorted((one, other) => one.at - other.at);
}

function together(before: Values, values: Values): Values {
  const merged = Object.entries(values).map(([name, value]) => {
    const first = before[name];
    if (!isList(first) || !isList(value)) return [name, value] as const;
    return [name, [...first, ...value.filter((one) => !first.includes(one))]] as const;
  });
  return Object.fromEntries(merged);
}

/**
 * The slots of a day that are over as snapshots, each at the end of its slot.
 *
 * Where the zone has no such time (the hour that is left out in spring) a slot has no length: its energy, mostly none,
 * is added to the slot before, so that no energy is lost. Marks stand in a group of their own: a meter's logs forget
 * them, and what is known of a slot must not change when it is read again. Tariffs are left out where they do not
 * reconcile with the registers.
 */
export function profileArchive(day: ProfileDay, origin: ArchiveOrigin): Snapshot[] {
  const { device, clock } = origin;
  const slots: { at: number; local: string; power: number; energies: number[]; marks: ProfileMark[] }[] = [];
  for (const slot of day.slots) {
    const local = momentOf(day.date, slot.to);
    const at = clock.ended(local);
    const energies = [slot.energy, ...slot.tariffs];
    const last = slots.at(-1);
    if (last?.at === at) {
      last.energies = last.energies.map((energy, index) => energy + (energies[index] ?? 0));
      if (slot.energy > 0 && !last.marks.includes('clock')) last.marks.push('clock');
    } else {
      slots.push({ at, local, power: slot.power, energies, marks: [...slot.marks] });
    }
  }
  const stamped = (at: number, group: string, local: string, values: Values): Snapshot => ({
    device,
    group,
    at,
    values: { ...values, local, zone: clock.zone },
    kind: 'archive',
  });
  return slots.flatMap(({ at, local, power, energies, marks }) => {
    const [energy = 0, ...tariffs] = energies.map(kilowattHours);
    const split =
      day.outcome === 'mismatch' ? [] : tariffs.map((value, index) => [`t${index + 1}`, value] as const);
    return [
      stamped(at, PROFILE, local, { power, energy, minutes: day.minutes, ...Object.fromEntries(split) }),
      ...(marks.length === 0 ? [] : [stamped(at, PROFILE_MARKS, local, { marks: marks.toSorted() })]),
    ];
  });
}

/**
 * How many days before today must be read so that nothing is missing behind what is there already.
 * @param last instant up to which slots are known; undefined: none are
 * @param now the present
 * @param most days that the device keeps
 */
export function daysMissing(last: number | undefined, now: number, clock: MeterClock, most: number): number {
  if (last === undefined) return most;
  for (let days = 0; days < most; days++) {
    // A day and a bit to spare: which date the device's clock shows now is not known exactly.
    const date = new Date(now - (days - 1) * DAY).toISOString().slice(0, 10);
    if (clock.ended(`${date}T00:00:00`) <= last) return days;
  }
  return most;
}

const DAY = 86_400_000;

/** A moment of a date; minute 1440 is the midnight behind it. */
function momentOf(date: string, minutes: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + minutes * 60_000).toISOString().slice(0, 19);
}

/** Watt-minutes as kWh, with all digits that there are: a watt-minute is a sixtieth of a watt-hour. */
function kilowattHours(wattMinutes: number): number {
  return Math.round((wattMinutes * 100) / 6) / 1_000_000;
}
