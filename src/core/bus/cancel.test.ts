import { describe, expect, test } from 'vitest';
import { askedAt, frame, job, LINE, question, world, type World } from '../../../test/core/bus-world.ts';
import { ascii } from '../bytetext.ts';
import type { Exchange } from '../exchange.ts';
import { Fault } from '../fault.ts';
import { line } from '../line.ts';
import type { Link } from '../link.ts';
import { virtualClock } from '../virtual-clock.ts';
import { openBus } from './bus.ts';

const BREAK = frame('a.break');

/** Asks, and says goodbye however that ends. */
function* polite(device: string): Exchange<string> {
  try {
    return yield* question(device);
  } finally {
    yield { do: 'say', bytes: ascii(frame(`${device}.break`)) };
  }
}

/** Runs a job and cancels it at an instant of the clock. */
function cancelledAt(w: World, at: number, what = job('a')): Promise<string | Fault> {
  const control = new AbortController();
  w.clock.after(at - w.clock.now(), () => control.abort());
  return w.outcome(w.bus.run(what, control.signal));
}

describe('a job cancelled', () => {
  test('before it is handed in never begins', async () => {
    const w = world();
    const fault = await w.outcome(w.bus.run(job('a'), AbortSignal.abort()));
    expect(fault).toMatchObject({ code: 'cancelled' });
    await w.clock.advance(1_000);
    expect(w.heard).toEqual([]);
    expect(await w.close()).toBe(true);
  });

  test('while it waits for the line leaves at once and costs nobody anything', async () => {
    const w = world();
    w.devices.set('a', 100).set('b', 10);
    const first = w.bus.run(job('a'));
    const second = cancelledAt(w, 50, job('b', { rank: 'user' }));
    const third = w.bus.run(job('b', { rank: 'archive' }));
    expect(await second).toMatchObject({
      code: 'cancelled',
      message: 'b: cancelled while waiting for the line',
    });
    expect(w.clock.now()).toBe(50);
    expect(await w.clock.run(first)).toBe('a!volts');
    expect(await w.clock.run(third)).toBe('b!volts');
    expect(askedAt(w)).toEqual([20, 20 + 100 + 20]);
    expect(await w.close()).toBe(true);
  });

  test('while it waits for the line is never begun later', async () => {
    const w = world();
    w.devices.set('a', 100);
    const first = w.bus.run(job('a'));
    let begun = 0;
    const exchange = (): Exchange<string> => {
      begun++;
      return question('b');
    };
    expect(await cancelledAt(w, 50, job('b', { exchange }))).toMatchObject({ code: 'cancelled' });
    await w.clock.run(first);
    expect(await w.clock.run(w.bus.run(job('a')))).toBe('a!volts');
    expect([begun, w.bus.health().devices.b]).toEqual([0, undefined]);
    expect(await w.close()).toBe(true);
  });

  test('is not made again, whatever fault its exchange makes of that', async () => {
    const w = world();
    let made = 0;
    const disguised = function* (): Exchange<string> {
      made++;
      try {
        return yield* question('a');
      } catch {
        throw new Fault('timeout', 'that took too long');
      }
    };
    expect(await cancelledAt(w, 100, job('a', { exchange: disguised }))).toMatchObject({ code: 'timeout' });
    expect(made).toBe(1);
    expect(await w.close()).toBe(true);
  });

  test('while the line is to be quiet does not ask any more', async () => {
    const w = world();
    expect(await cancelledAt(w, 10)).toMatchObject({ code: 'cancelled' });
    await w.clock.advance(1_000);
    expect(w.heard).toEqual([]);
    expect(await w.close()).toBe(true);
  });

  test('while it asks ends at once, is not made again, and does not count as silence', async () => {
    const w = world();
    expect(await cancelledAt(w, 100)).toMatchObject({ code: 'cancelled' });
    expect(w.clock.now()).toBe(100);
    await w.clock.advance(2_000);
    expect(askedAt(w)).toEqual([20]);
    expect(w.bus.health().devices.a).toMatchObject({ faults: { cancelled: 1 }, silentFor: 0 });
    expect(await w.close()).toBe(true);
  });

  test('while it keeps quiet ends at once', async () => {
    const w = world();
    const sleeper = function* (): Exchange<string> {
      yield { do: 'quiet', milliseconds: 60_000 };
      return 'slept';
    };
    expect(await cancelledAt(w, 100, job('a', { exchange: sleeper }))).toMatchObject({ code: 'cancelled' });
    expect(w.clock.now()).toBe(100);
    expect(await w.close()).toBe(true);
  });

  test('while the connection is waited for ends at once', async () => {
    const clock = virtualClock();
    // A link that neither opens nor fails, as one that waits for a converter to dial in.
    const link: Link = {
      name: 'dial-in',
      latency: 0,
      gap: 0,
      renewable: true,
      connect: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Fault('cancelled', 'not any more')));
        }),
    };
    const bus = openBus(link, LINE, clock);
    const control = new AbortController();
    const waiting = bus.run(job('a'), control.signal).catch((error: unknown) => error);
    const queued = bus.run(job('b')).catch((error: unknown) => error);
    const late = bus.overhear(() => question('a'), {}, AbortSignal.abort()).catch((error: unknown) => error);
    await clock.advance(60_000);
    expect(await clock.run(late)).toMatchObject({ code: 'cancelled' });
    control.abort();
    expect(await waiting).toMatchObject({ code: 'cancelled' });
    await bus.close();
    expect([await queued, clock.pending]).toEqual([expect.objectContaining({ code: 'cancelled' }), 0]);
  });

  test('leaves the line to the next job, which is answered', async () => {
    const w = world();
    w.devices.set('a', 300).set('b', 10);
    expect(await cancelledAt(w, 100)).toMatchObject({ code: 'cancelled' });
    expect(await w.clock.run(w.bus.run(job('b')))).toBe('b!volts');
    await w.clock.advance(1_000);
    expect(await w.close()).toBe(true);
  });

  test('keeps its result when it was answered in the same instant', async () => {
    const w = world();
    w.devices.set('a', 80);
    const control = new AbortController();
    const result = w.outcome(w.bus.run(job('a'), control.signal));
    await w.clock.advance(100);
    control.abort();
    expect(await result).toBe('a!volts');
    expect(await w.close()).toBe(true);
  });
});

describe('a cancelled exchange', () => {
  test('may say goodbye, and the next job waits until that is said', async () => {
    const w = world();
    w.devices.set('b', 10);
    expect(await cancelledAt(w, 100, job('a', { exchange: () => polite('a') }))).toMatchObject({
      code: 'cancelled',
    });
    expect(w.heard.at(-1)).toEqual({ at: 100, text: BREAK });
    await w.clock.run(w.bus.run(job('b')));
    // The break's last character leaves at 100 + its length; then 20 ms of quiet.
    expect(askedAt(w).at(-1)).toBe(100 + BREAK.length + 20);
    expect(await w.close()).toBe(true);
  });

  test('may not ask again, keep others waiting, or talk on and on', async () => {
    const w = world();
    let steps = 0;
    const stubborn = function* (): Exchange<string> {
      try {
        return yield* question('a');
      } finally {
        for (;;) {
          steps++;
          yield { do: 'say', bytes: ascii('x') };
        }
      }
    };
    expect(await cancelledAt(w, 100, job('a', { exchange: stubborn }))).toMatchObject({ code: 'cancelled' });
    expect(w.heard.filter(({ text }) => text === 'x').length).toBe(4);
    expect(steps).toBe(5);

    const asker = function* (): Exchange<string> {
      for (;;) {
        try {
          return yield* question('a');
        } catch {
          // asks again, whatever happened
        }
      }
    };
    const asked = askedAt(w).length;
    expect(await cancelledAt(w, w.clock.now() + 100, job('a', { exchange: asker }))).toMatchObject({
      code: 'cancelled',
    });
    expect(askedAt(w).length - asked).toBe(1);
    expect(await w.close()).toBe(true);
  });

  test('has its line settings put back', async () => {
    const w = world();
    const faster = function* (): Exchange<string> {
      yield { do: 'line', line: line(19_200) };
      return yield* polite('a');
    };
    const result = cancelledAt(w, 100, job('a', { exchange: faster }));
    expect(await result).toMatchObject({ code: 'cancelled' });
    expect(w.wire.line.baud).toBe(10_000);
    expect(await w.close()).toBe(true);
  });
});

describe('closing the bus', () => {
  test('rejects what waits and what talks, and leaves no timer', async () => {
    const w = world();
    const jobs = ['a', 'b', 'c'].map((device) =>
      w.bus.run(job(device)).then(
        () => 'answered',
        (error: unknown) => (error instanceof Fault ? error.code : 'odd'),
      ),
    );
    await w.clock.advance(60);
    expect(await w.close()).toBe(true);
    expect(await Promise.all(jobs)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(w.wire.connected).toBe(false);
  });

  test('lets the one that talks say goodbye first', async () => {
    const w = world();
    const result = w.bus.run(job('a', { exchange: () => polite('a') })).catch((error: unknown) => error);
    await w.clock.advance(60);
    expect(await w.close()).toBe(true);
    expect(w.heard.at(-1)).toEqual({ at: 60, text: BREAK });
    expect(await result).toMatchObject({ code: 'cancelled' });
  });

  test('waits a second for it, not longer', async () => {
    const w = world();
    const slowly = function* (): Exchange<string> {
      try {
        return yield* question('a');
      } finally {
        // 4000 characters of a millisecond each
        yield { do: 'say', bytes: new Uint8Array(4_000) };
      }
    };
    const result = w.bus.run(job('a', { exchange: slowly })).catch((error: unknown) => error);
    await w.clock.advance(60);
    await w.clock.run(w.bus.close());
    expect(w.clock.now()).toBe(60 + 1_000);
    await w.clock.advance(4_000);
    expect([w.clock.pending, await result]).toEqual([0, expect.objectContaining({ code: 'cancelled' })]);
  });

  test('while connecting, or while waiting to connect anew, ends that too', async () => {
    const w = world();
    w.wire.refuse('nobody home');
    w.wire.cut();
    await w.clock.advance(10_000);
    expect(await w.close()).toBe(true);
  });

  test('is final: later jobs are turned away', async () => {
    const w = world();
    expect(await w.close()).toBe(true);
    expect(await w.outcome(w.bus.run(job('a')))).toMatchObject({ code: 'cancelled' });
    expect(await w.outcome(w.bus.overhear(() => question('a')))).toBeInstanceOf(Fault);
    expect(await w.close()).toBe(true);
  });
});
