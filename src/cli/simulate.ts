import { sleep } from '../core/clock.ts';
import { isFamily } from '../core/catalog.ts';
import { bytesOfText } from '../core/bytetext.ts';
import type { Device } from '../core/device.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Line } from '../core/line.ts';
import type { Value } from '../core/snapshot.ts';
import { catalog } from '../devices/index.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink, parseLink } from '../node/parse-link.ts';
import { tcpHub } from '../node/tcp-hub.ts';
import { type SimulatedDevice, type Site, site } from '../simulator/index.ts';
import { interruption, log } from './terminal.ts';

/** What `simulate` takes for each device. */
export interface SimulatedDeviceOptions {
  readonly address?: number;
  readonly set?: readonly string[];
  /** Registers that stay so, as `CODE:VALUE`. */
  readonly obis?: readonly string[];
  readonly option?: readonly string[];
  readonly fault?: readonly string[];
  readonly master?: readonly string[];
  readonly cells?: number;
}

/** What `simulate` takes for the line, with the first device. */
export interface SimulateOptions extends SimulatedDeviceOptions {
  readonly on?: string;
  readonly dial?: string;
  /** What a converter says of itself when it has called in, with escapes (`imei:080255635\n`). */
  readonly preamble?: string;
  readonly seed: number;
  readonly speed: number;
  readonly echo?: boolean;
  /** Milliseconds after which it stops by itself. */
  readonly timeout?: number;
}

/** One device of the line as given on the command line. */
export interface SimulatedArguments {
  readonly id: string;
  readonly options: SimulatedDeviceOptions;
}

/** Plays devices on a link until interrupted; returns the exit code. */
export async function simulate(
  devices: readonly SimulatedArguments[],
  options: SimulateOptions,
): Promise<number> {
  const where = options.on ?? options.dial;
  if (where === undefined || (options.on !== undefined && options.dial !== undefined)) {
    throw new Fault(
      'config',
      'say where: --on LINK (tcp-listen://9999, pty:/tmp/meter, /dev/ttyUSB0), or --dial tcp://host:port',
    );
  }
  if (options.preamble !== undefined && options.dial === undefined) {
    throw new Fault('config', '--preamble is what a converter says that calls in: it belongs to --dial');
  }
  const preamble = bytesOfText(`"${options.preamble ?? ''}"`);
  const world = site({
    clock: systemClock,
    devices: devices.map(({ id, options: of }) => simulated(id, of)),
    seed: options.seed,
    speed: options.speed,
    ...(options.echo === undefined ? {} : { echo: options.echo }),
  });
  const { signal: interrupted, release } = interruption();
  const { timeout } = options;
  const signal =
    timeout === undefined ? interrupted : AbortSignal.any([interrupted, AbortSignal.timeout(timeout)]);
  try {
    await serve(world, where, devices, preamble, signal);
    return 0;
  } finally {
    release();
    world.stop();
  }
}

async function serve(
  world: Site,
  where: string,
  devices: readonly SimulatedArguments[],
  preamble: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const who = devices
    .map(({ id }, index) => `${id} at address ${world.stations[index]?.address ?? ''}`)
    .join(', ');
  const address = parseLink(where);
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  if (address.kind === 'tcp-listen') {
    const hub = await tcpHub(address.port, address.bind);
    log('error', `${who}: waiting at tcp://${hub.channel.peer}`);
    await Promise.race([world.serve(hub.channel), stopped]);
    await hub.channel.close();
    return;
  }
  const link = openLink(where, { log: (line: string) => log('info', line) });
  const usual = deviceOf(devices[0]?.id ?? '').line;
  const own = { ...usual, baud: world.stations[0]?.baud ?? usual.baud };
  // A modem that calls in makes the parity of its serial side itself, and hands on plain characters.
  const line: Line = address.kind === 'tcp' ? { ...own, dataBits: 8, parity: 'none' } : own;
  while (!signal.aborted) {
    try {
      const channel = await link.connect(line, signal);
      log('error', `${who}: playing on ${channel.peer}`);
      if (preamble.length > 0) await channel.write(preamble);
      await Promise.race([world.serve(channel), stopped]);
      await channel.close();
    } catch (error) {
      const fault = faultOf(error, 'link');
      if (fault.code === 'cancelled') return;
      if (fault.code === 'config') throw fault;
      log('error', fault.message);
      if (fault.hint !== undefined) log('error', `  ${fault.hint}`);
    }
    await sleep(systemClock, RECONNECT, signal);
  }
}

/** Milliseconds before a lost link is tried again. */
const RECONNECT = 1_000;

function deviceOf(id: string): Device {
  const entry = catalog.find(id);
  if (!isFamily(entry)) return entry;
  const ids = entry.members.map((member) => member.id).join(', ');
  throw new Fault('config', `'${id}' is a family; simulate one of ${ids}`);
}

function simulated(id: string, options: SimulatedDeviceOptions): SimulatedDevice {
  return {
    device: deviceOf(id),
    ...(options.address === undefined ? {} : { address: options.address }),
    ...(options.cells === undefined ? {} : { cells: options.cells }),
    set: [
      ...(options.set ?? []).map((text) => {
        const [name, value] = pair(text, '=', '--set field=value');
        return [name, valueOf(value)] as const;
      }),
      ...(options.obis ?? []).flatMap(registersOf),
    ],
    options: Object.fromEntries((options.option ?? []).map((text) => pair(text, '=', '--option name=value'))),
    faults: (options.fault ?? []).map((text) => rated(text, 1)),
    masters: (options.master ?? []).map((text) => rated(text, undefined)),
  };
}

/** `CODE:VALUE`, or `CODE*[0..7F]:VALUE` for a row of codes: a value under each. */
function registersOf(text: string): (readonly [string, string])[] {
  const parts =
    /^((?:[01]-0:)?[0-9A-Fa-f.]+(?:\*[0-9A-Fa-f]+)?)(?:\*?\[([0-9A-F]+)\.\.([0-9A-F]+)\])?:(.*)$/.exec(text);
  const [, code, first, last, value] = parts ?? [];
  if (code === undefined || value === undefined) {
    throw new Fault('config', `'${text}': expected --obis CODE:VALUE, such as 20.07.00*FF:229.5`);
  }
  if (first === undefined || last === undefined) return [[code, value]];
  const [low, high] = [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  if (!(low <= high && high <= 0xff)) throw new Fault('config', `'${text}': no row from ${first} to ${last}`);
  return Array.from({ length: high - low + 1 }, (_, index) => {
    const place = (low + index).toString(16).toUpperCase().padStart(2, '0');
    return [`${code}*${place}`, value] as const;
  });
}

function pair(text: string, separator: string, form: string): [string, string] {
  const cut = text.indexOf(separator);
  if (cut <= 0) throw new Fault('config', `'${text}' has no '${separator}': expected ${form}`);
  return [text.slice(0, cut), text.slice(cut + 1)];
}

/** `kind` or `kind:number`. */
function rated<T extends number | undefined>(text: string, otherwise: T): readonly [string, number | T] {
  const [kind = '', rate] = text.split(':');
  if (rate === undefined) return [kind, otherwise];
  const number = rate === '' ? Number.NaN : Number(rate);
  if (!(number > 0)) throw new Fault('config', `'${text}': '${rate}' is no rate above 0`);
  return [kind, number];
}

/** A value as typed: a number where it is one, null for off, a word otherwise. */
function valueOf(text: string): Value {
  if (/^(off|null|none)$/.test(text)) return text === 'off' ? 'off' : null;
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
