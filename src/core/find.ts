import type { Bus } from './bus/bus.ts';
import type { Device, Family } from './device.ts';
import { isFamily } from './catalog.ts';
import { Fault, faultOf } from './fault.ts';

/** A device that answered. */
export interface Found {
  readonly device: Device;
  readonly address: number;
  /** The units that answered, where a device has several: the packs of a rack. */
  readonly units?: readonly number[];
}

/** How a search went so far. */
export interface Progress {
  readonly address: number;
  readonly tried: number;
  readonly total: number;
  readonly found: number;
}

/** Milliseconds an address gets to begin its answer while searching; a device that is there takes 5 to 30. */
const SHORT = 100;

/** Questions to each address of a run, since a lost answer would hide all behind it. */
const RUN_ATTEMPTS = 2;

/**
 * Asks one address after the other whether somebody of this kind is there, read-only and once each; the usual
 * address comes first. Where units are numbered in runs, each run is followed to its first silent address, and is one
 * device. Stops at the signal with what was found.
 */
export async function findDevices(
  bus: Bus,
  of: Device | Family,
  options: {
    readonly signal?: AbortSignal;
    readonly first?: boolean;
    readonly onProgress?: (progress: Progress) => void;
  } = {},
): Promise<Found[]> {
  const sample = isFamily(of) ? of.members[0] : of;
  if (sample === undefined) throw new Fault('config', `${of.id} has no members`);
  const { lowest, highest, usual, runs } = sample.addresses;
  if (runs !== undefined) return findRuns(bus, of, sample, runs, options);
  const others = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index).filter(
    (a) => a !== usual,
  );
  const addresses = [usual, ...others];
  const found: Found[] = [];
  for (const [index, address] of addresses.entries()) {
    if (options.signal?.aborted === true) break;
    options.onProgress?.({ address, tried: index, total: addresses.length, found: found.length });
    const device = await ask(bus, of, sample, address, options.signal);
    if (device !== undefined) found.push({ device, address });
    if (device !== undefined && options.first === true) break;
  }
  return found;
}

async function findRuns(
  bus: Bus,
  of: Device | Family,
  sample: Device,
  runs: readonly (readonly number[])[],
  options: Parameters<typeof findDevices>[2] & object,
): Promise<Found[]> {
  const found: Found[] = [];
  const answered = new Set<number>();
  const total = runs.flat().length;
  let passed = 0;
  for (const [place, run] of runs.entries()) {
    const units: number[] = [];
    // A unit of a rack may also stand by itself where the rack's first one is silent.
    const known = found.some((one) => one.units?.includes(run[0] ?? -1) === true);
    if (known || sample.addresses.needless?.(place, answered) === true) {
      passed += run.length;
      continue;
    }
    let first: Device | undefined;
    for (const [index, address] of run.entries()) {
      if (options.signal?.aborted === true) break;
      options.onProgress?.({ address, tried: passed + index, total, found: found.length });
      const device = await ask(bus, of, sample, address, options.signal, RUN_ATTEMPTS);
      if (device === undefined) break;
      first ??= device;
      units.push(address);
      if (options.first === true) break;
    }
    passed += run.length;
    if (first !== undefined && units[0] !== undefined) {
      found.push({ device: first, address: units[0], units });
      answered.add(place);
    }
    if ((first !== undefined && options.first === true) || options.signal?.aborted === true) break;
  }
  return found;
}

/** The device at an address, or undefined; a lost link ends the search. */
async function ask(
  bus: Bus,
  of: Device | Family,
  sample: Device,
  address: number,
  signal: AbortSignal | undefined,
  attempts = 1,
): Promise<Device | undefined> {
  try {
    return await bus.run(
      {
        device: `${of.id}, searching`,
        probing: true,
        rank: 'user',
        exchange: function* () {
          if (isFamily(of)) return yield* of.identify(address);
          yield* of.probe(address);
          return of;
        },
        timing: { ...sample.timing, response: sample.addresses.patience ?? SHORT, attempts },
      },
      signal,
    );
  } catch (error) {
    const fault = faultOf(error, 'format');
    if (fault.code === 'link') throw fault;
    return undefined;
  }
}

/** Milliseconds another master may take between two of its slower questions (older displays: 10 s). */
const MASTER_PERIOD = 15_000;

/** The member of a family that answers, by asking, or by listening to somebody else who asks. */
export async function tell(
  bus: Bus,
  of: Family,
  address: number,
  how: 'poll' | 'listen',
  signal?: AbortSignal,
): Promise<Device> {
  if (how === 'listen') return bus.overhear(() => of.overhear(address), { response: MASTER_PERIOD }, signal);
  const timing = of.members[0]?.timing ?? {};
  return bus.run(
    { device: `${of.id}@${address}`, rank: 'user', exchange: () => of.identify(address), timing },
    signal,
  );
}

/** Which device is meant, and where. */
export interface Wanted {
  readonly device: Device | Family;
  /** Left out: the usual one; `find`: the first that answers. */
  readonly address?: number | 'find';
  /** Whether to ask or to listen while finding out. */
  readonly how?: 'poll' | 'listen';
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Finds out what answers where: the address that is to be found, the member of a family. Nothing is asked when
 * both are known. Rejects with `timeout` when nobody answers.
 */
export async function locate(bus: Bus, wanted: Wanted): Promise<Found> {
  const { device, address, signal } = wanted;
  if (address === 'find') {
    const [found] = await findDevices(bus, device, {
      first: true,
      ...(signal === undefined ? {} : { signal }),
      ...(wanted.onProgress === undefined ? {} : { onProgress: wanted.onProgress }),
    });
    if (found === undefined) throw nobody(bus, device.id);
    return found;
  }
  if (!isFamily(device)) return { device, address: address ?? device.addresses.usual };
  const there = address ?? device.members[0]?.addresses.usual ?? 1;
  return { device: await tell(bus, device, there, wanted.how ?? 'poll', signal), address: there };
}

function nobody(bus: Bus, id: string): Fault {
  const { bytesIn } = bus.health();
  return new Fault('timeout', `no ${id} answers at any address of ${bus.name}`, {
    hint:
      bytesIn === 0
        ? 'nothing at all was heard: is the device powered, are A and B the right way round, is the converter set to the right baud rate?'
        : `${bytesIn} bytes were heard, none of them an answer: is the baud rate right, is it this kind of device?`,
  });
}
