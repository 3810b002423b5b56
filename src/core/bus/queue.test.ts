import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { job, world } from '../../../test/core/bus-world.ts';
import { AGING, RANKS, takeNext, type Waiting } from './queue.ts';

const named = (
  name: string,
  rank: Waiting['rank'],
  since = 0,
  deadline?: number,
): Waiting & { name: string } => ({
  name,
  rank,
  since,
  deadline,
});

/** Takes all, at one instant. */
function order(jobs: readonly (Waiting & { name: string })[], now = 0): string[] {
  const left = [...jobs];
  const names: string[] = [];
  for (let next = takeNext(left, now); next !== undefined; next = takeNext(left, now)) names.push(next.name);
  return names;
}

describe('whose turn it is', () => {
  test('ranks come first: write, user, live, slow, archive', () => {
    const jobs = RANKS.toReversed().map((rank) => named(rank, rank));
    expect(order(jobs)).toEqual(['write', 'user', 'live', 'slow', 'archive']);
  });

  test('then the earlier deadline, and one without waits for those with', () => {
    const jobs = [named('none', 'live'), named('late', 'live', 0, 900), named('soon', 'live', 0, 100)];
    expect(order(jobs)).toEqual(['soon', 'late', 'none']);
  });

  test('then who came first', () => {
    expect(order([named('b', 'live', 2), named('a', 'live', 1), named('c', 'live', 2)])).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(order([named('a', 'live', 1, 50), named('b', 'live', 1, 50)])).toEqual(['a', 'b']);
  });

  test('waiting lifts a job by one rank every five seconds, above all others in the end', () => {
    expect(AGING).toBe(5_000);
    const jobs = (archiveSince: number): (Waiting & { name: string })[] => [
      named('archive', 'archive', archiveSince),
      named('write', 'write', 30_000, 0),
    ];
    // archive is rank 4, write rank 0. After 20 s both are 0, and the deadline decides; after 25 s archive is -1.
    expect(order(jobs(10_000), 30_000)).toEqual(['write', 'archive']);
    expect(order(jobs(5_001), 30_000)).toEqual(['write', 'archive']);
    expect(order(jobs(5_000), 30_000)).toEqual(['archive', 'write']);
  });

  test('every job is taken exactly once, whatever the list', () => {
    const waiting = fc.record({
      name: fc.string(),
      rank: fc.constantFrom(...RANKS),
      since: fc.nat(60_000),
      deadline: fc.option(fc.nat(60_000), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(waiting, { maxLength: 12 }), fc.nat(60_000), (jobs, now) => {
        expect(order(jobs, now).toSorted()).toEqual(jobs.map((one) => one.name).toSorted());
      }),
    );
  });

  test('nobody waits: nothing', () => {
    expect(order([])).toEqual([]);
  });
});

test('a bus works off what waits in that order', async () => {
  const w = world();
  for (const device of ['first', 'slow', 'live', 'user', 'soon']) w.devices.set(device, 10);
  const done: string[] = [];
  const jobs = [
    job('first', { rank: 'archive' }), // alone when it comes, so it goes at once
    job('slow', { rank: 'slow' }),
    job('live', { rank: 'live', deadline: 500 }),
    job('soon', { rank: 'live', deadline: 400 }),
    job('user', { rank: 'user' }),
  ].map((one) =>
    w.bus.run(one).then(() => {
      done.push(one.device);
    }),
  );
  await w.clock.run(Promise.all(jobs));
  expect(done).toEqual(['first', 'user', 'soon', 'live', 'slow']);
  expect(await w.close()).toBe(true);
});

test('an archive job is not starved by live jobs that never end', async () => {
  const w = world();
  w.devices.set('a', 10).set('old', 10);
  let archived = false;
  let lives = 0;
  // A live job with a deadline is waiting at every instant: two take turns without a pause.
  const live = async (): Promise<void> => {
    while (!archived) {
      await w.bus.run(job('a', { deadline: w.clock.now() }));
      lives++;
    }
  };
  const busy = Promise.all([live(), live()]);
  const archive = w.bus.run(job('old', { rank: 'archive', exchange: job('old').exchange })).then(() => {
    archived = true;
  });
  await w.clock.run(archive);
  // archive is rank 4, fresh live jobs are rank 2 and win ties by their deadline: 4 - floor(t / 5 s) < 2 from
  // 15 s on. Then it is next, behind one live job at most: 20 ms of quiet, 12 characters asked, 10 ms, the answer.
  expect(w.clock.now()).toBeGreaterThanOrEqual(15_000);
  expect(w.clock.now()).toBeLessThan(15_150);
  expect(lives).toBeGreaterThan(300); // 15 s at about 42 ms each
  await w.clock.run(busy);
  expect(await w.close()).toBe(true);
});
