import { pathToFileURL } from 'node:url';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** What a value of a row may be bound to. */
export type Bound = SQLInputValue;

/** A connection to one database, with its statements kept prepared. Everything throws what SQLite says. */
export interface Connection {
  readonly path: string;
  /** Runs statements without values. */
  exec(sql: string): void;
  /** Runs one statement; the number of rows changed. */
  run(sql: string, ...values: Bound[]): number;
  // The type parameters name the columns of the statement.
  /* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */
  /** The first row; undefined when there is none. */
  get<Row extends object>(sql: string, ...values: Bound[]): Row | undefined;
  all<Row extends object>(sql: string, ...values: Bound[]): Row[];
  iterate<Row extends object>(sql: string, ...values: Bound[]): IterableIterator<Row>;
  /* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */
  /** Does it all or nothing. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens a connection; the file is made where it is missing, unless it is only to be read. `frozen`: nobody can write it
 * (its disk is read-only), so that it is read without the files beside it that could not be made there.
 */
export function connect(path: string, { readOnly = false, frozen = false } = {}): Connection {
  const name = frozen ? `${pathToFileURL(path).href}?immutable=1` : path;
  const database = new DatabaseSync(name, { readOnly: readOnly || frozen });
  const statements = new Map<string, StatementSync>();
  const walking = new Set<StatementSync>();
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };

  return {
    path,
    exec: (sql) => {
      database.exec(sql);
    },
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    // The statement beside each call names the columns; SQLite cannot tell the compiler.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
    get: <Row extends object>(sql: string, ...values: Bound[]) =>
      prepared(sql).get(...values) as Row | undefined,
    all: <Row extends object>(sql: string, ...values: Bound[]) => prepared(sql).all(...values) as Row[],
    iterate: function* <Row extends object>(sql: string, ...values: Bound[]) {
      // A statement of its own: another walk over the same rows may begin before this one ends. It is held here, since
      // the iterators of Node 22 do not keep their statement from being collected.
      const statement = database.prepare(sql);
      walking.add(statement);
      try {
        yield* statement.iterate(...values) as IterableIterator<Row>;
      } finally {
        walking.delete(statement);
      }
    },
    transaction: (work) => {
      database.exec('begin immediate');
      try {
        const result = work();
        database.exec('commit');
        return result;
      } catch (thrown) {
        try {
          database.exec('rollback');
        } catch {
          // After some errors (a full disk) SQLite has rolled back by itself.
        }
        throw thrown;
      }
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
}
