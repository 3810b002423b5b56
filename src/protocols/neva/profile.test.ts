import { describe, expect, test } from 'vitest';
import { dateOf, dayNumber } from './calendar.ts';
import type { Plan, Switch } from './plan.ts';
import type { ProfileDay, ProfileRegisters } from '../../core/profile.ts';
import { clockChangesOf, outagesOf, profileDay, registersOf } from './profile.ts';

const schedule = (...entries: readonly (readonly [from: string, tariff: number])[]): Switch[] =>
  entries.map(([from, tariff]) => ({ from, tariff }));

const oneSchedule = (...entries: readonly (readonly [from: string, tariff: number])[]): Plan => ({
  seasons: [],
  specialDays: [],
  schedules: new Map([[1, schedule(...entries)]]),
});

const constant = (watts: string, count = 48): string[] => Array<string>(count).fill(watts);
const kilowattHours = (wattMinutes: number): number => wattMinutes / 60_000;
const sums = (day: ProfileDay): number[] =>
  [0, 1, 2, 3].map((index) => day.slots.reduce((sum, slot) => sum + (slot.tariffs[index] ?? 0), 0));

describe('a day of a profile', () => {
  test('1000 W all day: 7 h + 1 h at night, 16 h by day', () => {
    const day = profileDay({
      date: '2026-11-20',
      written: constant('01000'),
      plan: oneSchedule(['07:00', 1], ['23:00', 2]),
      opening: registersOf([100, 70, 30, 0, 0]),
      // 100 + 24, 70 + 16, 30 + 8
      closing: registersOf([124, 86, 38, 0, 0]),
    });
    expect(sums(day).map(kilowattHours)).toEqual([16, 8, 0, 0]);
    expect(day.slots[13]).toMatchObject({ from: 390, to: 420, tariffs: [0, 30_000, 0, 0] });
    expect(day.slots[14]).toMatchObject({ from: 420, to: 450, tariffs: [30_000, 0, 0, 0] });
    expect(day).toMatchObject({ outcome: 'reconciled', difference: { total: 0, tariffs: [0, 0, 0, 0] } });
  });

  test('a switch at 07:15 splits the half hour, an odd power loses nothing', () => {
    const day = profileDay({
      date: '2026-11-20',
      written: constant('00333'),
      plan: oneSchedule(['07:15', 1], ['23:00', 2]),
    });
    // 333 W for 15 minutes each: 4995 watt-minutes
    expect(day.slots[14]).toMatchObject({ energy: 9990, tariffs: [4995, 4995, 0, 0] });
    expect(sums(day).reduce((one, other) => one + other)).toBe(333 * 1440);
    expect(day.outcome).toBe('open');
  });

  test('hours in kilowatts, as MT1 meters keep them', () => {
    const day = profileDay({
      date: '2026-11-20',
      written: constant('01.25', 24),
      plan: oneSchedule(['07:00', 1], ['23:00', 2]),
      opening: registersOf([0, 0, 0, 0, 0]),
      closing: registersOf([30, 20, 10, 0, 0]),
    });
    expect(day.minutes).toBe(60);
    expect(day.slots[0]?.power).toBe(1250);
    // 5 W of rounding for 24 hours and 10 Wh of the register: 130 Wh
    expect(day.tolerance).toBe(130 * 60);
    expect(day.outcome).toBe('reconciled');
  });

  test.each([0, 1, 23, 25, 47, 49])('%i values fill no day', (count) => {
    expect(() =>
      profileDay({ date: '2026-11-20', written: constant('00100', count), plan: oneSchedule() }),
    ).toThrow(`has ${count} values: 48 half hours or 24 hours expected`);
  });

  test('what is no power is refused with its place', () => {
    const written = constant('00100').with(3, '0x100');
    expect(() => profileDay({ date: '2026-11-20', written, plan: oneSchedule() })).toThrow(
      "has '0x100' at 01:30",
    );
  });

  test('energy that the registers did not count is a mismatch: nothing is scaled', () => {
    const day = profileDay({
      date: '2026-11-20',
      written: constant('01000'),
      plan: oneSchedule(['07:00', 1], ['23:00', 2]),
      opening: registersOf([100, 70, 30, 0, 0]),
      closing: registersOf([124, 86.04, 37.96, 0, 0]),
    });
    expect(day.outcome).toBe('mismatch');
    // 40 Wh are 2400 watt-minutes
    expect(day.difference).toEqual({ total: 0, tariffs: [2400, -2400, 0, 0] });
    expect(sums(day).map(kilowattHours)).toEqual([16, 8, 0, 0]);
  });

  test('today ends with the last slot that is over', () => {
    const until = '2026-11-20T07:29:59';
    const parts = { date: '2026-11-20', written: constant('00100'), plan: oneSchedule() };
    expect(profileDay({ ...parts, until }).slots.at(-1)).toMatchObject({ from: 390, to: 420 });
    expect(profileDay({ ...parts, until: '2026-11-20T07:30:00' }).slots).toHaveLength(15);
    expect(profileDay({ ...parts, until: '2026-11-20T00:10:00' }).slots).toEqual([]);
    expect(profileDay({ ...parts, until: '2026-11-21T00:00:00' }).slots).toHaveLength(48);
  });
});

describe('marks', () => {
  const marked = (parts: Partial<Parameters<typeof profileDay>[0]>): string[] =>
    profileDay({ date: '2026-11-20', written: constant('00100'), plan: oneSchedule(), ...parts })
      .slots.filter((slot) => slot.marks.length > 0)
      .map((slot) => `${slot.from / 60} ${slot.marks.join('+')}`);

  test('an outage marks every slot that it touches', () => {
    const outages = outagesOf(['2026-11-20T10:10:00', null], ['2026-11-20T11:00:00', null]);
    expect(marked({ outages })).toEqual(['10 gap', '10.5 gap']);
  });

  test('an outage over midnight marks both days', () => {
    const outages = outagesOf(['2026-11-19T23:40:00'], ['2026-11-20T00:05:00']);
    expect(marked({ outages })).toEqual(['0 gap']);
    expect(marked({ outages, date: '2026-11-19' })).toEqual(['23.5 gap']);
  });

  test('an outage whose end is not known marks where it began', () => {
    expect(marked({ outages: outagesOf(['2026-11-20T10:30:00'], []) })).toEqual(['10.5 gap']);
    // The second outage's end must not end the first one
    const two = outagesOf(['2026-11-20T10:30:00', '2026-11-20T12:00:00'], ['2026-11-20T12:10:00']);
    expect(marked({ outages: two })).toEqual(['10.5 gap', '12 gap']);
  });

  test('a clock change marks the slots between before and after', () => {
    const clockChanges = clockChangesOf(['2026-11-20T03:00:10'], ['2026-11-20T02:00:00']);
    expect(marked({ clockChanges })).toEqual(['2 clock', '2.5 clock', '3 clock']);
  });

  test('moments far apart are no one change', () => {
    const clockChanges = clockChangesOf(['2026-11-20T03:00:10'], ['2026-11-20T20:00:00']);
    expect(marked({ clockChanges })).toEqual(['3 clock', '20 clock']);
  });
});

/**
 * A meter made without any of the code under test: it counts watt-minutes minute by minute, looks its tariff up in a
 * plan written as a function, and rounds registers down to 10 Wh as a counter does.
 */
interface Year {
  readonly plan: Plan;
  readonly tariff: (month: number, day: number, weekday: number, minute: number) => number;
}

/** Summer 1 April to 30 September; weekdays four tariffs with entries off the half hour, weekends three, holidays one. */
const YEAR: Year = {
  plan: {
    seasons: [
      { from: '04-01', weekdays: 1, saturday: 2, sunday: 3 },
      { from: '10-01', weekdays: 11, saturday: 12, sunday: 3 },
    ],
    specialDays: [
      { day: '01-01', schedule: 7 },
      { day: '02-29', schedule: 7 },
      { day: '05-09', schedule: 7 },
      { day: '05-01', schedule: '7F' },
    ],
    schedules: new Map([
      [1, schedule(['06:10', 1], ['10:00', 3], ['17:15', 4], ['22:45', 2])],
      [2, schedule(['08:00', 3], ['23:00', 2])],
      [3, schedule(['09:20', 3], ['21:40', 2])],
      [7, schedule(['00:00', 2])],
      [11, schedule(['07:00', 1], ['11:30', 3], ['16:50', 4], ['21:00', 1], ['23:00', 2])],
      [12, schedule(['07:45', 1], ['23:30', 2])],
    ]),
  },
  tariff(month, day, weekday, minute) {
    const holiday = [101, 229, 509].includes(month * 100 + day);
    if (holiday) return 2;
    const summer = month >= 4 && month <= 9;
    if (weekday === 0) return minute >= 560 && minute < 1300 ? 3 : 2;
    if (weekday === 6 && summer) return minute >= 480 && minute < 1380 ? 3 : 2;
    if (weekday === 6) return minute >= 465 && minute < 1410 ? 1 : 2;
    if (summer) return minute < 370 ? 2 : minute < 600 ? 1 : minute < 1035 ? 3 : minute < 1365 ? 4 : 2;
    return minute < 420
      ? 2
      : minute < 690
        ? 1
        : minute < 1010
          ? 3
          : minute < 1260
            ? 4
            : minute < 1380
              ? 1
              : 2;
  },
};

/** Sixty days of a house, from a date; `skip` are minutes of a day that the clock leaves out, `twice` those it repeats. */
function sixtyDays(
  first: string,
  change?: { readonly date: string; readonly minutes: 'skip 120 to 180' | 'repeat 120 to 180' },
): { date: string; written: string[]; opening: ProfileRegisters; closing: ProfileRegisters }[] {
  const counted = [0, 0, 0, 0, 0];
  const register = (): ProfileRegisters => {
    const [total = 0, ...tariffs] = counted.map((wattMinutes) => Math.floor(wattMinutes / 600));
    return { total, tariffs };
  };
  let seed = 12_345;
  return Array.from({ length: 60 }, (_, index) => {
    const date = dateOf((dayNumber(first) ?? 0) + index);
    const [, month = 0, day = 0] = date.split('-').map(Number);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    const opening = register();
    const written = Array.from({ length: 48 }, (__, slot) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      const power = 200 + (seed % 7919);
      let count = 0;
      for (let minute = slot * 30; minute < slot * 30 + 30; minute++) {
        const hour = date === change?.date && minute >= 120 && minute < 180 ? change.minutes : 'once';
        const times = hour === 'once' ? 1 : hour === 'skip 120 to 180' ? 0 : 2;
        const tariff = YEAR.tariff(month, day, weekday, minute);
        counted[0] = (counted[0] ?? 0) + power * times;
        counted[tariff] = (counted[tariff] ?? 0) + power * times;
        count += power * times;
      }
      return String(Math.round(count / 30)).padStart(5, '0');
    });
    return { date, written, opening, closing: register() };
  });
}

describe('sixty days of four tariffs reconcile to 0.03 kWh or better', () => {
  test.each([
    ['across the leap day', '2028-01-20', undefined],
    ['across the year end and a holiday', '2026-11-20', undefined],
    [
      'across winter to summer and its clock change',
      '2026-03-01',
      { date: '2026-03-29', minutes: 'skip 120 to 180' },
    ],
    [
      'across summer to winter and its clock change',
      '2026-09-10',
      { date: '2026-10-25', minutes: 'repeat 120 to 180' },
    ],
    ['across an ordinary 1 May and a special 9 May', '2026-04-15', undefined],
  ] as const)('%s', (_, first, change) => {
    const days = sixtyDays(first, change).map((day) => profileDay({ ...day, plan: YEAR.plan }));
    expect(days.map(({ date, outcome }) => ({ date, outcome }))).toEqual(
      days.map(({ date }) => ({ date, outcome: 'reconciled' })),
    );
    const worst = Math.max(
      ...days.flatMap(({ difference }) =>
        difference === undefined ? [NaN] : [difference.total, ...difference.tariffs].map(Math.abs),
      ),
    );
    // Only the register's step of 10 Wh is lost: powers were whole watts.
    expect(worst).toBeLessThan(600);
    // Every tariff was used: what is compared is no row of zeros.
    for (const index of [0, 1, 2, 3]) {
      expect(days.some((day) => day.slots.some((slot) => (slot.tariffs[index] ?? 0) > 0))).toBe(true);
    }
  });

  test('and do not with the plan of another season: the comparison can fail', () => {
    const [day] = sixtyDays('2026-11-20');
    if (day === undefined) throw new Error('no day');
    const summer = { ...YEAR.plan, seasons: YEAR.plan.seasons.slice(0, 1) };
    expect(profileDay({ ...day, plan: summer }).outcome).toBe('mismatch');
  });
});
