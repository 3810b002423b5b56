import type { Value } from '../core/snapshot.ts';
import { growth } from './counter.ts';
import type { Parts } from './persisted.ts';

/**
 * Energy one way, in kWh: what was integrated, replaced by what the device itself counted where it does. What is shown
 * never falls: where the device counted less than was shown already, it waits for the device.
 */
export interface Flow {
  /** Adds what was integrated since the reading before; undefined: a gap, nobody knows. */
  readonly integrated: (energy: number | undefined) => void;
  /** The device's own counter, in kWh, so many seconds after its last reading. */
  readonly counted: (counter: number, seconds: number) => void;
  /** Shows what is known by now; brings how much more that is. */
  readonly show: () => number;
  /** kWh shown: never falls. */
  readonly total: () => number;
  /** Device less integral over the time for which both are known, kWh; undefined before they could be compared. */
  readonly difference: () => number | undefined;
  /** All that must survive a restart. */
  readonly state: () => Record<string, Value>;
}

/** @param kept what `state` said before a restart */
export function energyFlow(kept?: Parts): Flow {
  let shown = kept?.number('shown') ?? 0;
  /** What is settled by counters, and what was integrated since. */
  let settled = kept?.number('settled') ?? 0;
  let since = kept?.number('since') ?? 0;
  let counter = kept?.maybeNumber('counter');
  let difference = kept?.maybeNumber('difference');
  /** Whether all time since the counter was read is integrated. A restart is a gap. */
  let whole = false;

  return {
    integrated: (energy) => {
      if (energy === undefined) whole = false;
      else since += energy;
    },
    counted: (value, seconds) => {
      const step = counter === undefined ? undefined : growth('energy', counter, value, seconds);
      if (step?.how === 'grew' || step?.how === 'wrapped') {
        if (whole) difference = (difference ?? 0) + step.by - since;
        settled += step.by;
      } else {
        // Cleared or exchanged: what it counted before is lost, so the integral may know more.
        settled += Math.max(since, step?.by ?? 0);
      }
      since = 0;
      counter = value;
      whole = true;
    },
    show: () => {
      const before = shown;
      shown = Math.max(shown, settled + since);
      return shown - before;
    },
    total: () => shown,
    difference: () => difference,
    state: () => ({
      shown,
      settled,
      since,
      counter: counter ?? null,
      difference: difference ?? null,
    }),
  };
}
