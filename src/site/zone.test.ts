import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoneOf } from './zone.ts';

const HOUR = 3_600_000;
const utc = (text: string): number => Date.parse(text);

describe('zoneOf', () => {
  it('tells what clocks show', () => {
    expect(zoneOf('Europe/Berlin').at(utc('2026-11-21T23:30:59.999Z'))).toEqual({
      date: '2026-11-22',
      minute: 30,
    });
    expect(zoneOf('Asia/Kathmandu').at(utc('2026-11-21T00:00Z'))).toEqual({
      date: '2026-11-21',
      minute: 345,
    }); // +05:45
    expect(zoneOf('America/New_York').at(utc('2026-01-01T04:59Z'))).toEqual({
      date: '2025-12-31',
      minute: 1439,
    });
  });

  it.each([
    // Clocks of the European Union are set at 01:00 UTC on the last Sunday of March and October.
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00Z', 23],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00Z', 25],
    ['Europe/Berlin', '2026-11-21', '2026-11-20T23:00Z', 24],
    // Half an hour: Lord Howe Island goes from +10:30 to +11 on the first Sunday of October.
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30Z', 23.5],
    // No midnight: clocks in Cairo go from 24:00 to 01:00 on the last Friday of April.
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00Z', 23],
    ['UTC', '2028-02-29', '2028-02-29T00:00Z', 24],
  ])('%s: %s has its hours', (name, date, from, hours) => {
    const zone = zoneOf(name);
    const expected = { date, from: utc(from), to: utc(from) + hours * HOUR };
    expect(zone.day(utc(from))).toEqual(expected);
    expect(zone.day(utc(from) + hours * HOUR - 1)).toEqual(expected);
    expect(zone.day(utc(from) - 1).to).toBe(utc(from));
    expect(zone.day(utc(from) + hours * HOUR).from).toBe(expected.to);
  });

  it('every instant lies in its day, whatever was asked before', () => {
    const zone = zoneOf('Europe/Moscow');
    fc.assert(
      fc.property(fc.integer({ min: utc('2020-01-01'), max: utc('2040-01-01') }), (instant) => {
        const { date, from, to } = zone.day(instant);
        expect(from <= instant && instant < to).toBe(true);
        // Moscow is three hours ahead of UTC, all year since 2014.
        expect(date).toBe(new Date(instant + 3 * HOUR).toISOString().slice(0, 10));
        expect(zone.at(instant).minute).toBe(Math.floor(((instant + 3 * HOUR) % (24 * HOUR)) / 60_000));
      }),
    );
  });

  it('refuses a name that is none', () => {
    expect(() => zoneOf('Europe/Bärlin')).toThrow(expect.objectContaining({ code: 'config' }));
  });
});
