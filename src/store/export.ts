import type { ExportQuery, ExportRow, Level } from './api.ts';
import { pointOf } from './bucket.ts';
import { SPAN } from './chunk.ts';
import type { Database } from './database.ts';
import { type KnownSeries, shown, type Stream } from './streams.ts';

/** How far an export has come: a stream, and the time within it. Begin with `BEGIN`. */
export interface ExportPosition {
  readonly stream: number;
  readonly at: number;
}

/** A piece of an export. */
export interface ExportPage {
  readonly rows: readonly ExportRow[];
  /** Absent: that was the last. */
  readonly next?: ExportPosition;
}

/** Where an export begins. */
export const BEGIN: ExportPosition = { stream: 0, at: -Infinity };

/** Milliseconds of history that one page takes: some thousand buckets of a large group. */
const PAGE: Readonly<Record<Level, number>> = {
  raw: SPAN.quarter,
  minute: SPAN.hour * 6,
  quarter: SPAN.day * 4,
  hour: SPAN.day * 16,
  day: SPAN.day * 366,
};

/** The next piece of an export: of one stream, all of its series together, by time. */
export function exportPage(database: Database, query: ExportQuery, position: ExportPosition): ExportPage {
  const { words } = database;
  const { level = 'raw' } = query;
  const stream = words.groups().find(({ id }) => id >= position.stream);
  if (stream === undefined) return { rows: [] };
  const after: ExportPosition = { stream: stream.id + 1, at: -Infinity };

  const series = wanted(database, stream, query);
  const entries = words.lanes(stream).map((lane) => words.lastEntry(lane) ?? -Infinity);
  const latest = Math.max(...entries, ...series.map(({ last }) => last));
  const end = Math.min(query.to ?? Infinity, latest + 1);
  // A day may begin long before its first sample.
  const earliest = Math.min(...series.map(({ first }) => first - SPAN.day));
  const begin = Math.max(position.at, query.from ?? -Infinity, earliest);
  // Leaps over gaps.
  const next = words.lanes(stream).map((lane) => words.nextEntry(lane, begin));
  const from = level === 'raw' ? Math.min(...next) : begin;
  if (series.length === 0 || from >= end) return { rows: [], next: after };

  const until = Math.min(end, from + PAGE[level]);
  const buckets = database.history.buckets(
    stream,
    new Set(series.map(({ path }) => path)),
    level,
    from,
    until,
  );
  const rows = series.flatMap((one): ExportRow[] => {
    const { member, group, path, unit } = shown(stream, one);
    return (buckets.get(path) ?? [])
      .filter(({ start }) => start >= begin)
      .map((bucket) => {
        const { at, count, last, ...condensed } = pointOf(one.form, bucket);
        return { member, group, path, at, count, last, ...(level === 'raw' ? {} : condensed), unit };
      });
  });
  // Stable: series keep their order where times are equal.
  rows.sort((one, other) => one.at - other.at);
  return { rows, next: { stream: stream.id, at: until } };
}

function wanted({ words }: Database, stream: Stream, { series }: ExportQuery): KnownSeries[] {
  const own = [...words.together(stream).values()];
  if (series === undefined) return own;
  const paths = new Set(
    series.flatMap((one) => (one.member === stream.member && one.group === stream.name ? one.path : [])),
  );
  return own.filter(({ path }) => paths.has(path));
}
