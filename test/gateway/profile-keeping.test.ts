import { describe, expect, it } from 'vitest';
import { PROFILE } from '../../src/core/archive.ts';
import { meterClock } from '../../src/core/meter-clock.ts';
import type { Logger } from '../../src/core/site/index.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import mt3 from '../../src/devices/neva/mt3xx.ts';
import { keepProfile } from '../../src/gateway/archives.ts';
import { playedMemory } from '../outputs/site.ts';
import { rig } from '../neva/rig.ts';

/** What a gateway keeps of the load profile of a simulated meter, in virtual time. */
async function kept(set: readonly (readonly [string, string])[], hours: number) {
  const line = rig([{ device: mt3, set }]);
  const snapshots: Snapshot[] = [];
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const log: Logger = {
    debug: ignore,
    info: ignore,
    warn: (text) => void warnings.push(text),
    error: ignore,
  };
  const stop = new AbortController();
  const keeping = keepProfile({
    member: 'meter',
    place: line.at(),
    days: 9,
    every: 3_600_000,
    meter: meterClock('+00:00'),
    clock: line.clock,
    store: { memory: playedMemory() },
    log,
    keep: (some) => {
      snapshots.push(...some);
      return Promise.resolve();
    },
    signal: stop.signal,
  });
  await line.clock.advance(hours * 3_600_000);
  stop.abort();
  await keeping;
  const of = snapshots.filter(({ group }) => group === PROFILE);
  // The stamp of a slot is its end: midnight belongs to the day before.
  const days = new Set(of.map(({ at }) => new Date(at - 1).toISOString().slice(0, 10)));
  return { days: [...days], snapshots: of, warnings, transcript: line.transcript };
}

const NOVEMBER = (...days: number[]): string[] => days.map((day) => `2026-11-${day}`);

describe('the load profile that a gateway keeps', () => {
  it('is read once, and from then on only what is new', async () => {
    const { days, snapshots, warnings } = await kept([], 2.5);
    expect(warnings).toEqual([]);
    expect(days).toEqual(NOVEMBER(11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
    // Nine days of 48 slots, and 20 to 24 of today at 10:00 to 12:30; today is read again at 11:00 and 12:00.
    const moments = new Set(snapshots.map(({ at }) => at));
    expect(moments.size).toBe(9 * 48 + 24);
    expect(snapshots.length).toBeLessThan(9 * 48 + 3 * (48 + 24));
  });

  it('leaves the line to others after a few days', async () => {
    const { transcript } = await kept([], 0.5);
    // Ten days by eights are two dialogues, each with its sign-on.
    expect(transcript.filter((one) => one.startsWith('> /?'))).toHaveLength(2);
  });

  it('has the other days where one cannot be read, and says which', async () => {
    const short = Array<string>(47).fill('00100').join(',');
    const { days, warnings } = await kept([['63.01.00*02', short]], 0.5);
    expect(days).toEqual(NOVEMBER(11, 12, 13, 14, 15, 16, 17, 19, 20));
    expect(warnings[0]).toMatch(
      /^the load profile of meter was not read: the profile of 2026-11-18 has 47 values/,
    );
  });
});
