import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/node/clock-node.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('never fires before its time', async () => {
  for (const milliseconds of [0, 0.3, 1.7, 5.2]) {
    const start = systemClock.now();
    await new Promise<void>((resolve) => systemClock.after(milliseconds, resolve));
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(milliseconds);
  }
});

test('a negative delay is none, and a cancelled call does not come', async () => {
  let called = false;
  const cancel = systemClock.after(1, () => (called = true));
  cancel();
  cancel();
  await new Promise<void>((resolve) => systemClock.after(-5, resolve));
  await new Promise<void>((resolve) => systemClock.after(10, resolve));
  expect(called).toBe(false);
});

test('delays longer than setTimeout can hold: 30 days are not at once', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  const days = 24 * 3_600_000;
  let fired = 0;
  systemClock.after(30 * days, () => fired++);
  const cancel = systemClock.after(30 * days, () => fired++);
  vi.advanceTimersByTime(29 * days);
  expect(fired).toBe(0);
  cancel();
  vi.advanceTimersByTime(days);
  expect(fired).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
  expect(systemClock.date()).toBe(Date.now());
});
