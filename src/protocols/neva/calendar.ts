/**
 * Meter-local dates and times as plain texts and numbers: a meter knows no time zone, so none is ever applied here.
 * A date is `2026-11-21`, a time `07:15:00`, a moment `2026-11-21T07:15:00`.
 */

/** Milliseconds of a day. */
const DAY = 86_400_000;

/** Minutes of a day. */
export const DAY_MINUTES = 1440;

/** Days since 1970-01-01 of a date; undefined when there is no such day (31 February). */
export function dayNumber(date: string): number | undefined {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && dateOf(at / DAY) === date ? at / DAY : undefined;
}

/** The date of a day number. */
export function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** The date so many days before another, which must be one. */
export function dayBefore(date: string, days: number): string {
  return dateOf((dayNumber(date) ?? 0) - days);
}

/** Day of the week of a day number: 0 Sunday to 6 Saturday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The moment that so many seconds since 1970-01-01T00:00 on the meter's own clock are. */
export function momentOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

/** Seconds since 1970-01-01T00:00 on the meter's own clock; undefined when it is no moment. */
export function secondsOf(moment: string): number | undefined {
  const at = Date.parse(`${moment}Z`) / 1000;
  return !Number.isNaN(at) && momentOf(at) === moment ? at : undefined;
}

/** Minutes since midnight as `07:15`; 1440 is `24:00`. */
export function clockTime(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A whole number in two digits at least. */
export function two(number: number): string {
  return String(number).padStart(2, '0');
}
