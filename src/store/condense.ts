import type { Field } from '../core/index.ts';
import { addTo, type Bucket, bucketOf, coarser, endOf, fits, type Sample } from './bucket.ts';
import type { Chunks } from './chunks.ts';
import { SPAN } from './chunk.ts';
import type { Connection } from './connection.ts';
import type { Lanes } from './lanes.ts';
import type { Visit } from './shape.ts';
import { archiveSource, type Dictionary, type KnownSeries, liveSource, type Stream } from './streams.ts';
import type { Day } from './zone.ts';

const HOUR = SPAN.hour;
const DAY = SPAN.day;

/** Milliseconds after the end of an hour before it is condensed: what comes a little late saves doing it twice. */
const GRACE = 2 * 60_000;

/** Entries of a day of a stream from which on it is condensed by the hour, so that a step stays short. */
const MANY = 10_000;

/** The minutes of one series. */
export interface Minutes {
  readonly series: KnownSeries;
  readonly buckets: Bucket[];
}

/** A series while its entries are gone through. */
interface Line extends Minutes {
  readonly before: Sample | undefined;
  current: Bucket | undefined;
  /** Times of its first and last sample among these. */
  first: number;
  last: number;
}

type Find = (path: string, field: Field, at: number) => KnownSeries | undefined;

/** Makes buckets of what is in the journal. */
export interface Condenser {
  /** Minutes of known series of a stream within [from, to), which begins with a full hour. */
  minutes(stream: Stream, from: number, to: number, wanted: ReadonlySet<string>): Minutes[];
  /** Hours of a stream within [from, to) whose chunks do not tell all, ascending; those from `condensed` on not counted. */
  dirtyHours(stream: Stream, from: number, to: number): number[];
  /** Does a little of what is to be done, in a transaction of its own; false when there is nothing. */
  step(now: number): boolean;
}

/** What the condenser works with. */
export interface CondenserParts {
  readonly connection: Connection;
  readonly words: Dictionary;
  readonly chunks: Chunks;
  readonly lanes: Lanes;
  readonly dayOf: (at: number) => Day;
}

/** The condenser of a database. */
export function condenserOf({ connection, words, chunks, lanes, dayOf }: CondenserParts): Condenser {
  interface Row {
    readonly at: number;
    readonly shape: number;
    readonly data: string;
  }

  /** Whether a stream has entries of a source there. */
  const has = (source: number, from: number, to: number): boolean =>
    connection.get(
      'select 1 from journal where source = ? and at >= ? and at < ? limit 1',
      source,
      from,
      to,
    ) !== undefined;

  const entries = (stream: Stream, from: number, to: number, since: number): Iterable<Row> => {
    const live = liveSource(stream.id);
    const archive = archiveSource(stream.id);
    const wanted = 'at >= ? and at < ? and sequence >= ?';
    // The index brings the entries of one source by time; those of two have to be sorted.
    const one = has(archive, from, to) ? (has(live, from, to) ? undefined : archive) : live;
    return one === undefined
      ? connection.iterate(
          `select at, shape, data from journal where source in (?, ?) and ${wanted} order by at, sequence`,
          live,
          archive,
          from,
          to,
          since,
        )
      : connection.iterate(
          `select at, shape, data from journal where source = ? and ${wanted} order by at, sequence`,
          one,
          from,
          to,
          since,
        );
  };

  /** Minutes of a stream by path. `find` names the series of a path; undefined: not wanted. */
  const minutes = (stream: Stream, from: number, to: number, since: number, find: Find): Line[] => {
    const lines = new Map<string, Line | undefined>();
    let at = 0;
    let start = 0;
    const begin = (path: string, field: Field): Line | undefined => {
      const series = find(path, field, at);
      const before = series?.form === 'counter' ? chunks.before(series, from) : undefined;
      const line = series && { series, buckets: [], before, current: undefined, first: at, last: at };
      lines.set(path, line);
      return line;
    };
    const visit: Visit = (path, value, field) => {
      const line = lines.get(path) ?? (lines.has(path) ? undefined : begin(path, field));
      if (line === undefined || !fits(line.series.form, value)) return;
      const { current, series } = line;
      line.last = at;
      if (current?.start === start) {
        addTo(current, series.form, { at, value });
        return;
      }
      if (current === undefined) line.first = at;
      let before = current === undefined ? line.before : endOf(current);
      const seam = series.form === 'counter' ? lanes.seam(stream, before?.at ?? -Infinity, at) : undefined;
      if (seam !== undefined) before = lanes.across(seam, path);
      line.current = bucketOf(series.form, start, { at, value }, before);
      line.buckets.push(line.current);
    };
    for (const row of entries(stream, from, to, since)) {
      ({ at } = row);
      start = Math.floor(at / SPAN.minute) * SPAN.minute;
      const { shape, leaves } = words.read(row.shape, row.data);
      shape.walk(leaves, stream.fields, visit);
    }
    return [...lines.values()].flatMap((line) => line ?? []);
  };

  /**
   * Condenses the hours of [from, to). With `since` only those entries, which join what is there already. Gives the
   * times of later buckets that have changed with it.
   */
  const condense = (stream: Stream, from: number, to: number, since?: number): number[] => {
    const join = since !== undefined;
    const lines = minutes(stream, from, to, since ?? 0, (path, field, at) =>
      words.seriesFor(stream, path, field, at),
    );
    const fresh = new Map(lines.map((line) => [line.series.id, line]));
    const mended: number[] = [];
    for (const series of words.series(stream)) {
      const line = fresh.get(series.id);
      const buckets = line?.buckets ?? [];
      const counter = series.form === 'counter';
      const old = counter ? chunks.before(series, to) : undefined;
      chunks.write(series, 'minute', from, to, buckets, join);
      for (const level of ['quarter', 'hour'] as const) {
        const larger = coarser(buckets, (at) => Math.floor(at / SPAN[level]) * SPAN[level]);
        chunks.write(series, level, from, to, larger, join);
      }
      const now = counter ? chunks.before(series, to) : undefined;
      if (now !== undefined && (now.at !== old?.at || now.value !== old.value)) {
        // Behind a seam growth does not go on from here.
        const end = lanes.hourOfNext(stream, now.at);
        for (const level of ['minute', 'quarter', 'hour'] as const) {
          mended.push(...chunks.mend(series, level, to, end, now));
        }
      }
      if (line?.current !== undefined) words.seen(series, line.first, line.last);
    }
    return mended;
  };

  /** Makes the days anew in which these instants lie, as far as they are over. */
  const days = (stream: Stream, instants: readonly number[]): void => {
    const complete = stream.condensed ?? 0;
    const starts = new Map(instants.map(dayOf).map((day) => [day.start, day]));
    for (const day of starts.values()) {
      if (day.end > complete) continue;
      for (const series of words.series(stream)) {
        const quarters = chunks.read(series, 'quarter', day.start, day.end);
        // Quarters of long ago may be gone while hours are still there.
        const parts = quarters.length > 0 ? quarters : chunks.read(series, 'hour', day.start, day.end);
        chunks.write(
          series,
          'day',
          day.start,
          day.end,
          coarser(parts, () => day.start),
        );
      }
    }
  };

  /** Condenses the next hours of a stream; false when it has none that are over. */
  const forward = (stream: Stream, limit: number): boolean => {
    if (stream.condensed === null || stream.condensed >= limit || stream.fields.length === 0) return false;
    const next = words.nextEntry(stream, stream.condensed);
    const from = Math.floor(next / HOUR) * HOUR;
    if (from >= limit) return false;
    const end = Math.min(limit, (Math.floor(from / DAY) + 1) * DAY);
    const to = manyEntries(stream, from, end) ? from + HOUR : end;
    connection.transaction(() => {
      const began = stream.condensed ?? from;
      const mended = condense(stream, from, to);
      stream.condensed = to;
      days(stream, [began, from, (from + to) / 2, to - 1, ...mended]);
      words.save(stream);
    });
    return true;
  };

  const manyEntries = ({ id }: Stream, from: number, to: number): boolean =>
    connection.get(
      'select 1 from journal where source = ? and at >= ? and at < ? limit 1 offset ?',
      liveSource(id),
      from,
      to,
      MANY,
    ) !== undefined;

  /** Condenses anew what got late entries; false when there is none that can be. */
  const again = (limit: number): boolean => {
    // The running hour waits until it is over. One of the future was written by a clock that stood wrong.
    const row = connection.get<{ stream: number; hour: number; since: number }>(
      `select stream, hour, since from dirty join stream on stream.id = dirty.stream
        where (hour < ? or hour > ?) and fields <> '[]' order by stream, hour limit 1`,
      limit / HOUR,
      limit / HOUR + 1,
    );
    const stream = row && words.stream(row.stream);
    if (row === undefined || stream === undefined) return false;
    const from = row.hour * HOUR;
    const pruned = from <= (stream.pruned ?? -Infinity) && !has(archiveSource(stream.id), from, from + HOUR);
    // Hours of one day are done together where that costs little.
    const end = (Math.floor(from / DAY) + 1) * DAY;
    const together = !pruned && end <= (stream.condensed ?? 0) && !manyEntries(stream, from, end);
    const to = together && (stream.pruned ?? -Infinity) < from ? end : from + HOUR;
    connection.transaction(() => {
      const mended = condense(stream, from, to, pruned ? row.since : undefined);
      connection.run(
        'delete from dirty where stream = ? and hour >= ? and hour < ?',
        stream.id,
        row.hour,
        to / HOUR,
      );
      days(stream, [from, (from + to) / 2, to - 1, ...mended]);
    });
    return true;
  };

  return {
    minutes: (stream, from, to, wanted) =>
      minutes(stream, from, to, 0, (path) => (wanted.has(path) ? words.seriesAt(stream, path) : undefined)),
    dirtyHours: (stream, from, to) =>
      connection
        .all<{ hour: number }>(
          'select hour from dirty where stream = ? and hour >= ? and hour < ? order by hour',
          stream.id,
          Math.floor(from / HOUR),
          Math.min(to, stream.condensed ?? 0) / HOUR,
        )
        .map(({ hour }) => hour * HOUR),
    step: (now) => {
      const limit = Math.floor((now - GRACE) / HOUR) * HOUR;
      for (const stream of words.streams()) if (forward(stream, limit)) return true;
      return again(limit);
    },
  };
}
