import type { Clock } from '../clock.ts';
import { type Fault, faultOf } from '../fault.ts';
import type { Line } from '../line.ts';
import type { Channel, Link } from '../link.ts';
import { onStop, type Stop } from '../stop.ts';
import { persistent } from '../reconnect.ts';
import type { HealthBook } from './health.ts';
import { tap, type Tap } from './tap.ts';

/** The connection under a bus: kept, listened to by one tap, and made anew when nothing is heard on it. */
export interface Wire {
  /**
   * The tap on the open channel. Waits while a connection is being made; rejects at once with its `link` fault when
   * that has failed and the next attempt is not due, so that nobody waits for a link that is away.
   */
  tap(signal: Stop): Tap | Promise<Tap>;
  /** Line settings in force. */
  readonly settings: { current: Line };
  /** Whether our own requests are heard back. */
  readonly echo: { seen: boolean };
  /** Chunks heard so far: whoever compares two moments knows whether anything was said between them. */
  readonly chunks: number;
  /** Puts the line back to the settings of the bus, where a dialogue changed them. */
  restoreLine(on: Tap): Promise<void> | undefined;
  /** A job heard something. */
  heard(): void;
  /** A job ended in silence. A few of these in a row look like half-open TCP: the connection is made anew. */
  unheard(): void;
  close(): Promise<void>;
}

/** Silent jobs in a row after which a connection that can be had anew is. */
const DEAF_JOBS = 3;
/** Least milliseconds between two connections made anew for that reason. */
const DEAF_PAUSE = 30_000;

/** Connects, and stays connected until closed. */
export function openWire(
  link: Link,
  line: Line,
  clock: Clock,
  health: HealthBook,
  options: {
    readonly random: () => number;
    readonly notice: (text: string) => void;
    readonly onBytes: (direction: '<', bytes: Uint8Array) => void;
  },
): Wire {
  const connection = persistent(link, line, clock, { random: options.random });
  const settings = { current: line };
  const echo = { seen: false };
  let present: Tap | undefined;
  let chunks = 0;
  let deafJobs = 0;
  let renewedAt = -Infinity;

  connection.onState((state) => {
    if (state.kind === 'open') options.notice(`${link.name}: connected to ${state.peer}`);
    if (state.kind === 'lost') options.notice(`${link.name}: ${state.fault.message}`);
  });

  const openChannel = (signal: Stop): Promise<Channel> => {
    const lost = connection.state;
    if (lost.kind === 'lost') return Promise.reject(lost.fault);
    const waitingEnds = new AbortController();
    const giveUp = (): void => waitingEnds.abort();
    const unwatch = onStop(signal, giveUp);
    if (signal.aborted) giveUp(); // it calls nobody who comes later
    let reason: Fault | undefined;
    const forget = connection.onState((state) => {
      if (state.kind !== 'lost') return;
      reason = state.fault;
      giveUp();
    });
    return connection
      .channel(waitingEnds.signal)
      .catch((error: unknown) => {
        throw reason ?? faultOf(error, 'link');
      })
      .finally(() => {
        forget();
        unwatch();
      });
  };

  const tapOn = (channel: Channel): Tap => {
    if (present?.channel === channel) return present;
    settings.current = line;
    echo.seen = false;
    return (present = tap(channel, clock, (bytes, listened) => {
      chunks++;
      options.onBytes('<', bytes);
      health.count('bytesIn', bytes.length);
      if (!listened) health.count('staleBytes', bytes.length);
    }));
  };

  return {
    settings,
    echo,
    get chunks() {
      return chunks;
    },
    tap(signal) {
      // Almost always the connection is there, and nobody has to wait for it.
      const channel = connection.present;
      return channel === undefined ? openChannel(signal).then(tapOn) : tapOn(channel);
    },
    restoreLine(on) {
      if (settings.current === line || on.ended !== undefined) return undefined;
      settings.current = line;
      return on.channel.setLine?.(line).catch(() => undefined); // a dead channel says so to the next job
    },
    heard() {
      deafJobs = 0;
    },
    unheard() {
      deafJobs++;
      if (!link.renewable || deafJobs < DEAF_JOBS || clock.now() - renewedAt < DEAF_PAUSE) return;
      deafJobs = 0;
      renewedAt = clock.now();
      const why = `nothing heard for ${DEAF_JOBS} requests`;
      options.notice(`${link.name}: ${why}, connecting anew`);
      connection.renew(why);
    },
    close: () => connection.close(),
  };
}
