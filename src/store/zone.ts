import { Fault } from '../core/fault.ts';

/** A day of the calendar: from its first millisecond to that of the next, since 1970-01-01T00:00Z. */
export interface Day {
  readonly start: number;
  readonly end: number;
}

const HOUR = 3_600_000;

/**
 * The days of a time zone by its IANA name. They are found by asking on which date an instant falls, so days of 23 and
 * 25 hours, and days that begin at one o'clock, need no rules of their own. Throws a `config` fault when the name is unknown.
 */
export function daysOf(timezone: string): (at: number) => Day {
  const format = formatFor(timezone);
  const dateOf = (at: number): string => format.format(at);
  const known: Day[] = []; // the latest found first

  /** The first instant from which on, until `inside`, the date is that of `inside`. */
  const startOf = (inside: number): number => {
    const date = dateOf(inside);
    let before = inside - 26 * HOUR; // no day is longer than 25 h
    let within = inside;
    while (within - before > 1) {
      const middle = Math.floor((before + within) / 2);
      if (dateOf(middle) === date) within = middle;
      else before = middle;
    }
    return within;
  };

  return (at) => {
    const hit = known.find(({ start, end }) => at >= start && at < end);
    if (hit !== undefined) return hit;
    const start = startOf(Math.floor(at));
    // The next day has begun 26 hours later, and 20 hours later not yet the one after it.
    const day = { start, end: startOf(start + 26 * HOUR) };
    known.unshift(day);
    if (known.length > 8) known.pop();
    return day;
  };
}

function formatFor(timezone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
  } catch (cause) {
    throw new Fault('config', `unknown time zone '${timezone}'`, {
      hint: 'use an IANA name such as Europe/Berlin or UTC',
      cause,
    });
  }
}
