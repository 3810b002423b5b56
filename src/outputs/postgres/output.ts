import type { Entry, Output, OutputContext } from '../../core/site/index.ts';
import { openDatabase } from './database.ts';
import type { PostgresOptions } from './options.ts';
import { readingOf } from './reading.ts';

/** Entries a delivery: each is a transaction, and a rack has hundreds of values. */
const BATCH = 1_000;

/** Writes a site into a PostgreSQL database. Throws `config` for a URL that says what we do not understand. */
export function postgresOutput(options: PostgresOptions, { view, log }: OutputContext): Output {
  const database = openDatabase(options, log);
  const { site } = view;
  return {
    batch: BATCH,
    deliver: (entries: readonly Entry[], signal) =>
      database.write(
        {
          readings: entries.flatMap((entry) =>
            entry.what === 'snapshot'
              ? readingOf(site, view.state(entry.snapshot.device)?.member, entry.snapshot)
              : [],
          ),
          events: entries.flatMap((entry) => (entry.what === 'event' ? { site, event: entry.event } : [])),
        },
        signal,
      ),
    test: database.about,
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
}
