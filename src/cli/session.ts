import { type Bus, openBus } from '../core/bus/bus.ts';
import { isFamily } from '../core/catalog.ts';
import type { Device, Family } from '../core/device.ts';
import { Fault } from '../core/fault.ts';
import { locate } from '../core/find.ts';
import type { Mode } from '../core/follow.ts';
import type { Link } from '../core/link.ts';
import { place, type Place } from '../core/read.ts';
import { type Reach, reached } from '../core/reach.ts';
import { serialQuestion } from '../core/serial-number.ts';
import { catalog } from '../devices/index.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink } from '../node/parse-link.ts';
import { interruption, log } from './terminal.ts';
import { refuseHeld } from './through-gateway.ts';

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
 * Rejects with `link` where a running gateway polls the line.
 * @param how whether to ask or to listen while finding out
 * @param wrap puts something between link and bus, such as a recorder
 */
export async function openSession(
  linkText: string,
  options: SessionOptions,
  how: Mode = 'poll',
  wrap: (link: Link) => Link = (link) => link,
): Promise<Session> {
  refuseHeld(linkText);
  const { device: id, address } = options;
  const reach = reachOf(options);
  const make = (): Device | Family => reached(catalog.find(id), reach);
  const wanted = make();
  const sample = isFamily(wanted) ? wanted.members[0] : wanted;
  if (sample === undefined) throw new Fault('config', `${wanted.id} has no members`);
  checkAddress(sample, options.address);
  const limit = options.timeout ?? Math.max(USUAL_LIMIT, sample.longest ?? 0);
  const link = wrap(
    openLink(linkText, {
      log: (line: string) => log('info', line),
      question: () => serialQuestion({ make, address, access: reach.access }, systemClock),
    }),
  );
  const { signal, release } = interruption();
  const bus = openBus(link, sample.line, systemClock, { onNotice: (text) => log('info', text) });
  const close = async (): Promise<void> => {
    release();
    await bus.close();
  };
  try {
    const device = await within(limit, signal, async (ends) => {
      const found = await locate(bus, {
        device: wanted,
        // In doubt listen first: asking may collide with a display that is asking already.
        how: how === 'poll' ? 'poll' : 'listen',
        signal: ends,
        onProgress: ({ address, tried, total }) =>
          log('debug', `asking address ${address} (${tried + 1} of ${total})`),
        ...(options.address === undefined ? {} : { address: options.address }),
      });
      if (options.address === 'find') log('warn', `found ${found.device.id} at address ${found.address}`);
      return place(bus, found.device, found.address);
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

/** What the user says of the way to the device. */
function reachOf(options: SessionOptions): Reach {
  const access: Record<string, string> = {};
  for (const text of options.access ?? []) {
    const [name = '', value] = text.split(/=(.*)/s);
    if (value === undefined) throw new Fault('config', `'${text}' is no setting: expected name=value`);
    access[name] = value;
  }
  if (options.password !== undefined) access.password = options.password;
  const { response, attempts } = options;
  return {
    access,
    timing: {
      ...(response === undefined ? {} : { response }),
      ...(attempts === undefined ? {} : { attempts }),
    },
  };
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
