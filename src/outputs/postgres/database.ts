import type { Logger } from '../../core/site/index.ts';
import { clientOptions, shownUrl } from './client-options.ts';
import type { PostgresOptions } from './options.ts';
import type { Reading } from './reading.ts';
import { type StoredEvent, writeEvents, writeSamples } from './rows.ts';
import { migrate } from './schema.ts';
import { seriesBook } from './series.ts';
import { openSession, type Query, type Session, transaction } from './session.ts';
import { useTimescale } from './timescale.ts';
import { databaseFault } from './trouble.ts';

/** What is written at once. */
export interface Work {
  readonly readings: readonly Reading[];
  readonly events: readonly StoredEvent[];
  /** More for the same transaction. */
  readonly also?: (query: Query) => Promise<void>;
}

/** A database with our tables. One thing at a time; connects when it is needed, and anew after it broke. */
export interface Database {
  /**
   * Resolves when all of it is committed. Rejects with `refused` when the values are at fault (nothing of it is written
   * then), else with `output`, or `config` when the tables are of a newer program.
   */
  readonly write: (work: Work, signal: AbortSignal) => Promise<void>;
  /** Runs statements of somebody else, in one transaction. */
  readonly run: (act: (query: Query) => Promise<void>, signal: AbortSignal) => Promise<void>;
  /** What is there, in a sentence. */
  readonly about: (signal: AbortSignal) => Promise<string>;
  readonly close: () => void;
}

/** Does not connect yet. Throws `config` for a URL that says what we do not understand. */
export function openDatabase(options: PostgresOptions, log: Pick<Logger, 'info' | 'warn'>): Database {
  const { schema } = options;
  const config = clientOptions(options);
  const server = shownUrl(options.url);
  const book = seriesBook(schema);
  let session: Session | undefined;

  const open = async (): Promise<Session> => {
    const opened = await openSession(config);
    try {
      await migrate(opened.query, schema);
      if (options.timescale === 'auto') log.info(await useTimescale(opened.query, schema));
    } catch (error) {
      opened.end();
      throw error;
    }
    // It may have been restored from a backup, with other numbers.
    book.forget();
    log.info(`connected to ${server}`);
    return opened;
  };

  const use = async <R>(signal: AbortSignal, act: (query: Query) => Promise<R>): Promise<R> => {
    const stop = (): void => session?.end();
    signal.addEventListener('abort', stop);
    try {
      if (session === undefined || session.isOver()) session = await open();
      if (signal.aborted) stop();
      return await act(session.query);
    } catch (error) {
      const fault = databaseFault(server, error);
      if (fault.code !== 'refused') {
        session?.end();
        session = undefined;
      }
      throw fault;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };

  return {
    run: (act, signal) => use(signal, (query) => transaction(query, () => act(query))),
    write: ({ readings, events, also }, signal) =>
      use(signal, async (query) => {
        // Before and besides the rest: what is learnt here stays true when the rest is taken back.
        await book.know(query, readings);
        await transaction(query, async () => {
          await writeSamples(query, schema, book, readings);
          await writeEvents(query, schema, events);
          await also?.(query);
        });
      }),
    about: (signal) =>
      use(signal, async (query) => {
        const [row] = await query(
          `select split_part(version(), ' on ', 1) as version, (select count(*) from "${schema}".series) as series,
           has_table_privilege('"${schema}".sample', 'insert, update') as may_write`,
        );
        if (row?.may_write !== true) throw new Error(`this user may not write into the tables of ${schema}`);
        return `${String(row.version)}, schema ${schema} with ${String(row.series)} series; this user may write`;
      }),
    close: () => session?.end(),
  };
}
