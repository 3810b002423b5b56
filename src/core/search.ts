import { type Bus, openBus } from './bus/bus.ts';
import { type Catalog, isFamily } from './catalog.ts';
import type { Clock } from './clock.ts';
import type { Device, Family } from './device.ts';
import { type Fault, faultOf } from './fault.ts';
import { complete } from './field.ts';
import { findDevices, locate } from './find.ts';
import { type Line, lineText } from './line.ts';
import type { Link } from './link.ts';

/** A device that a search found. */
export interface Hit {
  /** Name of the link. */
  readonly link: string;
  readonly line: Line;
  readonly device: Device;
  readonly address: number;
  readonly model: string | undefined;
}

/** Who is told how a search goes. */
export interface SearchTold {
  /** What is asked now; done and total where they are known. */
  readonly step: (text: string, done?: number, total?: number) => void;
  readonly hit: (hit: Hit) => void;
  /** A link could not be searched. */
  readonly trouble: (link: string, fault: Fault) => void;
  /** What happens on a link, for a log. */
  readonly note: (text: string) => void;
  /** All bytes on the line, as `BusOptions.onBytes`. */
  readonly bytes?: (direction: '>' | '<', bytes: Uint8Array) => void;
}

type Kind = Device | Family;

/** What is searched for where nothing is named: families, and devices that belong to none. */
export function everyKind(catalog: Catalog): readonly Kind[] {
  return [...catalog.families, ...catalog.devices.filter((device) => device.family === undefined)];
}

function sampleOf(kind: Kind): Device | undefined {
  return isFamily(kind) ? kind.members[0] : kind;
}

/** Where a search looks. */
export interface SearchedLink {
  /** As hits name it. */
  readonly target: string;
  readonly link: Link;
  /** Its line settings cannot be changed from here, so that all kinds share them. */
  readonly fixed: boolean;
  readonly clock: Clock;
}

/**
 * One link. Every kind is first asked at its usual address, at its own line settings; then, where a kind answered,
 * the rest of its addresses. Only where nothing answered at all every address of every kind is tried.
 */
export async function searchLink(
  of: SearchedLink,
  kinds: readonly Kind[],
  told: SearchTold,
  signal: AbortSignal,
): Promise<Hit[]> {
  const settings = new Map<string, { line: Line; kinds: Kind[] }>();
  for (const kind of kinds) {
    const line = sampleOf(kind)?.line;
    if (line === undefined) continue;
    const key = of.fixed ? 'fixed' : lineText(line);
    const entry = settings.get(key) ?? { line, kinds: [] };
    entry.kinds.push(kind);
    settings.set(key, entry);
  }
  const hits: Hit[] = [];
  for (const thorough of [false, true]) {
    if (thorough && hits.length > 0) break;
    for (const { line, kinds: some } of settings.values()) {
      if (signal.aborted) return hits;
      hits.push(...(await searchSettings({ ...of, line, told, signal }, some, thorough)));
    }
  }
  return hits;
}

/** A line while it is searched. */
interface Searched extends SearchedLink {
  readonly line: Line;
  readonly told: SearchTold;
  readonly signal: AbortSignal;
}

async function searchSettings(
  { target, link, line, clock, told, signal }: Searched,
  kinds: readonly Kind[],
  thorough: boolean,
): Promise<Hit[]> {
  const bus = openBus(link, line, clock, {
    onNotice: told.note,
    ...(told.bytes === undefined ? {} : { onBytes: told.bytes }),
  });
  const hits: Hit[] = [];
  try {
    for (const kind of kinds) {
      if (signal.aborted) break;
      const usual = thorough ? undefined : await atUsualAddress(bus, kind, told, signal);
      if (!thorough && usual === undefined) continue;
      const found = await findDevices(bus, kind, {
        signal,
        onProgress: ({ address, tried, total }) =>
          told.step(`${target} ${lineText(line)}: ${kind.id}, address ${address}`, tried + 1, total),
      });
      for (const { device, address } of found) {
        const hit: Hit = {
          link: target,
          line,
          device,
          address,
          model: await modelOf(bus, device, address, signal),
        };
        hits.push(hit);
        told.hit(hit);
      }
    }
  } catch (error) {
    const fault = faultOf(error, 'link');
    if (fault.code !== 'cancelled') told.trouble(target, fault);
  } finally {
    await bus.close();
  }
  return hits;
}

/** The device of a kind at its usual address; a line that cannot be opened ends the scan of it. */
async function atUsualAddress(
  bus: Bus,
  kind: Kind,
  told: SearchTold,
  signal: AbortSignal,
): Promise<Device | undefined> {
  const sample = sampleOf(kind);
  if (sample === undefined) return undefined;
  told.step(`${bus.name}: ${kind.id} at address ${sample.addresses.usual}`);
  try {
    const quick = { ...sample.timing, attempts: 2 };
    const entry: Kind = isFamily(kind) ? kind : { ...kind, timing: quick };
    if (isFamily(entry)) return (await locate(bus, { device: entry, signal })).device;
    await bus.run(
      {
        device: entry.id,
        rank: 'user',
        exchange: () => entry.probe(entry.addresses.usual),
        timing: quick,
        probing: true,
      },
      signal,
    );
    return entry;
  } catch (error) {
    const fault = faultOf(error, 'format');
    if (fault.code === 'link') throw fault;
    return undefined;
  }
}

/** What the device says it is, where it says so. */
async function modelOf(
  bus: Bus,
  device: Device,
  address: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const group of device.groups) {
    const field = group.fields.find((one) => one.role === 'model');
    if (field === undefined) continue;
    try {
      // Of a rack only the first unit is asked: the others would take longer than the search.
      const job = { device: device.id, rank: 'user', timing: device.timing } as const;
      const sent = await bus.run({ ...job, exchange: () => group.read(address) }, signal);
      const value = complete(sent, group.derived, {})[field.name];
      return typeof value === 'string' ? value : undefined;
    } catch (error) {
      const fault = faultOf(error, 'format');
      if (fault.code === 'link') throw fault;
      return undefined;
    }
  }
  return undefined;
}
