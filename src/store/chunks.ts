import { type Bucket, endOf, growFrom, joined, type Sample } from './bucket.ts';
import { CHUNK, chunkKey, chunkStart, type Condensed, packed, unpacked } from './chunk.ts';
import type { Connection } from './connection.ts';
import type { KnownSeries } from './streams.ts';

/** The condensed levels of a database, by series. */
export interface Chunks {
  /** Buckets that begin within [from, to), by time. */
  read(series: KnownSeries, level: Condensed, from: number, to: number): Bucket[];
  /**
   * Puts buckets into [from, to). What is there is replaced, or, where it cannot be condensed anew, joined with them.
   * Within a transaction of the caller.
   */
  write(
    series: KnownSeries,
    level: Condensed,
    from: number,
    to: number,
    fresh: readonly Bucket[],
    join?: boolean,
  ): void;
  /** The sample of a counter that is the last one before a full hour. */
  before(series: KnownSeries, hour: number): Sample | undefined;
  /** Corrects the first growth of a counter within [from, to), when the sample before it has changed. Times of what changed. */
  mend(series: KnownSeries, level: Condensed, from: number, to: number, before: Sample): number[];
  /** Begin of the oldest chunk of a level; undefined: there is none. */
  first(series: KnownSeries, level: Condensed): number | undefined;
  /** Deletes buckets of a level before an instant, by whole chunks. The number of chunks deleted. */
  drop(series: KnownSeries, level: Condensed, before: number): number;
}

/** The chunks of a database. */
export function chunksOf(connection: Connection): Chunks {
  interface Row {
    readonly id: number;
    readonly data: string | Uint8Array;
  }

  const rows = (series: KnownSeries, level: Condensed, from: number, to: number): Row[] =>
    connection.all<Row>(
      'select id, data from chunk where id between ? and ? order by id',
      chunkKey(series.id, level, from),
      chunkKey(series.id, level, to),
    );

  const bucketsOf = ({ form }: KnownSeries, level: Condensed, row: Row): Bucket[] =>
    unpacked(form, chunkStart(row.id, level), row.data);

  const read: Chunks['read'] = (series, level, from, to) =>
    from >= to
      ? []
      : rows(series, level, from, to - 1)
          .flatMap((row) => bucketsOf(series, level, row))
          .filter(({ start }) => start >= from && start < to);

  const save = (series: KnownSeries, level: Condensed, at: number, buckets: readonly Bucket[]): void => {
    const id = chunkKey(series.id, level, at);
    if (buckets.length === 0) connection.run('delete from chunk where id = ?', id);
    else {
      const data = packed(series.form, chunkStart(id, level), buckets);
      connection.run('insert or replace into chunk(id, data) values (?, ?)', id, data);
    }
  };

  const write: Chunks['write'] = (series, level, from, to, fresh, join = false) => {
    if (from >= to) return;
    const span = CHUNK[level];
    for (let at = Math.floor(from / span) * span; at < to; at += span) {
      const within = fresh.filter(({ start }) => start >= at && start < at + span);
      const old = read(series, level, at, at + span);
      const kept = join ? old : old.filter(({ start }) => start < from || start >= to);
      if (within.length === 0 && kept.length === old.length) continue;
      save(series, level, at, merged(kept, within, series.form === 'counter'));
    }
  };

  const nearest = (series: KnownSeries, level: Condensed, hour: number): Bucket | undefined => {
    const row = connection.get<Row>(
      'select id, data from chunk where id between ? and ? order by id desc limit 1',
      chunkKey(series.id, level, 0),
      chunkKey(series.id, level, hour - 1),
    );
    const bucket = row && bucketsOf(series, level, row).findLast(({ start }) => start < hour);
    if (bucket !== undefined || row === undefined) return bucket;
    return nearest(series, level, chunkStart(row.id, level)); // that chunk begins with the hour itself
  };

  return {
    read,
    write,
    before: (series, hour) => {
      const bucket = nearest(series, 'hour', hour);
      return bucket && endOf(bucket);
    },
    mend: (series, level, from, to, before) => {
      const [row, next] = connection.all<Row>(
        'select id, data from chunk where id between ? and ? order by id limit 2',
        chunkKey(series.id, level, from),
        chunkKey(series.id, level, Infinity),
      );
      for (const one of [row, next]) {
        const buckets = one === undefined ? [] : bucketsOf(series, level, one);
        const first = buckets.find(({ start }) => start >= from);
        if (first === undefined) continue;
        if (first.start >= to) return [];
        growFrom(first, before);
        save(series, level, first.start, buckets);
        return [first.start];
      }
      return [];
    },
    first: ({ id }, level) => {
      const row = connection.get<{ id: number }>(
        'select id from chunk where id between ? and ? order by id limit 1',
        chunkKey(id, level, 0),
        chunkKey(id, level, Infinity),
      );
      return row && chunkStart(row.id, level);
    },
    drop: ({ id }, level, before) =>
      connection.run(
        'delete from chunk where id >= ? and id < ?',
        chunkKey(id, level, 0),
        chunkKey(id, level, before),
      ),
  };
}

/** Two lists of buckets as one by time. Where both have one, a counter keeps the old: samples between others add nothing. */
function merged(old: readonly Bucket[], fresh: readonly Bucket[], counter: boolean): Bucket[] {
  const byStart = new Map(old.map((bucket) => [bucket.start, bucket]));
  for (const bucket of fresh) {
    const known = byStart.get(bucket.start);
    if (known === undefined) byStart.set(bucket.start, bucket);
    else if (!counter) byStart.set(bucket.start, joined(bucket.start, bucket, known));
  }
  return [...byStart.values()].sort((one, other) => one.start - other.start);
}
