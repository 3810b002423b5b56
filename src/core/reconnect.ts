import { byteQueue, pour } from './byte-queue.ts';
import { sleep, type Clock } from './clock.ts';
import { Fault, faultOf } from './fault.ts';
import type { Line } from './line.ts';
import type { Channel, Link } from './link.ts';

/** What a kept connection is doing. Instants are in the clock's milliseconds. */
export type ConnectionState =
  /** The link is being opened, dialled or waited for. */
  | { readonly kind: 'connecting'; readonly since: number }
  /** A channel is there. */
  | { readonly kind: 'open'; readonly since: number; readonly peer: string }
  /** The channel broke, was given up, or could not be had; the next attempt starts at `nextAttempt`. */
  | { readonly kind: 'lost'; readonly since: number; readonly fault: Fault; readonly nextAttempt: number }
  /** `close()` was called; nothing follows. */
  | { readonly kind: 'closed'; readonly since: number };

/** A link that is kept connected, whatever happens to it. */
export interface Connection {
  /** What it is doing now. */
  readonly state: ConnectionState;
  /** The open channel; undefined while there is none. */
  readonly present: Channel | undefined;
  /**
   * The open channel, at once or as soon as there is one. A different object than last time means a new
   * connection: line settings and the state of any dialogue are back at their beginnings.
   * Rejects with `cancelled` when the signal aborts and with `link` when the connection is closed for good.
   * Waits through any number of attempts: look at `state` to fail sooner.
   */
  channel(signal: AbortSignal): Promise<Channel>;
  /**
   * Gives the present channel up (for a peer that stays silent: half-open TCP) and connects anew: at once if the
   * channel had lasted, otherwise after the usual back-off, so a dead device cannot make it dial in a circle.
   * Without a channel it does nothing, because connecting is under way already.
   */
  renew(why: string): void;
  /** Calls the listener on every change of state from now on; the returned function ends that. Listeners must not throw. */
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Closes the channel and stops for good. Idempotent, never throws; resolves when everything is let go. */
  close(): Promise<void>;
}

/** How stubbornly to reconnect. */
export interface PersistentOptions {
  /** Wait before the first new attempt, ms; doubles with each failure. Default 500. */
  readonly firstWait?: number;
  /** Longest wait between attempts, ms. Default 30,000. */
  readonly longestWait?: number;
  /** A channel that lasted so long counts as good: the next wait is the first one again. ms, default 10,000. */
  readonly goodAfter?: number;
  /** Source of the jitter, 0 <= x < 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** Share of a wait by which it varies up and down, so that many links to one converter do not dial in step. */
const JITTER = 0.25;

/** Bytes that may wait for the reader of a channel before the link is told to slow down. */
const MOST_WAITING = 65_536;

/**
 * Connects the link and keeps it connected until `close()`. Starts at once. Every channel it gives is watched here:
 * a loss is noticed even while nobody reads.
 * @param line settings for every connect; who changes them on the channel does so again after a new connection
 */
export function persistent(
  link: Link,
  line: Line,
  clock: Clock,
  options: PersistentOptions = {},
): Connection {
  const firstWait = options.firstWait ?? 500;
  const longestWait = options.longestWait ?? 30_000;
  const goodAfter = options.goodAfter ?? 10_000;
  const random = options.random ?? Math.random;

  const closing = new AbortController();
  const closed = (): boolean => closing.signal.aborted;
  const listeners = new Set<(state: ConnectionState) => void>();
  const waiters = new Set<() => void>();
  let state: ConnectionState = { kind: 'connecting', since: clock.now() };
  let open: WatchedChannel | undefined;

  function become(next: ConnectionState): void {
    state = next;
    for (const listener of [...listeners]) listener(next);
    for (const wake of [...waiters]) wake();
  }

  function wait(failures: number): number {
    const plain = Math.min(longestWait, firstWait * 2 ** Math.max(0, failures - 1));
    return plain * (1 - JITTER + 2 * JITTER * random());
  }

  /** One connection from dialling to its end. */
  async function attempt(): Promise<{
    readonly fault: Fault;
    readonly lasted: number;
    readonly how: Ending;
  }> {
    let channel: Channel;
    try {
      channel = await link.connect(line, closing.signal);
    } catch (thrown) {
      return { fault: faultOf(thrown, 'link'), lasted: 0, how: 'broken' };
    }
    const watched = watch(channel, link.name);
    const since = clock.now();
    open = watched;
    if (closed()) watched.lose(closedFault(link.name), 'closed');
    else become({ kind: 'open', since, peer: channel.peer });
    const end = await watched.ended;
    open = undefined;
    const lasted = clock.now() - since;
    await channel.close(); // before the next attempt: a serial port can be opened once only
    return { ...end, lasted };
  }

  async function keep(): Promise<void> {
    let failures = 0;
    while (!closed()) {
      const { fault, lasted, how } = await attempt();
      if (closed()) break;
      const good = lasted >= goodAfter;
      const atOnce = good && how === 'renewed';
      failures = atOnce ? 0 : good ? 1 : failures + 1;
      const pause = atOnce ? 0 : wait(failures);
      const now = clock.now();
      become({ kind: 'lost', since: now, fault, nextAttempt: now + pause });
      await sleep(clock, pause, closing.signal);
      if (!closed()) become({ kind: 'connecting', since: clock.now() });
    }
    become({ kind: 'closed', since: clock.now() });
  }

  const kept = keep();

  const connection: Connection = {
    get state() {
      return state;
    },
    get present() {
      return state.kind === 'open' && open?.alive === true ? open.channel : undefined;
    },
    channel(signal) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (signal.aborted) {
            reject(new Fault('cancelled', `waiting for ${link.name} was cancelled`));
          } else if (closed()) {
            reject(closedFault(link.name));
          } else {
            const channel = connection.present;
            if (channel === undefined) return;
            resolve(channel);
          }
          waiters.delete(look);
          signal.removeEventListener('abort', look);
        };
        waiters.add(look);
        signal.addEventListener('abort', look);
        look();
      });
    },
    renew(why) {
      open?.lose(new Fault('link', `the connection to ${link.name} is made anew: ${why}`), 'renewed');
    },
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort();
      open?.lose(closedFault(link.name), 'closed');
      for (const wake of [...waiters]) wake();
      await kept;
    },
  };
  return connection;
}

function closedFault(name: string): Fault {
  return new Fault('link', `the connection to ${name} is closed`);
}

/** How a channel ended: the peer or the port broke it, it was given up, or it was closed from this side. */
type Ending = 'broken' | 'renewed' | 'closed';

/** A channel whose end is known to its keeper, whoever notices it: reader, writer or keeper. */
interface WatchedChannel {
  readonly channel: Channel;
  /** False from the moment of its end; the keeper's state follows when the channel is closed. */
  readonly alive: boolean;
  readonly ended: Promise<{ readonly fault: Fault; readonly how: Ending }>;
  /** Ends it from the keeper's side; the first end counts. */
  lose(fault: Fault, how: Ending): void;
}

function watch(inner: Channel, name: string): WatchedChannel {
  const queue = byteQueue();
  const { promise: ended, resolve } = deferred<{ fault: Fault; how: Ending }>();
  let lost: Fault | undefined;

  function lose(fault: Fault, how: Ending): void {
    if (lost !== undefined) return;
    lost = fault;
    queue.end(how === 'closed' ? undefined : fault);
    resolve({ fault, how });
  }

  // Reads on in all cases: several kinds of channel notice a hang-up only while somebody reads.
  pour(inner.incoming, {
    take: (chunk) => {
      queue.push(chunk); // drops it once this channel is lost
      return queue.waiting >= MOST_WAITING ? queue.below(MOST_WAITING) : undefined;
    },
    end: (thrown) => {
      const fault =
        thrown === undefined
          ? new Fault('link', `${name}: the other side ended the connection`)
          : faultOf(thrown, 'link');
      lose(fault, 'broken');
    },
  });

  /** A dead channel may show itself to the writer first. */
  const noteLoss = (thrown: unknown): never => {
    const fault = faultOf(thrown, 'link');
    if (fault.code === 'link') lose(fault, 'broken');
    throw fault;
  };

  const setLine = inner.setLine?.bind(inner);
  return {
    channel: {
      peer: inner.peer,
      incoming: queue.incoming,
      write: (bytes) => (lost === undefined ? inner.write(bytes).catch(noteLoss) : Promise.reject(lost)),
      ...(setLine === undefined
        ? {}
        : {
            setLine: (line: Line) =>
              lost === undefined ? setLine(line).catch(noteLoss) : Promise.reject(lost),
          }),
      close: async () => {
        lose(new Fault('link', `the channel to ${name} was closed`), 'closed');
        await inner.close();
      },
    },
    get alive() {
      return lost === undefined;
    },
    ended,
    lose,
  };
}

/** `Promise.withResolvers` for the engines that lack it (browsers before 2024). */
function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}
