import { existsSync } from 'node:fs';
import type { SiteEvent } from '../core/index.ts';
import { Fault } from '../core/fault.ts';
import type { Retention } from './api.ts';
import { chunksOf } from './chunks.ts';
import { type Condenser, condenserOf } from './condense.ts';
import { connect, type Connection } from './connection.ts';
import { type History, historyOf } from './history.ts';
import { type Journal, journalOf } from './journal.ts';
import { lanesOf } from './lanes.ts';
import { type Retainer, retainerOf } from './retention.ts';
import { FORMAT_VERSION, prepare, versionOf } from './schema.ts';
import { type Dictionary, dictionary } from './streams.ts';
import { daysOf } from './zone.ts';

/** How a database is opened. */
export interface DatabaseOptions {
  readonly path: string;
  readonly retention: Retention;
  readonly sizeLimit?: number;
  readonly timezone: string;
  /** Hears of events that were put into the journal by the database itself. */
  readonly report: (event: SiteEvent) => void;
  /** Sees each new connection before it is used; for tests. */
  readonly onConnect?: (connection: Connection) => void;
}

/** A database that is open, with everything that works on it. */
export interface Database {
  readonly connection: Connection;
  readonly words: Dictionary;
  readonly journal: Journal;
  readonly condenser: Condenser;
  readonly retainer: Retainer;
  readonly history: History;
  /** Zone whose midnights divide days. */
  readonly timezone: string;
  /** False: the last one who had it open did not close it. */
  readonly closedWell: boolean;
  /** Counts entries that nobody will get any more, within a transaction of the caller. */
  lose(count: number, now: number): void;
  /** Notes that the database is in use, or that it is closed well. */
  setOpen(open: boolean): void;
  lost(): { readonly count: number; readonly since?: number };
  /** Puts an event into the journal and tells it, within a transaction of the caller. */
  tell(event: SiteEvent): void;
  /** What is wrong with the file, in the words of SQLite; `thorough` compares indexes too. */
  examine(thorough: boolean): string[];
  close(): void;
}

/**
 * Every commit is on the disk before it counts (`full`): with one a second that costs little. The log is cut back to
 * 4 MB when it was written into the database; 2 MB of pages are held in memory, the system holds the rest.
 */
const SETTINGS = `
  pragma journal_mode = wal;
  pragma busy_timeout = 5000;
  pragma synchronous = full;
  pragma journal_size_limit = 4194304;
  pragma cache_size = -2000;
`;

/** Opens a database; its tables are made where they are missing. Throws what SQLite says, or a `config` fault. */
export function openDatabase(options: DatabaseOptions): Database {
  const { path } = options;
  const connection = connect(path);
  try {
    options.onConnect?.(connection);
    prepare(connection);
    connection.exec(SETTINGS);
    return assemble(connection, options);
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

/**
 * Opens a database only to read, also while a gateway works on it; a `frozen` one cannot be written by anybody. Throws
 * like `openDatabase`.
 */
export function openToRead(path: string, retention: Retention, frozen = false): Database {
  if (!existsSync(path)) throw new Fault('config', `there is no database ${path}`);
  const connection = connect(path, { readOnly: true, frozen });
  try {
    connection.exec('pragma busy_timeout = 5000');
    if (versionOf(connection) < FORMAT_VERSION) {
      throw new Fault('config', `${path} is empty or was written by an older busbar`, {
        hint: 'start the gateway once: it brings the database up to date',
      });
    }
    const zone = connection.get<{ value: string }>("select value from meta where name = 'timezone'");
    return assemble(connection, { path, retention, timezone: zone?.value ?? 'UTC', report: () => undefined });
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

function assemble(
  connection: Connection,
  { retention, sizeLimit, timezone, report }: DatabaseOptions,
): Database {
  const dayOf = daysOf(timezone);
  const words = dictionary(connection);
  const chunks = chunksOf(connection);
  const lanes = lanesOf({ connection, words, chunks });
  const journal = journalOf(connection, words, lanes);
  const condenser = condenserOf({ connection, words, chunks, lanes, dayOf });
  const fact = (name: string): number | undefined =>
    connection.get<{ value: number }>('select value from meta where name = ?', name)?.value;
  const setFact = (name: string, value: number | string): void => {
    connection.run('insert or replace into meta(name, value) values (?, ?)', name, value);
  };
  const lose: Database['lose'] = (count, now) => {
    setFact('lost', (fact('lost') ?? 0) + count);
    if (fact('lost_since') === undefined) setFact('lost_since', now);
  };
  const tell: Database['tell'] = (event) => {
    journal.note(event);
    report(event);
  };
  const retainer = retainerOf({
    ...{ connection, words, chunks, journal, retention, lose },
    ...(sizeLimit === undefined ? {} : { sizeLimit }),
    report: tell,
  });

  return {
    connection,
    words,
    journal,
    condenser,
    retainer,
    history: historyOf({ connection, words, chunks, lanes, condenser, retention, dayOf }),
    timezone,
    closedWell: fact('open') !== 1,
    lose,
    setOpen: (open) => {
      setFact('open', open ? 1 : 0);
      setFact('timezone', timezone); // for those who only read
    },
    lost: () => {
      const since = fact('lost_since');
      return { count: fact('lost') ?? 0, ...(since === undefined ? {} : { since }) };
    },
    tell,
    examine: (thorough) => {
      const rows = connection.all<Record<string, string>>(
        `pragma ${thorough ? 'integrity_check' : 'quick_check(1)'}`,
      );
      return rows.flatMap((row) => Object.values(row)).filter((text) => text !== 'ok');
    },
    close: () => {
      connection.close();
    },
  };
}
