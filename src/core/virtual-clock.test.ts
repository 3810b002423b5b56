import { expect, test } from 'vitest';
import { sleep } from './clock.ts';
import { virtualClock } from './virtual-clock.ts';

test('time stands still until it is moved, and lands exactly where it was sent', async () => {
  const clock = virtualClock({ date: 1000 });
  expect([clock.now(), clock.date()]).toEqual([0, 1000]);
  await clock.advance(12.5);
  expect([clock.now(), clock.date()]).toEqual([12.5, 1012.5]);
});

test('timers fire at their own time, in order of time and then of setting, those set on the way too', async () => {
  const clock = virtualClock();
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
  clock.after(20, note('c'));
  clock.after(10, note('a'));
  clock.after(10, () => {
    note('b')();
    clock.after(5, note('nested'));
  });
  clock.after(31, note('too late'));
  const cancel = clock.after(11, note('cancelled'));
  cancel();
  cancel();
  await clock.advance(30);
  expect(fired).toEqual(['a@10', 'b@10', 'nested@15', 'c@20']);
  expect(clock.pending).toBe(1);
});

test('all continuations run before the next timer, however long their chain', async () => {
  const clock = virtualClock();
  const seen: string[] = [];
  clock.after(1, () => {
    void (async () => {
      for (let turn = 0; turn < 1000; turn++) await Promise.resolve();
      seen.push('chain');
    })();
  });
  clock.after(1, () => seen.push('second timer'));
  await clock.advance(1);
  expect(seen).toEqual(['chain', 'second timer']);
});

test('run jumps through an hour of sleeping and gives the outcome', async () => {
  const clock = virtualClock();
  async function hour(): Promise<string> {
    for (let minute = 0; minute < 60; minute++) await sleep(clock, 60_000);
    return 'done';
  }
  expect(await clock.run(hour())).toBe('done');
  expect(clock.now()).toBe(3_600_000);
  await expect(clock.run(sleep(clock, 5).then(() => Promise.reject(new Error('no'))))).rejects.toThrow('no');
});

test('run names a deadlock instead of hanging', async () => {
  const never = new Promise<void>(() => undefined);
  await expect(virtualClock().run(never)).rejects.toThrow('nothing left to happen at 0 ms');
});

test('a sleep ends at once on abort and leaves no timer', async () => {
  const clock = virtualClock();
  const stop = new AbortController();
  const sleeping = sleep(clock, 1000, stop.signal);
  stop.abort();
  await clock.run(sleeping);
  expect([clock.now(), clock.pending]).toEqual([0, 0]);
});
