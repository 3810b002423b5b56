import type { Clock } from '../core/index.ts';

/** How long the calendar has to go along with the clock before it is believed, in milliseconds. */
const PROBATION = 3_600_000;

/** A difference between the two that is no jump: clocks are set right a little all the time. */
const TOLERANCE = 3_600_000;

/**
 * Tells whether the calendar can be relied on for deleting what is old: not in the first hour after the start and after
 * a jump. A small computer without a battery for its clock may begin in any year until it finds a time server.
 */
export function trusting(clock: Clock): () => boolean {
  let offset = clock.date() - clock.now();
  let since = clock.now();
  return () => {
    const current = clock.date() - clock.now();
    if (Math.abs(current - offset) > TOLERANCE) since = clock.now();
    offset = current;
    return clock.now() - since >= PROBATION;
  };
}
