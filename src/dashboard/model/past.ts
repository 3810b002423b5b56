import { quantity } from '../../core/quantity.ts';
import type { ApiHistorySeries } from '../../core/site/api.ts';
import type { ChartLine } from '../ui/chart-line.ts';

/** Series of one chart, brought to one row of times. */
export interface Past {
  readonly time: readonly number[];
  readonly lines: readonly ChartLine[];
}

/** Where two points are so many usual steps apart, there is a gap that no line crosses. */
const GAP = 2.5;

/**
 * Brings series to common times. A gap is a null, so that nothing is drawn over it; a time that another series has and
 * this one has not is `undefined` in between, which a line crosses.
 */
export function pastOf(series: readonly ApiHistorySeries[], label: (of: ApiHistorySeries) => string): Past {
  const gaps = series.map(gapTimes);
  const time = [...new Set([...series.flatMap((one) => one.time), ...gaps.flat()])].sort((a, b) => a - b);
  const place = new Map(time.map((at, index) => [at, index]));
  const lines = series.map((one, number): ChartLine => {
    const column = (values: readonly (number | null)[]): (number | null)[] => {
      // The chart takes undefined for "nothing said here", null for "nothing known here".
      const out: (number | null | undefined)[] = new Array<undefined>(time.length).fill(undefined);
      for (const [index, at] of one.time.entries()) out[place.get(at) ?? 0] = values[index] ?? null;
      for (const at of gaps[number] ?? []) out[place.get(at) ?? 0] = null;
      return out as (number | null)[]; // uPlot's own types do not name the undefined that it takes
    };
    const last = one.last.map((value) => (typeof value === 'number' ? value : value === true ? 1 : null));
    return {
      label: label(one),
      unit: one.unit,
      digits: quantity(one.quantity).digits,
      value: column(one.mean ?? last),
      ...(one.min === undefined || one.max === undefined || one.level === 'raw'
        ? {}
        : { min: column(one.min), max: column(one.max) }),
      steps: one.kind === 'counter' || one.kind === 'state',
    };
  });
  return { time, lines };
}

/** Times between two points that are much farther apart than usual. */
function gapTimes({ time, spacing }: ApiHistorySeries): number[] {
  return time.flatMap((at, place) => {
    const next = time[place + 1];
    return next !== undefined && spacing > 0 && next - at > spacing * GAP ? [at + 1] : [];
  });
}
