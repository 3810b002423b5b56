import type { Clock } from '../../src/core/clock.ts';

/** A clock for months: waits of a second or more end together at the next full minute, so that less has to be woken. */
export interface SteppedClock extends Clock {
  readonly pass: (milliseconds: number) => Promise<void>;
  /** Lets time pass until it is done. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
}

const GRID = 60_000;
const LONG = 1_000;

/** Begins at 2026-01-01T00:00Z. */
export function steppedClock(): SteppedClock {
  const begin = Date.UTC(2026, 0, 1);
  let now = 0;
  let calls = 0;
  const waiting = new Map<number, { readonly due: number; readonly call: () => void }>();

  /** What is due first; undefined: nothing is waited for. */
  const earliest = (): number | undefined => {
    let due: number | undefined;
    for (const one of waiting.values()) if (due === undefined || one.due < due) ({ due } = one);
    return due;
  };
  /** Lets everything be computed that follows, promises first. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  /** Goes to the next instant at which something is due, not beyond `end`. */
  const step = async (end: number): Promise<void> => {
    const due = earliest();
    now = Math.min(end, Math.max(now, due ?? end));
    for (const [id, one] of [...waiting]) {
      if (one.due > now || !waiting.delete(id)) continue;
      one.call();
    }
    await settled();
  };

  const pass = async (milliseconds: number): Promise<void> => {
    for (const end = now + milliseconds; now < end;) await step(end);
  };

  return {
    now: () => now,
    date: () => begin + now,
    after: (milliseconds, call) => {
      const id = ++calls;
      const exact = now + Math.max(0, milliseconds);
      waiting.set(id, { due: milliseconds < LONG ? exact : Math.ceil(exact / GRID) * GRID, call });
      return () => void waiting.delete(id);
    },
    pass,
    during: async (work) => {
      let over = false;
      const done = (): void => void (over = true);
      work.then(done, done);
      for (const isOver = (): boolean => over; !isOver();) await step(now + 10);
      return work;
    },
  };
}
