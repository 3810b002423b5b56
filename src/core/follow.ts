import { asking } from './asking.ts';
import { sleep } from './clock.ts';
import type { Group } from './device.ts';
import { Fault, faultOf } from './fault.ts';
import { complete } from './field.ts';
import type { Place } from './read.ts';
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
  /** The latest values of every group read so far; one that failed at its last attempt is missing. */
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
 * Follows a device until the signal aborts: yields after every round of polling, or after every message heard. The
 * groups with the shortest period are read on time and in one round, the others one by one in the gaps between these
 * rounds; so the first states of a large one hold the fast groups only. Faults are part of what it yields; it ends only with the signal. In mode `auto` it listens first, stays silent as
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
      yield* polling(of, groups, known, options);
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

/** Milliseconds that the first state waits for all groups to be tried, so that a small device is shown whole. */
const FIRST_STATE = 1_000;

/** Keeps what asking brings. */
async function* polling(
  of: Place,
  groups: readonly Group[],
  known: Record<string, Values>,
  options: FollowOptions,
): AsyncGenerator<Followed, void, undefined> {
  const { clock } = of.bus;
  const { periods, signal } = options;
  const rhythm = {
    groups,
    known,
    ...(periods === undefined ? {} : { periods }),
    ...(signal === undefined ? {} : { signal }),
  };
  const began = clock.now();
  const untried = new Set(groups.map((group) => group.name));
  let fresh: readonly string[] = [];
  let faults: Readonly<Record<string, Fault>> = {};
  for await (const { at, groups: read, faults: failed } of asking(of, rhythm)) {
    for (const [name, values] of Object.entries(read)) if (values !== undefined) known[name] = values;
    // Old values must not pass for new ones: a group that failed is missing until it answers again.
    for (const name of Object.keys(failed)) if (!(name in read)) Reflect.deleteProperty(known, name);
    fresh = [...new Set([...fresh, ...Object.keys(read)])];
    faults = { ...faults, ...failed };
    for (const name of [...fresh, ...Object.keys(faults)]) untried.delete(name);
    if (untried.size > 0 && clock.now() - began < FIRST_STATE) continue;
    untried.clear();
    yield { at, groups: refreshed(of, known), fresh, faults };
    fresh = [];
    faults = {};
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
