import type { Bus } from './bus/bus.ts';
import type { Rank } from './bus/queue.ts';
import type { Device, Group } from './device.ts';
import type { Exchange } from './exchange.ts';
import { Fault, faultOf } from './fault.ts';
import { complete } from './field.ts';
import { gather } from './gather.ts';
import type { Readings, Values } from './snapshot.ts';
import type { Stop } from './stop.ts';
import { type Before, lackingOf, pollUnits, type UnitBook, unitBook, unitShelf } from './units.ts';

/** A device at an address of a bus, under the name by which its site knows it. */
export interface Place {
  readonly bus: Bus;
  readonly device: Device;
  readonly address: number;
  /** Name for patience and health; unique on the bus. */
  readonly name: string;
  /** Which units (packs of a rack) are there; fills itself while reading. */
  readonly units: UnitBook;
}

/** What one round of reading brought. */
export interface Reading {
  /** When it was finished: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  /** Values of the groups that answered, derived ones included. */
  readonly groups: Readings;
  /** Faults of those that did not, by name; of one unit of a group by `group/unit`. */
  readonly faults: Readonly<Record<string, Fault>>;
}

/** A device as a place on a bus, named by id and address. */
export function place(bus: Bus, device: Device, address: number = device.addresses.usual): Place {
  return { bus, device, address, name: `${device.id}@${address}`, units: unitBook() };
}

/** The groups named, in the device's order. Throws a `config` fault that lists what there is. */
export function groupsNamed(device: Device, names: readonly string[]): readonly Group[] {
  const known = device.groups.map((group) => group.name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new Fault('config', `${device.id} has no group '${stranger}': expected ${known.join(', ')}`);
  }
  return device.groups.filter((group) => names.includes(group.name));
}

/** How groups are asked for. */
export interface PollOptions {
  /** Urgency on the line; left out: a person waits for it. */
  readonly rank?: Rank;
  readonly signal?: Stop;
  /** Values of groups read before, for values that follow from several groups. */
  readonly known?: Readings;
  /** Waited for before each question: who reads slow values lets fast ones pass. */
  readonly before?: Before;
  /** False: units that are not known yet are not looked for, as long as any is known. */
  readonly search?: boolean;
}

/**
 * Asks for groups, one after the other, or in one dialogue where the device has that. A group that fails does not keep
 * the others from being read; when the link itself is gone, the rest is not tried.
 */
export function poll(of: Place, groups: readonly Group[], options: PollOptions = {}): Promise<Reading> {
  const [only] = groups;
  return only !== undefined && groups.length === 1 && only.units === undefined && options.before === undefined
    ? pollOne(of, only, options)
    : pollAll(of, groups, options);
}

/** The fast group of most devices, every second of thousands of them: without the frame that `pollAll` needs. */
function pollOne(of: Place, group: Group, { rank, signal, known = {} }: PollOptions): Promise<Reading> {
  return askGroup(of, group, rank ?? 'user', signal).then(
    (values) => readingOf(of, { [group.name]: values }, {}, known),
    (error: unknown) => readingOf(of, {}, { [group.name]: faultOf(error, 'format') }, known),
  );
}

function askGroup(
  { bus, device, address, name, units }: Place,
  group: Group,
  rank: Rank,
  signal?: Stop,
): Promise<Values> {
  const exchange = (): Exchange<Values> => group.read(address, lackingOf(units, group.name));
  return bus.run({ device: name, rank, exchange, timing: device.timing }, signal);
}

async function pollAll(of: Place, groups: readonly Group[], options: PollOptions): Promise<Reading> {
  const { device, address } = of;
  const rank = options.rank ?? 'user';
  const raw: Record<string, Values> = {};
  const faults: Record<string, Fault> = {};
  let gone: Fault | undefined;
  const together = groups.length > 1 ? device.together : undefined;
  if (together !== undefined) {
    const names = groups.map((group) => group.name);
    const gathered = await gather(of, together(address, names), names, { ...options, rank });
    Object.assign(raw, gathered.values);
    Object.assign(faults, gathered.faults);
  }
  for (const group of together === undefined ? groups : []) {
    if (gone !== undefined) {
      faults[group.name] = gone;
      continue;
    }
    if (group.units !== undefined) {
      const { values, faults: own } = await pollUnits(of, group, group.units, { ...options, rank });
      if (values !== undefined) raw[group.name] = values;
      Object.assign(faults, own);
      gone = Object.values(own).find((fault) => fault.code === 'link' || fault.code === 'cancelled');
      continue;
    }
    try {
      await options.before?.('known');
      raw[group.name] = await askGroup(of, group, rank, options.signal);
    } catch (error) {
      const fault = faultOf(error, 'format');
      faults[group.name] = fault;
      if (fault.code === 'link' || fault.code === 'cancelled') gone = fault;
    }
  }
  return readingOf(of, raw, faults, options.known ?? {});
}

function readingOf(
  { bus, device }: Place,
  raw: Readonly<Record<string, Values>>,
  faults: Readonly<Record<string, Fault>>,
  known: Readings,
): Reading {
  return { at: bus.clock.date(), groups: completed(device, raw, known), faults };
}

/** Milliseconds that listening may take beyond its time to finish a frame that began in it. */
const LAST_WORDS = 1_000;

/**
 * Hears groups that somebody else asks for, until all were heard or the time is up. What was not heard is a
 * `timeout` fault.
 * @param milliseconds how long to listen
 */
export async function overhear(
  of: Place,
  groups: readonly Group[],
  milliseconds: number,
  options: { readonly signal?: AbortSignal; readonly known?: Readings } = {},
): Promise<Reading> {
  const { bus, device, address } = of;
  const listen = device.overhear;
  if (listen === undefined)
    throw new Fault('config', `${device.id} cannot be overheard: nobody else asks it`);
  const raw: Record<string, Values> = {};
  const shelf = unitShelf();
  const whole = new Set<string>();
  const missing = (): Group[] => groups.filter((group) => raw[group.name] === undefined);
  const wanted = (): Group[] => groups.filter((group) => !whole.has(group.name));
  const limit = new AbortController();
  const stop = (): void => limit.abort();
  const until = bus.clock.now() + milliseconds;
  // The time is up when listening says so, with what it heard as a hint; the limit is for a link that never opens.
  const cancel = bus.clock.after(milliseconds + LAST_WORDS, stop);
  options.signal?.addEventListener('abort', stop);
  let last: Fault | undefined;
  try {
    while (wanted().length > 0 && !limit.signal.aborted) {
      const left = Math.max(0, until - bus.clock.now());
      const heard = await bus
        .overhear(() => listen(address), { response: left }, limit.signal)
        .catch((error: unknown) => {
          last = faultOf(error, 'format');
          // An answer that cannot be read is no reason to stop listening: another one comes.
          if (last.code !== 'format' || bus.clock.now() >= until) throw last;
        });
      if (heard === undefined) continue;
      const group = device.groups.find((one) => one.name === heard.group);
      if (group === undefined) continue;
      const { values, complete } = shelf.put(group, heard.values, bus.clock.now());
      raw[heard.group] = values;
      if (complete) whole.add(heard.group);
    }
  } catch (error) {
    last = faultOf(error, 'format');
    if (last.code === 'link') throw last;
  } finally {
    cancel();
    options.signal?.removeEventListener('abort', stop);
  }
  const cancelled = options.signal?.aborted === true;
  const faults = missing().map((group) => {
    const seconds = Math.round(milliseconds / 1000);
    const silence = `${group.name} of address ${address}: nobody asked for it within ${seconds} s of listening`;
    const hint =
      last?.hint ??
      'listening needs a display (or another master) that polls the meter; use --mode poll without one';
    return [
      group.name,
      cancelled ? new Fault('cancelled', 'cancelled') : new Fault('timeout', silence, { hint }),
    ] as const;
  });
  return {
    at: bus.clock.date(),
    groups: completed(device, raw, options.known ?? {}),
    faults: Object.fromEntries(faults),
  };
}

/** Adds what follows from the values read, using older values of groups that were not read now. */
function completed(device: Device, raw: Readonly<Record<string, Values>>, known: Readings): Readings {
  const all: Readings = { ...known, ...raw };
  const out: Record<string, Values> = {};
  for (const group of device.groups) {
    const own = raw[group.name];
    if (own !== undefined) out[group.name] = complete(own, group.derived, all);
  }
  return out;
}
