import { existsSync, renameSync } from 'node:fs';
import { connect, type Connection } from './connection.ts';
import { leavesOf } from './shape.ts';
import { EVENTS, streamOf } from './streams.ts';
import type { Database } from './database.ts';

/** What could be saved of a damaged database. */
export interface Salvaged {
  /** Where the damaged one lies now. */
  readonly aside: string;
  /** Entries of the journal and chunks of history that are in the new one. */
  readonly entries: number;
  readonly chunks: number;
}

/** Moves a damaged database and its log aside; the new name says when. */
export function moveAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const free = (name: string): string => (existsSync(name) ? free(`${name}_`) : name);
  const aside = free(`${path}.damaged-${stamp}`);
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(path + part)) renameSync(path + part, aside + part);
  }
  return aside;
}

/** Tables in the order in which they are saved: entries are worth nothing without their streams and shapes. */
const SMALL = [
  'meta',
  'memory',
  'stream',
  'series',
  'shape',
  'dirty',
  'seam',
  'cursor',
  'quarantine',
] as const;

/** Copies whatever can still be read from a database that was moved aside into a new, empty one. */
export function salvage(aside: string, into: Database): Salvaged {
  const saved = { aside, entries: 0, chunks: 0 };
  const { connection, words, journal } = into;
  const from = open(aside);
  if (from === undefined) return saved;
  try {
    connection.transaction(() => {
      for (const table of SMALL)
        for (const row of readable(from, table, undefined)) insert(connection, table, row);
    });
    words.reload();
    const streams = new Set([...words.streams()].map(({ id }) => id));
    const series = new Set(connection.all<{ id: number }>('select id from series').map(({ id }) => id));
    const shapes = new Set([
      0,
      ...connection.all<{ id: number }>('select id from shape').map(({ id }) => id),
    ]);
    connection.transaction(() => {
      for (const row of readable(from, 'chunk', 'id')) {
        // The key begins with the number of the series.
        if (!series.has(Math.floor(Number(row.id) / 2 ** 25))) continue;
        if (insert(connection, 'chunk', row)) saved.chunks++;
      }
    });
    connection.transaction(() => {
      for (const row of readable(from, 'journal', 'sequence')) {
        const source = Number(row.source);
        const known = source === EVENTS || (streams.has(streamOf(source)) && shapes.has(Number(row.shape)));
        if (known && isWhole(row.data) && insert(connection, 'journal', row)) saved.entries++;
      }
    });
    // Chunks that are lost are made anew from the entries that are left.
    connection.transaction(() => {
      connection.run(
        `insert or ignore into dirty(stream, hour, since)
          select distinct source / 2, cast(at / 3600000 as integer), 9007199254740991 from journal where source > 0`,
      );
    });
  } finally {
    from.close();
    words.reload();
    journal.reload();
  }
  return saved;
}

function open(path: string): Connection | undefined {
  try {
    const connection = connect(path, { readOnly: true });
    connection.get('select 1 from sqlite_schema');
    return connection;
  } catch {
    return undefined; // not even its list of tables can be read
  }
}

type Row = Record<string, string | number | null | Uint8Array>;

/** How often reading is tried anew behind a place that cannot be read. */
const MOST_HOLES = 1000;

/** The rows that can be read. Behind a hole it goes on at the next key that can be found. */
function* readable(from: Connection, table: string, key: string | undefined): Generator<Row> {
  let last = -1;
  for (let holes = 0, jump = 0; holes < MOST_HOLES && jump < 2 ** 52; holes++) {
    try {
      const rows =
        key === undefined
          ? from.iterate<Row>(`select * from ${table}`)
          : from.iterate<Row>(`select * from ${table} where ${key} > ? order by ${key}`, last + jump);
      for (const row of rows) {
        if (key !== undefined) last = Number(row[key]);
        jump = 0;
        yield row;
      }
      return;
    } catch {
      if (key === undefined) return;
      jump = Math.max(1, jump * 2);
    }
  }
}

/** Whether the leaves of an entry can be read. */
function isWhole(data: Row[string] | undefined): boolean {
  try {
    return typeof data === 'string' && leavesOf(data).length >= 0;
  } catch {
    return false;
  }
}

/** Inserts a row; false when it is not what the table takes. */
function insert(into: Connection, table: string, row: Row): boolean {
  const names = Object.keys(row);
  try {
    into.run(
      `insert or ignore into ${table}(${names.join()}) values (${names.map(() => '?').join()})`,
      ...names.map((name) => row[name] ?? null),
    );
    return true;
  } catch {
    return false;
  }
}
