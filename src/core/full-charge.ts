import type { Values } from './snapshot.ts';

/**
 * When a battery counts as full. Coulomb meters drift; the KG-F manual advises to set 100 % when the battery is
 * full, and KG and KL have no rule for it of their own.
 */
export interface FullChargeRule {
  /** Voltage that must be reached, V. */
  readonly voltage: number;
  /** Charging current at or below which it is no longer taking charge, A; 0 or more. */
  readonly current: number;
  /** How long both must hold without a break, milliseconds. */
  readonly hold: number;
}

/** Watches values and says when to synchronise. */
export interface FullChargeWatch {
  /** True at the moment the rule is fulfilled: once a charge, again only after the battery was discharged. */
  observe(at: number, measured: Values): boolean;
}

/** Share of time that may pass between two values before the hold starts anew: a gap proves nothing. */
const LONGEST_GAP = 60_000;

/** @param rule when the battery is full */
export function fullChargeWatch(rule: FullChargeRule): FullChargeWatch {
  let since: number | undefined;
  let last = -Infinity;
  let done = false;
  return {
    observe(at, measured) {
      const { voltage, current } = measured;
      if (at - last > LONGEST_GAP) since = undefined;
      last = at;
      if (typeof voltage !== 'number' || typeof current !== 'number') {
        since = undefined;
        return false;
      }
      if (current < 0) done = false;
      if (voltage < rule.voltage || current < 0 || current > rule.current) {
        since = undefined;
        return false;
      }
      since ??= at;
      if (done || at - since < rule.hold) return false;
      done = true;
      return true;
    },
  };
}
