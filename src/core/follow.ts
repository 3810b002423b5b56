import { sleep } from './clock.ts';
import type { Group } from './device.ts';
import { Fault, faultOf } from './fault.ts';
import { complete } from './field.ts';
import { type Place, poll } from './read.ts';
import type { Readings, Values } from './snapshot.ts';
import { unitShelf } from './units.ts';

/** How values are had: by asking, by listening to another master, or whichever fits. */
export type Mode = 'poll' | 'listen' | 'auto';

/** How to follow a device. */
export interface FollowOptions {
  readonly groups?: readonly Group[];
  readonly mode?: Mode;
  /** Seconds between two readings of a group, by name; left out: the group's own period. */
  readonly periods?: Readonly<Record<string, number>>;
  readonly signal?: AbortSignal;
  /** Told which mode was chosen, and when it changes. */
  readonly onNotice?: (text: string) => void;
}

/** The state of a device after each round. */
export interface Followed {
  /** When the newest values were had: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  /** The latest values of every group read so far. */
  readonly groups: Readings;
  /** Groups read in this round. */
  readonly fresh: readonly string[];
  /** Groups that were due in this round and failed. */
  readonly faults: Readonly<Record<string, Fault>>;
}

/** How long `auto` listens for another master before it asks, in milliseconds; displays poll once or twice a second. */
const LISTEN_FIRST = 3_000;
/** Silence after which `auto` concludes that the other master is gone. */
const MASTER_GONE = 15_000;

/**
 * Follows a device until the signal aborts: yields after every round of polling, or after every message heard.
 * Faults are part of what it yields; it ends only with the signal. In mode `auto` it listens first, stays silent as
 * long as another master polls the device, and asks itself when there is none.
 */
export async function* follow(
  of: Place,
  options: FollowOptions = {},
): AsyncGenerator<Followed, void, undefined> {
  const groups = options.groups ?? of.device.groups;
  const notice = options.onNotice ?? ((): void => undefined);
  const known: Record<string, Values> = {};
  let mode = options.mode ?? 'poll';
  if (mode !== 'poll' && of.device.overhear === undefined) {
    if (mode === 'listen')
      throw new Fault('config', `${of.device.id} cannot be overheard: nobody else asks it`);
    mode = 'poll';
  }
  while (options.signal?.aborted !== true) {
    if (mode === 'poll') {
      yield* asking(of, groups, known, options);
      return;
    }
    const patience = mode === 'auto' ? LISTEN_FIRST : MASTER_GONE;
    if (mode === 'auto') notice('listening for another master');
    const heard = yield* listening(of, groups, known, patience, mode === 'auto', options);
    if (mode === 'auto' && !heard) {
      notice('no other master is heard: asking');
      mode = 'poll';
    }
  }
}

async function* asking(
  of: Place,
  groups: readonly Group[],
  known: Record<string, Values>,
  options: FollowOptions,
): AsyncGenerator<Followed, void, undefined> {
  const { clock } = of.bus;
  const start = clock.now();
  const schedule = groups.map((group) => ({
    group,
    period: (options.periods?.[group.name] ?? group.period) * 1000,
    due: start,
  }));
  while (options.signal?.aborted !== true) {
    const now = clock.now();
    const due = schedule.filter((entry) => entry.due <= now);
    const round = await poll(
      of,
      due.map((entry) => entry.group),
      { rank: 'live', known, ...(options.signal === undefined ? {} : { signal: options.signal }) },
    );
    // A cancelled round says nothing about the device.
    if (Object.values(round.faults).some((fault) => fault.code === 'cancelled')) return;
    for (const [name, values] of Object.entries(round.groups)) if (values !== undefined) known[name] = values;
    for (const entry of due) {
      // Rounds that were missed are skipped, so that a slow line does not fall behind for ever.
      entry.due += entry.period * Math.max(1, Math.ceil((clock.now() - entry.due) / entry.period));
      // A group that never answered is asked again with the next round, whatever its period.
      if (known[entry.group.name] === undefined)
        entry.due = Math.min(entry.due, Math.min(...schedule.map((e) => e.due)));
    }
    yield {
      at: round.at,
      groups: refreshed(of, known),
      fresh: Object.keys(round.groups),
      faults: round.faults,
    };
    const next = Math.min(...schedule.map((entry) => entry.due));
    await sleep(clock, Math.max(0, next - clock.now()), options.signal);
  }
}

/** Hears messages until the line is silent for too long; true when any was heard. */
async function* listening(
  of: Place,
  groups: readonly Group[],
  known: Record<string, Values>,
  firstPatience: number,
  quietly: boolean,
  options: FollowOptions,
): AsyncGenerator<Followed, boolean, undefined> {
  const { bus, device, address } = of;
  const listen = device.overhear;
  if (listen === undefined) return false;
  const wanted = new Set(groups.map((group) => group.name));
  const shelf = unitShelf();
  let any = false;
  for (;;) {
    const patience = any ? MASTER_GONE : firstPatience;
    try {
      const heard = await bus.overhear(() => listen(address), { response: patience }, options.signal);
      any = true;
      const group = groups.find((one) => one.name === heard.group);
      if (group === undefined) continue;
      known[heard.group] = shelf.put(group, heard.values, bus.clock.now()).values;
      yield { at: bus.clock.date(), groups: refreshed(of, known), fresh: [heard.group], faults: {} };
    } catch (error) {
      const fault = faultOf(error, 'format');
      if (options.signal?.aborted === true) return any;
      if (fault.code === 'format' || fault.code === 'checksum') continue;
      if (fault.code === 'link') await sleep(bus.clock, LINK_PAUSE, options.signal);
      if (fault.code === 'link' || !quietly || any) {
        const faults = Object.fromEntries([...wanted].map((name) => [name, fault]));
        yield { at: bus.clock.date(), groups: refreshed(of, known), fresh: [], faults };
      }
      if (fault.code !== 'link') return any && !quietly;
    }
  }
}

/** Pause before listening again on a link that is away, in milliseconds. */
const LINK_PAUSE = 1_000;

/** The latest values with everything derived made anew: a group read later may complete an earlier one. */
function refreshed(of: Place, known: Readonly<Record<string, Values>>): Readings {
  return Object.fromEntries(
    of.device.groups.flatMap((group) => {
      const own = known[group.name];
      return own === undefined ? [] : [[group.name, complete(own, group.derived, known)]];
    }),
  );
}
