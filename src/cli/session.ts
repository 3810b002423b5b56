import { type Bus, openBus } from '../core/bus/bus.ts';
import type { Timing } from '../core/bus/timing.ts';
import { isFamily } from '../core/catalog.ts';
import type { Device, Family } from '../core/device.ts';
import { family as familyOf } from '../core/family.ts';
import { Fault } from '../core/fault.ts';
import { locate } from '../core/find.ts';
import type { Mode } from '../core/follow.ts';
import type { Link } from '../core/link.ts';
import { place, type Place } from '../core/read.ts';
import { catalog } from '../devices/index.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink } from '../node/parse-link.ts';
import { interruption, log } from './terminal.ts';

/** What a command was told about device and line. */
export interface SessionOptions {
  readonly device: string;
  readonly address?: number | 'find';
  /** Milliseconds that one reading may take in all; left out: 10 s, or what the device needs. */
  readonly timeout?: number;
  /** Milliseconds to the first byte of an answer, where the default does not fit. */
  readonly response?: number;
  readonly attempts?: number;
  /** Password of the device, where it has one. */
  readonly password?: string;
  /** Other settings of the way to it, as `name=value`. */
  readonly access?: readonly string[];
}

/** Milliseconds for a reading, where neither the user nor the device says more. */
const USUAL_LIMIT = 10_000;

/** An open line with one device on it. */
export interface Session {
  readonly bus: Bus;
  readonly place: Place;
  /** Milliseconds that one reading may take in all. */
  readonly limit: number;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/**
 * Opens the link and finds out who is there: the address where it is to be found, the member of a family.
 * @param how whether to ask or to listen while finding out
 * @param wrap puts something between link and bus, such as a recorder
 */
export async function openSession(
  linkText: string,
  options: SessionOptions,
  how: Mode = 'poll',
  wrap: (link: Link) => Link = (link) => link,
): Promise<Session> {
  const wanted = reached(catalog.find(options.device), options);
  const sample = isFamily(wanted) ? wanted.members[0] : wanted;
  if (sample === undefined) throw new Fault('config', `${wanted.id} has no members`);
  checkAddress(sample, options.address);
  const limit = options.timeout ?? Math.max(USUAL_LIMIT, sample.longest ?? 0);
  const link = wrap(openLink(linkText, { log: (line: string) => log('info', line) }));
  const { signal, release } = interruption();
  const bus = openBus(link, sample.line, systemClock, { onNotice: (text) => log('info', text) });
  const close = async (): Promise<void> => {
    release();
    await bus.close();
  };
  try {
    const device = await within(limit, signal, async (ends) => {
      const found = await locate(bus, {
        device: isFamily(wanted) ? tunedFamily(wanted, options) : wanted,
        // In doubt listen first: asking may collide with a display that is asking already.
        how: how === 'poll' ? 'poll' : 'listen',
        signal: ends,
        onProgress: ({ address, tried, total }) =>
          log('debug', `asking address ${address} (${tried + 1} of ${total})`),
        ...(options.address === undefined ? {} : { address: options.address }),
      });
      if (options.address === 'find') log('warn', `found ${found.device.id} at address ${found.address}`);
      return place(bus, tuned(found.device, options), found.address);
    });
    return { bus, place: device, limit, signal, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Refuses an address that no device of this kind has. */
function checkAddress({ id, addresses }: Device, address: number | 'find' | undefined): void {
  if (typeof address === 'number' && address > addresses.highest) {
    throw new Fault(
      'config',
      `${id} has addresses ${addresses.lowest} to ${addresses.highest}, not ${address}`,
    );
  }
}

/** The device or family by the way that the user names. */
function reached(of: Device | Family, options: SessionOptions): Device | Family {
  const settings: Record<string, string> = {};
  for (const text of options.access ?? []) {
    const [name = '', value] = text.split(/=(.*)/s);
    if (value === undefined) throw new Fault('config', `'${text}' is no setting: expected name=value`);
    settings[name] = value;
  }
  if (options.password !== undefined) settings.password = options.password;
  if (Object.keys(settings).length === 0) return of;
  const through = (device: Device): Device => {
    if (device.access === undefined) {
      throw new Fault(
        'config',
        `${device.id} has no ${Object.keys(settings).join(', ')}: nothing leads to it but its link`,
      );
    }
    return device.access.through(settings);
  };
  return isFamily(of) ? familyOf(of.id, of.title, of.members.map(through)) : through(of);
}

/** The device with timing that the user insists on. */
function tuned(device: Device, options: SessionOptions): Device {
  const timing: Partial<Timing> = {
    ...device.timing,
    ...(options.response === undefined ? {} : { response: options.response }),
    ...(options.attempts === undefined ? {} : { attempts: options.attempts }),
  };
  return { ...device, timing };
}

function tunedFamily(family: Family, options: SessionOptions): Family {
  return { ...family, members: family.members.map((member) => tuned(member, options)) };
}

/** Runs something with a limit in milliseconds. Rejects with `timeout` when it strikes. */
export async function within<R>(
  milliseconds: number,
  outer: AbortSignal,
  act: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const limit = AbortSignal.timeout(milliseconds);
  try {
    return await act(AbortSignal.any([outer, limit]));
  } catch (error) {
    if (limit.aborted && !outer.aborted && error instanceof Fault && error.code === 'cancelled') {
      throw new Fault('timeout', `not done within ${milliseconds / 1000} s`, {
        hint: 'a slow line or a silent converter needs a longer --timeout',
        cause: error,
      });
    }
    throw error;
  }
}
