import type { Clock } from '../../core/clock.ts';
import { Refusal } from './failure.ts';

/**
 * Milliseconds between two tries of one device: each sends a refused password once or twice more, and many meters lock
 * themselves after three. What the Neva does is not known.
 */
const PAUSE = 600_000;

/** Keeps people and programs from having a refused password sent again and again. */
export interface RetryLimit {
  /** Throws `too_many` when the last try that counts was too short a time ago. */
  readonly check: (device: string) => void;
  /** Counts a try. */
  readonly count: (device: string) => void;
}

/**
 * @param clock counts by its time that never goes back
 * @param words why a try is refused, by seconds until the next one may follow and what it is counted by; and what to do
 */
export function retryLimit(
  clock: Clock,
  words: { readonly why: (seconds: number, device: string) => string; readonly hint: string },
): RetryLimit {
  const tried = new Map<string, number>();
  return {
    check: (device) => {
      const wait = Math.ceil(((tried.get(device) ?? -Infinity) + PAUSE - clock.now()) / 1000);
      if (wait > 0) {
        throw new Refusal('too_many', words.why(wait, device), {
          hint: words.hint,
          headers: { 'Retry-After': String(wait) },
        });
      }
    },
    count: (device) => void tried.set(device, clock.now()),
  };
}
