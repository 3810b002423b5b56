import type { Entry, SiteEvent, Snapshot } from '../core/index.ts';
import type { Backlog, EventEntry, EventQuery, Quarantined, ReadFilter } from './api.ts';
import type { Connection } from './connection.ts';
import type { Lanes } from './lanes.ts';
import { flatten, leavesOf, shapeOf } from './shape.ts';
import {
  archiveSource,
  type Dictionary,
  EVENTS,
  isArchive,
  liveSource,
  type PlainGroup,
  type Stream,
  streamOf,
} from './streams.ts';

const HOUR = 3_600_000;

/** An item on its way to the database. */
export type PackedItem =
  | {
      readonly member: string;
      readonly group: string;
      readonly archive: boolean;
      readonly at: number;
      readonly shape: string;
      readonly data: string;
    }
  | { readonly event: SiteEvent };

/** Packs a snapshot; the rest of the work is done by the thread of the database. */
export function packSnapshot({ device, group, kind, at, values }: Snapshot): PackedItem {
  return { member: device, group, archive: kind === 'archive', at, ...flatten(values) };
}

/** Everything that one transaction writes. */
export interface Batch {
  readonly described: readonly { readonly member: string; readonly groups: readonly PlainGroup[] }[];
  readonly items: readonly PackedItem[];
  readonly memory: readonly (readonly [name: string, text: string])[];
  readonly cursors: readonly (readonly [output: string, sequence: number])[];
  readonly forgotten: readonly string[];
  readonly quarantined: readonly Quarantined[];
}

/** The columns of an entry. */
interface Row {
  readonly sequence: number;
  readonly source: number;
  readonly at: number;
  readonly shape: number;
  readonly data: string;
}

/** How many quarantined entries are kept of each output. */
const MOST_QUARANTINED = 1000;

/** The journal: entries in the order of their arrival, and how far each output has read them. */
export interface Journal {
  /** Writes a batch, within a transaction of the caller. Gives the sequence of each item; undefined: known already. */
  write(batch: Batch): (number | undefined)[];
  /** Writes an event of the store itself, within a transaction of the caller. */
  note(event: SiteEvent): void;
  read(after: number, limit: number, filter?: ReadFilter): Entry[];
  /** The last live snapshot of each group of a member. */
  latest(member: string): Snapshot[];
  events(query: EventQuery): EventEntry[];
  newest(): number;
  /** Highest sequence that no output waits for any more. */
  delivered(): number;
  cursor(output: string): number | undefined;
  oldest(): number;
  /** Entries there are. Counted when first asked, then kept up. */
  count(): number;
  /** Notes that somebody else has deleted entries, within a transaction of the caller. */
  removed(count: number): void;
  outputs(): string[];
  backlog(output: string): Backlog;
  quarantined(output?: string): Quarantined[];
  remembered(name: string): string | undefined;
  /** Forgets what is held in memory: after a transaction that failed. */
  reload(): void;
}

/** The journal of a database. */
export function journalOf(connection: Connection, words: Dictionary, lanes: Lanes): Journal {
  const insert = 'insert into journal(sequence, source, at, shape, data) values (?, ?, ?, ?, ?)';
  let newest = 0;
  let entries: number | undefined;
  /** Streams with a shape whose series are known. */
  const registered = new Set<string>();

  const counted = (difference: number): void => {
    if (entries !== undefined) entries += difference;
  };

  const reload = (): void => {
    registered.clear();
    lanes.reload();
    entries = undefined;
    // Deleted entries and those that a damage has taken must not have their numbers given again.
    const sql = `select max(
      (select coalesce(max(sequence), 0) from journal), (select coalesce(max(sequence), 0) from cursor),
      (select coalesce(max(value), 0) from meta where name = 'sequence')) as newest`;
    newest = connection.get<{ newest: number }>(sql)?.newest ?? 0;
  };
  reload();

  const entryOf = ({ sequence, source, at, shape: id, data }: Row): Entry => {
    if (source === EVENTS) return { sequence, what: 'event', event: JSON.parse(data) as SiteEvent }; // written by `note`
    const stream = words.stream(streamOf(source));
    const { shape, leaves } = words.read(id, data);
    return {
      sequence,
      what: 'snapshot',
      snapshot: {
        device: stream?.member ?? '',
        group: stream?.name ?? '',
        at,
        values: shape.rebuild(leaves),
        kind: isArchive(source) ? 'archive' : 'live',
      },
    };
  };

  const note = (event: SiteEvent): number => {
    connection.run(insert, ++newest, EVENTS, event.at, 0, JSON.stringify(event));
    counted(1);
    return newest;
  };

  /** The lane of an archive entry; undefined where it is there already. One with other values is removed. */
  const archiveLane = (group: Stream, at: number, shape: number, data: string): Stream | undefined => {
    for (const lane of words.lanes(group)) {
      const source = archiveSource(lane.id);
      const old = connection.get<Row>('select * from journal where source = ? and at = ?', source, at);
      if (old === undefined) continue;
      if (old.shape === shape && old.data === data) return undefined;
      connection.run('delete from journal where sequence = ?', old.sequence);
      counted(-1);
      return lane;
    }
    return lanes.archiveFor(group, at);
  };

  /** Notes that a stream has something to condense. */
  const reopen = (stream: Stream, at: number, sequence: number): void => {
    const hour = Math.floor(at / HOUR);
    if (stream.condensed === null) {
      stream.condensed = hour * HOUR;
      words.save(stream);
    } else if (at < stream.condensed) {
      connection.run(
        'insert or ignore into dirty(stream, hour, since) values (?, ?, ?)',
        stream.id,
        hour,
        sequence,
      );
    }
  };

  const register = (stream: Stream, shape: number, data: string, at: number): void => {
    const name = `${stream.id} ${shape}`;
    if (registered.has(name)) return;
    const read = words.read(shape, data);
    read.shape.walk(read.leaves, stream.fields, (path, _value, field) => {
      words.seriesFor(stream, path, field, at);
    });
    if (shape !== 0) registered.add(name);
  };

  const add = (item: PackedItem): number | undefined => {
    if ('event' in item) return note(item.event);
    const { at } = item;
    const group = words.streamFor(item.member, item.group);
    const shape = words.shapeNumber(item.shape);
    const data = shape === 0 ? inline(item.shape, item.data) : item.data;
    const stream = item.archive ? archiveLane(group, at, shape, data) : lanes.liveFor(group, at, newest + 1);
    if (stream === undefined) return undefined;
    const source = item.archive ? archiveSource(stream.id) : liveSource(stream.id);
    connection.run(insert, ++newest, source, at, shape, data);
    counted(1);
    reopen(stream, at, newest);
    register(stream, shape, data, at);
    return newest;
  };

  const setAside = ({ output, at, why, entry }: Quarantined): void => {
    connection.run(
      'insert into quarantine(output, at, why, entry) values (?, ?, ?, ?)',
      output,
      at,
      why,
      JSON.stringify(entry),
    );
    connection.run(
      `delete from quarantine where output = ?
        and id <= (select id from quarantine where output = ? order by id desc limit 1 offset ${MOST_QUARANTINED})`,
      output,
      output,
    );
  };

  return {
    write: (batch) => {
      for (const { member, groups } of batch.described) {
        if (words.describe(member, groups)) registered.clear();
      }
      const sequences = batch.items.map(add);
      for (const [name, text] of batch.memory) {
        connection.run('insert or replace into memory(name, text) values (?, ?)', name, text);
      }
      for (const [output, sequence] of batch.cursors) {
        connection.run(
          `insert into cursor(output, sequence) values (?, ?)
            on conflict do update set sequence = max(sequence, excluded.sequence)`,
          output,
          sequence,
        );
      }
      for (const output of batch.forgotten) {
        connection.run('delete from cursor where output = ?', output);
        connection.run('delete from quarantine where output = ?', output);
      }
      batch.quarantined.forEach(setAside);
      return sequences;
    },
    note,
    read: (after, limit, { what, members } = {}) => {
      const found: Entry[] = [];
      const rows = connection.iterate<Row>(
        'select * from journal where sequence > ? order by sequence',
        after,
      );
      for (const row of rows) {
        if (found.length >= limit) break;
        if (what !== undefined && (what === 'event') !== (row.source === EVENTS)) continue;
        const entry = entryOf(row);
        const member = entry.what === 'event' ? entry.event.member : entry.snapshot.device;
        if (members !== undefined && (member === undefined || !members.includes(member))) continue;
        found.push(entry);
      }
      return found;
    },
    latest: (member) =>
      words.groups().flatMap((group) => {
        if (group.member !== member) return [];
        const row = connection.get<Row>(
          'select * from journal where source = ? order by at desc, sequence desc limit 1',
          liveSource(lanes.current(group).id),
        );
        const entry = row === undefined ? undefined : entryOf(row);
        return entry?.what === 'snapshot' ? [entry.snapshot] : [];
      }),
    events: ({ from = -Infinity, to = Infinity, member, kinds, before = Infinity, limit = 100 }) => {
      const found: EventEntry[] = [];
      const rows = connection.iterate<Row>(
        `select * from journal where source = ${EVENTS} and at >= ? and at < ? order by at desc, sequence desc`,
        from,
        to,
      );
      for (const row of rows) {
        if (found.length >= limit) break;
        const entry = entryOf(row);
        if (entry.what !== 'event' || entry.sequence >= before) continue;
        if (member !== undefined && entry.event.member !== member) continue;
        if (kinds !== undefined && !kinds.includes(entry.event.kind)) continue;
        found.push(entry);
      }
      return found;
    },
    newest: () => newest,
    delivered: () =>
      connection.get<{ least: number | null }>('select min(sequence) as least from cursor')?.least ?? newest,
    cursor: (output) =>
      connection.get<{ sequence: number }>('select sequence from cursor where output = ?', output)?.sequence,
    oldest: () =>
      connection.get<{ oldest: number | null }>('select min(sequence) as oldest from journal')?.oldest ??
      newest + 1,
    count: () =>
      (entries ??= connection.get<{ count: number }>('select count(*) as count from journal')?.count ?? 0),
    removed: (count) => {
      // Deleted entries must not have their numbers given again.
      connection.run("insert or replace into meta(name, value) values ('sequence', ?)", newest);
      counted(-count);
    },
    outputs: () =>
      connection
        .all<{ output: string }>('select output from cursor order by output')
        .map(({ output }) => output),
    backlog: (output) => {
      const next = connection.get<{ sequence: number; at: number }>(
        `select sequence, at from journal
          where sequence > (select sequence from cursor where output = ?) order by sequence limit 1`,
        output,
      );
      return next === undefined ? { entries: 0 } : { entries: newest - next.sequence + 1, oldest: next.at };
    },
    quarantined: (output) =>
      connection
        .all<Omit<Quarantined, 'entry'> & { entry: string }>(
          'select output, at, why, entry from quarantine where ? is null or output = ? order by id desc',
          output ?? null,
          output ?? null,
        )
        .map((row) => ({ ...row, entry: JSON.parse(row.entry) as Entry })), // written by `setAside`
    remembered: (name) =>
      connection.get<{ text: string }>('select text from memory where name = ?', name)?.text,
    reload,
  };
}

/** A snapshot as one piece of JSON, for the rare one whose shape is not kept. */
function inline(shape: string, data: string): string {
  return JSON.stringify(shapeOf(shape).rebuild(leavesOf(data)));
}
