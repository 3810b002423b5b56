import { describe, expect, test } from 'vitest';
import { eavesdrop, frame, job, world } from '../../../test/core/bus-world.ts';
import { healthBook } from './health.ts';

const none = (): number => 0;

describe('the book', () => {
  test('gives the turnarounds of a device as nearest-rank percentiles', () => {
    const book = healthBook(0);
    // 1 to 100 in a mixed order (37 has no factor in common with 100): the 50th is 50, the 95th is 95.
    for (let index = 0; index < 100; index++) book.turnaround('a', ((index * 37) % 100) + 1);
    book.turnaround('b', 12.5);
    const { devices } = book.report(0, none);
    expect(devices.a?.turnaround).toEqual({ p50: 50, p95: 95 });
    expect(devices.b?.turnaround).toEqual({ p50: 12.5, p95: 12.5 });
  });

  test('of the last 256 answers only', () => {
    const book = healthBook(0);
    for (let index = 0; index < 300; index++) book.turnaround('a', 1_000);
    for (let index = 0; index < 250; index++) book.turnaround('a', 10);
    // 250 of 256 are 10: the 244th (95 %) too. Six old ones are left.
    expect(book.report(0, none).devices.a?.turnaround).toEqual({ p50: 10, p95: 10 });
    for (let index = 0; index < 256; index++) book.turnaround('a', index < 20 ? 7_000 : 5);
    // 236 are 5 and 20 are 7000: number 128 is 5, number 244 is 7000.
    expect(book.report(0, none).devices.a?.turnaround).toEqual({ p50: 5, p95: 7_000 });
  });

  test('has none before the first answer, and none below zero', () => {
    const book = healthBook(0);
    book.answered('a');
    expect(book.report(0, none).devices.a).not.toHaveProperty('turnaround');
    book.turnaround('a', -3); // on a line in memory an answer may come before the request has left
    expect(book.report(0, none).devices.a?.turnaround).toEqual({ p50: 0, p95: 0 });
  });

  test('counts results, faults by word and retries, and keeps the last fault until a result', () => {
    const book = healthBook(0);
    book.failed('a', 'timeout', 'nobody');
    book.failed('a', 'checksum', 'garbled');
    book.failed('a', 'timeout', 'nobody again');
    book.retried('a');
    expect(book.report(0, () => 3).devices.a).toEqual({
      answered: 0,
      faults: { timeout: 2, checksum: 1 },
      retries: 1,
      silentFor: 3,
      lastFault: 'nobody again',
    });
    book.answered('a');
    expect(book.report(0, none).devices.a).toEqual({
      answered: 1,
      faults: { timeout: 2, checksum: 1 },
      retries: 1,
      silentFor: 0,
    });
  });

  test('a report is a copy that does not change later', () => {
    const book = healthBook(0);
    book.count('frames');
    book.failed('a', 'timeout', 'nobody');
    const before = book.report(0, none);
    book.count('frames', 5);
    book.failed('a', 'timeout', 'nobody');
    expect([before.frames, before.devices.a?.faults.timeout]).toEqual([1, 1]);
    expect(book.report(0, none).frames).toBe(6);
  });
});

describe('utilisation', () => {
  const busy = (
    openedAt: number,
    spans: readonly (readonly [number, number])[],
  ): ((now: number) => number) => {
    const book = healthBook(openedAt);
    for (const [from, to] of spans) book.busy(from, to);
    return (now) => book.report(now, none).utilisation;
  };

  test('is busy time over time passed, while that is less than a minute', () => {
    expect(busy(0, [[0, 500]])(1_000)).toBe(0.5);
    expect(
      busy(0, [
        [0, 500],
        [3_000, 3_250],
      ])(10_000),
    ).toBe(0.075);
    // A clock has no fixed zero.
    expect(busy(7_000_123, [[7_000_123, 7_001_123]])(7_004_123)).toBe(0.25);
  });

  test('is that of the last minute afterwards', () => {
    // Busy in second 0 and in second 30. At 60.5 s the window is [1 s, 60.5 s): 1 s of 59.5 s.
    const share = busy(0, [
      [0, 1_000],
      [30_000, 31_000],
    ]);
    expect(share(59_999)).toBeCloseTo(2 / 59.999, 9);
    expect(share(60_500)).toBeCloseTo(1 / 59.5, 9);
    expect(share(91_500)).toBe(0);
    expect(share(10_000_000)).toBe(0);
  });

  test('counts dialogues over the ends of seconds, and one longer than a minute as all of it', () => {
    expect(busy(0, [[900, 3_100]])(4_000)).toBeCloseTo(2.2 / 4, 9);
    expect(busy(0, [[0, 300_000]])(300_000)).toBe(1);
    expect(busy(0, [[0, 300_000]])(330_000)).toBeCloseTo(29 / 59, 9); // seconds 271 to 299 of 271 to 329
  });

  test('is 0 at the opening and never more than 1', () => {
    expect(busy(5, [])(5)).toBe(0);
    expect(
      busy(0, [
        [0, 1_000],
        [0, 1_000],
      ])(1_000),
    ).toBe(1);
  });
});

describe('on a line', () => {
  test('every byte and frame is counted once', async () => {
    const w = world();
    w.devices.set('a', 40);
    const asked = frame('a?volts').length;

    w.say('###', 0); // nobody listens: stale
    await w.clock.advance(1);
    w.say('##', 5); // while the line is to be quiet: stale
    w.onFrame = (body) => {
      w.say(`#${frame('z!volts')}`, 20); // noise and a foreign frame
      w.say(frame('a!volts', 1), 30); // broken
      w.say(frame(body.replace('?', '!')), 40);
    };
    expect(await w.clock.run(w.bus.run(job('a')))).toBe('a!volts');
    expect(w.bus.health()).toMatchObject({
      bytesOut: asked,
      bytesIn: 3 + 2 + 1 + asked + asked + asked,
      frames: 1,
      foreign: 1,
      echoes: 0,
      bad: 1,
      noiseBytes: 1,
      staleBytes: 3 + 2,
    });
    w.say('####'); // nobody listens any more
    await w.clock.advance(1);
    expect(w.bus.health().staleBytes).toBe(3 + 2 + 4);
    expect(await w.close()).toBe(true);
  });

  test('turnaround is from the last character sent to the first of the answer', async () => {
    const w = world({ paced: true });
    for (let delay = 1; delay <= 20; delay++) {
      w.devices.set('a', delay * 10);
      await w.clock.run(w.bus.run(job('a')));
    }
    // 10 to 200 ms and 1 ms for the first character itself: the 10th of 20 and the 19th.
    expect(w.bus.health().devices.a).toMatchObject({ answered: 20, turnaround: { p50: 101, p95: 191 } });
    expect(await w.close()).toBe(true);
  });

  test('utilisation is the time our dialogues hold it, quiet and waiting included', async () => {
    const w = world();
    w.devices.set('a', 80);
    for (let second = 0; second < 10; second++) {
      await w.clock.run(w.bus.run(job('a')));
      await w.clock.advance((second + 1) * 1_000 - w.clock.now());
    }
    // The first keeps quiet for 20 ms and is answered 80 ms later; later ones find the line quiet.
    expect(w.bus.health().utilisation).toBeCloseTo((100 + 9 * 80) / 10_000, 9);
    expect(await w.close()).toBe(true);
  });

  test('listening alone does not hold it', async () => {
    const w = world();
    w.say(frame('z!volts'), 500);
    await w.clock.run(w.bus.overhear(() => eavesdrop('z!')));
    expect(w.bus.health()).toMatchObject({ utilisation: 0, devices: {} });
    expect(await w.close()).toBe(true);
  });
});
