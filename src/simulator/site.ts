import type { Clock } from '../core/clock.ts';
import type { Device } from '../core/device.ts';
import { Fault } from '../core/fault.ts';
import { numberIn } from '../core/field.ts';
import type { Channel } from '../core/link.ts';
import { nearest } from '../core/nearest.ts';
import type { Value } from '../core/snapshot.ts';
import type { Station } from '../core/station.ts';
import { battery, type Battery } from './battery.ts';
import { simulateLine } from './line.ts';
import { isLineFault, LINE_FAULTS, mangler } from './line-faults.ts';
import { seeded } from './random.ts';

/** One simulated device. */
export interface SimulatedDevice {
  readonly device: Device;
  /** Left out: the device's usual address. */
  readonly address?: number;
  /** Fields to set at the start; `voltage`, `current` and `temperature` are held there. */
  readonly set?: readonly (readonly [field: string, value: Value])[];
  /** Switches of the protocol's own. */
  readonly options?: Readonly<Record<string, string>>;
  /** Faults and how often they happen, 0 to 1: of the device's protocol, or of the line. */
  readonly faults?: readonly (readonly [kind: string, rate: number])[];
  /** Other masters on the line that poll this device, by name. */
  readonly masters?: readonly (readonly [name: string, rate: number | undefined])[];
  /** Cells in series of its battery. Default 4. */
  readonly cells?: number;
  /** What charges and drains its battery, as shares of the capacity an hour: at noon, and on average. Default 0.3 and 0.08. */
  readonly household?: { readonly sun: number; readonly load: number };
}

/** How a site runs. */
export interface SiteOptions {
  readonly clock: Clock;
  readonly devices: readonly SimulatedDevice[];
  /** The same seed gives the same run. */
  readonly seed: number;
  /** Seconds that pass inside for each second outside, 1 to 3600. Default 1. */
  readonly speed?: number;
  /** Two-wire adapter: everything sent to the line is sent back. */
  readonly echo?: boolean;
  /** Calendar time at the start, milliseconds since 1970-01-01T00:00Z. Default: that of the clock. */
  readonly date?: number;
}

/** Simulated devices on one line, each with a battery that lives. */
export interface Site {
  readonly stations: readonly Station[];
  readonly batteries: readonly Battery[];
  /** What can go wrong, by name with what each does: of the first device's protocol, and of the line. */
  readonly faults: Readonly<Record<string, string>>;
  /** Makes a fault happen from now on, at a rate of 0 (never) to 1 (always). Throws a `config` fault for one that is none. */
  readonly setFault: (kind: string, rate: number) => void;
  /** Plays the line on a channel until that ends; may be called again with a new one. On another clock where one is given. */
  serve(channel: Channel, clock?: Clock): Promise<void>;
  /** Lets so many seconds pass at once, besides those of the clock. */
  pass(seconds: number): void;
  /** Time stops. */
  stop(): void;
}

/** Seconds of a step where much time passes at once: what happens within is not looked at. */
const COARSE = 60;

/** What `set` holds in the world instead of in the device. */
const WORLD = ['voltage', 'current', 'temperature'] as const;

/** Builds a site and lets its time run. Throws `config` faults for fields, faults and masters that do not exist. */
export function site(options: SiteOptions): Site {
  const { clock, devices } = options;
  const [first] = devices;
  if (first === undefined) throw new Fault('config', 'a simulated line needs a device');
  const random = seeded(options.seed);
  const lineFaults = mangler(random);
  const places = devices.map((of) => populate(of, options.date ?? clock.date(), random));
  const setFault = (station: Station | undefined, kind: string, rate: number): void => {
    if (isLineFault(kind)) lineFaults.set(kind, rate);
    else setStationFault(station, kind, rate);
  };
  for (const [index, of] of devices.entries()) {
    for (const [kind, rate] of of.faults ?? []) setFault(places[index]?.station, kind, rate);
  }
  const masters = devices.flatMap((of) =>
    (of.masters ?? []).map(([name, rate]) => ({
      master: masterOf(of.device, name, rate),
      address: addressOf(of),
    })),
  );
  const speed = options.speed ?? 1;
  let stopped = false;
  let cancel: () => void = () => undefined;
  const pass = (seconds: number, step: number): void => {
    for (const { station, world } of places) {
      for (let left = seconds; left > 0; left -= step) {
        const now = Math.min(step, left);
        world.tick(now);
        station.tick(now, world.world());
      }
    }
  };
  const tick = (): void => {
    if (stopped) return;
    pass(speed, 1);
    cancel = clock.after(1000, tick);
  };
  cancel = clock.after(1000, tick);
  return {
    stations: places.map((place) => place.station),
    batteries: places.map((place) => place.world),
    faults: { ...places[0]?.station.faults, ...LINE_FAULTS },
    setFault: (kind, rate) => {
      for (const { station } of places) setFault(station, kind, rate);
    },
    pass: (seconds) => pass(seconds, COARSE),
    serve: (channel, own = clock) =>
      simulateLine({
        channel,
        clock: own,
        stations: places.map((place) => place.station),
        line: { ...first.device.line, baud: places[0]?.station.baud ?? first.device.line.baud },
        mangler: lineFaults,
        masters,
        ...(options.echo === undefined ? {} : { echo: options.echo }),
      }),
    stop() {
      stopped = true;
      cancel();
    },
  };
}

function addressOf(of: SimulatedDevice): number {
  return of.address ?? of.device.addresses.usual;
}

function populate(
  of: SimulatedDevice,
  date: number,
  random: () => number,
): { station: Station; world: Battery } {
  const { lowest, highest } = of.device.addresses;
  const address = addressOf(of);
  if (address < lowest || address > highest) {
    throw new Fault('config', `${of.device.id} has addresses ${lowest} to ${highest}, not ${address}`);
  }
  const station = of.device.station({
    address,
    random,
    ...(of.options === undefined ? {} : { options: of.options }),
  });
  for (const [field, value] of of.set ?? []) if (!isWorld(field)) station.set(field, value);
  const start = startOf(of.device, station);
  const { capacity = 100 } = start;
  const world = battery({
    ...start,
    ...(of.household === undefined
      ? {}
      : { sun: of.household.sun * capacity, load: of.household.load * capacity }),
    ...(of.cells === undefined ? {} : { cells: of.cells }),
    date,
    random,
  });
  for (const [field, value] of of.set ?? []) if (isWorld(field)) world.pin(field, Number(value));
  world.tick(1);
  station.tick(1, world.world());
  return { station, world };
}

/** Capacity and charge of the battery that the device says it is on. */
function startOf(device: Device, station: Station): { capacity?: number; charge?: number } {
  const readings = station.readings();
  const byRole = (role: string): number | undefined => {
    for (const group of device.groups) {
      const field = group.fields.find((one) => one.role === role);
      if (field !== undefined) return numberIn(readings[group.name], field.name);
    }
    return undefined;
  };
  const [capacity, charge] = [byRole('battery_capacity'), byRole('battery_charge')];
  return {
    ...(capacity === undefined ? {} : { capacity }),
    ...(capacity === undefined || charge === undefined ? {} : { charge: charge / capacity }),
  };
}

function isWorld(field: string): field is (typeof WORLD)[number] {
  return WORLD.some((name) => name === field);
}

function setStationFault(station: Station | undefined, kind: string, rate: number): void {
  const known = { ...station?.faults, ...LINE_FAULTS };
  if (!(kind in known)) {
    const close = nearest(kind, Object.keys(known));
    throw new Fault(
      'config',
      `unknown fault '${kind}'${close === undefined ? '' : `: did you mean '${close}'?`} Known are ${Object.keys(known).join(', ')}`,
    );
  }
  if (!(rate >= 0 && rate <= 1))
    throw new Fault('config', `rate ${rate} of fault '${kind}' is not from 0 to 1`);
  station?.fault(kind, rate);
}

function masterOf(device: Device, name: string, rate: number | undefined) {
  const master = device.masters[name];
  if (master === undefined) {
    throw new Fault(
      'config',
      `${device.id} knows no master '${name}': expected ${Object.keys(device.masters).join(', ')}`,
    );
  }
  return rate === undefined ? master : { ...master, rate };
}
