import { Fault } from '../core/fault.ts';
import type { Format, Line } from '../core/line.ts';
import type { Channel, Link } from '../core/link.ts';
import type { SerialQuestion } from '../core/serial-number.ts';
import type { Caller, DialInLimits, Host } from './callers.ts';
import { dialIn, DIAL_IN_LIMITS, type DialIn } from './dial-in.ts';
import { isPeerPattern, type PeerFilter, peerFilter } from './peer-filter.ts';
import { rawParity } from './raw-parity.ts';
import { socketChannel } from './socket-channel.ts';
import type { StreamChannel } from './stream-channel.ts';
import { cancelledFault } from './socket-fault.ts';
import { CONVERTER_GAP, CONVERTER_LATENCY, hostPort } from './tcp.ts';

/** Where a converter in TCP client mode is expected to call. */
export interface TcpListenAddress {
  /** Address of this machine to listen on; left out: all of them. */
  readonly bind?: string;
  /** 0 to 65535; 0 lets the system choose, see `ListenLink.listening`. */
  readonly port: number;
  /**
   * Which caller is meant: an IP address, a range (`10.0.0.0/8`), or a registration text that must appear in the
   * first bytes (`imei:123456789012345`) and is not handed on. Left out: any caller that is allowed.
   */
  readonly match?: string;
  /**
   * Serial number of the device behind the caller that is meant: whoever calls is asked for it, see
   * `TcpListenOptions.question`. Not beside `match`.
   */
  readonly serial?: string;
  /** Addresses and ranges that may connect; empty: all. */
  readonly allow: readonly string[];
  /** Character format of the converter's serial side; see `rawParity`. */
  readonly format?: Format | 'auto';
  /** `Link.latency`, ms. */
  readonly latency?: number;
  /** `Link.gap`, ms. */
  readonly gap?: number;
}

/** What may be changed about waiting for calls. */
export interface TcpListenOptions {
  /** How a caller is asked for the serial number behind it; needed where the address names one. */
  readonly question?: () => SerialQuestion;
  /** `Link.name`. Default made from the address. */
  readonly name?: string;
  /** One line for people. Default: nobody is told. */
  readonly log?: (line: string) => void;
  /** Limits on callers not yet told apart. */
  readonly limits?: DialInLimits;
  /** Milliseconds that the port stays open after the last use, so that a converter finds it while the bus pauses. Default 60,000. */
  readonly linger?: number;
  /** A connected caller that never said a byte for so long gives way to another address, ms. Default 5000. */
  readonly silentAfter?: number;
}

/** A link that waits to be called. */
export interface ListenLink extends Link {
  /** Starts listening if that has not happened yet; gives the real port. Rejects with a `link` fault. */
  listening(): Promise<number>;
  /** Connections refused so far on this port, by address. */
  readonly strangers: ReadonlyMap<string, number>;
  /** Stops listening at once and drops the present caller. Connecting starts it again. */
  shut(): Promise<void>;
}

interface Present {
  readonly channel: StreamChannel;
  readonly address: string;
  readonly since: number;
}

/**
 * A link to a converter in TCP client mode. The port is opened by the first `connect` (or `listening`) and stays
 * open through losses; links that name the same address and port share it. A converter that calls again replaces
 * its old connection, since it would not call if that still worked.
 */
export function tcpListenLink(address: TcpListenAddress, options: TcpListenOptions = {}): ListenLink {
  const name = options.name ?? `tcp-listen://${hostPort(address.bind ?? '*', address.port)}`;
  const log = options.log ?? (() => undefined);
  const linger = options.linger ?? 60_000;
  const silentAfter = options.silentAfter ?? 5000;
  const allowed = address.allow.length === 0 ? undefined : peerFilter(address.allow);
  const byAddress =
    address.match !== undefined && isPeerPattern(address.match) ? peerFilter([address.match]) : undefined;
  const byNumber = serialMatch(address, options.question);
  const identified =
    byNumber !== undefined || (address.match !== undefined && (byAddress === undefined || byAddress.single));

  let door: DialIn | undefined;
  let opening: Promise<DialIn> | undefined;
  let present: Present | undefined;
  let held: Caller | undefined;
  let waiting: { take(caller: Caller): void; fail(fault: Fault): void } | undefined;
  let lingering: NodeJS.Timeout | undefined;
  let warned = false;

  const host: Host = {
    allows: (peer) => allowed?.matches(peer) ?? true,
    match: byNumber ?? hostMatch(address.match, byAddress),
    offer(caller) {
      if (present?.channel.alive === true) {
        const same = identified || present.address === caller.address;
        const mute = present.channel.receivedBytes === 0 && performance.now() - present.since >= silentAfter;
        if (!same && !mute) {
          return `${present.address} is connected already; match=, serial= or allow= tells several converters apart`;
        }
        present.channel.fail(
          new Fault('link', `${name}: replaced by a new connection from ${caller.peer}`, {
            hint: 'the converter called again, most likely because it restarted',
          }),
        );
      }
      if (waiting === undefined) {
        dropHeld();
        held = caller; // for the next connect, at most as long as the port lingers
      } else {
        waiting.take(caller);
      }
      return undefined;
    },
  };

  function dropHeld(): void {
    held?.socket.destroy();
    held = undefined;
  }

  async function listening(): Promise<DialIn> {
    clearTimeout(lingering);
    if (door !== undefined) return door;
    opening ??= dialIn(address.bind, address.port, options.limits ?? DIAL_IN_LIMITS, log).then((made) => {
      made.join(host);
      door = made;
      return made;
    });
    try {
      return await opening;
    } finally {
      opening = undefined;
    }
  }

  function leave(): void {
    clearTimeout(lingering);
    dropHeld();
    door?.leave(host);
    door = undefined;
  }

  /** Called whenever a use ended: the port closes some time after the last one. */
  function idle(): void {
    if (present !== undefined || waiting !== undefined) return;
    clearTimeout(lingering);
    lingering = setTimeout(leave, linger).unref();
  }

  function nextCaller(signal: AbortSignal): Promise<Caller> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        waiting = undefined;
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        over();
        reject(cancelledFault(`waiting for a converter on ${name}`));
      };
      waiting = {
        take(caller) {
          over();
          resolve(caller);
        },
        fail(fault) {
          over();
          reject(fault);
        },
      };
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort(); // while the port was being opened
    });
  }

  function welcome(caller: Caller, line: Line): Channel {
    caller.socket.ref();
    const channel = socketChannel(caller.socket, { peer: caller.peer, early: caller.early });
    const mine: Present = { channel, address: caller.address, since: performance.now() };
    present = mine;
    void channel.closed.then(() => {
      if (present === mine) present = undefined;
      idle();
    });
    return rawParity(channel, address.format, line);
  }

  return {
    name,
    latency: address.latency ?? CONVERTER_LATENCY,
    gap: address.gap ?? CONVERTER_GAP,
    renewable: true,
    listening: async () => {
      const { port } = await listening();
      idle();
      return port;
    },
    get strangers() {
      return door?.strangers ?? new Map<string, number>();
    },
    shut: async () => {
      waiting?.fail(new Fault('link', `${name} is shut`));
      const old = present?.channel;
      leave();
      await old?.close();
    },
    connect: async (line, signal) => {
      if (signal.aborted) throw cancelledFault(`waiting for a converter on ${name}`);
      const open = await listening();
      if (!identified && address.match === undefined && allowed === undefined && !warned) {
        warned = true;
        log(`${name} takes anybody who connects for the converter; name it with match=, serial= or allow=`);
      }
      if (waiting !== undefined || present?.channel.alive === true) {
        throw new Fault('link', `${name} is in use`);
      }
      const early = held;
      held = undefined;
      if (early?.socket.destroyed === false) return welcome(early, line);
      const sleepAgain = open.keepAwake();
      try {
        const caller = await nextCaller(signal);
        return welcome(caller, line);
      } finally {
        sleepAgain();
        idle();
      }
    },
  };
}

/** How a host knows its converter by what `match=` says. */
function hostMatch(match: string | undefined, byAddress: PeerFilter | undefined): Host['match'] {
  if (byAddress !== undefined) {
    return { by: 'address', single: byAddress.single, matches: (peer) => byAddress.matches(peer) };
  }
  return match === undefined ? { by: 'anything' } : { by: 'text', text: Buffer.from(match) };
}

/** How a host knows its converter by the device behind it. Throws a `config` fault where nobody can ask. */
function serialMatch(
  { serial, format, latency, gap }: TcpListenAddress,
  questionOf: (() => SerialQuestion) | undefined,
): Host['match'] | undefined {
  if (serial === undefined) return undefined;
  if (questionOf === undefined) {
    throw new Fault('config', `serial=${serial} needs a device that can be asked for its serial number`, {
      hint: 'reading, writing, profiles, obis and the gateway know one; elsewhere use match= or allow=',
    });
  }
  const question = questionOf();
  return {
    by: 'serial',
    serial,
    key: question.key,
    ask: (channel, signal) =>
      question.ask(
        {
          name: channel.peer,
          latency: latency ?? CONVERTER_LATENCY,
          gap: gap ?? CONVERTER_GAP,
          renewable: false,
          connect: (line) => Promise.resolve(rawParity(channel, format, line)),
        },
        signal,
      ),
  };
}
