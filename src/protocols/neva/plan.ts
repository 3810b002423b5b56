import type { Codec } from '../../codec/index.ts';
import type { Values } from '../../core/snapshot.ts';
import { clockTime, DAY_MINUTES, dayNumber, two, weekdayOf } from './calendar.ts';
import { item, trimmed } from './words.ts';

/**
 * The tariff plan of a meter: seasons, special days and day schedules, as the registers carry them and as they
 * resolve. Neva MT1 user guide, "tariff schedules": 12 seasons `MMDDN1N2N3`, 32 special days `MMDDNN`, 36 day
 * schedules of 8 entries `HHMMTT`; zeros are unused.
 */

/**
 * Number of a day schedule: 1 to 36, read as decimal. A number with a hexadecimal letter in it stays a text, since
 * then nobody knows the base; `7F` means that the day is ordinary.
 */
export type ScheduleNumber = number | string;

/** From this day of the year on, these schedules. */
export type Season = Readonly<{
  /** `MM-DD`. */
  from: string;
  weekdays: ScheduleNumber;
  saturday: ScheduleNumber;
  sunday: ScheduleNumber;
}>;

/** A day of the year with a schedule of its own. */
export type SpecialDay = Readonly<{
  /** `MM-DD`. */
  day: string;
  schedule: ScheduleNumber;
}>;

/** From this time of the day on, this tariff. */
export type Switch = Readonly<{
  /** `HH:MM`. */
  from: string;
  /** 1 to 4; a text when it has a hexadecimal letter in it. */
  tariff: number | string;
}>;

/** Special days with this number are ordinary days. */
export const ORDINARY = '7F';

const PAIR = '([0-9A-Fa-f]{2})';

function numberOf(written: string): ScheduleNumber {
  return /^\d\d$/.test(written) ? Number(written) : written.toUpperCase();
}

function written(number: ScheduleNumber): string {
  return typeof number === 'number' ? two(number) : number;
}

/** An item of pairs of digits; zeros read as null, an unused place. */
function pairs<T>(
  says: string,
  count: number,
  read: (parts: readonly string[]) => T | undefined,
  write: (value: T) => string,
): Codec<T | null> {
  const form = new RegExp(`^${PAIR.repeat(count)}$`);
  return item<T | null>(
    says,
    (text) => {
      const parts = form.exec(text)?.slice(1);
      if (parts === undefined) return undefined;
      return parts.every((part) => part === '00') ? null : read(parts);
    },
    (value) => (value === null ? '00'.repeat(count) : write(value)),
  );
}

const season = pairs<Season>(
  'season MMDDN1N2N3',
  5,
  ([month = '', day = '', first = '', second = '', third = '']) => ({
    from: `${month}-${day}`,
    weekdays: numberOf(first),
    saturday: numberOf(second),
    sunday: numberOf(third),
  }),
  (of) => of.from.replace('-', '') + written(of.weekdays) + written(of.saturday) + written(of.sunday),
);

const specialDay = pairs<SpecialDay>(
  'special day MMDDNN',
  3,
  ([month = '', day = '', number = '']) => ({ day: `${month}-${day}`, schedule: numberOf(number) }),
  (of) => of.day.replace('-', '') + written(of.schedule),
);

const change = pairs<Switch>(
  'switch HHMMTT',
  3,
  ([hour = '', minute = '', tariff = '']) =>
    Number(hour) < 24 && Number(minute) < 60
      ? { from: `${hour}:${minute}`, tariff: numberOf(tariff) }
      : undefined,
  (of) => of.from.replace(':', '') + written(of.tariff),
);

/** 0D.00.00*FF. */
export const seasons = trimmed(season, 12);
/** 0B.00.00*FF. */
export const specialDays = trimmed(specialDay, 32);
/** 0A.01.64*FF to 0A.24.64*FF. */
export const switches = trimmed(change, 8);

/** A whole plan. */
export interface Plan {
  readonly seasons: readonly (Season | null)[];
  readonly specialDays: readonly (SpecialDay | null)[];
  /** Day schedules by number. */
  readonly schedules: ReadonlyMap<ScheduleNumber, readonly (Switch | null)[]>;
}

/** The tariff that holds from one minute of a day to another (which is not part of it). */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** 1 to 4. */
  readonly tariff: number;
}

/** Which schedule a day follows, and why. */
export interface Resolved {
  readonly schedule: ScheduleNumber;
  readonly because: 'special day' | 'weekdays' | 'saturday' | 'sunday' | 'no season';
}

/**
 * The schedule of a day: that of a special day, unless it says "ordinary"; else that of the last season which has
 * begun (before the first season of a year the last one of the year before goes on), by the day of the week. Without
 * any season the first schedule.
 */
export function scheduleOf(plan: Plan, date: string): Resolved {
  const today = date.slice(5);
  const special = plan.specialDays.find((one) => one?.day === today);
  if (special !== undefined && special !== null && special.schedule !== ORDINARY) {
    return { schedule: special.schedule, because: 'special day' };
  }
  const begun = seasonAt(plan, today);
  if (begun === undefined) return { schedule: 1, because: 'no season' };
  switch (weekdayOf(dayNumber(date) ?? 0)) {
    case 0:
      return { schedule: begun.sunday, because: 'sunday' };
    case 6:
      return { schedule: begun.saturday, because: 'saturday' };
    default:
      return { schedule: begun.weekdays, because: 'weekdays' };
  }
}

/** Number of the season that holds on a day, as the meter counts them: by their place. Undefined without any. */
export function seasonOf(plan: Pick<Plan, 'seasons'>, date: string): number | undefined {
  const begun = seasonAt(plan, date.slice(5));
  return begun === undefined ? undefined : plan.seasons.indexOf(begun) + 1;
}

/** The last season that has begun on a day of the year; before the first one the last of the year before. */
function seasonAt(plan: Pick<Plan, 'seasons'>, today: string): Season | undefined {
  const used = plan.seasons
    .filter((one) => one !== null)
    .toSorted((one, other) => one.from.localeCompare(other.from));
  return used.findLast((one) => one.from <= today) ?? used.at(-1);
}

/** Numbers of all schedules that a plan refers to, in order; 1 where there is no season. */
export function schedulesUsed(plan: Pick<Plan, 'seasons' | 'specialDays'>): readonly number[] {
  const seasonal = plan.seasons.flatMap((one) =>
    one === null ? [] : [one.weekdays, one.saturday, one.sunday],
  );
  const special = plan.specialDays.flatMap((one) => (one === null ? [] : [one.schedule]));
  const all = [...(seasonal.length === 0 ? [1] : seasonal), ...special];
  return [...new Set(all)]
    .filter((one): one is number => typeof one === 'number' && one >= 1 && one <= 36)
    .toSorted((one, other) => one - other);
}

/**
 * The tariffs of a day, from minute 0 to minute 1440. Before the first switch the tariff of the last one holds, which
 * has been in force since the evening before. A switch to a tariff that is none (hexadecimal letters, above 4) changes
 * nothing. Without any switch it is tariff 1.
 */
export function tariffsOf(plan: Plan, date: string): readonly Span[] {
  const entries = (plan.schedules.get(scheduleOf(plan, date).schedule) ?? [])
    .flatMap((one) => {
      if (one === null || typeof one.tariff !== 'number' || one.tariff < 1 || one.tariff > 4) return [];
      return [{ from: minutesOf(one.from), tariff: one.tariff }];
    })
    .toSorted((one, other) => one.from - other.from);
  const spans: Span[] = [];
  let from = 0;
  let tariff = entries.at(-1)?.tariff ?? 1;
  for (const entry of entries) {
    if (entry.from > from) spans.push({ from, to: entry.from, tariff });
    from = entry.from;
    tariff = entry.tariff;
  }
  spans.push({ from, to: DAY_MINUTES, tariff });
  return spans;
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

/** Spans in words, for tables: `00:00 T2, 07:00 T1, 23:00 T2`. */
export function spansText(spans: readonly Span[]): string {
  return spans.map((span) => `${clockTime(span.from)} T${span.tariff}`).join(', ');
}

/** The same, from the values of a group that has read `seasons` and `special_days`. */
export function schedulesNamed(values: Values): readonly number[] {
  const list = (name: string): readonly (Values | null)[] => {
    const value = values[name];
    return Array.isArray(value) ? (value as readonly (Values | null)[]) : []; // their codecs make records
  };
  return schedulesUsed({
    seasons: list('seasons') as readonly (Season | null)[], // as above
    specialDays: list('special_days') as readonly (SpecialDay | null)[],
  });
}
