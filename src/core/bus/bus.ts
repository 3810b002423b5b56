import { type Clock, sleep } from '../clock.ts';
import type { Exchange } from '../exchange.ts';
import { faultOf } from '../fault.ts';
import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { JoinedStop, type Stop, StopSource } from '../stop.ts';
import { backoff } from './backoff.ts';
import { converse } from './dialogue.ts';
import { type BusHealth, healthBook } from './health.ts';
import { type Desk, type Job, refusal, Work } from './job.ts';
import { takeNext } from './queue.ts';
import { type Timing, timingFor } from './timing.ts';
import { openWire } from './wire.ts';

export type { Job } from './job.ts';

/** One line and everybody on it. One job talks at a time; listen-only work hears everything besides. */
export interface Bus {
  /** The link's name. */
  readonly name: string;
  readonly clock: Clock;
  /**
   * Carries out a job when its turn comes. Rejects with the fault of its last attempt; with `backoff` when the
   * device was silent lately and nobody waits for it (ranks below `user`); with `link` when there is no
   * connection; with `cancelled`.
   */
  run<R>(job: Job<R>, signal?: Stop): Promise<R>;
  /**
   * Carries out an exchange that only listens, beside everything else. It hears what other masters and devices
   * say, and the answers to our own jobs.
   */
  overhear<R>(exchange: () => Exchange<R>, timing?: Partial<Timing>, signal?: Stop): Promise<R>;
  /** How the line and its devices are. */
  health(): BusHealth;
  /** Rejects what waits, lets a dialogue say goodbye (for a second at most), closes the connection. */
  close(): Promise<void>;
}

/** What a bus may be told besides its link and line. */
export interface BusOptions {
  /** Numbers in [0, 1) for jitter; `Math.random` by default. */
  readonly random?: () => number;
  /** Told what happens on the line, for a log: connected, lost, renewed. What it throws is lost. */
  readonly onNotice?: (text: string) => void;
  /** Told of all bytes on the line, sent (`>`) and heard (`<`), when they go; keeps no right to them. Who throws is told no more. */
  readonly onBytes?: (direction: '>' | '<', bytes: Uint8Array) => void;
}

/** Milliseconds that a dialogue may take to end when the bus is closed. */
const FAREWELL = 1_000;

/** Opens a bus: connects the link, keeps it connected, and works off jobs until closed. */
export function openBus(link: Link, line: Line, clock: Clock, options: BusOptions = {}): Bus {
  const random = options.random ?? Math.random;
  const { onNotice, onBytes } = watchers(options);
  const health = healthBook(clock.now());
  const wire = openWire(link, line, clock, health, { random, notice: onNotice, onBytes });
  const closing = new StopSource();
  const usual = timingFor(line);
  const desk: Desk = {
    room: {
      clock,
      line: wire.settings,
      latency: link.latency,
      gap: link.gap,
      health,
      activity: { lastSpoken: clock.now() },
      onBytes,
      echo: wire.echo,
    },
    wire,
    patience: backoff(random),
    random,
    timing: (wanted) => (wanted === undefined ? usual : timingFor(line, wanted)),
  };
  const waiting: Work<unknown>[] = [];
  let talking = false;
  let whenIdle: (() => void) | undefined;

  const next = (): void => {
    const work = takeNext(waiting, clock.now());
    talking = work !== undefined;
    if (work === undefined) whenIdle?.();
    else work.start(over);
  };
  const over = (): void => {
    // Whoever got a result may ask for more at once, and that may be the most urgent.
    if (waiting.length > 0) void Promise.resolve().then(next);
    else next();
  };

  return {
    name: link.name,
    clock,
    run<R>(job: Job<R>, signal?: Stop) {
      const early = refusal(job, desk);
      if (early !== undefined) return Promise.reject(early);
      return new Promise<R>((resolve, reject) => {
        const work = new Work(job, desk, new JoinedStop(signal, closing), resolve, reject);
        waiting.push(work as Work<unknown>); // the line does not care what it brings
        work.wait(() => waiting.splice(waiting.indexOf(work as Work<unknown>), 1));
        if (!talking) next();
      });
    },
    async overhear(exchange, timing, signal) {
      const stop = new JoinedStop(signal, closing);
      try {
        const tap = await wire.tap(stop);
        const floor = { room: desk.room, tap, timing: desk.timing(timing), device: undefined, signal: stop };
        return await new Promise((done, failed) => converse(exchange(), floor, { done, failed }));
      } catch (error) {
        throw faultOf(error, 'format');
      } finally {
        stop.forget();
      }
    },
    health: () => health.report(clock.now(), (device) => desk.patience.failures(device)),
    async close() {
      closing.abort();
      if (talking) {
        const farewell = new StopSource();
        const idle = new Promise<void>((resolve) => (whenIdle = resolve));
        await Promise.race([idle, sleep(clock, FAREWELL, farewell)]);
        farewell.abort();
      }
      await wire.close();
    },
  };
}

/** Those who are told what happens on the line; that one of them throws must not stop it. */
function watchers(options: BusOptions): Required<Pick<BusOptions, 'onNotice' | 'onBytes'>> {
  let { onBytes } = options;
  const onNotice = (text: string): void => {
    try {
      options.onNotice?.(text);
    } catch {
      // There is nobody else to be told.
    }
  };
  return {
    onNotice,
    onBytes: (direction, bytes) => {
      try {
        onBytes?.(direction, bytes);
      } catch (error) {
        onBytes = undefined;
        onNotice(`who watches the bytes is told no more: ${faultOf(error, 'format').message}`);
      }
    },
  };
}
