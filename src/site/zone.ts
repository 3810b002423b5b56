import { Fault } from '../core/fault.ts';

/** Calendar of a time zone, by the platform's own tables (Intl). */

/** A date and time as a clock on the wall shows it. */
export interface WallTime {
  /** `2026-11-21`. */
  readonly date: string;
  /** Minutes since midnight on the clock: 0 to 1439. On a day of 25 hours some come twice. */
  readonly minute: number;
}

/** One day of a zone; of 23 or 25 hours where clocks are changed. */
export interface ZoneDay {
  /** `2026-11-21`. */
  readonly date: string;
  /** Begin and end (the next begin): milliseconds since 1970-01-01T00:00Z. */
  readonly from: number;
  readonly to: number;
}

/** Local time of one zone. */
export interface Zone {
  /** IANA name: `Europe/Berlin`. */
  readonly name: string;
  /** What clocks show at an instant (milliseconds since 1970-01-01T00:00Z). */
  readonly at: (instant: number) => WallTime;
  /** The day that an instant lies in. */
  readonly day: (instant: number) => ZoneDay;
}

const MINUTE = 60_000;
/** Clocks are set on a quarter of an hour of UTC in every zone, so an offset holds for one. */
export const QUARTER = 15 * MINUTE;
/** Longer than any day. */
const MORE_THAN_A_DAY = 50 * 60 * MINUTE;

/** The zone of an IANA name. Throws a `config` fault where the platform does not know it. */
export function zoneOf(name: string): Zone {
  const format = formatOf(name);
  let quarter = Number.NaN;
  let offset = 0;
  let today: ZoneDay = { date: '', from: 0, to: 0 };

  /** Milliseconds that clocks are ahead of UTC. */
  function offsetAt(instant: number): number {
    const begin = Math.floor(instant / QUARTER);
    if (begin !== quarter) {
      const part: Record<string, number> = {};
      for (const { type, value } of format.formatToParts(begin * QUARTER)) part[type] = Number(value);
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - begin * QUARTER;
      quarter = begin;
    }
    return offset;
  }

  function at(instant: number): WallTime {
    const wall = instant + offsetAt(instant);
    return { date: dateOf(wall), minute: Math.floor(wall / MINUTE) % 1440 };
  }

  /** The first minute of a span whose date is a later one. */
  function laterDate(date: string, low: number, high: number): number {
    let [before, after] = [Math.floor(low / MINUTE), Math.ceil(high / MINUTE)];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (at(middle * MINUTE).date > date) after = middle;
      else before = middle;
    }
    return after * MINUTE;
  }

  return {
    name,
    at,
    day: (instant) => {
      if (instant < today.from || instant >= today.to) {
        const { date } = at(instant);
        const from = laterDate(dayBefore(date), instant - MORE_THAN_A_DAY, instant);
        today = { date, from, to: laterDate(date, instant, instant + MORE_THAN_A_DAY) };
      }
      return today;
    },
  };
}

function formatOf(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new Fault('config', `'${name}' is no time zone that this computer knows`, {
      hint: 'name it as in the IANA database, such as Europe/Berlin or Asia/Yekaterinburg',
      cause,
    });
  }
}

function dateOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10);
}

/** The date before a date. */
export function dayBefore(date: string): string {
  return dateOf(Date.parse(date) - 1440 * MINUTE);
}
