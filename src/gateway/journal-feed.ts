import type { Clock } from '../core/clock.ts';
import { faultOf } from '../core/fault.ts';
import type { Logger } from '../core/site/index.ts';
import type { Item, Store } from '../store/index.ts';

/** Hands what happens to the journal, gathered over a moment, so that a busy site does not hand over every value by itself. */
export interface JournalFeed {
  readonly note: (item: Item) => void;
  /** A small text that is to survive a restart; made once for all that is noted around it, and kept together with that. */
  readonly remember: (name: string, text: () => string) => void;
  /** Resolves when all that was noted is in the journal for good, or was reported as lost. */
  readonly flush: () => Promise<void>;
}

/** Milliseconds over which items are gathered. */
const GATHER = 100;
/** Items that are handed over at once, whatever the time. */
const GATHER_MOST = 1_000;

/** @param options.onKept told when items are in the journal for good */
export function journalFeed(options: {
  readonly store: Pick<Store, 'append'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onKept: () => void;
}): JournalFeed {
  const { store, clock, log } = options;
  let items: Item[] = [];
  const memory = new Map<string, () => string>();
  let cancel: (() => void) | undefined;
  let troubled: string | undefined;
  let keeping: Promise<void> = Promise.resolve();

  const keep = async (batch: readonly Item[], along: Readonly<Record<string, string>>): Promise<void> => {
    try {
      await store.append(batch, { memory: along });
      troubled = undefined;
      options.onKept();
    } catch (error) {
      // The store counts what is lost and says so in its status; the log hears of it once.
      const { message } = faultOf(error, 'output');
      if (troubled !== message) log.error(`nothing is kept: ${message}`);
      troubled = message;
    }
  };

  const handOver = (): void => {
    cancel?.();
    cancel = undefined;
    const batch = items;
    if (batch.length === 0 && memory.size === 0) return;
    const along = Object.fromEntries([...memory].map(([name, text]) => [name, text()]));
    items = [];
    memory.clear();
    keeping = Promise.all([keeping, keep(batch, along)]).then(() => undefined);
  };

  const soon = (): void => {
    if (items.length >= GATHER_MOST) handOver();
    else cancel ??= clock.after(GATHER, handOver);
  };

  return {
    note: (item) => {
      items.push(item);
      soon();
    },
    remember: (name, text) => {
      memory.set(name, text);
      soon();
    },
    flush: () => {
      handOver();
      return keeping;
    },
  };
}
