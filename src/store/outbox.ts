import type { Clock, Logger } from '../core/index.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Batch, PackedItem } from './journal.ts';
import type { Thread } from './thread.ts';

/** Bytes (about) of entries that wait in memory while the disk takes nothing. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Bytes of one commit: a long backlog goes to the disk in pieces. */
const COMMIT_BYTES = 1024 * 1024;

/** Milliseconds until it is tried again while the disk takes nothing: doubled from flush to a minute. */
const LONGEST_PAUSE = 60_000;

/** What goes to the database in one piece. */
interface Parcel {
  readonly batch: Partial<Batch>;
  readonly bytes: number;
  readonly resolve: (sequences: readonly (number | undefined)[]) => void;
  readonly reject: (fault: Fault) => void;
}

/** Gathers what is to be written, and commits it together. */
export interface Outbox {
  /** Resolves with the sequences of the items when they are committed. */
  add(batch: Partial<Batch>): Promise<readonly (number | undefined)[]>;
  /** Highest sequence committed. */
  newest(): number;
  /** A text to be remembered that waits still. */
  remembered(name: string): string | undefined;
  /** Entries that wait. */
  waiting(): number;
  /** Commits what waits; gives up what the disk does not take. */
  close(): Promise<void>;
}

/** What an outbox works with. */
export interface OutboxOptions {
  readonly thread: Thread;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds over which a commit is gathered. */
  readonly flush: number;
}

/** Opens an outbox. One commit is under way at a time, so entries keep their order. */
export function outbox({ thread, clock, log, flush }: OutboxOptions): Outbox {
  const parcels: Parcel[] = [];
  let bytes = 0;
  let newest = thread.newest;
  let dropped = 0;
  let failures = 0;
  let timer: (() => void) | undefined;
  let committing: Promise<void> | undefined;
  let closed = false;

  const later = (milliseconds: number): void => {
    timer ??= clock.after(milliseconds, () => {
      timer = undefined;
      committing ??= commit();
    });
  };

  /** Takes the oldest parcels that go into one commit. */
  const next = (): Parcel[] => {
    let size = 0;
    let count = 0;
    for (const parcel of parcels) {
      size += parcel.bytes;
      if (count > 0 && size > COMMIT_BYTES) break;
      count++;
    }
    return parcels.slice(0, count);
  };

  const commit = async (): Promise<void> => {
    const taken = next();
    const lost = dropped;
    try {
      const committed = await thread.call('commit', {
        batch: together(taken),
        dropped: lost,
        now: clock.date(),
      });
      if (failures > 0) log.info('history: the disk takes data again');
      ({ newest } = committed);
      failures = 0;
      dropped -= lost;
      parcels.splice(0, taken.length);
      let place = 0;
      for (const parcel of taken) {
        bytes -= parcel.bytes;
        const count = parcel.batch.items?.length ?? 0;
        parcel.resolve(committed.sequences.slice(place, place + count));
        place += count;
      }
    } catch (thrown) {
      const fault = faultOf(thrown, 'output');
      if (failures++ === 0) log.error(`history: ${fault.message}`);
      giveUp(noRoom());
    } finally {
      committing = undefined;
    }
    if (parcels.length > 0 && !closed) {
      later(failures === 0 ? 0 : Math.min(LONGEST_PAUSE, Math.max(flush, 100) * 2 ** Math.min(failures, 16)));
    }
  };

  /** Drops the oldest entries that wait, as far as there is no room for them. What else waits is small and stays. */
  const giveUp = (fault: Fault): void => {
    while (bytes > MOST_BYTES) {
      const oldest = parcels.findIndex(({ batch }) => batch.items !== undefined);
      const [parcel] = oldest < 0 ? [] : parcels.splice(oldest, 1);
      if (parcel === undefined) return;
      bytes -= parcel.bytes;
      dropped += parcel.batch.items?.length ?? 0;
      parcel.reject(fault);
    }
  };

  return {
    add: (batch) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new Fault('output', 'the database is closed'));
          return;
        }
        const size = bytesOf(batch);
        if (bytes + size > MOST_BYTES && bytes > 0 && committing !== undefined && batch.items !== undefined) {
          // What is under way cannot be dropped any more.
          dropped += batch.items.length;
          reject(new Fault('output', 'the disk is too slow: the memory for waiting entries is full'));
          return;
        }
        parcels.push({ batch, bytes: size, resolve, reject });
        bytes += size;
        if (committing === undefined) later(flush);
        if (failures > 0)
          giveUp(new Fault('output', 'the disk takes nothing, and the memory for waiting entries is full'));
      }),
    newest: () => newest,
    remembered: (name) =>
      parcels.flatMap(({ batch }) => batch.memory ?? []).findLast(([known]) => known === name)?.[1],
    waiting: () => parcels.reduce((count, { batch }) => count + (batch.items?.length ?? 0), 0),
    close: async () => {
      closed = true;
      timer?.();
      timer = undefined;
      await committing;
      while (parcels.length > 0) {
        const before = parcels.length;
        await commit();
        if (parcels.length < before) continue;
        const fault = new Fault('output', `${parcels.length} writes were given up: the disk takes nothing`);
        log.error(`history: ${fault.message}`);
        for (const { reject } of parcels.splice(0)) reject(fault);
      }
    },
  };
}

function noRoom(): Fault {
  return new Fault('output', 'the disk takes nothing, and the memory for waiting entries is full');
}

function bytesOf({ items = [], memory = [], quarantined = [] }: Partial<Batch>): number {
  let bytes = 100;
  for (const item of items) bytes += sizeOf(item);
  for (const [name, text] of memory) bytes += name.length + text.length;
  return bytes + quarantined.length * 1000;
}

function sizeOf(item: PackedItem): number {
  return 100 + ('event' in item ? item.event.text.length : item.data.length + item.shape.length);
}

function together(parcels: readonly Parcel[]): Batch {
  const all = <Key extends keyof Batch>(key: Key): Batch[Key][number][] =>
    parcels.flatMap(({ batch }) => (batch[key] ?? []) as Batch[Key][number][]); // of one key, always the same kind
  return {
    described: all('described'),
    items: all('items'),
    memory: all('memory'),
    cursors: all('cursors'),
    forgotten: all('forgotten'),
    quarantined: all('quarantined'),
  };
}
