import type { Clock } from './clock.ts';

/** What Node and browsers have alike to tell the time by. */
export interface Timers<T> {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly date: () => number;
  /** Calls back once after so many milliseconds, at most `LONGEST_TIMEOUT`. */
  readonly set: (call: () => void, milliseconds: number) => T;
  readonly clear: (timer: T) => void;
}

/** The longest delay that `setTimeout` takes; beyond it fires at once (it keeps the delay in 32 bits, signed). */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * The machine's own time. Delays may be longer than `setTimeout` allows (24.8 days), and a timer never fires
 * before its time, which `setTimeout` alone does by up to a millisecond.
 */
export function timerClock<T>({ now, date, set, clear }: Timers<T>): Clock {
  return {
    now,
    date,
    after(milliseconds, call) {
      const due = now() + Math.max(0, milliseconds);
      let timer = set(wake, Math.min(Math.max(0, milliseconds), LONGEST_TIMEOUT));
      function wake(): void {
        const left = due - now();
        if (left <= 0) call();
        else timer = set(wake, Math.min(Math.ceil(left), LONGEST_TIMEOUT));
      }
      return () => {
        clear(timer);
      };
    },
  };
}
