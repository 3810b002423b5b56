import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../core/index.ts';
import type { CheckResult, Series, StoreStatus } from './api.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import type { Batch } from './journal.ts';
import { lock } from './lock.ts';
import { moveAside, salvage } from './salvage.ts';
import { seriesOf } from './series.ts';
import { isDamage, type Trouble, troubleOf } from './trouble.ts';

/** Milliseconds between two goes through everything that may be old. */
const EXPIRE_EVERY = 3_600_000;

/** What a commit has brought. */
export interface Committed {
  readonly sequences: readonly (number | undefined)[];
  readonly newest: number;
}

/** A database that looks after itself: it is opened again after trouble, mended after damage, condensed and trimmed. */
export interface Engine {
  /** Examines and mends the database if it was not closed well; to be called once, before the first use. */
  verify(now: number): void;
  /** Writes a batch. `dropped`: entries that were given up before, for want of memory. Throws when the disk takes nothing. */
  commit(batch: Batch, dropped: number, now: number): Committed;
  /** Does a little of the work that is not urgent; false when there is none left. `steady`: the time can be relied on. */
  step(now: number, steady: boolean): boolean;
  /** Asks the database something. Throws an `output` fault while it cannot be opened. */
  ask<T>(question: (database: Database) => T): T;
  /** The highest sequence; 0 while the database cannot be opened. */
  newest(): number;
  series(): Series[];
  status(): Omit<StoreStatus, 'waiting'>;
  check(): CheckResult;
  close(): void;
}

/** Opens the engine. Throws a `config` fault when the database is not ours to open. */
export function openEngine(options: DatabaseOptions): Engine {
  const { path } = options;
  const onDisk = path !== ':memory:';
  let trouble: Trouble | undefined;
  let database: Database | undefined;
  let marked = false;
  let lastCommit: number | undefined;
  let expired = -Infinity;
  let expiring: Generator<undefined> | undefined;

  const open = (): Database => {
    database ??= openDatabase(options);
    return database;
  };

  const shut = (): void => {
    expiring = undefined;
    marked = false;
    try {
      database?.close();
    } catch {
      // It is given up anyway.
    }
    database = undefined;
  };

  /** Moves a damaged database aside and begins a new one with what can be read. */
  const mend = (why: string, now: number): void => {
    shut();
    const aside = moveAside(path, now);
    const fresh = open();
    const saved = salvage(aside, fresh);
    fresh.connection.transaction(() => {
      fresh.tell({
        at: now,
        kind: 'gateway',
        severity: 'critical',
        subject: 'history.damaged',
        text:
          `The database was damaged (${why}). It lies at ${aside} now; ${saved.entries} entries and ` +
          `${saved.chunks} pieces of condensed history were saved into a new one.`,
        detail: { ...saved, why },
      });
    });
  };

  const opened = (now: number): Database => {
    try {
      return open();
    } catch (thrown) {
      if (!onDisk || !isDamage(thrown)) throw thrown;
      mend(wordsOf(thrown), now);
      return open();
    }
  };

  const failed = (thrown: unknown): Fault => {
    trouble = troubleOf(thrown, path);
    return new Fault('output', trouble.why, { cause: thrown });
  };

  /** What is held in memory may be ahead of the database now; and a file that failed is better opened anew. */
  const recover = (thrown: unknown, now: number): void => {
    try {
      if (isDamage(thrown) && onDisk) {
        mend(wordsOf(thrown), now);
      } else if (onDisk && trouble?.state !== 'full') {
        shut();
      } else {
        database?.words.reload();
        database?.journal.reload();
      }
    } catch {
      shut(); // it is opened again at the next attempt
    }
  };

  if (onDisk) makeFolder(path);
  const release = onDisk ? lockIfPossible(path) : () => undefined;
  try {
    open();
  } catch (thrown) {
    if (thrown instanceof Fault) {
      release();
      throw thrown;
    }
    if (!isDamage(thrown)) failed(thrown);
  }

  const write = (into: Database, batch: Batch, dropped: number, now: number): Committed =>
    into.connection.transaction(() => {
      if (!marked) into.setOpen(true);
      if (dropped > 0) {
        into.lose(dropped, now);
        into.tell({
          at: now,
          kind: 'loss',
          severity: 'critical',
          subject: 'history.dropped',
          text: `${dropped} entries were lost: they could not be written, and the memory for waiting ones was full.`,
          detail: { entries: dropped },
        });
      }
      const sequences = into.journal.write(batch);
      return { sequences, newest: into.journal.newest() };
    });

  return {
    verify: (now) => {
      if (!onDisk || trouble !== undefined) return;
      let problems: string[];
      try {
        const ready = opened(now);
        problems = ready.closedWell ? [] : ready.examine(false);
      } catch (thrown) {
        problems = [wordsOf(thrown)];
        if (!isDamage(thrown)) {
          failed(thrown);
          return;
        }
      }
      if (problems[0] !== undefined) mend(problems[0], now);
    },
    commit: (batch, dropped, now) => {
      try {
        const committed = write(opened(now), batch, dropped, now);
        marked = true;
        trouble = undefined;
        lastCommit = now;
        return committed;
      } catch (thrown) {
        if (thrown instanceof Fault) throw thrown;
        const fault = failed(thrown);
        recover(thrown, now);
        throw fault;
      }
    },
    step: (now, steady) => {
      if (database === undefined || trouble !== undefined) return false;
      try {
        if (database.condenser.step(now) || database.retainer.shrink(now)) return true;
        if (expiring === undefined) {
          if (!steady || Math.abs(now - expired) < EXPIRE_EVERY) return false;
          expired = now;
          expiring = database.retainer.expire(now);
        }
        if (expiring.next().done === true) expiring = undefined;
        return expiring !== undefined;
      } catch (thrown) {
        failed(thrown);
        recover(thrown, now);
        return false;
      }
    },
    ask: (question) => {
      try {
        return question(open());
      } catch (thrown) {
        if (thrown instanceof Fault) throw thrown;
        throw new Fault('output', `${path} cannot be read: ${wordsOf(thrown)}`, { cause: thrown });
      }
    },
    newest: () => database?.journal.newest() ?? 0,
    series: () => seriesOf(open()),
    status: () => ({
      path,
      bytes: onDisk ? bytesOf(path) + bytesOf(`${path}-wal`) : (database?.retainer.size() ?? 0),
      ...(database === undefined ? { entries: 0, lost: { count: 0 } } : countsOf(database)),
      state: trouble?.state ?? 'ok',
      ...(trouble === undefined ? {} : { why: trouble.why }),
      ...(lastCommit === undefined ? {} : { lastCommit }),
    }),
    check: () => {
      const problems = open().examine(true);
      return { ok: problems.length === 0, problems };
    },
    close: () => {
      try {
        if (marked) database?.setOpen(false);
        database?.connection.exec('pragma wal_checkpoint(truncate)');
      } catch {
        // The disk takes nothing: the log stays, and is read at the next start.
      }
      shut();
      release();
    },
  };
}

function countsOf(database: Database): Pick<StoreStatus, 'entries' | 'oldest' | 'newest' | 'lost'> {
  const { journal, connection } = database;
  const end = (order: 'asc' | 'desc'): number | undefined =>
    connection.get<{ at: number }>(
      `select at from journal where source > 0 and source % 2 = 0 order by sequence ${order} limit 1`,
    )?.at;
  const [oldest, newest] = [end('asc'), end('desc')];
  return {
    entries: journal.count(),
    lost: database.lost(),
    ...(oldest === undefined ? {} : { oldest }),
    ...(newest === undefined ? {} : { newest }),
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch {
    // Opening the database in it says why.
  }
}

/** Takes the lock; on a disk that takes no lock file there is nobody who writes, either. */
function lockIfPossible(path: string): () => void {
  try {
    return lock(path);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    return () => undefined;
  }
}

function bytesOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
