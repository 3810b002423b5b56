import { openBus } from './bus/bus.ts';
import { isFamily } from './catalog.ts';
import type { Clock } from './clock.ts';
import type { AccessSettings, Device, Family } from './device.ts';
import type { Exchange } from './exchange.ts';
import { Fault } from './fault.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';

/**
 * How whoever is behind a connection is asked for its serial number. A link cannot do that by itself: it takes a
 * protocol, an address, a password.
 */
export interface SerialQuestion {
  /** Equal for questions that send the same: a connection needs to be asked only once. */
  readonly key: string;
  /** Asks once, read-only. Rejects with the fault: silence, another kind of device, a refused password. */
  readonly ask: (link: Link, signal: AbortSignal) => Promise<string>;
}

/**
 * The question to a device. Throws a `config` fault for one that tells no serial number.
 * @param make the device, or the family of which one member is there, new each time: what is learnt of a stranger's
 *   meter must not be taken for the one that is polled
 */
export function serialQuestion(
  wanted: {
    readonly make: () => Device | Family;
    readonly address?: number | 'find' | undefined;
    readonly access?: AccessSettings | undefined;
  },
  clock: Clock,
): SerialQuestion {
  const entry = wanted.make();
  const [sample] = isFamily(entry) ? entry.members : [entry];
  if (sample === undefined || placeOf(sample) === undefined) {
    throw new Fault('config', `${entry.id} tells no serial number, so serial= cannot find its connection`, {
      hint: 'tell converters apart by match=: an address, or a registration text',
    });
  }
  const address = typeof wanted.address === 'number' ? wanted.address : sample.addresses.usual;
  return {
    key: JSON.stringify([entry.id, address, wanted.access ?? {}]),
    ask: (link, signal) => askedOnce(link, sample, clock, signal, () => numberOf(wanted.make(), address)),
  };
}

/** Carries out one exchange on a link of its own, without a second attempt: each may count as a wrong password. */
export async function askedOnce<R>(
  link: Link,
  { line, timing = {} }: { readonly line: Line; readonly timing?: Device['timing'] },
  clock: Clock,
  signal: AbortSignal,
  exchange: () => Exchange<R>,
): Promise<R> {
  const bus = openBus(link, line, clock);
  try {
    return await bus.run(
      { device: 'serial number', rank: 'user', exchange, timing: { ...timing, attempts: 1 } },
      signal,
    );
  } finally {
    await bus.close();
  }
}

/** Group and field that say whose device it is. */
function placeOf(
  device: Device,
): { readonly group: Device['groups'][number]; readonly field: string } | undefined {
  for (const group of device.groups) {
    const field = group.fields.find(({ role }) => role === 'serial_number');
    if (field !== undefined) return { group, field: field.name };
  }
  return undefined;
}

function* numberOf(of: Device | Family, address: number): Exchange<string> {
  const device = isFamily(of) ? yield* of.identify(address) : of;
  const at = placeOf(device);
  const value = at === undefined ? undefined : (yield* at.group.read(address))[at.field];
  if (typeof value === 'string' || typeof value === 'number') return String(value).trim();
  throw new Fault('format', `${device.id} at address ${address} does not tell its serial number`);
}
