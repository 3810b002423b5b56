import { Fault } from '../core/fault.ts';
import type { HistoryPoint, HistoryQuery, Keep, Level, Retention, SeriesHistory } from './api.ts';
import { type Bucket, bucketOf, coarser, endOf, fits, growFrom, joined, pointOf } from './bucket.ts';
import type { Chunks } from './chunks.ts';
import { type Condensed, SPAN } from './chunk.ts';
import type { Condenser } from './condense.ts';
import type { Connection } from './connection.ts';
import type { Lanes } from './lanes.ts';
import {
  archiveSource,
  type Dictionary,
  type KnownSeries,
  liveSource,
  shown,
  type Stream,
} from './streams.ts';
import type { Day } from './zone.ts';

/** Most points of one series in one answer: a year of minutes fits. */
const MOST_POINTS = 600_000;

/** What answers to questions about the past are made from. */
export interface HistoryParts {
  readonly connection: Connection;
  readonly words: Dictionary;
  readonly chunks: Chunks;
  readonly lanes: Lanes;
  readonly condenser: Condenser;
  readonly retention: Retention;
  readonly dayOf: (at: number) => Day;
}

/** Answers questions about the past. */
export interface History {
  query(query: HistoryQuery, now: number): SeriesHistory[];
  /** All buckets, or samples, of some series of one group within [from, to), by path. */
  buckets(
    group: Stream,
    paths: ReadonlySet<string>,
    level: Level,
    from: number,
    to: number,
  ): Map<string, Bucket[]>;
}

/** The history of a database. */
export function historyOf(parts: HistoryParts): History {
  const { connection, words, chunks, lanes, condenser, retention, dayOf } = parts;
  const seriesOf = (stream: Stream, paths: ReadonlySet<string>): KnownSeries[] =>
    [...words.series(stream)].filter(({ path }) => paths.has(path));

  const samples = (
    stream: Stream,
    paths: ReadonlySet<string>,
    from: number,
    to: number,
  ): Map<string, Bucket[]> => {
    const found = new Map(
      seriesOf(stream, paths).map((series) => [series.path, { series, buckets: new Array<Bucket>() }]),
    );
    const sources = [liveSource(stream.id), archiveSource(stream.id)] as const;
    // Of several lanes each goes on from the sample before; only the first sample of one lane alone has none.
    const begin = words.lanes(stream).length > 1 ? entryBefore(sources, from) : from;
    const rows = connection.iterate<{ at: number; shape: number; data: string }>(
      'select at, shape, data from journal where source in (?, ?) and at >= ? and at < ? order by at, sequence',
      ...sources,
      begin,
      to,
    );
    for (const { at, shape: id, data } of rows) {
      const { shape, leaves } = words.read(id, data);
      shape.walk(leaves, stream.fields, (path, value) => {
        const one = found.get(path);
        if (one === undefined || !fits(one.series.form, value)) return;
        const { form } = one.series;
        const last = one.buckets.at(-1);
        const seam = form === 'counter' ? lanes.seam(stream, last?.until ?? begin - 1, at) : undefined;
        const before = seam === undefined ? last && endOf(last) : lanes.across(seam, path);
        one.buckets.push(bucketOf(form, at, { at, value }, before));
      });
    }
    return new Map(
      [...found].map(([path, { buckets }]) => [path, buckets.filter(({ start }) => start >= from)]),
    );
  };

  /** Time of the last entry before an instant; that instant where there is none. */
  const entryBefore = (sources: readonly number[], instant: number): number => {
    // One source at a time: then the index alone answers.
    const times = sources.map(
      (source) =>
        connection.get<{ at: number | null }>(
          'select max(at) as at from journal where source = ? and at < ?',
          source,
          instant,
        )?.at ?? -Infinity,
    );
    const last = Math.max(...times);
    return last === -Infinity ? instant : last;
  };

  /** Sorts buckets from several places by time, and has the growth of a counter go on from one to the next. */
  const inOrder = (stream: Stream, { form }: KnownSeries, buckets: Bucket[]): void => {
    buckets.sort((one, other) => one.start - other.start);
    if (form !== 'counter') return;
    let last: Bucket | undefined;
    for (const bucket of buckets) {
      if (last !== undefined && lanes.seam(stream, last.until, bucket.until) === undefined) {
        growFrom(bucket, endOf(last));
      }
      last = bucket;
    }
  };

  /** What chunks do not tell: hours that are still running, or were reopened. Minutes by path. */
  const loose = (stream: Stream, paths: ReadonlySet<string>, from: number, to: number) => {
    const condensed = stream.condensed ?? Infinity;
    const dirty = new Set(condenser.dirtyHours(stream, from, to));
    const minutes = new Map<string, Bucket[]>();
    const add = (start: number, end: number): void => {
      for (const { series, buckets } of condenser.minutes(stream, start, end, paths)) {
        const known = minutes.get(series.path);
        if (known === undefined) minutes.set(series.path, buckets);
        else for (const bucket of buckets) known.push(bucket);
      }
    };
    // Hours side by side are done at once: growth goes on from one to the next.
    const hours = [...dirty];
    hours.forEach((hour, index) => {
      if (dirty.has(hour - SPAN.hour) && index > 0) return;
      let end = hour + SPAN.hour;
      while (dirty.has(end)) end += SPAN.hour;
      add(hour, end);
    });
    if (to > condensed) add(condensed, to);
    return { dirty, condensed, minutes };
  };

  const condensed = (
    stream: Stream,
    paths: ReadonlySet<string>,
    level: Exclude<Condensed, 'day'>,
    from: number,
    to: number,
  ): Map<string, Bucket[]> => {
    const { dirty, condensed: until, minutes } = loose(stream, paths, from, to);
    const startOf = (at: number): number => Math.floor(at / SPAN[level]) * SPAN[level];
    const within = ({ start }: Bucket): boolean => start >= from && start < to;
    const all = new Map<string, Bucket[]>();
    for (const series of seriesOf(stream, paths)) {
      const kept = chunks
        .read(series, level, from, Math.min(to, until))
        .filter(({ start }) => !dirty.has(Math.floor(start / SPAN.hour) * SPAN.hour));
      const fresh = coarser(minutes.get(series.path) ?? [], startOf).filter(within);
      const buckets = fresh.length === 0 ? kept : [...kept, ...fresh];
      if (dirty.size > 0) inOrder(stream, series, buckets);
      all.set(series.path, buckets);
    }
    return all;
  };

  const days = (
    stream: Stream,
    paths: ReadonlySet<string>,
    from: number,
    to: number,
  ): Map<string, Bucket[]> => {
    const all = new Map(
      seriesOf(stream, paths).map((series) => [series.path, chunks.read(series, 'day', from, to)]),
    );
    // Days that are not over, and days with hours that were reopened, are made from quarters of an hour.
    const open = condenser.dirtyHours(stream, dayOf(from).start, to);
    if (stream.condensed !== null) {
      // The first may have no entries any more but those that are condensed.
      let at = Math.max(stream.condensed, from);
      for (; at < to; at = words.nextEntry(stream, dayOf(at).end)) open.push(at);
    }
    const anew = new Map(open.map(dayOf).map((day) => [day.start, day]));
    for (const day of anew.values()) {
      if (day.start < from || day.start >= to) continue;
      const quarters = condensed(stream, paths, 'quarter', day.start, day.end);
      for (const [path, buckets] of all) {
        const whole = coarser(quarters.get(path) ?? [], () => day.start);
        all.set(path, [...buckets.filter(({ start }) => start !== day.start), ...whole]);
      }
    }
    if (anew.size > 0)
      for (const series of seriesOf(stream, paths)) inOrder(stream, series, all.get(series.path) ?? []);
    return all;
  };

  const ofLane: History['buckets'] = (stream, paths, level, from, to) => {
    if (level === 'raw') return samples(stream, paths, from, to);
    if (level === 'day') return days(stream, paths, dayOf(from).start, to);
    return condensed(stream, paths, level, Math.floor(from / SPAN[level]) * SPAN[level], to);
  };

  const buckets: History['buckets'] = (group, paths, level, from, to) => {
    const found = words.lanes(group).map((lane) => ({ lane, all: ofLane(lane, paths, level, from, to) }));
    if (found.length <= 1) return found[0]?.all ?? new Map<string, Bucket[]>();
    const endOfSpan = (start: number): number =>
      level === 'raw' ? start : level === 'day' ? dayOf(start).end - 1 : start + SPAN[level] - 1;
    const together = new Map<string, Bucket[]>();
    for (const path of paths) {
      const placed = found.flatMap(({ lane, all }) =>
        (all.get(path) ?? []).map((bucket) => ({
          bucket,
          // By the order of arrival.
          order: lanes.seam(lane, -Infinity, endOfSpan(bucket.start))?.sequence ?? 0,
        })),
      );
      if (placed.length === 0) continue;
      placed.sort((one, other) => one.bucket.start - other.bucket.start || one.order - other.order);
      const sorted = placed.map(({ bucket }) => bucket);
      together.set(path, level === 'raw' ? sorted : coarser(sorted, (at) => at));
    }
    return together;
  };

  const firstOf = (group: Stream): number =>
    [...words.together(group).values()].reduce((least, { first }) => Math.min(least, first), Infinity);

  return {
    buckets,
    query: ({ series, from, to, points, level }, now) => {
      if (!(from < to))
        throw new Fault('config', `history from ${from} to ${to}: the end must be after the begin`);
      const wanted = points ?? (level === undefined ? 1000 : MOST_POINTS);
      if (!Number.isInteger(wanted) || wanted < 1 || wanted > MOST_POINTS) {
        throw new Fault('config', `points: ${wanted} is not a whole number from 1 to ${MOST_POINTS}`);
      }
      const found = series.flatMap(({ member, group, path }) => {
        const [stream] = words.lanes({ member, name: group });
        const one = stream && words.together(stream).get(path);
        return stream && one ? [{ stream, series: one }] : [];
      });
      const answers = new Map<KnownSeries, SeriesHistory>();
      for (const stream of new Set(found.map((one) => one.stream))) {
        const own = found.filter((one) => one.stream === stream).map((one) => one.series);
        const chosen =
          level ??
          suitableLevel(
            { stream, from: Math.max(from, firstOf(stream)), span: (to - from) / wanted },
            retention,
            now,
          );
        const all = buckets(stream, new Set(own.map(({ path }) => path)), chosen, from, to);
        for (const one of own) {
          const { member, group, path, title, quantity, kind, unit } = shown(stream, one);
          const reduced = reduce(all.get(one.path) ?? [], chosen, from, to, wanted);
          answers.set(one, {
            ...{ member, group, path, title, quantity, kind, unit },
            level: chosen,
            step: reduced.step,
            spacing: Math.max(reduced.step, stream.period * 1000),
            points: reduced.buckets.map((bucket): HistoryPoint => pointOf(one.form, bucket)),
          });
        }
      }
      return found.flatMap((one) => answers.get(one.series) ?? []);
    },
  };
}

/** The coarsest level that gives enough points, or a coarser one that is kept long enough. */
function suitableLevel(
  { stream, from, span }: { readonly stream: Stream; readonly from: number; readonly span: number },
  retention: Retention,
  now: number,
): Level {
  const kept = (keep: Keep): boolean => keep === 'forever' || from >= now - keep;
  const levels: readonly (readonly [Level, boolean, Keep])[] = [
    // A slow group has no more samples than points.
    ['raw', span < SPAN.minute || span <= stream.period * 1000, retention.raw],
    ['minute', span < SPAN.quarter, retention.minutes],
    ['quarter', span < SPAN.hour, retention.quarters],
    ['hour', span < SPAN.day, retention.hours],
  ];
  return levels.find(([, fine, keep]) => fine && kept(keep))?.[0] ?? 'day';
}

/** Puts neighbours together where there would be more than so many points. */
function reduce(buckets: Bucket[], level: Level, from: number, to: number, points: number) {
  const unit = level === 'raw' ? 1 : SPAN[level];
  if (buckets.length <= points) {
    return { step: level === 'raw' ? 0 : unit, buckets };
  }
  // One fewer: the first and the last are cut by the ends, since the grid does not move with them.
  const step = Math.ceil((to - from) / Math.max(1, points - 1) / unit) * unit;
  const origin = points === 1 ? from : level === 'day' ? (buckets[0]?.start ?? 0) - SPAN.day / 2 : 0;
  const place = (at: number): number => Math.floor((at - origin) / step);
  // Days are not all of the same length: half a day of tolerance, and a group begins with its first day.
  if (level === 'day') return { step, buckets: coarserBy(buckets, place) };
  return { step, buckets: coarser(buckets, (at) => origin + place(at) * step) };
}

/** Neighbours with the same place as one, which begins where the first of them does. */
function coarserBy(buckets: readonly Bucket[], place: (at: number) => number): Bucket[] {
  const larger: Bucket[] = [];
  for (const bucket of buckets) {
    const last = larger.at(-1);
    if (last !== undefined && place(last.start) === place(bucket.start)) {
      larger[larger.length - 1] = joined(last.start, last, bucket);
    } else larger.push(bucket);
  }
  return larger;
}
