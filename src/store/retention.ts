import type { SiteEvent } from '../core/index.ts';
import type { Keep, Retention } from './api.ts';
import type { Chunks } from './chunks.ts';
import { type Condensed, SPAN } from './chunk.ts';
import type { Connection } from './connection.ts';
import type { Journal } from './journal.ts';
import { archiveSource, type Dictionary, EVENTS, liveSource, streamOf } from './streams.ts';

/** Entries deleted in one step: some milliseconds. */
const STEP = 2000;

/** Free pages that are given back in one step, and how many of them there have to be: others are written to again. */
const VACUUM_STEP = 500;
const VACUUM_FROM = 2000;

/** Deletes what is older than it has to be kept, and more where the database grows too large. */
export interface Retainer {
  /** Goes through everything once. Each `next` is one small step, in a transaction of its own. */
  expire(now: number): Generator<undefined>;
  /** Deletes a little where the database is larger than its limit; false when there is nothing to do. */
  shrink(now: number): boolean;
  /** Bytes in use, without the log. */
  size(): number;
}

/** What the retainer works with. */
export interface RetainerParts {
  readonly connection: Connection;
  readonly words: Dictionary;
  readonly chunks: Chunks;
  readonly journal: Journal;
  readonly retention: Retention;
  readonly sizeLimit?: number;
  /** Counts entries that nobody will get any more, within a transaction of the caller. */
  readonly lose: (count: number, now: number) => void;
  /** Puts an event into the journal, within a transaction of the caller. */
  readonly report: (event: SiteEvent) => void;
}

/** The retainer of a database. */
export function retainerOf(parts: RetainerParts): Retainer {
  const { connection, words, chunks, journal, retention, sizeLimit } = parts;
  const pragma = (name: string): number =>
    connection.get<Record<string, number>>(`pragma ${name}`)?.[name] ?? 0;
  const pageSize = pragma('page_size');
  const size = (): number => (pragma('page_count') - pragma('freelist_count')) * pageSize;

  const dropEntries = (source: number, before: number): number => {
    const deleted = connection.run(
      `delete from journal where sequence in (select sequence from journal
        where source = ? and at < ? and sequence <= ? order by at limit ${STEP})`,
      source,
      before,
      journal.delivered(),
    );
    if (deleted > 0) journal.removed(deleted);
    return deleted;
  };

  const vacuum = (least: number): boolean => {
    const free = pragma('freelist_count');
    if (free < least) return false;
    connection.exec(`pragma incremental_vacuum(${VACUUM_STEP})`);
    return pragma('freelist_count') < free;
  };

  /** Deletes the oldest live entries, at first those that history has condensed already. */
  const dropOldest = (now: number, condensed: boolean): boolean =>
    connection.transaction(() => {
      const rows = connection.all<{ sequence: number; source: number; at: number }>(
        `select sequence, source, at from journal join stream on stream.id = source / 2
          where source % 2 = 0 and (? = 0 or at < stream.condensed) order by sequence limit ${STEP}`,
        condensed ? 1 : 0,
      );
      const last = rows.at(-1);
      if (last === undefined) return false;
      const delivered = journal.delivered();
      for (const { sequence, source, at } of rows) {
        connection.run('delete from journal where sequence = ?', sequence);
        const stream = words.stream(streamOf(source));
        if (stream !== undefined) stream.pruned = Math.max(stream.pruned ?? -Infinity, at);
      }
      for (const id of new Set(rows.map(({ source }) => streamOf(source)))) {
        const stream = words.stream(id);
        if (stream !== undefined) words.save(stream);
      }
      journal.removed(rows.length);
      const undelivered = rows.filter(({ sequence }) => sequence > delivered).length;
      tell(now, rows.length, undelivered, last.at);
      return true;
    });

  /** Deletes a day of the oldest minutes. */
  const dropMinutes = (): boolean =>
    connection.transaction(() => {
      const all = [...words.streams()].flatMap((stream) => [...words.series(stream)]);
      const horizon = all.reduce((least, one) => {
        const first = chunks.first(one, 'minute');
        return first === undefined ? least : Math.min(least, first);
      }, Infinity);
      if (horizon === Infinity) return false;
      for (const one of all) chunks.drop(one, 'minute', horizon + SPAN.day);
      return true;
    });

  let untold = { entries: 0, undelivered: 0 };
  let told = -Infinity;
  let toldLoss = false;
  const tell = (now: number, entries: number, undelivered: number, until: number): void => {
    untold = { entries: untold.entries + entries, undelivered: untold.undelivered + undelivered };
    if (undelivered > 0) parts.lose(undelivered, now);
    const { entries: count, undelivered: lost } = untold;
    // Once an hour, and at once when it gets worse: from history cut short to entries lost.
    const worse = lost > 0 && !toldLoss;
    if (Math.abs(now - told) < SPAN.hour && !worse) return;
    told = now;
    toldLoss = lost > 0;
    untold = { entries: 0, undelivered: 0 };
    parts.report({
      at: now,
      kind: 'loss',
      severity: lost > 0 ? 'critical' : 'warning',
      subject: 'history.size_limit',
      text:
        `The database has reached its size limit: ${count} of the oldest entries, up to ${new Date(until).toISOString()}, were deleted early` +
        (lost > 0 ? `, ${lost} of them before an output had delivered them.` : '.'),
      detail: { entries: count, undelivered: lost, until },
    });
  };

  return {
    size,
    *expire(now) {
      const horizon = (keep: Keep): number => (keep === 'forever' ? -Infinity : now - keep);
      for (const stream of words.streams()) {
        const dirty = connection.get<{ hour: number | null }>(
          'select min(hour) as hour from dirty where stream = ?',
          stream.id,
        );
        // Whole hours, and never what history has not condensed yet.
        const raw = Math.floor(horizon(retention.raw) / SPAN.hour) * SPAN.hour;
        const condensed = stream.fields.length === 0 ? Infinity : (stream.condensed ?? -Infinity);
        const before = Math.min(raw, condensed, (dirty?.hour ?? Infinity) * SPAN.hour);
        let deleted = before === -Infinity ? 0 : STEP;
        while (deleted === STEP) {
          deleted = connection.transaction(() => {
            const count = dropEntries(liveSource(stream.id), before);
            if (count > 0) {
              stream.pruned = Math.max(stream.pruned ?? -Infinity, before - 1);
              words.save(stream);
            }
            return count;
          });
          yield;
        }
      }
      const old = horizon(retention.hours);
      if (old > -Infinity) {
        const sources = [EVENTS, ...[...words.streams()].map(({ id }) => archiveSource(id))];
        for (const source of sources) {
          while (connection.transaction(() => dropEntries(source, old)) === STEP) yield;
        }
      }
      const levels: readonly (readonly [Condensed, Keep])[] = [
        ['minute', retention.minutes],
        ['quarter', retention.quarters],
        ['hour', retention.hours],
        ['day', retention.days],
      ];
      for (const stream of words.streams()) {
        connection.transaction(() => {
          for (const one of words.series(stream)) {
            for (const [level, keep] of levels) if (keep !== 'forever') chunks.drop(one, level, now - keep);
          }
        });
        yield;
      }
      while (vacuum(VACUUM_FROM)) yield;
    },
    shrink: (now) => {
      if (sizeLimit === undefined || pragma('page_count') * pageSize <= sizeLimit) return false;
      if (vacuum(1)) return true;
      return dropOldest(now, true) || dropMinutes() || dropOldest(now, false);
    },
  };
}
