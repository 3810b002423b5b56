import type { Clock } from './clock.ts';

/**
 * A clock for tests and simulations: time stands still until it is told to move.
 *
 * Two ways of moving it. `advance(ms)` is for a test that steers by hand. `run(promise)` is for a whole world
 * on this clock (bus, memory line, simulator): whenever nothing is left to compute, time jumps to the next timer,
 * so an hour of polling takes as long as its computing does. Both let all microtasks (promise continuations)
 * finish before and after every timer, so code under test sees the same order as with a real clock.
 *
 * Only work on this clock is waited for: with real sockets or files in play use the system clock instead.
 */
export interface VirtualClock extends Clock {
  /** Timers that are set and have neither fired nor been cancelled. A test's last line: `expect(clock.pending).toBe(0)`. */
  readonly pending: number;
  /**
   * Moves time on by so many milliseconds (0 or more), calling each timer that falls due at exactly its own time,
   * in order; timers set on the way count too. Resolves when everything that follows from them was computed.
   */
  advance(milliseconds: number): Promise<void>;
  /**
   * Jumps from timer to timer until the promise settles, and gives its outcome. Rejects when no timer is left and
   * the promise still waits: then nothing could ever settle it, which in a test is a deadlock found.
   */
  run<T>(until: Promise<T>): Promise<T>;
}

/** How a virtual clock starts. */
export interface VirtualClockOptions {
  /** Calendar time at the start, milliseconds since 1970-01-01T00:00Z. Default 2026-01-01T00:00Z. */
  readonly date?: number;
}

interface Timer {
  readonly due: number;
  readonly call: () => void;
}

/** Makes a clock that stands at `now() === 0`. */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const start = options.date ?? Date.UTC(2026, 0, 1);
  const timers: Timer[] = []; // by due time; equal times in the order they were set
  let now = 0;

  function after(milliseconds: number, call: () => void): () => void {
    const timer: Timer = { due: now + Math.max(0, milliseconds), call };
    let low = 0;
    for (let high = timers.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((timers[middle]?.due ?? Infinity) <= timer.due) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
    return () => {
      const index = timers.indexOf(timer);
      if (index >= 0) timers.splice(index, 1);
    };
  }

  /** Calls the first timer if it is due by then; false when there is none. */
  function fireOne(by: number): boolean {
    const first = timers[0];
    if (first === undefined || first.due > by) return false;
    timers.shift();
    now = first.due;
    first.call();
    return true;
  }

  return {
    now: () => now,
    date: () => start + now,
    after,
    get pending() {
      return timers.length;
    },
    async advance(milliseconds) {
      const end = now + Math.max(0, milliseconds);
      await withSettling(async (settled) => {
        await settled();
        while (fireOne(end)) await settled();
        now = end;
      });
    },
    async run(until) {
      let over = false;
      const note = (): void => {
        over = true;
      };
      until.then(note, note);
      await withSettling(async (settled) => {
        await settled();
        while (!over) {
          if (!fireOne(Infinity)) {
            throw new Error(`nothing left to happen at ${now} ms, and the awaited promise has not settled`);
          }
          await settled();
        }
      });
      return until;
    },
  };
}

/**
 * Hands the body a function that resolves when every pending microtask has run. A message to oneself is a task
 * of its own, and tasks start only when the microtask queue is empty: unlike counting `await`s, that is exact, and
 * unlike a timer it costs microseconds. The port is closed afterwards, since an open one keeps Node running.
 */
async function withSettling(body: (settled: () => Promise<void>) => Promise<void>): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  let wake: (() => void) | undefined;
  port1.addEventListener('message', () => wake?.());
  port1.start();
  try {
    await body(
      () =>
        new Promise((resolve) => {
          wake = resolve;
          port2.postMessage(0);
        }),
    );
  } finally {
    port1.close();
  }
}
