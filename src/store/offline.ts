import type { ExportQuery, ExportRow, Retention, Series } from './api.ts';
import { type Database, openToRead } from './database.ts';
import { BEGIN, exportPage, type ExportPosition } from './export.ts';
import { seriesOf } from './series.ts';
import { troubleReading } from './trouble.ts';

/** A database that is only read, without a thread of its own. */
export interface Archive {
  /** Zone whose midnights divide days: that of the gateway which wrote it. */
  readonly timezone: string;
  series(): readonly Series[];
  /** Stored data: group by group, each by time. */
  export(query?: ExportQuery): Iterable<ExportRow>;
  close(): void;
}

/** Nothing is deleted by reading. */
const KEPT: Retention = {
  raw: 'forever',
  minutes: 'forever',
  quarters: 'forever',
  hours: 'forever',
  days: 'forever',
};

/**
 * Opens a database for reading, also while a gateway works on it. Throws a `config` fault when it is not there, or not
 * one of busbar, or of another version.
 */
export function openArchive(path: string): Archive {
  const database = opened(path);
  return {
    timezone: database.timezone,
    series: () => seriesOf(database),
    *export(query = {}) {
      for (let position: ExportPosition | undefined = BEGIN; position !== undefined;) {
        const page = exportPage(database, query, position);
        yield* page.rows;
        position = page.next;
      }
    },
    close: () => {
      database.close();
    },
  };
}

function opened(path: string): Database {
  try {
    return openToRead(path, KEPT);
  } catch (thrown) {
    throw troubleReading(thrown, path);
  }
}
