import type { Socket } from 'node:net';
import type { Caller, DialInLimits, Host } from './callers.ts';
import { listen } from './listen.ts';
import { plainAddress } from './peer-filter.ts';
import { awaitRegistration, type Pending } from './registration.ts';
import { askCaller, type SerialHost } from './serial-callers.ts';

/**
 * The front door for converters that dial in: one listening port, shared by every link of this process that names
 * it. Whoever calls is a stranger until an address, a registration text or the serial number of the device behind it
 * tells whose converter it is; strangers cost a bounded number of sockets, bytes and seconds.
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

/** Enough for a cabinet of GPRS modems that all come back at once, and little for an attacker. */
export const DIAL_IN_LIMITS: DialInLimits = {
  callers: 64,
  callersFromOneAddress: 16,
  bytes: 1024,
  milliseconds: 5000,
};

/**
 * Milliseconds for which callers from an address are not asked for serial numbers after one whose device refused: it
 * was a password, mostly, and a meter locks itself after a few wrong ones.
 */
const REFUSED_REST = 600_000;

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
  const resting = new Map<string, number>();
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

  /** False: it was refused, since too many from there are not told apart yet. */
  function makeRoom(socket: Socket, address: string): boolean {
    const here = [...pending].filter((other) => other.address === address);
    if (here.length >= limits.callersFromOneAddress) {
      refuse(socket, address, 'too many connections from there that did not register');
      return false;
    }
    // The longest waiting one is the least likely to register still.
    if (pending.size >= limits.callers) [...pending][0]?.giveUp('too many connections that did not register');
    return true;
  }

  /** Nobody knows it by address or text: what is behind it may tell whose it is, or somebody takes anybody. */
  async function unclaimed(caller: Caller, otherwise: string): Promise<void> {
    const { socket, address, peer, early } = caller;
    const of = (is: (match: Host['match']) => boolean): Host[] =>
      [...hosts].filter((host) => host.allows(address) && is(host.match));
    const knowing = (): SerialHost[] =>
      of(() => true).flatMap(({ match }) => (match.by === 'serial' ? [match] : []));
    const anybody = (): Host[] => of(({ by }) => by === 'anything');
    if (knowing().length === 0) {
      present(caller, anybody(), otherwise);
      return;
    }
    const rest = Math.ceil(((resting.get(address) ?? 0) - performance.now()) / 60_000);
    if (rest > 0) {
      present(caller, anybody(), `a device there refused lately: nobody there is asked for ${rest} min`);
      return;
    }
    if (!makeRoom(socket, address)) return;
    const self: Pending = { address, giveUp: (why) => refuse(socket, address, why) };
    pending.add(self);
    const told = await askCaller(socket, peer, early, knowing);
    pending.delete(self);
    if (socket.destroyed) return;
    const known: Caller = { ...caller, early: new Uint8Array() };
    if ('why' in told) {
      if (resting.size >= MOST_STRANGERS) resting.clear();
      if (told.refused) resting.set(address, performance.now() + REFUSED_REST);
      present(known, anybody(), told.why);
      return;
    }
    const { serial } = told;
    const expecting = of((match) => match.by === 'serial' && match.serial === serial);
    if (expecting.length > 0) present(known, expecting, '');
    else present(known, anybody(), `the device behind it has serial number ${serial}, which no link expects`);
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
    const caller = (early: Uint8Array): Caller => ({ socket, address, peer, early });
    socket.pause();
    if (allowing.length === 0) {
      refuse(socket, address, 'its address is not allowed');
    } else if (byAddress.length > 0) {
      present(caller(new Uint8Array()), byAddress, '');
    } else if (byText.length === 0) {
      void unclaimed(caller(new Uint8Array()), 'no link expects that address');
    } else {
      if (!makeRoom(socket, address)) return;
      pending.add(
        awaitRegistration(socket, address, limits, byText, {
          done(self) {
            pending.delete(self);
          },
          registered(host, early) {
            present(caller(early), [host], '');
          },
          unknown(early, why) {
            void unclaimed(caller(early), why);
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
