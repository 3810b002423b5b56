/** What went one way and the other between two readings, both 0 or more, in unit × hours. */
export interface Area {
  readonly positive: number;
  readonly negative: number;
}

const NOTHING: Area = { positive: 0, negative: 0 };
const HOUR = 3_600_000;

/** The area under the straight line between two values, cut where it crosses zero. */
export function trapezoid(before: number, after: number, milliseconds: number): Area {
  const hours = milliseconds / HOUR;
  if (before * after >= 0) {
    const area = ((before + after) / 2) * hours;
    return area >= 0 ? { positive: area, negative: 0 } : { positive: 0, negative: -area };
  }
  const span = Math.abs(before - after);
  const first = (Math.abs(before) / span) * Math.abs(before) * 0.5 * hours;
  const second = (Math.abs(after) / span) * Math.abs(after) * 0.5 * hours;
  return before > 0 ? { positive: first, negative: second } : { positive: second, negative: first };
}

/** Integrates values as they come; over a gap longer than a limit nothing is made up. */
export interface Integral {
  /** What came in since the value before; undefined after a gap, at the beginning, and when time stands still. */
  readonly add: (value: number, now: number) => Area | undefined;
}

/** @param longest milliseconds between two values that are still joined by a line */
export function integral(longest: number): Integral {
  let last: { readonly value: number; readonly now: number } | undefined;
  return {
    add: (value, now) => {
      const before = last;
      if (before !== undefined && now < before.now) return undefined;
      last = { value, now };
      if (before === undefined) return undefined;
      const elapsed = now - before.now;
      if (elapsed > longest) return undefined;
      return elapsed === 0 ? NOTHING : trapezoid(before.value, value, elapsed);
    },
  };
}
