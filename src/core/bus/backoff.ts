/**
 * Patience with silent devices, one state per device: a dead one costs the others its timeout only once in a
 * while. It is asked again after 1, 2, 4 ... 60 s; the first answer forgets everything.
 */
export interface Backoff {
  /** Milliseconds until the device may be asked again; 0 when now. */
  holds(device: string, now: number): number;
  /** How many requests in a row got no answer. */
  failures(device: string): number;
  /** The device answered, be it with a refusal. */
  answered(device: string): void;
  /** The device was silent, all attempts of one job included. */
  silent(device: string, now: number): void;
}

/** Silent jobs that are forgiven before the device is left alone for a while. */
const FORGIVEN = 2;
const FIRST_HOLD = 1_000;
const LONGEST_HOLD = 60_000;

/**
 * @param random numbers in [0, 1): spreads the attempts of many devices by up to a fifth
 */
export function backoff(random: () => number): Backoff {
  const states = new Map<string, { failures: number; until: number }>();
  return {
    holds: (device, now) => Math.max(0, (states.get(device)?.until ?? 0) - now),
    failures: (device) => states.get(device)?.failures ?? 0,
    answered: (device) => void states.delete(device),
    silent(device, now) {
      const failures = (states.get(device)?.failures ?? 0) + 1;
      const doublings = failures - FORGIVEN;
      const hold = doublings < 0 ? 0 : Math.min(LONGEST_HOLD, FIRST_HOLD * 2 ** doublings);
      states.set(device, { failures, until: now + hold * (0.8 + 0.2 * random()) });
    },
  };
}
