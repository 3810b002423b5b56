import type { QuantityName } from '../core/quantity.ts';
import type { Entry, SiteGroup } from '../core/site/index.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { fold, type Fold, type Keep, moved, statesOf } from './thin-fold.ts';

/** What an output is sent, by its owner's choice. */
export interface ThinSettings {
  /** Seconds of which one snapshot of each group is made, as clocks show them. Absent: every snapshot. */
  readonly interval?: number;
  /** What measured numbers become in it; counters, words and settings are always the last. Absent: `mean`. */
  readonly keep?: Keep;
  /**
   * A snapshot in which no number moved by more than this (in units of its quantity) since the last one sent, and
   * nothing else changed, is left out. Numbers of quantities that are not named are sent whenever they change.
   */
  readonly deadband?: Readonly<Partial<Record<QuantityName, number>>>;
  /** Seconds after which a snapshot is sent although nothing moved; absent: 900. */
  readonly heartbeat?: number;
}

/** What became of entries. */
export interface Thinned {
  readonly entries: readonly Entry[];
  /**
   * Every entry up to this sequence is sent with these, was sent before, or is left out for good: when they are
   * delivered the cursor may move here. What comes behind it is still being gathered and must come again after a
   * restart; states among it may then be sent twice.
   */
  readonly upTo: number;
}

/** Thins a stream of entries; keeps one interval and one snapshot of each group, and nothing else. */
export interface Thinner {
  /** Takes entries in order. */
  readonly take: (entries: readonly Entry[]) => Thinned;
  /** Closes intervals that ended before an instant (milliseconds since 1970-01-01T00:00Z), also without new entries. */
  readonly close: (at: number) => Thinned;
  /** Forgets what was gathered and sent: the entries behind the cursor come again. */
  readonly rewind: () => void;
}

/** What is known of one group. */
interface Series {
  /** The interval that is open: its number, what is in it, its first and last entry. */
  open?: {
    readonly number: number;
    readonly group: SiteGroup;
    readonly fold: Fold;
    readonly first: number;
    last: { readonly sequence: number; readonly snapshot: Snapshot };
  };
  /** The last snapshot that was sent. */
  sent?: Snapshot;
  /** States as they were sent last, as JSON. */
  states?: string;
}

const HEARTBEAT = 900;

/** @param lookup the group of a member, as it is known now */
export function thinner(
  settings: ThinSettings,
  lookup: (member: string, group: string) => SiteGroup | undefined,
): Thinner {
  const { interval, keep = 'mean', deadband, heartbeat = HEARTBEAT } = settings;
  const series = new Map<string, Series>();
  let reached = 0;

  const numberOf = (at: number): number => Math.floor(at / ((interval ?? 1) * 1000));

  /** Sends a snapshot unless nothing in it moved. */
  function send(of: Series, group: SiteGroup, sequence: number, snapshot: Snapshot, out: Entry[]): void {
    const { sent } = of;
    const since = sent === undefined ? Infinity : Math.abs(snapshot.at - sent.at);
    const still =
      deadband !== undefined &&
      sent !== undefined &&
      since < heartbeat * 1000 &&
      !moved(group.fields, sent.values, snapshot.values, deadband);
    if (still) return;
    of.sent = snapshot;
    out.push({ sequence, what: 'snapshot', snapshot });
  }

  function closed(of: Series, out: Entry[]): void {
    const { open } = of;
    delete of.open;
    const values = open?.fold.values();
    if (open === undefined || values === undefined) return;
    const { sequence, snapshot } = open.last;
    send(of, open.group, sequence, { ...snapshot, values }, out);
  }

  function takeOne(entry: Entry & { readonly what: 'snapshot' }, out: Entry[]): void {
    const { sequence, snapshot } = entry;
    const { device, group: name, at, kind, values } = snapshot;
    const group = lookup(device, name);
    // What the device kept has its own intervals, and what nobody knows is passed on as it is.
    if (kind === 'archive' || group === undefined) {
      out.push(entry);
      return;
    }
    const key = `${device}/${name}`;
    const of: Series = series.get(key) ?? {};
    series.set(key, of);
    if (interval === undefined) {
      send(of, group, sequence, snapshot, out);
      return;
    }
    if (of.open !== undefined && of.open.number !== numberOf(at)) closed(of, out);
    const states = statesOf(group.fields, values);
    const told = JSON.stringify(states);
    if (Object.keys(states).length > 0 && told !== of.states) {
      of.states = told;
      out.push({ sequence, what: 'snapshot', snapshot: { ...snapshot, values: states } });
    }
    of.open ??= {
      number: numberOf(at),
      group,
      fold: fold(group, keep),
      first: sequence,
      last: { sequence, snapshot },
    };
    of.open.fold.add(values);
    of.open.last = { sequence, snapshot };
  }

  function thinned(out: readonly Entry[]): Thinned {
    let upTo = reached;
    for (const { open } of series.values()) if (open !== undefined) upTo = Math.min(upTo, open.first - 1);
    return { entries: [...out].sort((one, other) => one.sequence - other.sequence), upTo };
  }

  return {
    take: (entries) => {
      const out: Entry[] = [];
      for (const entry of entries) {
        reached = Math.max(reached, entry.sequence);
        if (entry.what === 'event') out.push(entry);
        else takeOne(entry, out);
      }
      return thinned(out);
    },
    close: (at) => {
      const out: Entry[] = [];
      for (const [key, of] of series) {
        const { open } = of;
        if (open === undefined || open.number >= numberOf(at)) continue;
        const { device, group } = open.last.snapshot;
        closed(of, out);
        // A member that left the site is forgotten.
        if (lookup(device, group) === undefined) series.delete(key);
      }
      return thinned(out);
    },
    rewind: () => {
      series.clear();
      reached = 0;
    },
  };
}
