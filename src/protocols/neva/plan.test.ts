import { describe, expect, test } from 'vitest';
import { type Codec, CodecError, decode, encode } from '../../codec/index.ts';
import { ascii, text } from '../../core/bytetext.ts';
import {
  type Plan,
  scheduleOf,
  seasonOf,
  schedulesUsed,
  seasons,
  spansText,
  specialDays,
  switches,
  tariffsOf,
} from './plan.ts';
import { body } from './words.ts';

const read = <T>(codec: Codec<T>, written: string): T => decode(body(codec), ascii(written));
const write = <T>(codec: Codec<T>, value: T): string => text(encode(body(codec), value));
const padded = (items: string, zeros: string, count: number): string =>
  [...items.split(','), ...Array<string>(count).fill(zeros)].slice(0, count).join(',');

describe('registers of the plan, both ways', () => {
  test("seasons of the vendor's capture: from 1 January weekdays 1, Saturday 2, Sunday 3", () => {
    const written = padded('0101010203', '0000000000', 12);
    const value = [{ from: '01-01', weekdays: 1, saturday: 2, sunday: 3 }];
    expect(read(seasons, written)).toEqual(value);
    expect(write(seasons, value)).toBe(written);
  });

  test("no special day at all, as in the vendor's capture", () => {
    const written = padded('000000', '000000', 32);
    expect(read(specialDays, written)).toEqual([]);
    expect(write(specialDays, [])).toBe(written);
  });

  test('a day schedule of an MT324 (pyneva test)', () => {
    const written = '070001,230002,000000,000000,000000,000000,000000,000000';
    const value = [
      { from: '07:00', tariff: 1 },
      { from: '23:00', tariff: 2 },
    ];
    expect(read(switches, written)).toEqual(value);
    expect(write(switches, value)).toBe(written);
  });

  test('unused places between used ones stay where they are', () => {
    const written = padded('000000,050902', '000000', 32);
    expect(read(specialDays, written)).toEqual([null, { day: '05-09', schedule: 2 }]);
    expect(write(specialDays, read(specialDays, written))).toBe(written);
  });

  test('hexadecimal numbers are kept: 7F means an ordinary day', () => {
    const written = padded('01017F,05091A', '000000', 32);
    expect(read(specialDays, written)).toEqual([
      { day: '01-01', schedule: '7F' },
      { day: '05-09', schedule: '1A' },
    ]);
    expect(write(specialDays, read(specialDays, written))).toBe(written);
    expect(read(switches, '07007F,230002')).toEqual([
      { from: '07:00', tariff: '7F' },
      { from: '23:00', tariff: 2 },
    ]);
  });

  test.each(['0700', '070Z01', '250001', '076001', ''])('what is no switch is refused: %s', (written) => {
    expect(() => read(switches, `${written},000000`)).toThrow(CodecError);
  });
});

/** Winter from 1 October, summer from 1 April; 9 May is a Sunday's schedule, 1 May is ordinary. */
const PLAN: Plan = {
  seasons: [
    { from: '10-01', weekdays: 4, saturday: 5, sunday: 6 },
    { from: '04-01', weekdays: 1, saturday: 2, sunday: 3 },
  ],
  specialDays: [
    { day: '05-01', schedule: '7F' },
    { day: '05-09', schedule: 3 },
    { day: '02-29', schedule: 2 },
  ],
  schedules: new Map([
    [
      1,
      [
        { from: '07:15', tariff: 1 },
        { from: '23:00', tariff: 2 },
      ],
    ],
    [2, [{ from: '00:00', tariff: 3 }]],
    [3, []],
    [
      4,
      [
        { from: '17:00', tariff: 4 },
        { from: '06:00', tariff: 1 },
        { from: '12:00', tariff: '7F' },
        { from: '21:00', tariff: 2 },
      ],
    ],
  ]),
};

describe('the schedule of a day', () => {
  test.each([
    // 2026-04-01 was a Wednesday, 2026-05-09 a Saturday, 2026-05-01 a Friday (calendar of 2026)
    ['2026-04-01', 1, 'weekdays'],
    ['2026-03-31', 4, 'weekdays'],
    ['2026-04-04', 2, 'saturday'],
    ['2026-04-05', 3, 'sunday'],
    ['2026-05-09', 3, 'special day'],
    ['2026-05-01', 1, 'weekdays'],
    ['2026-09-30', 1, 'weekdays'],
    ['2026-10-01', 4, 'weekdays'],
    // Before the first season of a year the last one of the year before goes on
    ['2027-01-01', 4, 'weekdays'],
    ['2027-01-02', 5, 'saturday'],
    // 2028 is a leap year; 29 February 2028 is a Tuesday
    ['2028-02-29', 2, 'special day'],
    ['2027-03-01', 4, 'weekdays'],
  ])('%s: %s, %s', (date, schedule, because) => {
    expect(scheduleOf(PLAN, date)).toEqual({ schedule, because });
  });

  test('the season is counted by its place', () => {
    expect(
      ['2026-03-31', '2026-04-01', '2026-10-01', '2027-01-01'].map((date) => seasonOf(PLAN, date)),
    ).toEqual([1, 2, 1, 1]);
    expect(seasonOf({ seasons: [] }, '2026-03-31')).toBe(undefined);
  });

  test('without seasons it is the first one', () => {
    expect(scheduleOf({ ...PLAN, seasons: [] }, '2026-06-01')).toEqual({ schedule: 1, because: 'no season' });
  });
});

describe('the tariffs of a day', () => {
  test.each([
    ['2026-04-01', '00:00 T2, 07:15 T1, 23:00 T2'],
    ['2026-04-04', '00:00 T3'],
    ['2026-04-05', '00:00 T1'], // no switch at all
    ['2026-10-01', '00:00 T2, 06:00 T1, 17:00 T4, 21:00 T2'], // unsorted, one tariff that is none
    ['2026-10-04', '00:00 T1'], // schedule 6 was not read
  ])('%s: %s', (date, spans) => {
    expect(spansText(tariffsOf(PLAN, date))).toBe(spans);
  });
});

test('the schedules to read are those that the plan names', () => {
  expect(schedulesUsed(PLAN)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(schedulesUsed({ seasons: [null], specialDays: [{ day: '05-09', schedule: 36 }] })).toEqual([1, 36]);
});
