import { quantity, type QuantityName } from '../core/quantity.ts';

/** What a counter did between two readings. */
export interface Growth {
  /** How much it counted, in its unit; never negative. */
  readonly by: number;
  /**
   * `grew`: as counters do. `wrapped`: it passed its last digit. `reset`: somebody cleared it; what it counted since is
   * known, what it counted before is not. `exchanged`: it says something that no counter can have come to, so another
   * one stands there now, and nothing is known.
   */
  readonly how: 'grew' | 'wrapped' | 'reset' | 'exchanged';
}

/** An hour, which a counter is believed to have counted for even where clocks say less. */
const LEAST = 3600;

/**
 * The growth of a counter between two plausible readings.
 * @param seconds time between them
 */
export function growth(name: QuantityName, before: number, after: number, seconds: number): Growth {
  const [atOnce, perSecond] = quantity(name).change ?? [Infinity, 0];
  const most = atOnce + perSecond * Math.max(seconds, LEAST);
  const by = after - before;
  if (by >= 0) return by <= most ? { by, how: 'grew' } : { by: 0, how: 'exchanged' };
  // Registers have decimal digits: 999999.9 is followed by 0.
  const end = 10 ** Math.ceil(Math.log10(before));
  const round = end - before + after;
  if (end >= 1000 && before >= 0.99 * end && after <= 0.01 * end && round <= most) {
    return { by: round, how: 'wrapped' };
  }
  return after <= most ? { by: after, how: 'reset' } : { by: 0, how: 'exchanged' };
}
