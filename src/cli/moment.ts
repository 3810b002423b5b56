import { Fault } from '../core/fault.ts';

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY, w: 7 * DAY };

/**
 * Reads moments as people type them: a date (its midnight in the zone), an instant with its zone
 * (`2026-11-01T06:00Z`, `2026-11-01T08:00+02:00`), or how long ago (`90m`, `12h`, `7d`, `4w`). The function throws a
 * `config` fault that names the option.
 */
export function momentOf(timezone: string, now: number): (text: string, option: string) => number {
  return (text, option) => {
    const ago = /^(\d+)([mhdw])$/.exec(text);
    if (ago !== null) return now - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? NaN);
    if (/^\d{4}-\d\d-\d\d$/.test(text) && isDate(text)) return midnight(text, timezone);
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
      ? Date.parse(text)
      : NaN;
    if (!Number.isNaN(at)) return at;
    throw new Fault('config', `${option}: '${text}' is no moment`, {
      hint: 'expected a date (2026-11-01), an instant with its zone (2026-11-01T06:00Z), or how long ago (7d, 12h)',
    });
  };
}

/** Whether the calendar has that day: not 2026-02-30. */
function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** The first instant of a date in a zone; zones lie from 12 h behind UTC to 14 h ahead of it. */
function midnight(date: string, timeZone: string): number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  let before = Date.parse(`${date}T00:00Z`) - 15 * 3_600_000;
  let within = before + 28 * 3_600_000;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    // Dates as ISO 8601 writes them sort by time.
    if (format.format(middle) >= date) within = middle;
    else before = middle;
  }
  return within;
}
