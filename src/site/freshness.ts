import type { Freshness } from '../core/site/index.ts';

/** Ages at which a value changes its standing, in milliseconds. */
export interface AgeLimits {
  /** Older is stale. */
  readonly stale: number;
  /** Older is gone. */
  readonly gone: number;
}

/**
 * What follows from the period of a group (ms): stale after two and a half periods and two seconds, gone after ten
 * periods, and not before five minutes.
 */
export function ageLimits(period: number): AgeLimits {
  return { stale: 2.5 * period + 2000, gone: Math.max(10 * period, 300_000) };
}

/**
 * How fresh a value is.
 * @param age milliseconds since it was read, on a clock that never goes back; undefined: never read
 * @param period milliseconds between two readings as planned
 */
export function freshnessOf(
  age: number | undefined,
  period: number,
  limits: AgeLimits = ageLimits(period),
): Freshness {
  if (age === undefined) return 'unknown';
  if (age > limits.gone) return 'gone';
  return age > limits.stale ? 'stale' : 'fresh';
}
