import { describe, expect, test } from 'vitest';
import { follow, type FollowOptions } from '../../src/core/follow.ts';
import { type Line, line } from '../../src/core/line.ts';
import { place } from '../../src/core/read.ts';
import { recordsIn } from '../../src/core/units.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { type GroupOnLine, rack } from './rack.ts';

/** What following brought: a group, the instant, and how many packs it has. */
interface Seen {
  readonly at: number;
  readonly group: string;
  readonly packs: number;
}

/** Follows a rack for some virtual seconds. */
async function watched(
  groups: readonly GroupOnLine[],
  seconds: number,
  how: FollowOptions = {},
  options: { readonly line?: Line; readonly hears?: (bytes: Uint8Array) => boolean } = {},
): Promise<{ readonly seen: readonly Seen[]; readonly faults: readonly string[]; readonly pending: number }> {
  const clock = virtualClock();
  const { bus, close } = rack(clock, groups, options.line ?? line(115200), options.hears);
  const stop = new AbortController();
  clock.after(seconds * 1000, () => stop.abort());
  const seen: Seen[] = [];
  const faults: string[] = [];
  await clock.run(
    (async () => {
      for await (const state of follow(place(bus, pylontech), { ...how, signal: stop.signal })) {
        for (const group of state.fresh) {
          seen.push({ at: clock.now(), group, packs: recordsIn(state.groups[group], 'packs').length });
        }
        faults.push(...Object.keys(state.faults));
      }
      await close();
    })(),
  );
  return { seen, faults, pending: clock.pending };
}

const of = (seen: readonly Seen[], group: string): readonly Seen[] =>
  seen.filter((one) => one.group === group);
/**
 * Milliseconds between one reading of a group and the next, without the first two distances: in the first round packs
 * are found, in the second all are asked at once in vain, and the first of the slow groups has the identity behind it.
 */
const distances = (seen: readonly Seen[], group: string): number[] =>
  of(seen, group)
    .flatMap(({ at }, index, all) => (index === 0 ? [] : [at - (all[index - 1]?.at ?? 0)]))
    .slice(2);

/** Newer packs: they never answer COMMAND FF, so that each is asked by itself. */
const SIXTEEN: readonly GroupOnLine[] = [[2, { packs: '16', model: 'us3000c' }]];

describe('16 packs at 115200, each 25 ms from question to answer', () => {
  test('fit their cycle of a second; what is slow is read in the gaps', async () => {
    const { seen, faults, pending } = await watched(SIXTEEN, 120, { periods: { analog: 1 } });
    expect(faults).toEqual([]);
    expect(seen.every(({ packs }) => packs === 16)).toBe(true);
    // Two minutes are 120 rounds of the fast group.
    const analog = distances(seen, 'analog');
    expect(analog.length).toBeGreaterThanOrEqual(116);
    expect(Math.max(...analog)).toBeLessThan(1_050);
    expect(Math.min(...analog)).toBeGreaterThan(950);
    // Every ten seconds by their periods, and read to their end each time.
    for (const group of ['alarms', 'management']) {
      expect(of(seen, group).length, group).toBeGreaterThanOrEqual(10);
      expect(Math.max(...distances(seen, group)), group).toBeLessThan(14_000);
    }
    expect(of(seen, 'limits')).toHaveLength(1);
    expect(of(seen, 'identity')).toHaveLength(1);
    expect(pending).toBe(0);
  });

  test('leave room for looking whether there are more, which delays nothing', async () => {
    const { seen, faults } = await watched([[2, { packs: '8', model: 'us3000c' }]], 300, {
      periods: { analog: 1 },
    });
    expect(faults).toEqual([]);
    expect(Math.max(...distances(seen, 'analog'))).toBeLessThan(1_050);
  });

  test('come first: the slow groups begin when the fast one was read', async () => {
    const { seen } = await watched(SIXTEEN, 30);
    expect(seen[0]?.group).toBe('analog');
    const first = ['analog', 'alarms', 'management', 'limits', 'identity'].map(
      (group) => of(seen, group)[0]?.at,
    );
    expect(first).toEqual([...first].sort((one = 0, other = 0) => one - other));
  });
});

describe('at 9600', () => {
  const slow = line(9600);

  test('16 packs take longer than their period: it stretches, and the slow groups keep their share', async () => {
    const { seen, faults } = await watched(SIXTEEN, 300, {}, { line: slow });
    expect(faults).toEqual([]);
    // 16 × (160 characters of 10/9600 s, 25 ms to answer, 8 ms of silence) = 3.2 s on the line.
    const analog = distances(seen, 'analog');
    expect(Math.max(...analog)).toBeLessThan(4_500);
    expect(Math.min(...analog)).toBeGreaterThan(3_200);
    for (const group of ['alarms', 'management']) {
      expect(Math.max(...distances(seen, group)), group).toBeLessThan(45_000);
    }
    expect(of(seen, 'identity')).toHaveLength(1);
  });

  test('a rack of three keeps its period of 2 s and all its slow groups', async () => {
    const { seen } = await watched([[2, { packs: '3', model: 'us3000c' }]], 120, {}, { line: slow });
    expect(Math.max(...distances(seen, 'analog'))).toBeLessThan(2_100);
    expect(Math.max(...distances(seen, 'alarms'))).toBeLessThan(12_500);
  });
});

test('a pack that falls silent stretches no cycle for long', async () => {
  let asked = 0;
  const hears = (bytes: Uint8Array): boolean => {
    asked++;
    return !(asked > 400 && String.fromCharCode(...bytes.subarray(3, 5)) === '05');
  };
  const { seen, faults } = await watched(
    [[2, { packs: '8', model: 'us3000c' }]],
    300,
    { periods: { analog: 1 } },
    { hears },
  );
  expect(faults).toContain('analog/5');
  const analog = distances(seen, 'analog');
  // Seven others are read on; the cycles that waited for the eighth are few.
  expect(of(seen, 'analog').at(-1)?.packs).toBe(7);
  expect(analog.filter((distance) => distance > 1_100).length).toBeLessThan(15);
});

test('whoever stops looking stops everything', async () => {
  const clock = virtualClock();
  const { bus, close } = rack(clock, SIXTEEN);
  let rounds = 0;
  await clock.run(
    (async () => {
      for await (const state of follow(place(bus, pylontech))) {
        rounds += state.fresh.length;
        if (rounds > 3) break;
      }
      await close();
    })(),
  );
  expect(rounds).toBeGreaterThan(3);
  expect(clock.pending).toBe(0);
});

test('what a group said before it failed is not said again: it is missing until it answers', async () => {
  const clock = virtualClock();
  let isPlugged = true;
  const { bus, close } = rack(clock, [[2, { packs: '1' }]], line(115200), () => isPlugged);
  const stop = new AbortController();
  clock.after(10_000, () => (isPlugged = false));
  clock.after(30_000, () => (isPlugged = true));
  clock.after(90_000, () => stop.abort());
  const states: { readonly failed: boolean; readonly shown: boolean }[] = [];
  await clock.run(
    (async () => {
      for await (const { groups, faults } of follow(place(bus, pylontech), { signal: stop.signal }))
        states.push({ failed: 'analog' in faults, shown: 'analog' in groups });
      await close();
    })(),
  );
  const failures = states.filter(({ failed }) => failed);
  expect(failures).not.toEqual([]);
  expect(failures.filter(({ shown }) => shown)).toEqual([]);
  expect([states[0]?.shown, states.at(-1)?.shown]).toEqual([true, true]);
});
