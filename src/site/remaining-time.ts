/** How long a battery lasts, from its charge and a smoothed current. */
export interface RemainingTime {
  /** Takes a current in A, positive while charging. */
  readonly current: (amperes: number, now: number) => void;
  /**
   * Minutes to empty and to full; undefined where it is not known, or does not come with this current.
   * @param remaining Ah that can be taken out
   * @param capacity Ah of the full battery
   */
  readonly minutes: (
    remaining: number | undefined,
    capacity: number | undefined,
    now: number,
  ) => { readonly toEmpty: number | undefined; readonly toFull: number | undefined };
}

/** Milliseconds in which a step of the current shows by two thirds: clouds and kettles do not make the clock jump. */
const SMOOTHING = 120_000;
/** Hours beyond which a battery is idle rather than emptying. */
const IDLE = 200;

/** @param longest milliseconds between two currents after which smoothing begins anew */
export function remainingTime(longest: number): RemainingTime {
  let smooth: { readonly amperes: number; readonly now: number } | undefined;
  return {
    current: (amperes, now) => {
      const elapsed = smooth === undefined ? Infinity : now - smooth.now;
      const before = smooth === undefined || elapsed > longest || elapsed < 0 ? amperes : smooth.amperes;
      const weight = 1 - Math.exp(-elapsed / SMOOTHING);
      smooth = { amperes: before + (amperes - before) * weight, now };
    },
    minutes: (remaining, capacity, now) => {
      const nothing = { toEmpty: undefined, toFull: undefined };
      if (smooth === undefined || remaining === undefined || now - smooth.now > longest) return nothing;
      const { amperes } = smooth;
      if (amperes < 0) return { ...nothing, toEmpty: soon(remaining / -amperes) };
      if (amperes > 0 && capacity !== undefined) {
        return { ...nothing, toFull: soon(Math.max(0, capacity - remaining) / amperes) };
      }
      return nothing;
    },
  };
}

function soon(hours: number): number | undefined {
  return hours > IDLE ? undefined : Math.round(hours * 60);
}
