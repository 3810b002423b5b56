import { afterEach, describe, expect, test, vi } from 'vitest';
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

describe('delays that share a timer', () => {
  const during = async (act: () => void): Promise<void> => {
    act();
    await new Promise<void>((resolve) => systemClock.after(700, resolve));
  };

  test('end in no case before their time', async () => {
    const late: number[] = [];
    await during(() => {
      for (let milliseconds = 500; milliseconds < 530; milliseconds += 0.7) {
        const due = systemClock.now() + milliseconds;
        systemClock.after(milliseconds, () => late.push(systemClock.now() - due));
      }
    });
    expect(late).toHaveLength(43);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  });

  test('are cancelled one by one, also by each other and more than once', async () => {
    const called: string[] = [];
    await during(() => {
      const twice = (): number => called.push('twice');
      systemClock.after(520, twice);
      systemClock.after(520, twice);
      const cancelFirst = systemClock.after(520, () => called.push('cancelled'));
      cancelFirst();
      cancelFirst();
      const cancels: (() => void)[] = [];
      systemClock.after(520, () => cancels.forEach((cancel) => cancel()));
      cancels.push(systemClock.after(521, () => called.push('cancelled by another')));
    });
    expect(called).toEqual(['twice', 'twice']);
  });

  test('leave no timer behind when all are cancelled', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
    const cancels = [500, 500.5, 900].map((milliseconds) => systemClock.after(milliseconds, () => undefined));
    expect(vi.getTimerCount()).toBe(2);
    for (const cancel of cancels) cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('one that throws does not keep the others from being called', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
    let called = 0;
    systemClock.after(600, () => {
      throw new Error('a mistake');
    });
    systemClock.after(600, () => called++);
    expect(() => vi.advanceTimersByTime(700)).toThrow('a mistake');
    expect(called).toBe(1);
  });
});
