import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { CheckResult, StoreStatus } from './api.ts';
import { type Database, type DatabaseOptions, openDatabase, openToRead } from './database.ts';
import type { Batch } from './journal.ts';
import { lock } from './lock.ts';
import { moveAside, salvage } from './salvage.ts';
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
  /** Examines and mends the database if it was not closed well; to be called once, before the first use. Where nothing can be opened yet, that is done later. */
  verify(now: number): void;
  /** Writes a batch. `dropped`: entries that were given up before, for want of memory. Throws when the disk takes nothing. */
  commit(batch: Batch, dropped: number, now: number): Committed;
  /** Does a little of the work that is not urgent; false when there is none left. `steady`: the time can be relied on. */
  step(now: number, steady: boolean): boolean;
  /** Asks the database something. Throws an `output` fault while it cannot be opened. */
  ask<T>(question: (database: Database) => T): T;
  /** The highest sequence; 0 while the database cannot be opened. */
  newest(): number;
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
  /** The database as it lies on a disk that takes nothing. */
  let frozen: Database | undefined;
  let release: (() => void) | undefined;
  /** Not looked into yet since this process began. */
  let unknown = false;
  let marked = false;
  let lastCommit: number | undefined;
  let expired = -Infinity;
  let expiring: Generator<undefined> | undefined;

  const open = (): Database => {
    if (database !== undefined) return database;
    if (onDisk) {
      makeFolder(path);
      release ??= lockIfPossible(path);
    }
    database = openDatabase(options);
    thaw();
    return database;
  };

  const thaw = (): void => {
    frozen?.close();
    frozen = undefined;
  };

  /** What can be read although nothing can be written. A log beside the file belongs to it, and cannot be read so. */
  const readable = (): Database | undefined => {
    if (database !== undefined) return database;
    if (!onDisk || bytesOf(`${path}-wal`) > 0) return undefined;
    try {
      frozen ??= openToRead(path, options.retention, true);
    } catch {
      // It is not there, or this Node cannot open it so: nothing is known of what is stored.
    }
    return frozen;
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

  /** Opens it, and mends it if it is damaged; one that was not closed well is examined once. */
  const opened = (now: number): Database => {
    try {
      const ready = open();
      if (!unknown) return ready;
      unknown = false;
      const [problem] = ready.closedWell ? [] : ready.examine(false);
      if (problem !== undefined) mend(problem, now);
    } catch (thrown) {
      if (!onDisk || !isDamage(thrown)) throw thrown;
      unknown = false;
      mend(wordsOf(thrown), now);
    }
    return open();
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

  try {
    open();
  } catch (thrown) {
    if (thrown instanceof Fault) {
      release?.();
      throw thrown;
    }
    if (!isDamage(thrown)) {
      failed(thrown);
      readable();
      unknown = true;
    }
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
      unknown = true;
      try {
        opened(now);
      } catch (thrown) {
        failed(thrown);
      }
    },
    commit: (batch, dropped, now) => {
      try {
        const committed = write(opened(now), batch, dropped, now);
        marked = true;
        trouble = undefined;
        lastCommit = now;
        return committed;
      } catch (thrown) {
        // Another gateway, or a newer one, has come upon it meanwhile.
        if (thrown instanceof Fault) {
          trouble = { state: 'failed', why: thrown.message };
          throw thrown;
        }
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
        return question(trouble === undefined ? open() : (readable() ?? open()));
      } catch (thrown) {
        if (thrown instanceof Fault) throw thrown;
        throw new Fault('output', `${path} cannot be read: ${wordsOf(thrown)}`, { cause: thrown });
      }
    },
    newest: () => readable()?.journal.newest() ?? 0,
    status: () => {
      const known = readable();
      return {
        path,
        bytes: onDisk ? bytesOf(path) + bytesOf(`${path}-wal`) : (database?.retainer.size() ?? 0),
        ...(known === undefined ? { entries: 0, lost: { count: 0 } } : countsOf(known)),
        state: trouble?.state ?? 'ok',
        ...(trouble === undefined ? {} : { why: trouble.why }),
        ...(lastCommit === undefined ? {} : { lastCommit }),
      };
    },
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
      thaw();
      release?.();
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

/** Takes the lock; on a disk that takes no lock file there is nobody who writes, either: it is taken when there is. */
function lockIfPossible(path: string): (() => void) | undefined {
  try {
    return lock(path);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    return undefined;
  }
}

function bytesOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
