import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import type { ProfileDay, ProfileReading, ProfileRegisters, ProfileWanted } from '../../core/profile.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import type { Session } from '../../iec62056/index.ts';
import { dayBefore, dayNumber } from './calendar.ts';
import {
  type Dialect,
  groupsOf,
  type NevaDefinition,
  type Register,
  registersAt,
  valuesOf,
} from './definition.ts';
import { type Plan, type Season, type SpecialDay, type Switch } from './plan.ts';
import { clockChangesOf, outagesOf, profileDay, registersOf, type Stretch } from './profile.ts';
import { DATE, readCode, readGroup, TIME } from './read.ts';
import type { Memory } from './session.ts';

/** Opens a session and does work in it. */
export type OpenProfile = <R>(work: (session: Session, dialect: Dialect) => Exchange<R>) => Exchange<R>;

/** Days that are read before the meter's date is looked at again. */
const BATCH = 8;
/** How often a batch is read anew when midnight passes meanwhile: that happens once, or the clock is being set. */
const MOST_MIDNIGHTS = 3;
/** Depth of the archive: 63.01.00*00 to *7F. */
const MOST_DAYS = 127;

const POWER_OFF = '63610101';
const POWER_ON = '63610102';
const CLOCK_BEFORE = '63620201';
const CLOCK_AFTER = '63620202';

/** What is the same for all days: read once. */
interface Ground {
  readonly plan: Plan;
  readonly outages: readonly Stretch[];
  readonly clockChanges: readonly Stretch[];
}

/**
 * Reads the profile of today and of the days before, oldest first. Places in the archive are counted from the meter's
 * today, so its date is read before and after each few days; when midnight passed in between, they are read again.
 */
export function profileReading(
  definition: NevaDefinition,
  memory: Memory,
  open: OpenProfile,
  wanted: ProfileWanted,
): ProfileReading {
  if (!(Number.isInteger(wanted.days) && wanted.days >= 0 && wanted.days <= MOST_DAYS)) {
    throw new Fault(
      'config',
      `${wanted.days} days: expected 0 to ${MOST_DAYS}, which is what the meter keeps`,
    );
  }
  const done = new Map<string, ProfileDay>();
  let ground: Ground | undefined;
  let dates: readonly string[] | undefined;
  /** Dates that are left of this pass over all that are not done, and the first that could not be read. */
  let left: readonly string[] | undefined;
  let broken: Fault | undefined;

  function* read(session: Session, dialect: Dialect): Exchange<void> {
    let today = yield* readDate(session, memory);
    ground ??= yield* readGround(definition, session, memory, dialect);
    dates ??= Array.from({ length: wanted.days + 1 }, (_, index) => dayBefore(today, wanted.days - index));
    const registers = new Map<string, ProfileRegisters | undefined>();
    left ??= dates.filter((date) => !done.has(date));
    let midnights = 0;
    let share = Math.min(left.length, wanted.atOnce ?? left.length);
    while (share > 0) {
      const batch = left.slice(0, Math.min(BATCH, share));
      const days: ProfileDay[] = [];
      const before = new Map(registers);
      for (const date of batch) {
        try {
          const { reconcile } = wanted;
          const day = yield* readDay(session, memory, definition, ground, registers, today, date, reconcile);
          if (day !== undefined) days.push(day);
        } catch (error) {
          if (!(error instanceof Fault) || error.code !== 'format') throw error;
          broken ??= error; // the other days can be read all the same
        }
      }
      const after = yield* readDate(session, memory);
      if (after !== today) {
        if (++midnights > MOST_MIDNIGHTS) throw new Fault('format', "the meter's date changes all the time");
        today = after;
        registers.clear();
        for (const [date, value] of before) registers.set(date, value);
        continue;
      }
      for (const day of days) {
        done.set(day.date, day);
        wanted.onDay?.(day, done.size, dates.length);
      }
      left = left.slice(batch.length);
      share -= batch.length;
    }
    if (left.length > 0 || broken === undefined) return;
    const fault = broken;
    [left, broken] = [undefined, undefined];
    throw fault;
  }

  return {
    exchange: () => open(read),
    isComplete: () => left?.length === 0,
    days: () => [...done.values()].toSorted((one, other) => one.date.localeCompare(other.date)),
  };
}

/** One day; undefined where the meter does not keep it any more. */
function* readDay(
  session: Session,
  memory: Memory,
  definition: NevaDefinition,
  ground: Ground,
  registers: Map<string, ProfileRegisters | undefined>,
  today: string,
  date: string,
  reconcile: boolean,
): Exchange<ProfileDay | undefined> {
  const place = (dayNumber(today) ?? 0) - (dayNumber(date) ?? 0);
  const written = yield* readCode(session, memory, `630100${hex(place)}`);
  if (written === undefined) return undefined;
  const opening = reconcile ? yield* opened(session, memory, definition, registers, date, place) : undefined;
  const next = dayBefore(date, -1);
  const closing =
    reconcile && place > 0
      ? yield* opened(session, memory, definition, registers, next, place - 1)
      : undefined;
  const until = place === 0 ? `${today}T${yield* readTime(session, memory)}` : undefined;
  return profileDay({
    date,
    written: written.split(','),
    opening,
    closing,
    ...ground,
    ...(until === undefined ? {} : { until }),
  });
}

/** The registers at the beginning of a day. */
function* opened(
  session: Session,
  memory: Memory,
  definition: NevaDefinition,
  registers: Map<string, ProfileRegisters | undefined>,
  date: string,
  place: number,
): Exchange<ProfileRegisters | undefined> {
  if (registers.has(date)) return registers.get(date);
  const code = `0F8080${hex(place)}`;
  const written = yield* readCode(session, memory, code);
  const register = registersAt(definition, code)[0]?.register;
  const found =
    written === undefined || register === undefined ? undefined : energiesIn(register, code, written);
  registers.set(date, found);
  return found;
}

function energiesIn(register: Register, code: string, written: string): ProfileRegisters {
  const [record] = recordsOf(valuesOf(register, code, written)[register.list?.name ?? '']);
  return registersOf(['total', 't1', 't2', 't3', 't4'].map((name) => Number(record?.[name])));
}

function recordsOf(value: Value | undefined): readonly Values[] {
  return Array.isArray(value) ? (value as readonly Values[]) : []; // lists of registers hold records
}

function* readDate(session: Session, memory: Memory): Exchange<string> {
  const written = yield* readCode(session, memory, DATE);
  const date = written === undefined ? '' : `20${written.replace(/^(..)(..)(..)$/, '$1-$2-$3')}`;
  if (dayNumber(date) === undefined) {
    throw new Fault('format', `the meter's date is (${written ?? 'unknown'}): without it no day has a name`, {
      hint: 'set its clock first: busbar write ... date=2026-11-21 time=12:00:00',
    });
  }
  return date;
}

function* readTime(session: Session, memory: Memory): Exchange<string> {
  const written = (yield* readCode(session, memory, TIME)) ?? '';
  if (!/^\d{6}$/.test(written)) throw new Fault('format', `the meter's time is (${written})`);
  return written.replace(/^(..)(..)(..)$/, '$1:$2:$3');
}

/** The plan of tariffs, and when power and clock were not what they should be. */
function* readGround(
  definition: NevaDefinition,
  session: Session,
  memory: Memory,
  dialect: Dialect,
): Exchange<Ground> {
  const values = yield* readGroup(session, memory, definition.groups.tariffs, dialect);
  const moments: Record<string, readonly (string | null)[]> = {};
  for (const code of [POWER_OFF, POWER_ON, CLOCK_BEFORE, CLOCK_AFTER]) {
    moments[code] = yield* readLog(definition, session, memory, code);
  }
  return {
    plan: planIn(values),
    outages: outagesOf(moments[POWER_OFF] ?? [], moments[POWER_ON] ?? []),
    clockChanges: clockChangesOf(moments[CLOCK_BEFORE] ?? [], moments[CLOCK_AFTER] ?? []),
  };
}

function planIn(values: Values): Plan {
  const seasons = values.seasons as readonly (Season | null)[] | undefined; // the group's own codec made it
  const specialDays = values.special_days as readonly (SpecialDay | null)[] | undefined; // as above
  const schedules = recordsOf(values.day_schedules).map(
    (record) => [Number(record.schedule), record.switches as readonly (Switch | null)[]] as const, // as above
  );
  return { seasons: seasons ?? [], specialDays: specialDays ?? [], schedules: new Map(schedules) };
}

function* readLog(
  definition: NevaDefinition,
  session: Session,
  memory: Memory,
  code: string,
): Exchange<readonly (string | null)[]> {
  const written = yield* readCode(session, memory, code);
  const register = groupsOf(definition)
    .flatMap(([, group]) => group.registers)
    .find((one) => one.codes.includes(code));
  if (written === undefined || register === undefined) return [];
  const [list] = Object.values(valuesOf(register, code, written));
  return Array.isArray(list) ? (list as readonly (string | null)[]) : []; // a log is a list of moments
}

function hex(place: number): string {
  return place.toString(16).toUpperCase().padStart(2, '0');
}
