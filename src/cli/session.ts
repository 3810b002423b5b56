import { type Bus, openBus } from '../core/bus/bus.ts';
import type { Timing } from '../core/bus/timing.ts';
import { isFamily } from '../core/catalog.ts';
import type { Device, Family } from '../core/device.ts';
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
  /** Milliseconds that one reading may take in all. */
  readonly timeout: number;
  /** Milliseconds to the first byte of an answer, where the default does not fit. */
  readonly response?: number;
  readonly attempts?: number;
}

/** An open line with one device on it. */
export interface Session {
  readonly bus: Bus;
  readonly place: Place;
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
  const wanted = catalog.find(options.device);
  const sample = isFamily(wanted) ? wanted.members[0] : wanted;
  if (sample === undefined) throw new Fault('config', `${wanted.id} has no members`);
  const link = wrap(openLink(linkText, { log: (line: string) => log('info', line) }));
  const { signal, release } = interruption();
  const bus = openBus(link, sample.line, systemClock, { onNotice: (text) => log('info', text) });
  const close = async (): Promise<void> => {
    release();
    await bus.close();
  };
  try {
    const device = await within(options.timeout, signal, async (limit) => {
      const found = await locate(bus, {
        device: isFamily(wanted) ? tunedFamily(wanted, options) : wanted,
        // In doubt listen first: asking may collide with a display that is asking already.
        how: how === 'poll' ? 'poll' : 'listen',
        signal: limit,
        onProgress: ({ address, tried, total }) =>
          log('debug', `asking address ${address} (${tried + 1} of ${total})`),
        ...(options.address === undefined ? {} : { address: options.address }),
      });
      if (options.address === 'find') log('warn', `found ${found.device.id} at address ${found.address}`);
      return place(bus, tuned(found.device, options), found.address);
    });
    return { bus, place: device, signal, close };
  } catch (error) {
    await close();
    throw error;
  }
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
