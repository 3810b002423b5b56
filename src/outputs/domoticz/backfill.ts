import { PROFILE } from '../../core/archive.ts';
import { numberIn } from '../../core/field.ts';
import type { OutputContext } from '../../core/site/index.ts';
import type { Snapshot } from '../../core/snapshot.ts';

/**
 * Load profiles as a managed counter takes them: `COUNTER;USAGE;TIME` in Wh, once for each slot by the meter's own clock,
 * and once for each day that is over, since Domoticz keeps slots for some days only.
 */
export interface Backfill {
  /** What has to be sent for a slot, in order; `done` is called when all of it was taken. */
  readonly sendings: (
    slot: Snapshot,
  ) => Promise<{ readonly svalues: readonly string[]; readonly done: () => Promise<void> }>;
}

/** How far a member's profile was counted. */
interface Progress {
  /** End of the last slot: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  /** Wh of all slots so far. */
  readonly counter: number;
  /** The day under way on the meter's clock, and its Wh. */
  readonly date: string;
  readonly day: number;
}

export const isSlot = ({ group, kind }: Snapshot): boolean => kind === 'archive' && group === PROFILE;

export function backfill({ memory }: Pick<OutputContext, 'memory'>): Backfill {
  return {
    sendings: async ({ device, at, values }) => {
      const shelf = `profile.${device}`;
      const text = await memory.get(shelf);
      const before = text === undefined ? undefined : (JSON.parse(text) as Progress); // written below
      const energy = numberIn(values, 'energy');
      const { local } = values;
      const nothing = { svalues: [], done: () => Promise.resolve() };
      if (energy === undefined || typeof local !== 'string') return nothing;
      const usage = Math.round(energy * 1000);
      // One that was counted already only stands there again.
      const isNew = before === undefined || at > before.at;
      const counter = (before?.counter ?? 0) + (isNew ? usage : 0);
      const svalues = [`${counter};${usage};${local.replace('T', ' ')}`];
      if (!isNew) return { svalues, done: () => Promise.resolve() };
      // A slot that ends at midnight belongs to the day before.
      const date = new Date(Date.parse(`${local}Z`) - 1).toISOString().slice(0, 10);
      if (before !== undefined && before.date !== date)
        svalues.unshift(`${before.counter};${before.day};${before.date}`);
      const day = usage + (before?.date === date ? before.day : 0);
      const after: Progress = { at, counter, date, day };
      return { svalues, done: () => memory.set(shelf, JSON.stringify(after)) };
    },
  };
}
