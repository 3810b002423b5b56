import type { Clock, Field, SiteEvent, SiteGroup } from '../core/index.ts';
import type { Along, ExportRow, Item, Quarantined, Store, StoreOptions, StoreStatus } from './api.ts';
import { BEGIN, type ExportPage, type ExportPosition } from './export.ts';
import { type PackedItem, packSnapshot } from './journal.ts';
import type { PlainGroup } from './streams.ts';
import { startThread } from './thread.ts';
import { trusting } from './trust.ts';
import { outbox } from './outbox.ts';

/** Milliseconds between two looks at what is not urgent. */
const WORK_EVERY = 60_000;

/**
 * Opens a database, or makes it. Rejects with a `config` fault when another gateway has it open, or when it was written
 * by a newer version or another program. A damaged one is moved aside and salvaged; a disk that is full or read-only is
 * no reason to reject: see `status`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { path, retention, sizeLimit, flush = 1000, timezone, clock, log } = options;
  const heard = (event: SiteEvent): void => {
    log[event.severity === 'info' ? 'info' : event.severity === 'warning' ? 'warn' : 'error'](event.text);
    try {
      options.report?.(event);
    } catch (thrown) {
      log.error(`history: nobody could be told: ${String(thrown)}`);
    }
  };
  const thread = await startThread(
    { path, retention, timezone, now: clock.date(), ...(sizeLimit === undefined ? {} : { sizeLimit }) },
    heard,
  );
  const box = outbox({ thread, clock, log, flush });
  const steady = trusting(clock);
  const stopWork = every(clock, WORK_EVERY, () => {
    thread.call('work', { now: clock.date(), steady: steady() }).catch((thrown: unknown) => {
      log.error(`history: ${String(thrown)}`);
    });
  });

  return {
    describe: (member, groups) => {
      box.add({ described: [{ member, groups: groups.map(plainGroup) }] }).catch(() => undefined);
    },
    append: async (items: readonly Item[], along: Along = {}) => {
      const packed = items.map((item): PackedItem =>
        item.what === 'snapshot' ? packSnapshot(item.snapshot) : { event: item.event },
      );
      return box.add({ items: packed, memory: Object.entries(along.memory ?? {}) });
    },
    read: (after, limit, filter = {}) => thread.call('read', { after, limit, filter }),
    newest: () => box.newest(),
    cursor: async (output, start = 'newest') => {
      const { at, oldest, newest } = await thread.call('cursor', output);
      if (at !== undefined) return at;
      const begin = start === 'newest' ? newest : oldest - 1;
      await box.add({ cursors: [[output, begin]] });
      return begin;
    },
    advance: async (output, sequence) => {
      await box.add({ cursors: [[output, sequence]] });
    },
    forget: async (output) => {
      await box.add({ forgotten: [output] });
    },
    outputs: () => thread.call('outputs', undefined),
    backlog: (output) => thread.call('backlog', output),
    quarantine: async (output, entry, why) => {
      const quarantined: Quarantined = { output, entry, why, at: clock.date() };
      await box.add({ quarantined: [quarantined] });
    },
    quarantined: (output) => thread.call('quarantined', output),
    history: (query) => thread.call('history', { query, now: clock.date() }),
    series: () => thread.call('series', undefined),
    latest: (member) => thread.call('latest', member),
    events: (query = {}) => thread.call('events', query),
    memory: {
      get: async (name) => box.remembered(name) ?? (await thread.call('remembered', name)),
      set: async (name, text) => {
        await box.add({ memory: [[name, text]] });
      },
    },
    async *export(query = {}): AsyncGenerator<ExportRow> {
      for (let position: ExportPosition | undefined = BEGIN; position !== undefined;) {
        const page: ExportPage = await thread.call('exportPage', { query, position });
        yield* page.rows;
        position = page.next;
      }
    },
    status: async (): Promise<StoreStatus> => ({
      ...(await thread.call('status', undefined)),
      waiting: box.waiting(),
    }),
    check: () => thread.call('check', undefined),
    close: async () => {
      stopWork();
      await box.close();
      await thread.call('close', undefined);
      await thread.ended();
    },
  };
}

/** Calls again and again, until the returned function ends it. */
function every(clock: Clock, milliseconds: number, call: () => void): () => void {
  let cancel = clock.after(milliseconds, again);
  function again(): void {
    cancel = clock.after(milliseconds, again);
    call();
  }
  return () => {
    cancel();
  };
}

/** What of a group is kept: functions could not go to another thread. */
function plainGroup({ name, period, fields }: SiteGroup): PlainGroup {
  return { name, period, fields: fields.map(plainField) };
}

function plainField({ name, title, quantity, kind, source, items }: Field): Field {
  return {
    name,
    title,
    quantity,
    kind,
    source,
    ...(items === undefined ? {} : { items: items.map(plainField) }),
  };
}
