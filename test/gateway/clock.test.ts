import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { Level } from '../../src/store/index.ts';
import { rig, type Rig, shunt, testClock } from './rig.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Everything of the journal that is a snapshot of a group. */
async function kept({ gateway }: Rig, group: string): Promise<readonly Snapshot[]> {
  const entries = await gateway.store.read(0, 100_000, { what: 'snapshot' });
  return entries.flatMap((entry) =>
    entry.what === 'snapshot' && entry.snapshot.group === group ? [entry.snapshot] : [],
  );
}

/** A number of the latest state. */
function latest({ gateway }: Rig, group: string, field: string): number {
  const value = gateway.view.state('a')?.groups[group]?.values[field];
  if (typeof value !== 'number') throw new Error(`${group}.${field} is no number`);
  return value;
}

const numbers = (snapshots: readonly Snapshot[], field: string): number[] =>
  snapshots.flatMap(({ values }) => (typeof values[field] === 'number' ? [values[field]] : []));

const ascending = (list: readonly number[]): boolean =>
  list.every((one, index) => index === 0 || one >= (list[index - 1] ?? -Infinity));

/** 50 A at 50 V are 2.5 kW: kilowatt hours of so many milliseconds. */
const energyOf = (milliseconds: number): number => (2.5 * milliseconds) / HOUR;

/** Sum of what a total grew by history at a level, over all that there can be. */
async function grown({ gateway }: Rig, level: Level): Promise<number> {
  const [history] = await gateway.store.history({
    series: [{ member: 'a', group: 'energy', path: 'charge_energy_total' }],
    from: Date.UTC(2000, 0, 1),
    to: Date.UTC(2050, 0, 1),
    level,
  });
  return (history?.points ?? []).reduce((sum, { delta }) => sum + (delta ?? 0), 0);
}

const LEVELS: readonly Level[] = ['raw', 'minute', 'quarter', 'hour', 'day'];

describe.each([
  ['an hour forward', HOUR],
  ['an hour back', -HOUR],
  ['ten years back', -3652 * 24 * HOUR],
])('a calendar that is set %s', (_way, jump) => {
  it('leaves order, totals, pace and freshness as they are', async () => {
    const clock = testClock();
    const one = await rig({ clock, buses: [shunt('a')] });
    ends.push(one.close);
    await one.pass(5 * MINUTE, SECOND);
    clock.jump(jump);
    // Not a second of it makes the last reading stale, nor one that has become old look fresh.
    await one.pass(SECOND);
    expect(one.gateway.view.state('a')?.freshness).toBe('fresh');
    await one.pass(5 * MINUTE - SECOND, SECOND);

    const measured = await kept(one, 'measured');
    // A reading a second for ten minutes, jump or not.
    expect(measured.length).toBeGreaterThanOrEqual(595);
    expect(measured.length).toBeLessThanOrEqual(602);
    // In the order in which they were read: one step in the times, and it is the jump.
    const steps = measured.slice(1).map(({ at }, index) => at - (measured[index]?.at ?? 0));
    const odd = steps.filter((step) => Math.abs(step - SECOND) > 500);
    expect(odd).toHaveLength(1);
    expect(odd[0]).toBeGreaterThan(jump);
    expect(odd[0]).toBeLessThan(jump + 2_500);

    // Energy counts by the clock that never jumps: ten minutes of 2.5 kW; it is shown every ten seconds.
    const after = latest(one, 'energy', 'charge_energy_total');
    expect(after).toBeGreaterThan(energyOf(10 * MINUTE - 15 * SECOND));
    expect(after).toBeLessThanOrEqual(energyOf(10 * MINUTE));
    expect(ascending(numbers(await kept(one, 'energy'), 'charge_energy_total'))).toBe(true);

    // The sum of the deltas in history is the growth, whatever the times say: at once, not only when the clock has
    // passed the time from which it was set back.
    const totals = numbers(await kept(one, 'energy'), 'charge_energy_total');
    const growth = (totals.at(-1) ?? 0) - (totals[0] ?? 0);
    expect(growth).toBeGreaterThan(energyOf(9 * MINUTE));
    for (const level of LEVELS) expect(await grown(one, level), level).toBeCloseTo(growth, 6);
  });

  it('leaves the totals of history whole for hours', async () => {
    const clock = testClock();
    const a = shunt('a');
    const devices = a.devices.map((one) => ({ ...one, poll: { ...one.poll, measured: '10s' } }));
    const one = await rig({ clock, buses: [{ ...a, devices }] });
    ends.push(one.close);
    await one.pass(90 * MINUTE, 5 * SECOND);
    clock.jump(jump);
    await one.pass(90 * MINUTE, 5 * SECOND);
    const totals = numbers(await kept(one, 'energy'), 'charge_energy_total');
    const growth = (totals.at(-1) ?? 0) - (totals[0] ?? 0);
    // 2.5 kW for 180 minutes are 7.5 kWh; shown every ten seconds, so that a minute at each end may be missing.
    expect(growth).toBeGreaterThan(energyOf(178 * MINUTE));
    expect(growth).toBeLessThanOrEqual(energyOf(180 * MINUTE));
    for (const level of LEVELS) expect(await grown(one, level), level).toBeCloseTo(growth, 6);
  });

  it('makes neither a device that fell silent look fresh, nor one that answers look gone', async () => {
    const clock = testClock();
    const one = await rig({ clock, buses: [shunt('a'), shunt('b')] });
    ends.push(one.close);
    await one.pass(MINUTE, SECOND);
    one.wire('b').cut('the plug was pulled');
    one.wire('b').refuse('nobody there');
    clock.jump(jump);
    await one.pass(2 * SECOND);
    expect(one.gateway.view.state('a')?.freshness).toBe('fresh');
    expect(one.gateway.view.state('b')?.freshness).toBe('fresh');
    await one.pass(10 * MINUTE, SECOND);
    expect(one.gateway.view.state('a')?.freshness).toBe('fresh');
    expect(one.gateway.view.state('b')?.freshness).not.toBe('fresh');
  });
});

describe.each([
  // Berlin's clocks go from 03:00 back to 02:00 at 01:00 UTC, and from 02:00 to 03:00.
  ['back', Date.UTC(2026, 9, 25, 0, 50)],
  ['forward', Date.UTC(2026, 2, 29, 0, 50)],
])('clocks on the wall that go an hour %s', (_way, date) => {
  it('change no total', async () => {
    const one = await rig({ clock: testClock(date), buses: [shunt('a')] });
    ends.push(one.close);
    await one.pass(20 * MINUTE, SECOND);
    const totals = numbers(await kept(one, 'energy'), 'charge_energy_total');
    const growth = (totals.at(-1) ?? 0) - (totals[0] ?? 0);
    expect(growth).toBeGreaterThan(energyOf(19 * MINUTE));
    expect(growth).toBeLessThanOrEqual(energyOf(20 * MINUTE));
    for (const level of LEVELS) expect(await grown(one, level), level).toBeCloseTo(growth, 6);
  });
});

describe('a small computer without a battery for its clock', () => {
  it('starts in another year each time, and counts on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-clock-'));
    ends.push(() => rm(folder, { recursive: true }));
    const right = Date.UTC(2026, 10, 21, 12);
    let starts = 0;
    let lived = 0;
    // In the future at first, then before everything that is known, then an hour early, then two.
    for (const year of [2036, 2016, 2026, 2026]) {
      const clock = testClock(Date.UTC(year, 10, 21, 11));
      const begin = clock.now();
      const one = await rig({ clock, buses: [shunt('a')], folder });
      ends.push(one.close);
      await one.pass(2 * MINUTE, SECOND);
      // A time server is found.
      clock.jump(right - clock.date() + starts * HOUR);
      await one.pass(2 * MINUTE, SECOND);
      const totals = numbers(await kept(one, 'energy'), 'charge_energy_total');
      expect(ascending(totals)).toBe(true);
      const growth = (totals.at(-1) ?? 0) - (totals[0] ?? 0);
      starts++;
      lived += clock.now() - begin;
      // Four minutes each time, shown every ten seconds, and never more than there was time for.
      expect(growth).toBeGreaterThan(starts * energyOf(3 * MINUTE));
      expect(growth).toBeLessThanOrEqual(energyOf(lived));
      for (const level of LEVELS) expect(await grown(one, level), level).toBeCloseTo(growth, 6);
      // What is shown after a start is what came last, not what bears the highest time.
      const [energy] = (await one.gateway.store.latest('a')).filter(({ group }) => group === 'energy');
      expect(energy?.values.charge_energy_total).toBe(totals.at(-1));
      await one.close();
      ends.pop();
    }
  });
});

describe('a change of configuration', () => {
  it('loses nothing of what was counted since it was last shown', async () => {
    const one = await rig({ clock: testClock(), buses: [shunt('a')] });
    ends.push(one.close);
    // From the first time that it is shown: how long starting takes is another matter.
    await one.pass(15 * SECOND);
    const shown = (): number => one.gateway.view.state('a')?.groups.energy?.at ?? 0;
    const [begin, first] = [shown(), latest(one, 'energy', 'charge_energy_total')];
    // Energy is shown every ten seconds: nine changes, each in the middle of these.
    for (let change = 0; change < 9; change++) {
      await one.pass(15 * SECOND);
      await one.during(one.gateway.apply(one.gateway.config()));
    }
    await one.pass(15 * SECOND);
    expect(latest(one, 'energy', 'charge_energy_total') - first).toBeGreaterThan(
      energyOf(shown() - begin - 5 * SECOND),
    );
    expect(ascending(numbers(await kept(one, 'energy'), 'charge_energy_total'))).toBe(true);
  });
});

describe('midnight', () => {
  // Berlin, 2026-10-25: clocks go back from 3:00 to 2:00, so the day has 25 hours; 2026-03-29 has 23.
  it.each([
    ['25', Date.UTC(2026, 9, 24, 21, 50), Date.UTC(2026, 9, 25, 23)],
    ['23', Date.UTC(2026, 2, 28, 22, 50), Date.UTC(2026, 2, 29, 22)],
  ])('ends a day of %s hours where the clocks of the site say', async (hours, begin, end) => {
    const clock = testClock(begin);
    const bus = {
      ...shunt('a'),
      devices: [
        {
          name: 'a',
          device: 'juntek-kg',
          address: 1,
          poll: { measured: '2m', info: '1d', configured: '1d' },
        },
      ],
    };
    const one = await rig({ clock, buses: [bus] });
    ends.push(one.close);
    // Ten minutes before the day, the day, ten minutes behind it.
    await one.pass(5 * SECOND);
    await one.pass(end - begin + 10 * MINUTE, 2 * MINUTE);
    const energy = await kept(one, 'energy');
    expect(ascending(numbers(energy, 'charge_energy_total'))).toBe(true);
    const lastBefore = energy.filter(({ at }) => at < end).at(-1)?.values;
    const firstAfter = energy.find(({ at }) => at >= end + 4 * MINUTE)?.values;
    const total = Number(lastBefore?.charge_energy_total);
    const today = Number(lastBefore?.charge_energy_today);
    // The day is all but what was counted before it: from the first reading on, which how long starting takes decides.
    const day = Number(hours) * HOUR;
    const counted = end - ((await kept(one, 'measured'))[0]?.at ?? NaN);
    expect(counted).toBeGreaterThan(day);
    expect(today / total).toBeGreaterThan((day - 5 * MINUTE) / counted);
    expect(today / total).toBeLessThan((day + 2 * MINUTE) / counted);
    expect(Number(firstAfter?.charge_energy_today)).toBeLessThan(today / 50);
    expect(Number(firstAfter?.charge_energy_yesterday ?? today)).toBeCloseTo(today, 1);
    const [history] = await one.gateway.store.history({
      series: [{ member: 'a', group: 'energy', path: 'charge_energy_total' }],
      from: begin - 24 * HOUR,
      to: end + HOUR,
      level: 'day',
    });
    expect(history?.points.map(({ at }) => at)).toContain(end - day);
    // No reset was seen where only the wall clock moved.
    const deltas = history?.points.map(({ delta }) => delta ?? 0) ?? [];
    expect(deltas.every((delta) => delta >= 0)).toBe(true);
  });
});
