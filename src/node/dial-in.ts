import type { Socket } from 'node:net';
import { show } from '../core/bytetext.ts';
import { listen } from './listen.ts';
import { plainAddress } from './peer-filter.ts';

/**
 * The front door for converters that dial in: one listening port, shared by every link of this process that names
 * it. Whoever calls is a stranger until an address or a registration text tells whose converter it is; strangers
 * cost a bounded number of sockets, bytes and seconds.
 */
export interface DialIn {
  /** The real port. */
  readonly port: number;
  /** Refused connections so far, by address. */
  readonly strangers: ReadonlyMap<string, number>;
  /** From now on callers that fit are offered to this host. */
  join(host: Host): void;
  /** The host takes no more callers; the port is closed when nobody is left. */
  leave(host: Host): void;
  /** Keeps the process running while somebody waits; the returned function ends that. */
  keepAwake(): () => void;
}

/** Somebody who expects a converter to call. */
export interface Host {
  /** True when a caller from this address may connect at all. */
  allows(address: string): boolean;
  /** What tells this host's converter from others. */
  readonly match:
    | { readonly by: 'address'; readonly single: boolean; matches(address: string): boolean }
    | { readonly by: 'text'; readonly text: Uint8Array }
    | { readonly by: 'anything' };
  /** Gives it a caller. Returns why the caller is not wanted, or undefined when it was taken over. */
  offer(caller: Caller): string | undefined;
}

/** A converter that called and was told apart. */
export interface Caller {
  /** Paused; nobody else uses it. */
  readonly socket: Socket;
  /** IP address. */
  readonly address: string;
  /** Address and port, for people. */
  readonly peer: string;
  /** Bytes that it sent already and that are not its registration. */
  readonly early: Uint8Array;
}

/** Limits on callers that have not been told apart. */
export interface DialInLimits {
  /** Connections at a time. */
  readonly callers: number;
  /** Connections at a time from one address. */
  readonly callersFromOneAddress: number;
  /** Bytes in which the registration text must appear. */
  readonly bytes: number;
  /** Milliseconds in which it must appear. */
  readonly milliseconds: number;
}

/** Enough for a cabinet of GPRS modems that all come back at once, and little for an attacker. */
export const DIAL_IN_LIMITS: DialInLimits = {
  callers: 64,
  callersFromOneAddress: 16,
  bytes: 1024,
  milliseconds: 5000,
};

/** Most addresses of strangers remembered; beyond it counting starts afresh. */
const MOST_STRANGERS = 1024;

const open = new Map<string, DialIn>();
const opening = new Map<string, Promise<DialIn>>();

/**
 * The door at this address: the one that is open already, or a new one. Rejects with a `link` fault.
 * @param log one line for people: a stranger called for the first time
 */
export async function dialIn(
  bind: string | undefined,
  port: number,
  limits: DialInLimits,
  log: (line: string) => void,
): Promise<DialIn> {
  const key = `${bind ?? '*'} ${port}`;
  const there = open.get(key) ?? opening.get(key);
  if (there !== undefined) return there;
  const made = listenForCallers(bind, port, limits, log);
  if (port === 0) return made;
  opening.set(key, made);
  try {
    return await made;
  } finally {
    opening.delete(key);
  }
}

async function listenForCallers(
  bind: string | undefined,
  wanted: number,
  limits: DialInLimits,
  log: (line: string) => void,
): Promise<DialIn> {
  const hosts = new Set<Host>();
  const pending = new Set<Pending>();
  const strangers = new Map<string, number>();
  let awaited = 0;

  const { server, port } = await listen(bind, wanted, (socket) => {
    greet(socket);
  });
  server.unref();
  const key = `${bind ?? '*'} ${port}`;

  function refuse(socket: Socket, address: string, why: string): void {
    socket.destroy();
    if (strangers.size >= MOST_STRANGERS && !strangers.has(address)) strangers.clear();
    const before = strangers.get(address) ?? 0;
    strangers.set(address, before + 1);
    if (before === 0) log(`port ${port}: refused a connection from ${address}: ${why}`);
  }

  /** Offers it to the hosts in turn; refuses with the last host's reason. */
  function present(caller: Caller, to: readonly Host[], otherwise: string): void {
    let why = otherwise;
    for (const host of to) {
      const reason = host.offer(caller);
      if (reason === undefined) return;
      why = reason;
    }
    refuse(caller.socket, caller.address, why);
  }

  function greet(socket: Socket): void {
    socket.unref(); // a stranger does not keep the process running
    socket.on('error', () => undefined); // until somebody takes it over a broken caller is no news
    const address = plainAddress(socket.remoteAddress ?? '');
    const peer = `${address} (calling from port ${socket.remotePort ?? 0})`;
    if (address === '') {
      socket.destroy(); // gone before it was accepted
      return;
    }
    const allowing = [...hosts].filter((host) => host.allows(address));
    // One address is a closer description than a range that happens to hold it.
    const byAddress = [true, false].flatMap((single) =>
      allowing.filter(
        ({ match }) => match.by === 'address' && match.single === single && match.matches(address),
      ),
    );
    const byText = allowing.filter(({ match }) => match.by === 'text');
    const anybody = allowing.filter(({ match }) => match.by === 'anything');
    const caller = (early: Uint8Array): Caller => ({ socket, address, peer, early });
    socket.pause();
    if (allowing.length === 0) {
      refuse(socket, address, 'its address is not allowed');
    } else if (byAddress.length > 0) {
      present(caller(new Uint8Array()), byAddress, '');
    } else if (byText.length === 0) {
      present(caller(new Uint8Array()), anybody, 'no link expects that address');
    } else {
      const here = [...pending].filter((other) => other.address === address);
      if (here.length >= limits.callersFromOneAddress) {
        refuse(socket, address, 'too many connections from there that did not register');
        return;
      }
      // The longest waiting one is the least likely to register still.
      if (pending.size >= limits.callers)
        [...pending][0]?.giveUp('too many connections that did not register');
      pending.add(
        awaitRegistration(socket, address, limits, byText, {
          done(self) {
            pending.delete(self);
          },
          registered(host, early) {
            present(caller(early), [host], '');
          },
          unknown(early, why) {
            present(caller(early), anybody, why);
          },
          refused(why) {
            refuse(socket, address, why);
          },
        }),
      );
    }
  }

  const door: DialIn = {
    port,
    strangers,
    join: (host) => void hosts.add(host),
    leave(host) {
      hosts.delete(host);
      if (hosts.size > 0) return;
      open.delete(key);
      for (const other of [...pending]) other.giveUp('the port is being closed');
      server.close();
    },
    keepAwake() {
      if (awaited++ === 0) server.ref();
      let over = false;
      return () => {
        if (over) return;
        over = true;
        if (--awaited === 0) server.unref();
      };
    },
  };
  open.set(key, door);
  return door;
}

/** A caller whose registration text is awaited. */
interface Pending {
  readonly address: string;
  /** Refuses it now. */
  giveUp(why: string): void;
}

interface Outcome {
  done(self: Pending): void;
  registered(host: Host, early: Uint8Array): void;
  unknown(early: Uint8Array, why: string): void;
  refused(why: string): void;
}

function awaitRegistration(
  socket: Socket,
  address: string,
  limits: DialInLimits,
  hosts: readonly Host[],
  outcome: Outcome,
): Pending {
  let heard = Buffer.alloc(0);
  const timer = setTimeout(() => {
    finish(() => {
      unknown(`no registration text within ${limits.milliseconds} ms`);
    });
  }, limits.milliseconds).unref();
  const self: Pending = {
    address,
    giveUp: (why) => {
      finish(() => {
        outcome.refused(why);
      });
    },
  };

  function finish(then: () => void): void {
    clearTimeout(timer);
    socket.off('data', look);
    socket.off('close', gone);
    socket.pause();
    outcome.done(self);
    then();
  }

  /** What it did send is the registration text that the user should have written. */
  function unknown(what: string): void {
    outcome.unknown(
      heard,
      heard.length === 0 ? `${what}, it sent nothing` : `${what}, it sent ${show(heard.subarray(0, 64))}`,
    );
  }

  function look(chunk: Buffer): void {
    heard = Buffer.concat([heard, chunk]);
    for (const host of hosts) {
      if (host.match.by !== 'text') continue;
      const at = heard.subarray(0, limits.bytes).indexOf(host.match.text);
      if (at < 0) continue;
      let rest = at + host.match.text.length;
      while (heard[rest] === 0x0d || heard[rest] === 0x0a) rest++;
      finish(() => {
        outcome.registered(host, heard.subarray(rest));
      });
      return;
    }
    if (heard.length < limits.bytes) return;
    finish(() => {
      unknown(`no registration text in its first ${limits.bytes} bytes`);
    });
  }

  function gone(): void {
    finish(() => undefined);
  }

  socket.on('data', look);
  socket.on('close', gone);
  socket.resume();
  return self;
}
