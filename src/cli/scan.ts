import { type Bus, openBus } from '../core/bus/bus.ts';
import type { Device, Family } from '../core/device.ts';
import { isFamily } from '../core/catalog.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { findDevices, locate } from '../core/find.ts';
import { type Line, lineText } from '../core/line.ts';
import type { Link } from '../core/link.ts';
import { place, poll } from '../core/read.ts';
import { catalog } from '../devices/index.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink, parseLink } from '../node/parse-link.ts';
import { listPorts } from '../node/serial-list.ts';
import { complain, interruption, log, progress, print } from './terminal.ts';

/** What `scan` takes. */
export interface ScanOptions {
  readonly json?: boolean;
  /** Milliseconds that the whole scan may take. */
  readonly budget: number;
  /** Only this device or family. */
  readonly device?: string;
}

/** A device that a scan found. */
interface Hit {
  readonly link: string;
  readonly line: Line;
  readonly device: Device;
  readonly address: number;
  readonly model: string | undefined;
}

type Kind = Device | Family;

/** Looks for devices on links, or on every serial port, with read-only questions; returns the exit code. */
export async function scan(links: readonly string[], options: ScanOptions): Promise<number> {
  const kinds = options.device === undefined ? everyKind() : [catalog.find(options.device)];
  const targets = links.length > 0 ? links : await ports();
  const { signal, release } = interruption();
  const budget = AbortSignal.timeout(options.budget);
  const limit = AbortSignal.any([signal, budget]);
  const hits: Hit[] = [];
  try {
    for (const target of targets) {
      if (limit.aborted) break;
      hits.push(...(await scanLink(target, kinds, limit)));
    }
  } finally {
    progress('');
    release();
  }
  await print(options.json === true ? `${JSON.stringify(hits.map(hitJson), null, 2)}\n` : configOf(hits));
  if (budget.aborted)
    log('warn', `stopped after ${options.budget / 1000} s; a longer --budget looks further`);
  if (hits.length > 0) return 0;
  log('error', `nothing found on ${targets.join(', ')}`);
  log(
    'error',
    '  is the device powered, are A and B the right way round, is a converter set to its baud rate, 8N1?',
  );
  return 1;
}

/** Families, and devices that belong to none: each is asked for once. */
function everyKind(): Kind[] {
  return [...catalog.families, ...catalog.devices.filter((device) => device.family === undefined)];
}

async function ports(): Promise<string[]> {
  const found = await listPorts();
  for (const port of found.filter((one) => !one.allowed)) {
    log(
      'warn',
      `${port.path}: no permission; sudo usermod -aG ${port.group ?? 'dialout'} $USER, then log in again`,
    );
  }
  const usable = found.filter((port) => port.allowed).map((port) => port.byId ?? port.path);
  if (usable.length > 0) return usable;
  throw new Fault('config', 'there is no serial port to scan', {
    hint: 'plug the adapter in, or name a link: busbar scan tcp://192.168.2.22:9999',
  });
}

function sampleOf(kind: Kind): Device | undefined {
  return isFamily(kind) ? kind.members[0] : kind;
}

/**
 * One link. Every kind is first asked at its usual address, at its own line settings; then, where a kind answered,
 * the rest of its addresses. Only where nothing answered at all every address of every kind is tried.
 */
async function scanLink(target: string, kinds: readonly Kind[], signal: AbortSignal): Promise<Hit[]> {
  const link = openLink(target, { log: (text: string) => log('info', text) });
  // A converter's line settings cannot be changed from here, so that all kinds share them.
  const fixed = parseLink(target).kind !== 'serial' && parseLink(target).kind !== 'rfc2217';
  const settings = new Map<string, { line: Line; kinds: Kind[] }>();
  for (const kind of kinds) {
    const line = sampleOf(kind)?.line;
    if (line === undefined) continue;
    const key = fixed ? 'fixed' : lineText(line);
    const entry = settings.get(key) ?? { line, kinds: [] };
    entry.kinds.push(kind);
    settings.set(key, entry);
  }
  const hits: Hit[] = [];
  for (const thorough of [false, true]) {
    if (thorough && hits.length > 0) break;
    for (const { line, kinds: some } of settings.values()) {
      if (signal.aborted) return hits;
      hits.push(...(await scanSettings(target, link, line, some, thorough, signal)));
    }
  }
  return hits;
}

async function scanSettings(
  target: string,
  link: Link,
  line: Line,
  kinds: readonly Kind[],
  thorough: boolean,
  signal: AbortSignal,
): Promise<Hit[]> {
  const bus = openBus(link, line, systemClock, { onNotice: (text) => log('debug', text) });
  const hits: Hit[] = [];
  try {
    for (const kind of kinds) {
      if (signal.aborted) break;
      const usual = thorough ? undefined : await atUsualAddress(bus, kind, signal);
      if (!thorough && usual === undefined) continue;
      const found = await findDevices(bus, kind, {
        signal,
        onProgress: ({ address, tried, total }) =>
          progress(`${target} ${lineText(line)}: ${kind.id}, address ${address} (${tried + 1} of ${total})`),
      });
      for (const { device, address } of found) {
        hits.push({
          link: target,
          line,
          device,
          address,
          model: await modelOf(bus, device, address, signal),
        });
      }
    }
  } catch (error) {
    const fault = faultOf(error, 'link');
    if (fault.code !== 'cancelled') complain(fault, target);
  } finally {
    await bus.close();
  }
  return hits;
}

/** The device of a kind at its usual address; a line that cannot be opened ends the scan of it. */
async function atUsualAddress(bus: Bus, kind: Kind, signal: AbortSignal): Promise<Device | undefined> {
  const sample = sampleOf(kind);
  if (sample === undefined) return undefined;
  progress(`${bus.name}: ${kind.id} at address ${sample.addresses.usual}`);
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
    const { groups } = await poll(place(bus, device, address), [group], { signal });
    const value = groups[group.name]?.[field.name];
    return typeof value === 'string' ? value : undefined;
  }
  return undefined;
}

function hitJson({ link, line, device, address, model }: Hit): Record<string, unknown> {
  return {
    link,
    line: lineText(line),
    device: device.id,
    protocol: device.protocol,
    address,
    ...(model === undefined ? {} : { model }),
  };
}

/** A `busbar.yaml` with one bus for each link on which something was found. */
function configOf(hits: readonly Hit[]): string {
  if (hits.length === 0) return '';
  const lines = ['site: home', 'buses:'];
  const links = [...new Set(hits.map((hit) => hit.link))];
  for (const [index, link] of links.entries()) {
    lines.push(`  - name: bus${index + 1}`, `    link: ${link}`, '    devices:');
    for (const { device, address, model } of hits.filter((hit) => hit.link === link)) {
      const name = `${device.id}-${address}`;
      const remark = model === undefined ? '' : `  # ${model}`;
      lines.push(`      - { name: ${name}, device: ${device.id}, address: ${address} }${remark}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
