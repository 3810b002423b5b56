import { type Bus, openBus } from '../core/bus/bus.ts';
import { askInRhythm } from '../core/asking.ts';
import { type Clock, sleep } from '../core/clock.ts';
import { type Device, type Family, type Group, groupOf } from '../core/device.ts';
import { faultOf, type Fault } from '../core/fault.ts';
import { locate } from '../core/find.ts';
import { follow, type Mode } from '../core/follow.ts';
import type { Line } from '../core/line.ts';
import type { Link } from '../core/link.ts';
import { place, type Place, type Reading } from '../core/read.ts';
import type { Values } from '../core/snapshot.ts';
import { type FrameMonitor, frameMonitor } from '../core/frame-monitor.ts';
import type { GroupPolling, LineDeviceStatus } from './gateway.ts';

/** A device to be polled. */
export interface LineDevice {
  /** Name on the site. */
  readonly name: string;
  /** What to look for, settings of the way to it and timing included. */
  readonly device: Device | Family;
  readonly address?: number | 'find';
  readonly mode: Mode;
  /** Seconds between two readings of a group, where the owner wants others than the definition. */
  readonly periods: Readonly<Record<string, number>>;
}

/** What the poller finds out. */
export interface LineEvents {
  /** It is known now which device answers, and where. Called again when that changes. */
  readonly located: (name: string, place: Place) => void;
  /** A group was read, or heard. */
  readonly measured: (name: string, place: Place, group: Group, at: number, values: Values) => void;
  readonly failed: (name: string, group: string, fault: Fault) => void;
  readonly notice: (text: string) => void;
}

/** A line that is being polled. */
export interface LineRunner {
  readonly name: string;
  readonly bus: Bus;
  readonly frames: FrameMonitor;
  /** Where a device was found; undefined while it is searched for. */
  readonly place: (name: string) => Place | undefined;
  readonly status: () => readonly LineDeviceStatus[];
  /** Starts polling one more device. */
  readonly add: (device: LineDevice) => void;
  /** Ends polling of one device; resolves when it is over. */
  readonly remove: (name: string) => Promise<void>;
  /** Ends everything on the line; never rejects. */
  readonly close: () => Promise<void>;
}

/** Milliseconds between two attempts to find a device that does not answer: at first, and at most. */
const SEARCH_PAUSE = 2_000;
const LONGEST_SEARCH_PAUSE = 60_000;
/** Share of a period that a reading may be late before it counts as an overrun. */
const LATE = 0.5;

interface Running {
  readonly wanted: LineDevice;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

interface Tally {
  read: number;
  failed: number;
  overruns: number;
  last: number | undefined;
}

/** Opens a line and polls the devices added to it. */
export function runLine(options: {
  readonly name: string;
  readonly link: Link;
  readonly line: Line;
  readonly clock: Clock;
  readonly events: LineEvents;
  readonly random?: () => number;
}): LineRunner {
  const { name, clock, events } = options;
  const frames = frameMonitor(clock);
  const bus = openBus(options.link, options.line, clock, {
    onNotice: (text) => events.notice(text),
    onBytes: frames.note,
    ...(options.random === undefined ? {} : { random: options.random }),
  });
  const running = new Map<string, Running>();
  const states = new Map<string, LineDeviceStatus['state']>();
  const places = new Map<string, Place>();
  const tallies = new Map<string, Map<string, Tally>>();

  const tally = (device: string, group: string): Tally => {
    let ofDevice = tallies.get(device);
    if (ofDevice === undefined) tallies.set(device, (ofDevice = new Map<string, Tally>()));
    let known = ofDevice.get(group);
    if (known === undefined)
      ofDevice.set(group, (known = { read: 0, failed: 0, overruns: 0, last: undefined }));
    return known;
  };

  /** Searches until the device answers, with growing pauses. */
  const find = async (wanted: LineDevice, signal: AbortSignal): Promise<Place | undefined> => {
    for (let pause = SEARCH_PAUSE; !signal.aborted; pause = Math.min(LONGEST_SEARCH_PAUSE, pause * 2)) {
      try {
        const found = await locate(bus, {
          device: wanted.device,
          how: wanted.mode === 'poll' ? 'poll' : 'listen',
          signal,
          ...(wanted.address === undefined ? {} : { address: wanted.address }),
        });
        // Health and patience are kept by the name that the owner knows.
        return { ...place(bus, found.device, found.address), name: wanted.name };
      } catch (error) {
        if (isOver(signal)) return undefined;
        events.failed(wanted.name, '', faultOf(error, 'format'));
        await sleep(clock, pause, signal);
      }
    }
    return undefined;
  };

  /** Counts and passes on what a round brought. */
  const take = (
    wanted: LineDevice,
    at: Place,
    fresh: readonly string[],
    { at: when, groups, faults }: Reading,
  ): void => {
    const now = clock.now();
    for (const name of fresh) {
      const group = groupOf(at.device, name);
      const values = groups[name];
      if (group === undefined || values === undefined) continue;
      const of = tally(wanted.name, name);
      const period = (wanted.periods[name] ?? group.period) * 1000;
      if (of.last !== undefined && now - of.last > period * (1 + LATE)) of.overruns++;
      of.last = now;
      of.read++;
      events.measured(wanted.name, at, group, when, values);
    }
    for (const group in faults) {
      const fault = faults[group];
      if (fault === undefined) continue;
      tally(wanted.name, group).failed++;
      events.failed(wanted.name, group, fault);
    }
  };

  const poll = async (wanted: LineDevice, signal: AbortSignal): Promise<void> => {
    states.set(wanted.name, 'searching');
    const at = await find(wanted, signal);
    if (at === undefined) return;
    places.set(wanted.name, at);
    states.set(wanted.name, wanted.mode === 'poll' ? 'polling' : 'listening');
    events.located(wanted.name, at);
    const { periods, mode } = wanted;
    const onNotice = (text: string): void => {
      if (text.endsWith('asking')) states.set(wanted.name, 'polling');
      events.notice(`${wanted.name}: ${text}`);
    };
    // Who only asks needs nothing of what `follow` does for listening.
    if (mode === 'poll' || at.device.overhear === undefined) {
      const known: Record<string, Values> = {};
      await askInRhythm(at, { groups: at.device.groups, periods, known, signal }, (reading) => {
        Object.assign(known, reading.groups);
        take(wanted, at, Object.keys(reading.groups), reading);
        return undefined;
      });
      return;
    }
    for await (const state of follow(at, { mode, periods, signal, onNotice }))
      take(wanted, at, state.fresh, state);
  };

  return {
    name,
    bus,
    frames,
    place: (device) => places.get(device),
    status: () =>
      [...running.values()].map(({ wanted }) => {
        const at = places.get(wanted.name);
        const groups: Record<string, GroupPolling> = {};
        for (const { name: group, period } of at?.device.groups ?? []) {
          const { read, failed, overruns } = tally(wanted.name, group);
          groups[group] = { period: wanted.periods[group] ?? period, read, failed, overruns };
        }
        return {
          member: wanted.name,
          device: at?.device.id ?? wanted.device.id,
          state: states.get(wanted.name) ?? 'searching',
          groups,
          ...(at === undefined ? {} : { address: at.address }),
        };
      }),
    add: (wanted) => {
      const stop = new AbortController();
      const done = poll(wanted, stop.signal).catch((error: unknown) => {
        // Faults are part of what is followed; anything else is a mistake of ours and must be seen.
        events.failed(wanted.name, '', faultOf(error, 'config'));
      });
      running.set(wanted.name, { wanted, stop, done });
    },
    remove: async (device) => {
      const one = running.get(device);
      if (one === undefined) return;
      one.stop.abort();
      await one.done;
      running.delete(device);
      places.delete(device);
      states.delete(device);
      tallies.delete(device);
    },
    close: async () => {
      for (const { stop } of running.values()) stop.abort();
      await bus.close();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

/** Whether a signal has struck; a function, since it may have changed while something was awaited. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;
