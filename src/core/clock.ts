import { onStop, type Stop } from './stop.ts';

/**
 * Time as the core sees it, so that tests run in virtual time and the browser brings its own.
 * Instants are milliseconds of a monotonic clock with no fixed zero.
 */
export interface Clock {
  /** Milliseconds now, with fractions. Never goes back. */
  now(): number;
  /** Calendar time now: milliseconds since 1970-01-01T00:00Z. May jump. */
  date(): number;
  /** Calls back once after so many milliseconds; the returned function cancels it. */
  after(milliseconds: number, call: () => void): () => void;
}

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export function sleep(clock: Clock, milliseconds: number, signal?: Stop): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    let awake: (() => void) | undefined;
    const done = (): void => {
      cancel();
      awake?.();
      resolve();
    };
    const cancel = clock.after(milliseconds, done);
    if (signal !== undefined) awake = onStop(signal, done);
  });
}
