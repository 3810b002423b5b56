import { expect, it } from 'vitest';
import { archived, profileArchive } from '../../src/core/archive.ts';
import { meterClock } from '../../src/core/meter-clock.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import mt3 from '../../src/devices/neva/mt3xx.ts';
import { rig, type Rig } from './rig.ts';

const ORIGIN = { device: 'flat', clock: meterClock('+03:00') };

const WORLD = { voltage: 230, current: 1, temperature: 20, date: 0 };

async function read(line: Rig): Promise<readonly Snapshot[]> {
  const { groups, faults } = await line.read(['months', 'days', 'events']);
  expect(faults).toEqual({});
  return archived(line.at().device.archives?.(groups) ?? [], ORIGIN);
}

const keyed = (snapshots: readonly Snapshot[]): Map<string, Snapshot> =>
  new Map(snapshots.map((one) => [`${one.group} ${one.at}`, one]));

it('registers of days and months and the logs stand at their own moments, the same when read a day later', async () => {
  const line = rig([{ device: mt3 }]);
  const first = keyed(await read(line));
  // 20 November 2026 on the meter's clock, three hours ahead of UTC
  const today = first.get(`days ${Date.parse('2026-11-19T21:00:00Z')}`);
  expect(today?.values).toMatchObject({ local: '2026-11-20T00:00:00', zone: '+03:00' });
  expect(Object.keys(today?.values ?? {}).toSorted()).toEqual(
    ['total', 't1', 't2', 't3', 't4', 'local', 'zone'].toSorted(),
  );
  // Month ends: the first is October, at the midnight of 1 November
  const october = first.get(`months ${Date.parse('2026-10-31T21:00:00Z')}`);
  expect(october?.values.local).toBe('2026-11-01T00:00:00');
  expect(Number(october?.values.total)).toBeLessThan(Number(today?.values.total));
  // The simulated house was without power from 03:10 to 04:40 nine days ago
  expect(first.get(`events ${Date.parse('2026-11-11T00:10:00Z')}`)?.values.events).toEqual(['power_off']);
  expect(first.get(`events ${Date.parse('2026-11-11T01:40:00Z')}`)?.values.events).toEqual(['power_on']);

  for (let minute = 0; minute < 1440; minute++) line.site.stations[0]?.tick(60, WORLD);
  const second = await read(line);
  const fresh = second.filter((one) => !first.has(`${one.group} ${one.at}`));
  expect(fresh.map(({ group, values }) => [group, values.local])).toEqual([['days', '2026-11-21T00:00:00']]);
  for (const one of second) {
    const before = first.get(`${one.group} ${one.at}`);
    if (before !== undefined) expect(one).toEqual(before);
  }
});

it('a profile read twice makes the same snapshots for the slots that it has in common', async () => {
  const line = rig([{ device: mt3 }]);
  const profile = async (): Promise<readonly Snapshot[]> => {
    const reading = line.at().device.profile?.(0, { days: 2, reconcile: true });
    if (reading === undefined) throw new Error('no profile');
    await line.run(reading.exchange);
    return reading.days().flatMap((day) => profileArchive(day, ORIGIN));
  };
  const first = keyed(await profile());
  // Two whole days and ten hours of half hours
  expect(first.size).toBe(48 + 48 + 20);
  for (let minute = 0; minute < 60; minute++) line.site.stations[0]?.tick(60, WORLD);
  const second = await profile();
  expect(second).toHaveLength(first.size + 2);
  for (const one of second.slice(0, first.size)) expect(one).toEqual(first.get(`${one.group} ${one.at}`));
});
