import type { Tariffs } from './tariff.ts';
import type { Zone } from './zone.ts';

/** A piece of time within one day and one tariff. */
export interface Piece {
  /** `2026-11-21`. */
  readonly date: string;
  /** 1 is T1. */
  readonly tariff: number;
  /** Milliseconds. */
  readonly length: number;
}

/** A count over longer than this begins this long before its end, whatever clocks say: they were not set. */
const LONGEST = 400 * 86_400_000;

/** Cuts spans of time by days and tariffs; most spans lie in the piece that was found last. */
export function cutter(
  zone: Zone,
  tariffs: Tariffs | undefined,
): (from: number, to: number) => readonly Piece[] {
  let last = { from: 0, to: 0, date: '', tariff: 1 };
  return (from, to) => {
    const begin = Math.max(from, to - LONGEST);
    if (begin >= last.from && to <= last.to) return [{ ...last, length: to - begin }];
    if (begin >= to) {
      // A moment without length belongs to the day it is in.
      return [{ date: zone.day(to).date, tariff: tariffs?.spans(to, to + 1)[0]?.tariff ?? 1, length: 0 }];
    }
    const pieces: Piece[] = [];
    for (let at = begin; at < to;) {
      const day = zone.day(at);
      // Asked as far as the day goes, so that the next spans are found here.
      const spans = tariffs?.spans(at, day.to) ?? [{ from: at, to: day.to, tariff: 1 }];
      for (const span of spans) {
        if (span.from >= to) break;
        last = { ...span, date: day.date };
        pieces.push({ date: day.date, tariff: span.tariff, length: Math.min(span.to, to) - span.from });
      }
      at = day.to;
    }
    return pieces;
  };
}
