import { sleep } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import type { OutputContext } from '../../core/site/output.ts';
import type { Post } from '../../core/site/broker.ts';
import { OFFLINE } from '../../core/site/topics.ts';
import { clientOptions, shownUrl } from './client-options.ts';
import type { MqttOptions } from './options.ts';
import { type Arrival, causeOf, openSession, type Session } from './session.ts';
import { type Cause, isTakenOver, isVersionRefused, troubleText } from './trouble.ts';

/** A broker that is kept connected, whatever happens to it. */
export interface Connection {
  /** What it speaks now: `MQTT 5`; undefined while it is away. */
  readonly speaking: () => string | undefined;
  /** Resolves when it is there, also at once; rejects with `output` and the reason when it is not by then, or the signal aborts. */
  readonly ready: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /**
   * Resolves when the broker acknowledged it: false where it says that nobody listens. Rejects with `output` while it is
   * away: nothing is kept for later.
   */
  readonly publish: (post: Post) => Promise<boolean>;
  /** Times that a connection was made. */
  readonly connects: () => number;
  /** Says goodbye and ends; never rejects. */
  readonly close: () => Promise<void>;
}

/** What a connection is for. */
export interface ConnectionUse {
  readonly clientId: string;
  /** Topic that says whether we are there: the will, and the goodbye. */
  readonly status: string;
  readonly filters: readonly string[];
  /** Everything was subscribed. Must not throw. */
  readonly onOpen: () => void;
  readonly onArrival: (arrival: Arrival) => void;
}

/**
 * Milliseconds that a stream waits at least before it comes back: mosquitto 2.0 does not restore shared subscriptions, and
 * what it gets before the consumers have subscribed again is gone, although it acknowledges it.
 */
const CONSUMERS_FIRST = 3_000;
/** First wait before connecting anew, and the longest, in milliseconds; in between it doubles. Any share of it is waited. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;
/** The same where a whole fleet may come back at once. */
const LONGEST_WAIT_FLEET = 300_000;
/** A connection that lasted so many milliseconds was a good one. */
const GOOD = 10_000;
/** Milliseconds for the goodbye. */
const FAREWELL = 700;

/** Connects and stays connected. Nothing it does waits for the broker, except those who ask it to. */
export function keepConnected(
  options: MqttOptions,
  { clock, random, log, trouble }: OutputContext,
  use: ConnectionUse,
): Connection {
  const broker = shownUrl(options.url);
  const longest = options.stream ? LONGEST_WAIT_FLEET : LONGEST_WAIT;
  const closing = new AbortController();
  const isClosing = (): boolean => closing.signal.aborted;
  const waiting = new Set<() => void>();
  let version: 4 | 5 = options.version === 4 ? 4 : 5;
  let session: Session | undefined;
  let why = `${broker} is not connected yet`;
  let connects = 0;

  const isOpen = (): boolean => session !== undefined;
  const away = (): Fault => new Fault('output', why);
  const spoken = (): string => `MQTT ${version === 5 ? '5' : '3.1.1'}`;

  /** One connection; brings milliseconds that it lasted. */
  const once = async (): Promise<number> => {
    const opened = await openSession(
      options.url,
      await clientOptions(options, use.clientId, version, use.status),
      use.onArrival,
      closing.signal,
    );
    const since = clock.now();
    try {
      await opened.subscribe(use.filters);
    } catch (error) {
      opened.end();
      throw error;
    }
    if (isClosing()) {
      opened.end();
      return 0;
    }
    session = opened;
    connects++;
    log.info(`connected to ${broker}, ${spoken()}, as ${use.clientId}`);
    trouble(undefined);
    use.onOpen();
    for (const wake of [...waiting]) wake();
    const cause = await opened.ended;
    session = undefined;
    const lasted = clock.now() - since;
    // Many brokers do not say that somebody else came with our client id.
    const isThrownOut = cause.code === undefined && lasted < GOOD;
    const hint = isThrownOut
      ? `, soon after it had accepted us: does another program use the client id ${use.clientId}?`
      : '';
    if (!isClosing()) complain(cause, hint);
    return isTakenOver(cause) ? -1 : lasted;
  };

  const complain = (cause: Cause, hint = ''): void => {
    const text = `${troubleText(broker, cause)}${hint}`;
    if (text !== why) log.warn(text);
    why = text;
    trouble(text);
  };

  const keep = async (): Promise<void> => {
    if (options.tls?.insecure === true) {
      log.warn(`${broker}: tls.insecure is set: anybody in between can read and change what is sent`);
    }
    // A fleet that is switched on at once does not knock at once.
    if (options.stream) await sleep(clock, random() * FIRST_WAIT * 5, closing.signal);
    for (let failures = 0; !isClosing();) {
      try {
        const lasted = await once();
        failures = lasted < 0 ? 10 : lasted >= GOOD ? 0 : failures + 1;
      } catch (error) {
        const cause = causeOf(error);
        if (version === 5 && options.version === 'auto' && isVersionRefused(cause)) {
          log.info(`${broker} does not speak MQTT 5: going on with 3.1.1`);
          version = 4;
          continue;
        }
        complain(cause);
        failures++;
      }
      const most = Math.min(longest, FIRST_WAIT * 2 ** failures);
      // Not all of it is chance: a broker that fails at once must not be asked at once for ever.
      await sleep(clock, (options.stream ? CONSUMERS_FIRST : 100) + most * random(), closing.signal);
    }
  };
  const kept = keep();

  return {
    speaking: () => (session === undefined ? undefined : spoken()),
    connects: () => connects,
    publish: (post) => (session === undefined ? Promise.reject(away()) : session.publish(post)),
    ready: async (milliseconds, signal) => {
      if (isOpen()) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          cancel();
          resolve();
        };
        const cancel = clock.after(milliseconds, done);
        waiting.add(done);
        signal.addEventListener('abort', done);
        if (signal.aborted || isClosing()) done();
      });
      if (!isOpen()) throw away();
    },
    close: async () => {
      closing.abort();
      for (const wake of [...waiting]) wake();
      const last = session;
      if (last !== undefined) {
        // A broker sends no will for those who leave politely.
        const goodbye = last
          .publish({ topic: use.status, payload: OFFLINE, retain: true })
          .then(last.leave)
          .catch(() => undefined);
        await Promise.race([goodbye, sleep(clock, FAREWELL)]);
        last.end();
      }
      await kept;
    },
  };
}
