import type { Backoff } from './backoff.ts';
import { sleep } from '../clock.ts';
import type { Exchange } from '../exchange.ts';
import { Fault, type FaultCode, faultOf } from '../fault.ts';
import { type JoinedStop, onStop } from '../stop.ts';
import { converse, type Ending } from './dialogue.ts';
import type { Room } from './floor.ts';
import type { Rank, Waiting } from './queue.ts';
import type { Tap } from './tap.ts';
import type { Timing } from './timing.ts';
import type { Wire } from './wire.ts';

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

/** What all jobs of a bus work with. */
export interface Desk {
  readonly room: Room;
  readonly wire: Wire;
  readonly patience: Backoff;
  /** Numbers in [0, 1) for jitter. */
  readonly random: () => number;
  /** What a job wants, completed by what its line wants. */
  readonly timing: (wanted: Partial<Timing> | undefined) => Timing;
}

/** Faults that may pass when the same is asked again. */
const PASSING: ReadonlySet<FaultCode> = new Set(['timeout', 'checksum', 'length', 'format']);
/** Longest pause before something is asked again on a line on which others were heard, in milliseconds. */
const RETRY_SPREAD = 60;

/** Somebody waits for the result, and a silent device is no reason to refuse him. */
function isUrgent({ rank }: Job<unknown>): boolean {
  return rank === 'user' || rank === 'write';
}

/** Why a job is not carried out now: its device was silent lately, and nobody waits for the result. */
export function refusal(job: Job<unknown>, { patience, room }: Desk): Fault | undefined {
  if (isUrgent(job)) return undefined;
  const hold = patience.holds(job.device, room.clock.now());
  if (hold <= 0) return undefined;
  return new Fault('backoff', `${job.device} did not answer; asked again in ${Math.ceil(hold / 1000)} s`);
}

/** One job from its waiting in line, through its attempts, to its end. */
export class Work<R> implements Waiting, Ending<R> {
  readonly rank: Rank;
  readonly deadline: number | undefined;
  readonly since: number;
  private readonly job: Job<R>;
  private readonly desk: Desk;
  private readonly stop: JoinedStop;
  private readonly resolve: (result: R) => void;
  private readonly reject: (error: unknown) => void;
  private unwatch: () => void = nothing;
  private over: () => void = nothing;
  private attemptsLeft = 0;
  private chunksBefore = 0;
  private began = 0;
  private tap: Tap | undefined;

  /**
   * @param resolve given the result
   * @param reject given the fault of the last attempt, `backoff` or `cancelled`
   */
  constructor(
    job: Job<R>,
    desk: Desk,
    stop: JoinedStop,
    resolve: (result: R) => void,
    reject: (error: unknown) => void,
  ) {
    this.rank = job.rank;
    this.deadline = job.deadline;
    this.since = desk.room.clock.now();
    this.job = job;
    this.desk = desk;
    this.stop = stop;
    this.resolve = resolve;
    this.reject = reject;
  }

  /**
   * Waits for its turn.
   * @param leave called when it is cancelled before that
   */
  wait(leave: () => void): void {
    const cancel = (): void => {
      leave();
      this.stop.forget();
      this.reject(new Fault('cancelled', `${this.job.device}: cancelled while waiting for the line`));
    };
    if (this.stop.aborted) cancel();
    else this.unwatch = onStop(this.stop, cancel);
  }

  /**
   * Its turn has come.
   * @param over called when the next may talk
   */
  start(over: () => void): void {
    this.unwatch();
    this.over = over;
    const { desk, job } = this;
    const late = refusal(job, desk); // the device may have gone silent while this job waited
    if (late !== undefined) {
      this.reject(late);
      this.leave();
      return;
    }
    this.chunksBefore = desk.wire.chunks;
    // A device that was silent lately gets one try, so that the others wait for it only once.
    const patient = isUrgent(job) || desk.patience.failures(job.device) === 0;
    this.attemptsLeft = patient ? desk.timing(job.timing).attempts : 1;
    this.attempt();
  }

  done(result: R): void {
    this.release(() => {
      this.book(undefined);
      this.resolve(result);
      this.leave();
    });
  }

  failed(error: unknown): void {
    const { desk, job, stop } = this;
    this.attemptsLeft--;
    if (this.attemptsLeft <= 0 || !(error instanceof Fault) || !PASSING.has(error.code) || stop.aborted) {
      this.release(() => this.fail(error));
      return;
    }
    desk.room.health.retried(job.device);
    const again = (): void => this.release(() => this.attempt());
    // Asked again at once, we would meet a second master in its rhythm each time.
    if ((error.evidence?.receivedBytes ?? 0) > 0) {
      void sleep(desk.room.clock, desk.random() * RETRY_SPREAD, stop).then(again);
    } else {
      again();
    }
  }

  private attempt(): void {
    const tap = this.desk.wire.tap(this.stop);
    if (tap instanceof Promise) {
      tap.then(
        (opened) => this.talk(opened),
        (error: unknown) => this.fail(error),
      );
    } else {
      this.talk(tap);
    }
  }

  private talk(tap: Tap): void {
    const { desk, job, stop } = this;
    this.tap = tap;
    this.began = desk.room.clock.now();
    let exchange: Exchange<R>;
    try {
      exchange = job.exchange();
    } catch (error) {
      this.failed(error);
      return;
    }
    const timing = desk.timing(job.timing);
    converse(exchange, { room: desk.room, tap, timing, device: job.device, signal: stop }, this);
  }

  /** Lets go of the line after an attempt, then goes on. */
  private release(then: () => void): void {
    const { room, wire } = this.desk;
    room.health.busy(this.began, room.clock.now());
    const restoring = this.tap === undefined ? undefined : wire.restoreLine(this.tap);
    if (restoring === undefined) then();
    else void restoring.then(then);
  }

  private fail(error: unknown): void {
    const fault = faultOf(error, 'format');
    this.book(fault);
    this.reject(fault);
    this.leave();
  }

  private leave(): void {
    this.stop.forget();
    this.over();
  }

  /** Books how the job ended. */
  private book(fault: Fault | undefined): void {
    const { wire, patience, room } = this.desk;
    const { device, probing } = this.job;
    const heard = wire.chunks > this.chunksBefore;
    if (heard) wire.heard();
    if (fault === undefined || fault.code === 'refused') patience.answered(device);
    if (fault === undefined) {
      room.health.answered(device);
      return;
    }
    if (probing === true && fault.code === 'timeout') return;
    room.health.failed(device, fault.code, fault.message);
    if (fault.code !== 'timeout') return;
    patience.silent(device, room.clock.now());
    if (!heard) wire.unheard();
  }
}

function nothing(): void {
  // Stands where nobody is to be told.
}
