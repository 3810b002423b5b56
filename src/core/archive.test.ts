import { describe, expect, test } from 'vitest';
import { archived, daysMissing, profileArchive } from './archive.ts';
import { meterClock } from './meter-clock.ts';
import type { ProfileDay, ProfileSlot } from './profile.ts';

const HALF = 30;

/** A day of half hours of 1000 W, all of T1, with what differs. */
function dayOf(
  date: string,
  more: Partial<ProfileDay> = {},
  slots: Record<number, Partial<ProfileSlot>> = {},
): ProfileDay {
  return {
    date,
    schedule: { schedule: 1, because: 'test' },
    spans: [{ from: 0, to: 1440, tariff: 1 }],
    minutes: HALF,
    slots: Array.from({ length: 48 }, (_, index) => ({
      from: index * HALF,
      to: (index + 1) * HALF,
      power: 1000,
      energy: 30_000,
      tariffs: [30_000, 0, 0, 0],
      marks: [],
      ...slots[index],
    })),
    opening: undefined,
    closing: undefined,
    outcome: 'reconciled',
    difference: undefined,
    tolerance: 1800,
    ...more,
  };
}

const moscow = { device: 'flat', clock: meterClock('+03:00') };
const berlin = { device: 'flat', clock: meterClock('Europe/Berlin') };
const stamps = (snapshots: readonly { at: number }[]): string[] =>
  snapshots.map(({ at }) => new Date(at).toISOString().slice(0, 16));
const energyOf = (snapshots: ReturnType<typeof profileArchive>): number =>
  snapshots.reduce((sum, { values }) => sum + Number(values.energy ?? 0), 0);

describe('a day of a profile', () => {
  test('is 48 snapshots, each at the end of its slot in UTC, with the stamp of the meter', () => {
    const found = profileArchive(dayOf('2026-11-20'), moscow);
    expect(found).toHaveLength(48);
    expect(found[0]).toEqual({
      device: 'flat',
      group: 'profile',
      at: Date.parse('2026-11-19T21:30:00Z'),
      kind: 'archive',
      // Half an hour of 1000 W
      values: {
        power: 1000,
        energy: 0.5,
        minutes: 30,
        t1: 0.5,
        t2: 0,
        t3: 0,
        t4: 0,
        local: '2026-11-20T00:30:00',
        zone: '+03:00',
      },
    });
    expect(found.at(-1)).toMatchObject({
      at: Date.parse('2026-11-20T21:00:00Z'),
      values: { local: '2026-11-21T00:00:00' },
    });
  });

  test('read again it is the same, whatever the logs have forgotten meanwhile', () => {
    const first = profileArchive(dayOf('2026-11-20', { outcome: 'open' }, { 6: { marks: ['gap'] } }), moscow);
    const again = profileArchive(dayOf('2026-11-20'), moscow);
    expect(first.filter(({ group }) => group === 'profile')).toEqual(again);
    const marks = first.filter(({ group }) => group === 'profile_marks');
    expect(marks).toEqual([
      {
        device: 'flat',
        group: 'profile_marks',
        at: Date.parse('2026-11-20T00:30:00Z'),
        kind: 'archive',
        values: { marks: ['gap'], local: '2026-11-20T03:30:00', zone: '+03:00' },
      },
    ]);
  });

  test('whose tariffs do not reconcile has none', () => {
    const [first] = profileArchive(dayOf('2026-11-20', { outcome: 'mismatch' }), moscow);
    expect(first?.values).toMatchObject({ energy: 0.5 });
    expect(first?.values).not.toHaveProperty('t1');
  });

  test('on which clocks go forward has 46 slots; energy of the hour that there is not stays with the slot before', () => {
    // 29 March 2026: 02:00 is 03:00 in Berlin
    const empty = { power: 0, energy: 0, tariffs: [0, 0, 0, 0] };
    const found = profileArchive(dayOf('2026-03-29', {}, { 4: empty, 5: empty }), berlin);
    expect(found).toHaveLength(46);
    expect(stamps(found).slice(2, 6)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T01:30',
      '2026-03-29T02:00',
    ]);
    const odd = profileArchive(dayOf('2026-03-29'), berlin);
    expect(energyOf(odd)).toBeCloseTo(24, 9);
    expect(odd.find(({ group }) => group === 'profile_marks')?.values).toMatchObject({ marks: ['clock'] });
  });

  test('on which clocks go back has 48 slots at 48 instants, and ends where the next begins', () => {
    // 25 October 2026: 03:00 is 02:00 again in Berlin
    const found = profileArchive(dayOf('2026-10-25'), berlin);
    expect(new Set(found.map(({ at }) => at)).size).toBe(48);
    expect(stamps(found).slice(3, 7)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:30',
      '2026-10-25T02:00',
      '2026-10-25T02:30',
    ]);
    expect(energyOf(found)).toBeCloseTo(24, 9);
    expect(stamps(found).at(-1)).toBe('2026-10-25T23:00');
  });
});

test('events of one second stand together', () => {
  const entry = (event: string) => ({
    group: 'events',
    local: '2026-11-20T08:00:00',
    values: { events: [event] },
  });
  expect(archived([entry('power_on'), entry('restarts'), entry('power_on')], moscow)).toEqual([
    {
      device: 'flat',
      group: 'events',
      at: Date.parse('2026-11-20T05:00:00Z'),
      kind: 'archive',
      values: { events: ['power_on', 'restarts'], local: '2026-11-20T08:00:00', zone: '+03:00' },
    },
  ]);
});

describe('what is missing', () => {
  const now = Date.parse('2026-11-20T10:00:00Z');
  test.each([
    ['nothing is known', undefined, 127],
    ['an hour ago', '2026-11-20T09:00:00Z', 1],
    ['yesterday at noon', '2026-11-19T12:00:00Z', 2],
    ['a week ago', '2026-11-13T12:00:00Z', 8],
    ['a year ago', '2025-11-20T10:00:00Z', 127],
  ])('%s', (_, last, days) => {
    expect(daysMissing(last === undefined ? undefined : Date.parse(last), now, moscow.clock, 127)).toBe(days);
  });
});

test('a zone that is none is refused', () => {
  expect(() => meterClock('Mars/Olympus')).toThrow(/no time zone/);
  expect(() => meterClock('+03:00').ended('tomorrow')).toThrow(/no moment/);
});
