import type { Socket } from 'node:net';
import type { Bus } from '../core/bus/bus.ts';
import type { Device } from '../core/device.ts';
import { ask, type Exchange, listen } from '../core/exchange.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Framing } from '../core/framing.ts';
import type { Logger } from '../core/site/index.ts';
import { show } from '../core/bytetext.ts';
import { listen as listenOn } from '../node/listen.ts';

/** A TCP port through which foreign programs use a line beside us: their requests wait for their turn like ours. */
export interface RawPort {
  /** `host:port`, the real one also where port 0 was asked for. */
  readonly listening: string;
  /** Requests passed on, and requests refused because they are none that only reads. */
  readonly counts: { readonly passed: number; readonly refused: number };
  readonly close: () => Promise<void>;
}

/** Where to listen. */
export interface HostPort {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
}

/** How a raw port works. */
export interface RawPortOptions {
  readonly listen: HostPort;
  /** False: only requests pass that we would make ourselves to read a device of this line. */
  readonly writes: boolean;
  readonly bus: Bus;
  /** Devices on the line now. */
  readonly devices: () => readonly Device[];
  readonly log: Logger;
}

/** Milliseconds of silence that end a request of a client. */
const REQUEST_GAP = 30;
/** Milliseconds to the first byte of an answer, and between two pieces of it. */
const RESPONSE = 1_000;
const ANSWER_GAP = 60;
/** Milliseconds that a client keeps the line after an answer, so that a dialogue of several requests is not cut. */
const HOLD = 250;
/** Milliseconds between two looks for a further request while it is held. */
const LOOK = 10;
/** Longest request, and most clients. */
const LONGEST = 1_024;
const MOST_CLIENTS = 8;

/** Any bytes, as they come. */
const anything: Framing<Uint8Array> = {
  longest: 4_096,
  scan: (bytes, start, end) => ({ got: 'frame', frame: bytes.slice(start, end), used: end - start }),
};

/** Opens the port. Rejects with a `link` fault when it cannot be had. */
export async function openRawPort(options: RawPortOptions): Promise<RawPort> {
  const { bus, log } = options;
  const counts = { passed: 0, refused: 0 };
  const sockets = new Set<Socket>();
  let reads: { readonly of: readonly Device[]; readonly requests: ReadonlySet<string> } | undefined;

  const isRead = (request: Uint8Array): boolean => {
    const devices = options.devices();
    if (reads === undefined || !sameDevices(reads.of, devices))
      reads = { of: devices, requests: readRequests(devices) };
    return reads.requests.has(key(request));
  };

  const serve = (socket: Socket): void => {
    if (sockets.size >= MOST_CLIENTS) {
      log.warn(`${peerOf(socket)} turned away: ${MOST_CLIENTS} clients are connected already`);
      socket.destroy();
      return;
    }
    sockets.add(socket);
    const gone = new AbortController();
    const waiting: Uint8Array[] = [];
    let collected: Uint8Array = new Uint8Array(0);
    let timer: NodeJS.Timeout | undefined;
    let working = false;

    const next = (): Uint8Array | undefined => {
      for (;;) {
        const request = waiting.shift();
        if (request === undefined) return undefined;
        if (options.writes || isRead(request)) {
          counts.passed++;
          return request;
        }
        counts.refused++;
        log.warn(
          `${peerOf(socket)} wanted to send ${show(request)}, which is no request that only reads: refused`,
        );
      }
    };

    const work = async (): Promise<void> => {
      working = true;
      try {
        for (let request = next(); request !== undefined; request = next()) {
          const first = request;
          await bus.run(
            {
              device: `raw ${peerOf(socket)}`,
              rank: 'slow',
              exchange: () => passOn(first, next, (bytes) => void socket.write(bytes)),
              timing: { attempts: 1 },
              probing: true,
            },
            gone.signal,
          );
        }
      } catch (error) {
        log.debug(`${peerOf(socket)}: ${faultOf(error, 'link').message}`);
      } finally {
        working = false;
      }
    };

    const onRequest = (): void => {
      waiting.push(collected);
      collected = new Uint8Array(0);
      if (!working) void work();
    };

    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      clearTimeout(timer);
      if (collected.length + chunk.length > LONGEST) {
        log.warn(`${peerOf(socket)} sent more than ${LONGEST} bytes without a pause: closed`);
        socket.destroy();
        return;
      }
      collected = Uint8Array.from([...collected, ...chunk]);
      timer = setTimeout(onRequest, REQUEST_GAP);
    });
    socket.on('error', (error) => log.debug(`${peerOf(socket)}: ${error.message}`));
    socket.on('close', () => {
      clearTimeout(timer);
      gone.abort();
      sockets.delete(socket);
    });
  };

  const { host, port } = options.listen;
  const { server, port: real } = await listenOn(host, port, serve);
  return {
    listening: `${host}:${real}`,
    counts,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Sends a request, hands on what comes until silence, and goes on while the client asks more. */
function* passOn(
  first: Uint8Array,
  next: () => Uint8Array | undefined,
  onBytes: (bytes: Uint8Array) => void,
): Exchange<void> {
  for (let request: Uint8Array | undefined = first; request !== undefined; request = yield* held(next)) {
    try {
      onBytes(
        yield* ask({
          what: 'an answer',
          framing: anything,
          bytes: request,
          accept: () => 'take',
          timeout: RESPONSE,
        }),
      );
      for (;;)
        onBytes(
          yield* listen({ what: 'more', framing: anything, accept: () => 'take', timeout: ANSWER_GAP }),
        );
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'timeout') throw error;
    }
  }
}

/** Keeps the line for a moment, for the next request of a dialogue. */
function* held(next: () => Uint8Array | undefined): Exchange<Uint8Array | undefined> {
  for (let waited = 0; waited < HOLD; waited += LOOK) {
    const request = next();
    if (request !== undefined) return request;
    yield { do: 'quiet', milliseconds: LOOK };
  }
  return undefined;
}

/** What we would send ourselves to read the devices of a line, at every address that they may have. */
function readRequests(devices: readonly Device[]): ReadonlySet<string> {
  const requests = new Set<string>();
  const add = (exchange: Exchange<unknown>): void => {
    const step = exchange.next().value as { readonly do?: string; readonly bytes?: Uint8Array } | undefined; // a step, or the result of an exchange without any
    if (step?.do === 'ask' && step.bytes !== undefined) requests.add(key(step.bytes));
  };
  for (const device of devices) {
    const { lowest, highest, usual } = device.addresses;
    // Where addresses are serial numbers, only sign-ons could be listed, and those are no harm at any of them.
    const last = Math.min(highest, lowest + 255);
    for (const address of new Set([
      usual,
      ...Array.from({ length: last - lowest + 1 }, (_, index) => lowest + index),
    ])) {
      add(device.probe(address));
      for (const group of device.groups) {
        add(group.read(address));
        for (const unit of group.units?.candidates(address) ?? []) {
          if (group.units !== undefined) add(group.units.read(address, unit));
        }
      }
    }
  }
  return requests;
}

const key = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const peerOf = (socket: Socket): string => `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;
const sameDevices = (one: readonly Device[], other: readonly Device[]): boolean =>
  one.length === other.length && one.every((device, index) => device === other[index]);
