import { type Clock, sleep } from '../clock.ts';
import type { Exchange } from '../exchange.ts';
import { Fault, type FaultCode, faultOf } from '../fault.ts';
import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { firstOf, onStop, type Stop } from '../stop.ts';
import { backoff } from './backoff.ts';
import { converse, type Floor } from './dialogue.ts';
import { type BusHealth, healthBook } from './health.ts';
import { type Rank, takeNext, type Waiting } from './queue.ts';
import type { Tap } from './tap.ts';
import { type Timing, timingFor } from './timing.ts';
import { openWire } from './wire.ts';

/** Work for the line: one dialogue with one device, made again from the start when it fails. */
export interface Job<R> {
  /** Which device it concerns; patience and health are kept by this name. */
  readonly device: string;
  readonly rank: Rank;
  /** When the result is wanted, on the bus's clock; orders jobs of the same rank. */
  readonly deadline?: number;
  /** Makes the dialogue; called once an attempt. */
  readonly exchange: () => Exchange<R>;
  /** What this device wants that differs from the defaults of the line. */
  readonly timing?: Partial<Timing>;
  /** True while searching: silence is an expected outcome, and nothing is concluded from it. */
  readonly probing?: boolean;
}

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
  run<R>(job: Job<R>, signal?: AbortSignal): Promise<R>;
  /**
   * Carries out an exchange that only listens, beside everything else. It hears what other masters and devices
   * say, and the answers to our own jobs.
   */
  overhear<R>(exchange: () => Exchange<R>, timing?: Partial<Timing>, signal?: AbortSignal): Promise<R>;
  /** How the line and its devices are. */
  health(): BusHealth;
  /** Rejects what waits, lets a dialogue say goodbye (for a second at most), closes the connection. */
  close(): Promise<void>;
}

/** What a bus may be told besides its link and line. */
export interface BusOptions {
  /** Numbers in [0, 1) for jitter; `Math.random` by default. */
  readonly random?: () => number;
  /** Told what happens on the line, for a log: connected, lost, renewed. Must not throw. */
  readonly onNotice?: (text: string) => void;
  /** Told of all bytes on the line, sent (`>`) and heard (`<`), when they go; keeps no right to them. Must not throw. */
  readonly onBytes?: (direction: '>' | '<', bytes: Uint8Array) => void;
}

/** Faults that may pass when the same is asked again. */
const PASSING: ReadonlySet<FaultCode> = new Set(['timeout', 'checksum', 'length', 'format']);
/** Longest pause before something is asked again on a line on which others were heard, in milliseconds. */
const RETRY_SPREAD = 60;
/** Milliseconds that a dialogue may take to end when the bus is closed. */
const FAREWELL = 1_000;

interface Pending extends Waiting {
  readonly start: () => Promise<void>;
  readonly reject: (fault: Fault) => void;
}

/** Opens a bus: connects the link, keeps it connected, and works off jobs until closed. */
export function openBus(link: Link, line: Line, clock: Clock, options: BusOptions = {}): Bus {
  const random = options.random ?? Math.random;
  const notice = options.onNotice ?? ((): void => undefined);
  const health = healthBook(clock.now());
  const onBytes = options.onBytes ?? ((): void => undefined);
  const wire = openWire(link, line, clock, health, { random, notice, onBytes });
  const patience = backoff(random);
  const closing = new AbortController();
  const waiting: Pending[] = [];
  const activity = { lastSpoken: clock.now() };
  let talking = false;
  let worked = Promise.resolve();

  const floor = (on: Tap, timing: Timing, signal: Stop, device?: string): Floor => ({
    clock,
    tap: on,
    line: wire.settings,
    timing,
    latency: link.latency,
    gap: link.gap,
    health,
    onTurnaround: (milliseconds) => {
      if (device !== undefined) health.turnaround(device, milliseconds);
    },
    activity,
    onBytes,
    echo: wire.echo,
    mayTalk: device !== undefined,
    signal,
  });

  /** All attempts of one job. */
  const attempt = async <R>(job: Job<R>, signal: Stop): Promise<R> => {
    const timing = timingFor(line, job.timing);
    // A device that was silent lately gets one try, so that the others wait for it only once.
    let left =
      patience.failures(job.device) > 0 && job.rank !== 'user' && job.rank !== 'write' ? 1 : timing.attempts;
    for (;;) {
      const on = await wire.tap(signal);
      const from = clock.now();
      try {
        return await converse(job.exchange(), floor(on, timing, signal, job.device));
      } catch (error) {
        left--;
        if (left <= 0 || !(error instanceof Fault) || !PASSING.has(error.code) || signal.aborted) throw error;
        health.retried(job.device);
        // Asked again at once, we would meet a second master in its rhythm each time.
        if ((error.evidence?.receivedBytes ?? 0) > 0) await sleep(clock, random() * RETRY_SPREAD, signal);
      } finally {
        health.busy(from, clock.now());
        await wire.restoreLine(on);
      }
    }
  };

  /** Books how a job ended. */
  const book = (job: Job<unknown>, fault: Fault | undefined, heard: boolean): void => {
    if (heard) wire.heard();
    if (fault === undefined || fault.code === 'refused') patience.answered(job.device);
    if (fault === undefined) {
      health.answered(job.device);
      return;
    }
    if (job.probing === true && fault.code === 'timeout') return;
    health.failed(job.device, fault.code, fault.message);
    if (fault.code !== 'timeout') return;
    patience.silent(job.device, clock.now());
    if (!heard) wire.unheard();
  };

  const work = async (): Promise<void> => {
    talking = true;
    for (
      let next = takeNext(waiting, clock.now());
      next !== undefined;
      next = takeNext(waiting, clock.now())
    ) {
      await next.start();
    }
    talking = false;
  };

  /** Why a job is not carried out now: its device was silent lately, and nobody waits for the result. */
  const refusal = (job: Job<unknown>): Fault | undefined => {
    const hold = patience.holds(job.device, clock.now());
    if (hold <= 0 || job.rank === 'user' || job.rank === 'write') return undefined;
    return new Fault('backoff', `${job.device} did not answer; asked again in ${Math.ceil(hold / 1000)} s`);
  };

  return {
    name: link.name,
    clock,
    run(job, signal) {
      return new Promise((resolve, reject) => {
        const early = refusal(job);
        if (early !== undefined) {
          reject(early);
          return;
        }
        const ends = firstOf(signal, closing.signal);
        const pending: Pending = {
          rank: job.rank,
          deadline: job.deadline,
          since: clock.now(),
          reject,
          start: async () => {
            unwatch();
            const late = refusal(job); // the device may have gone silent while this job waited
            if (late !== undefined) {
              ends.forget();
              reject(late);
              return;
            }
            const before = wire.chunks;
            try {
              const result = await attempt(job, ends.stop);
              book(job, undefined, wire.chunks > before);
              resolve(result);
            } catch (error) {
              const fault = faultOf(error, 'format');
              book(job, fault, wire.chunks > before);
              reject(fault);
            } finally {
              ends.forget();
            }
          },
        };
        const onAbort = (): void => {
          const index = waiting.indexOf(pending);
          if (index >= 0) waiting.splice(index, 1);
          ends.forget();
          reject(new Fault('cancelled', `${job.device}: cancelled while waiting for the line`));
        };
        const unwatch = onStop(ends.stop, onAbort);
        if (ends.stop.aborted) {
          onAbort();
          return;
        }
        waiting.push(pending);
        if (!talking) worked = work();
      });
    },
    async overhear(exchange, timing, signal) {
      const ends = firstOf(signal, closing.signal);
      try {
        const on = await wire.tap(ends.stop);
        return await converse(exchange(), floor(on, timingFor(line, timing), ends.stop));
      } catch (error) {
        throw faultOf(error, 'format');
      } finally {
        ends.forget();
      }
    },
    health: () => health.report(clock.now(), (device) => patience.failures(device)),
    async close() {
      closing.abort();
      const over = new AbortController();
      await Promise.race([worked, sleep(clock, FAREWELL, over.signal)]);
      over.abort();
      await wire.close();
    },
  };
}
