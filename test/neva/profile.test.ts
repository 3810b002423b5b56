import { describe, expect, it } from 'vitest';
import type { ProfileDay } from '../../src/core/profile.ts';
import mt1 from '../../src/devices/neva/mt1xx.ts';
import mt3 from '../../src/devices/neva/mt3xx.ts';
import { rig, type Rig } from './rig.ts';

/**
 * Load profiles read from simulated meters, whose plan has two seasons, six schedules of four tariffs with switches off
 * the half hour, and special days. The simulator counts stretch by stretch; nothing of the profile's arithmetic is in it.
 */

async function profileOf(of: Rig, days: number, reconcile = true): Promise<readonly ProfileDay[]> {
  const reading = of.at().device.profile?.(0, { days, reconcile });
  if (reading === undefined) throw new Error('no profile');
  await of.run(reading.exchange);
  return reading.days();
}

/** Watt-minutes of 0.03 kWh. */
const ALLOWED = 1800;

describe('sixty days of an MT324 reconcile to 0.03 kWh per tariff or better', () => {
  it.each([
    ['across a leap day', '2028-03-20T10:07:00', '2028-02-29'],
    ['across a year end and its holidays', '2027-01-20T10:07:00', '2027-01-01'],
    ['from winter to summer', '2026-05-12T23:59:00', '2026-04-01'],
    ['from summer to winter', '2026-11-20T00:31:00', '2026-10-01'],
  ])('%s', async (_, now, among) => {
    const days = await profileOf(rig([{ device: mt3 }], now), 60);
    expect(days).toHaveLength(61);
    expect(days.map(({ date }) => date)).toContain(among);
    expect(days.slice(0, 60).filter(({ outcome }) => outcome !== 'reconciled')).toEqual([]);
    for (const { difference } of days.slice(0, 60)) {
      for (const one of [difference?.total, ...(difference?.tariffs ?? [])]) {
        expect(Math.abs(one ?? Number.NaN)).toBeLessThanOrEqual(ALLOWED);
      }
    }
    for (const index of [0, 1, 2, 3]) {
      expect(days.some(({ slots }) => slots.some(({ tariffs }) => (tariffs[index] ?? 0) > 0))).toBe(true);
    }
  });

  it('across a clock that is put forward and back, with the slots around it marked', async () => {
    // 22 days of the past, then the clock put forward at 02:00 of 29 March and back at 03:00 of 5 May: 60 days in all.
    const line = rig([{ device: mt3 }], '2026-03-28T23:59:00');
    const tick = (minutes: number): void => {
      const world = { voltage: 230, current: 1, temperature: 20, date: 0 };
      for (let left = minutes; left > 0; left--) line.site.stations[0]?.tick(60, world);
    };
    const set = async (time: string): Promise<void> => {
      const writable = line.at().device.writables.find(({ name }) => name === 'time');
      if (writable === undefined) throw new Error('no time');
      await line.run(() => writable.write(0, time));
    };
    tick(2 * 60 + 1);
    await set('03:00:00'); // a day of 23 hours
    tick(37 * 1440);
    await set('02:00:00'); // a day of 25 hours
    tick(2 * 1440);
    const days = await profileOf(line, 60);
    expect(days).toHaveLength(61);
    const over = days.slice(0, 60);
    expect(over.filter(({ outcome }) => outcome !== 'reconciled').map(({ date }) => date)).toEqual([]);
    for (const { difference } of over) {
      for (const one of [difference?.total, ...(difference?.tariffs ?? [])]) {
        expect(Math.abs(one ?? Number.NaN)).toBeLessThanOrEqual(ALLOWED);
      }
    }
    for (const index of [0, 1, 2, 3]) {
      expect(over.some(({ slots }) => slots.some(({ tariffs }) => (tariffs[index] ?? 0) > 0))).toBe(true);
    }
    const marked = days.filter(({ slots }) => slots.some(({ marks }) => marks.includes('clock')));
    expect(marked.map(({ date }) => date)).toEqual(['2026-03-29', '2026-05-05']);
    // At least the two slots of the hour itself; those of the hour that was left out are empty
    for (const { slots } of marked) {
      expect(slots.filter(({ marks }) => marks.includes('clock')).length).toBeGreaterThanOrEqual(2);
    }
    const skipped = marked[0]?.slots.filter(({ from }) => from >= 120 && from < 180) ?? [];
    expect(skipped.some(({ power }) => power === 0)).toBe(true);
  });

  it('marks the outage that the meter logged', async () => {
    // The simulated house was without power from 03:10 to 04:40 nine days ago
    const days = await profileOf(rig([{ device: mt3 }]), 10);
    const gaps = days.flatMap(({ date, slots }) =>
      slots.filter(({ marks }) => marks.includes('gap')).map(({ from }) => `${date} ${from}`),
    );
    expect(gaps).toEqual(['2026-11-11 180', '2026-11-11 210', '2026-11-11 240', '2026-11-11 270']);
  });
});

describe('reading a profile', () => {
  it('an MT124 keeps hours in kilowatts', async () => {
    const days = await profileOf(rig([{ device: mt1 }]), 5);
    expect(days.map(({ minutes }) => minutes)).toEqual([60, 60, 60, 60, 60, 60]);
    expect(days.slice(0, 5).map(({ outcome }) => outcome)).toEqual(Array(5).fill('reconciled'));
  });

  it('reads again what it read while midnight passed', async () => {
    const line = rig([{ device: mt3 }], '2026-11-19T23:59:57');
    const days = await profileOf(line, 9);
    expect(days.map(({ date }) => date)).toEqual([
      ...['10', '11', '12', '13', '14', '15', '16', '17', '18', '19'].map((day) => `2026-11-${day}`),
    ]);
    // The day that was today when it began is over by the time it is read
    expect(days.map(({ outcome }) => outcome)).toEqual(Array(10).fill('reconciled'));
  });

  it('cuts off what is not over', async () => {
    const days = await profileOf(rig([{ device: mt3 }], '2026-11-20T10:29:30'), 0);
    expect(days[0]?.outcome).toBe('open');
    expect(days[0]?.slots.at(-1)?.to).toBe(600);
  });

  it('a profile of 47 values is a fault that says so, and the other days are read', async () => {
    const short = Array<string>(47).fill('00100').join(',');
    const line = rig([{ device: mt3, set: [['63.01.00*02', short]] }]);
    const reading = line.at().device.profile?.(0, { days: 9, reconcile: true });
    if (reading === undefined) throw new Error('no profile');
    await expect(line.run(reading.exchange)).rejects.toMatchObject({
      code: 'format',
      message: 'the profile of 2026-11-18 has 47 values: 48 half hours or 24 hours expected',
    });
    // 11 to 20 November are wanted: only the 18th is missing
    expect(reading.days().map(({ date }) => date)).toEqual(
      ['11', '12', '13', '14', '15', '16', '17', '19', '20'].map((day) => `2026-11-${day}`),
    );
  });

  it('read a few days at a time it is the same, and others have their turn in between', async () => {
    const whole = await profileOf(rig([{ device: mt3 }], '2026-11-19T23:59:30'), 9);
    const line = rig([{ device: mt3 }], '2026-11-19T23:59:30');
    const reading = line.at().device.profile?.(0, { days: 9, reconcile: true, atOnce: 4 });
    if (reading === undefined) throw new Error('no profile');
    const read: number[] = [];
    while (!reading.isComplete()) {
      await line.run(reading.exchange);
      read.push(reading.days().length);
    }
    expect(read).toEqual([4, 8, 10]); // 10 days by fours
    expect(reading.days().map(({ date }) => date)).toEqual(whole.map(({ date }) => date));
    expect(reading.days().map(({ slots }) => slots)).toEqual(whole.map(({ slots }) => slots));
  });

  it('a day schedule with 7F in it is no crash: that switch changes nothing', async () => {
    const schedule = ['07007F', '120001', '230002', ...Array<string>(5).fill('000000')].join(',');
    const line = rig([{ device: mt3, set: [['0A.04.64*FF', schedule]] }]);
    const days = await profileOf(line, 1);
    // 19 November 2026 is a Thursday in winter: schedule 4
    expect(days[0]?.spans).toEqual([
      { from: 0, to: 720, tariff: 2 },
      { from: 720, to: 1380, tariff: 1 },
      { from: 1380, to: 1440, tariff: 2 },
    ]);
    expect(days[0]?.outcome).toBe('reconciled');
  });

  it('128 days without their registers take under 50 s but for sign-on, plan and logs', async () => {
    const line = rig([{ device: mt3 }]);
    await profileOf(line, 0, false);
    const ground = line.clock.now();
    const days = await profileOf(line, 127, false);
    expect(days).toHaveLength(128);
    expect(days.every(({ outcome }) => outcome === 'open')).toBe(true);
    expect(line.clock.now() - 2 * ground).toBeLessThan(50_000);
  });
});
