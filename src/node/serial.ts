import { realpath } from 'node:fs/promises';
import { Fault } from '../core/fault.ts';
import type { Format, Line } from '../core/line.ts';
import type { Channel, Link } from '../core/link.ts';
import { overridden } from '../core/overridden.ts';
import { checkPort } from './serial-fault.ts';
import { lockSerial } from './serial-lock.ts';
import { loadSerialport, openWithSerialport } from './serial-native.ts';
import { openWithStty } from './serial-stty.ts';
import { cancelledFault } from './socket-fault.ts';

/** How a port is opened: `native` by the package serialport, `stty` by programs every Linux has, `auto` by what works. */
export const DRIVERS = ['auto', 'native', 'stty'] as const;

/** One of `DRIVERS`. */
export type Driver = (typeof DRIVERS)[number];

/** A serial port of this machine. */
export interface SerialAddress {
  /** `/dev/serial/by-id/...`, `/dev/ttyUSB0`, `COM4`. */
  readonly path: string;
  /** Fixed baud rate; left out: what the device wants. */
  readonly baud?: number;
  /** Fixed character format; left out: what the device wants. */
  readonly format?: Format;
  readonly driver: Driver;
}

/** What may be changed about a serial link. */
export interface SerialOptions {
  /** `Link.name`. Default: the path. */
  readonly name?: string;
  /** One line for people. Default: nobody is told. */
  readonly log?: (line: string) => void;
}

/**
 * A link to a serial port, taken for this process alone. An unplugged adapter ends the channel; connecting again
 * succeeds as soon as the path is back.
 */
export function serialLink(address: SerialAddress, options: SerialOptions = {}): Link {
  const { path } = address;
  const log = options.log ?? (() => undefined);
  let chosen: Exclude<Driver, 'auto'> | undefined;

  async function open(line: Line): Promise<Channel> {
    await checkPort(path);
    if (chosen === undefined && address.driver === 'native' && receiveStalls(process.versions.node)) {
      log(`${path}: serialport receives nothing on Node ${process.versions.node}; leave out driver=native`);
    }
    chosen ??= address.driver === 'auto' ? await chooseDriver(process.versions.node, log) : address.driver;
    // A pseudo-terminal (socat, a simulator) always carries whole bytes; asking it for 7E1 fails.
    const pseudo = (await realpath(path).catch(() => path)).startsWith('/dev/pts/');
    // Pseudo-terminals get their numbers anew all the time: a lock by that name would say nothing.
    const lock = pseudo ? undefined : await lockSerial(path);
    const opening =
      chosen === 'native' ? openWithSerialport(path, line, pseudo) : openWithStty(path, line, pseudo, log);
    const channel = await opening.catch(async (error: unknown) => {
      await lock?.release();
      throw error;
    });
    return lock === undefined
      ? channel
      : { ...channel, close: () => channel.close().finally(() => lock.release()) };
  }

  return {
    name: options.name ?? path,
    latency: 0,
    gap: 0,
    renewable: false,
    connect: async (wanted, signal) => {
      if (signal.aborted) throw cancelledFault(`opening ${path}`);
      const channel = await orCancelled(open(overridden(wanted, address)), signal, path);
      const setLine = channel.setLine?.bind(channel);
      if (setLine === undefined) return channel;
      return { ...channel, setLine: (next) => setLine(overridden(next, address)) };
    },
  };
}

/** True where receiving with serialport 13 stalls: Linux with Node 26.4 or later (node-serialport issue 3148). */
function receiveStalls(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return process.platform === 'linux' && (major > 26 || (major === 26 && minor >= 4));
}

/** The driver that works here. Windows and macOS have nothing but serialport. */
export async function chooseDriver(node: string, log: (line: string) => void): Promise<'native' | 'stty'> {
  if (process.platform !== 'linux') return 'native';
  if (receiveStalls(node)) return 'stty';
  try {
    await loadSerialport();
    return 'native';
  } catch (thrown) {
    log(`${thrown instanceof Fault ? thrown.message : String(thrown)}; using stty instead`);
    return 'stty';
  }
}

/** The open channel, or `cancelled` as soon as the signal aborts; then a channel that still comes is closed. */
async function orCancelled(opening: Promise<Channel>, signal: AbortSignal, path: string): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(cancelledFault(`opening ${path}`));
    };
    signal.addEventListener('abort', abort);
    opening
      .then((channel) => {
        if (signal.aborted) void channel.close();
        else resolve(channel);
      }, reject)
      .finally(() => {
        signal.removeEventListener('abort', abort);
      });
  });
}
