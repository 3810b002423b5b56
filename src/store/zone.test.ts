import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../test/store/fixture.ts';
import { daysOf } from './zone.ts';

const utc = (text: string): number => Date.parse(text);

describe('days of a zone', () => {
  it.each([
    // Rules: Directive 2000/84/EC, at 01:00 UTC on the last Sundays of March and October.
    ['Europe/Berlin', '2026-03-29T12:00Z', '2026-03-28T23:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00Z', '2026-10-24T22:00Z', 25],
    ['Europe/Berlin', '2026-07-01T00:00Z', '2026-06-30T22:00Z', 24],
    // Nepal: 5:45 ahead of UTC.
    ['Asia/Kathmandu', '2026-01-01T00:00Z', '2025-12-31T18:15Z', 24],
    // Lord Howe Island: daylight saving of half an hour, begins on the first Sunday of October.
    ['Australia/Lord_Howe', '2026-10-04T00:00Z', '2026-10-03T13:30Z', 23.5],
    // Havana: clocks go from 0:00 to 1:00 on the second Sunday of March, so that day begins at one o'clock.
    ['America/Havana', '2026-03-08T12:00Z', '2026-03-08T05:00Z', 23],
    ['UTC', '1970-01-01T00:00Z', '1970-01-01T00:00Z', 24],
  ])('%s around %s', (zone, inside, start, hours) => {
    expect(daysOf(zone)(utc(inside))).toEqual({ start: utc(start), end: utc(start) + hours * HOUR });
  });

  it('follow one another without gaps for two years', () => {
    const dayOf = daysOf('Europe/Berlin');
    const lengths = new Map<number, number>();
    let day = dayOf(utc('2025-01-01T00:00Z'));
    for (let count = 0; count < 730; count++) {
      expect(dayOf(day.end - 1)).toEqual(day);
      const next = dayOf(day.end);
      expect(next.start).toBe(day.end);
      const length = (day.end - day.start) / HOUR;
      lengths.set(length, (lengths.get(length) ?? 0) + 1);
      day = next;
    }
    // Two years: two short days, two long ones.
    expect(Object.fromEntries(lengths)).toEqual({ 23: 2, 24: 726, 25: 2 });
    expect(day.start - utc('2024-12-31T23:00Z')).toBe(730 * DAY);
  });

  it('of an unknown zone are refused in words', () => {
    expect(() => daysOf('Europe/Atlantis')).toThrow("unknown time zone 'Europe/Atlantis'");
  });
});
