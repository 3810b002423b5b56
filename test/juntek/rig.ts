import { isDeepStrictEqual } from 'node:util';
import { ascii } from '../../src/core/bytetext.ts';
import { type Bus, openBus } from '../../src/core/bus/bus.ts';
import { sleep } from '../../src/core/clock.ts';
import { type Device, type Group } from '../../src/core/device.ts';
import { Fault } from '../../src/core/fault.ts';
import { line } from '../../src/core/line.ts';
import { type MemoryLine, memoryLine } from '../../src/core/memory-link.ts';
import { place, type Place, poll, type Reading } from '../../src/core/read.ts';
import type { Readings } from '../../src/core/snapshot.ts';
import { type VirtualClock, virtualClock } from '../../src/core/virtual-clock.ts';
import kg from '../../src/devices/juntek/kg.ts';
import { seeded } from '../../src/simulator/random.ts';
import { site, type SimulatedDevice, type Site } from '../../src/simulator/site.ts';

/** A bus and a line in memory; all in virtual time. */
export interface Wire {
  readonly clock: VirtualClock;
  readonly wire: MemoryLine;
  readonly bus: Bus;
  /** Reads groups of a device; all three when none are named. */
  read(groups?: readonly string[], of?: Partial<Place>, known?: Readings): Promise<Reading>;
}

export function wired(device: Device = kg): Wire {
  const clock = virtualClock();
  const wire = memoryLine(clock, { line: line(115200) });
  const bus = openBus(wire.link, line(115200), clock, { random: seeded(1) });
  return {
    clock,
    wire,
    bus,
    read: (groups, of = {}, known = {}) => {
      const target = { ...place(bus, device), ...of };
      const wanted = target.device.groups.filter(({ name }) => groups?.includes(name) ?? true);
      return clock.run(poll(target, wanted, { known }));
    },
  };
}

/** As `wired`, with simulated devices at the far end that live second by second. */
export interface Rig extends Wire {
  readonly site: Site;
  /** What the first device would have said in each of the last seconds, newest last. */
  readonly past: readonly Readings[];
}

/** @param options what the site is told besides its clock; the first device is what is read */
export function rig(
  devices: readonly SimulatedDevice[] = [{ device: kg }],
  options: { readonly echo?: boolean; readonly seed?: number } = {},
): Rig {
  const base = wired(devices[0]?.device);
  const { clock, wire } = base;
  const simulated = site({ clock, devices, seed: options.seed ?? 7, ...options });
  const past: Readings[] = [];
  const remember = (): void => {
    past.push(simulated.stations[0]?.readings() ?? {});
    if (past.length > REMEMBERED) past.shift();
    clock.after(1000, remember);
  };
  remember();
  // A converter that breaks off comes back: its place on the wire does not.
  const far = {
    ...wire.far,
    close: () => {
      wire.cut('the converter went away');
      return Promise.resolve();
    },
  };
  void simulated.serve(far);
  return { ...base, site: simulated, past };
}

/** Seconds: an answer may be held back twice by a converter and still be a true one of that time. */
const REMEMBERED = 30;

/** Answers requests by hand: `answer` gets the count of requests so far and says what comes, and after which pause. */
export function answerBy(
  { wire, clock }: Wire,
  answer: (nth: number, request: string) => readonly (readonly [after: number, text: string])[],
): { readonly requests: string[] } {
  const requests: string[] = [];
  void (async () => {
    for await (const bytes of wire.far.incoming) {
      const request = String.fromCharCode(...bytes);
      requests.push(request);
      for (const [after, text] of answer(requests.length, request)) {
        await sleep(clock, after);
        await wire.far.write(ascii(text));
      }
    }
  })();
  return { requests };
}

/** The fault of a group, which must be there. */
export function faultOf(reading: Reading, group: Group['name'] = 'measured'): Fault {
  const fault = reading.faults[group];
  if (fault === undefined) throw new Error(`no fault, but ${JSON.stringify(reading.groups[group])}`);
  return fault;
}

/**
 * Whether a group was read as the device had it in one of the last seconds. The state of charge is left out where
 * the capacity was not read.
 */
export function isTrue(reading: Reading, group: string, past: readonly Readings[]): boolean {
  const read = reading.groups[group];
  return past.some((then) => {
    const { soc, ...others } = then[group] ?? {};
    return isDeepStrictEqual(read !== undefined && 'soc' in read ? { ...others, soc } : others, { ...read });
  });
}

/**
 * What a receiver at one baud rate makes of bytes sent at another (8N1): it waits for a falling edge and samples in
 * the middle of each of its own bits, as every UART does.
 */
export function misheard(bytes: Uint8Array, sentAt: number, heardAt: number): Uint8Array {
  const bits = [...bytes].flatMap((byte) => [
    0,
    ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1),
    1,
  ]);
  const level = (time: number): number => bits[Math.floor(time * sentAt)] ?? 1;
  const step = 1 / heardAt;
  const heard: number[] = [];
  const end = bits.length / sentAt;
  for (let time = 0; time < end;) {
    if (level(time) === 1) {
      time += step / 16;
      continue;
    }
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) byte |= level(time + (bit + 1.5) * step) << bit;
    heard.push(byte);
    time += 9.5 * step;
    while (time < end && level(time) === 0) time += step / 16; // a stop bit that is none: wait for the line to rest
  }
  return Uint8Array.from(heard);
}
