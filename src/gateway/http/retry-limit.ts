import type { Clock } from '../../core/clock.ts';
import { Refusal } from './failure.ts';

/**
 * Milliseconds between two tries of one device: each sends a refused password once or twice more, and many meters lock
 * themselves after three. What the Neva does is not known.
 */
const PAUSE = 600_000;

/** Keeps people and programs from having a refused password sent again and again. */
export interface RetryLimit {
  /** Counts a try of that device. Throws `too_many` when the last one was too short a time ago. */
  readonly admit: (member: string) => void;
}

/** @param clock counts by its time that never goes back */
export function retryLimit(clock: Clock): RetryLimit {
  const tried = new Map<string, number>();
  return {
    admit: (member) => {
      const now = clock.now();
      const wait = Math.ceil(((tried.get(member) ?? -Infinity) + PAUSE - now) / 1000);
      if (wait > 0) {
        throw new Refusal(
          'too_many',
          `${member} was tried again already: the next try may follow in ${wait} s`,
          {
            hint: 'a try may send a wrong password, and meters lock themselves after a few: correct it in the configuration, which is tried at once',
            headers: { 'Retry-After': String(wait) },
          },
        );
      }
      tried.set(member, now);
    },
  };
}
