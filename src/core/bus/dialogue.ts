import { sleep } from '../clock.ts';
import type { Exchange, Listen, Step } from '../exchange.ts';
import { Fault } from '../fault.ts';
import { onStop } from '../stop.ts';
import { type Floor, sentAt } from './floor.ts';
import { Ear, type Waiter } from './hear.ts';
import type { Inbox } from './tap.ts';

/** Whoever wants to know how an exchange ends: exactly one of these is called, once. They must not throw. */
export interface Ending<R> {
  readonly done: (result: R) => void;
  /** The fault that the exchange did not handle, or whatever else it threw. */
  readonly failed: (error: unknown) => void;
}

/** A line that never goes quiet (a display that polls, an open input) delays us by this at most, in milliseconds. */
const LONGEST_HUSH = 250;
/** Steps that a cancelled exchange may still take to say goodbye. */
const LAST_WORDS = 4;

/** Carries out an exchange to its end. */
export function converse<R>(exchange: Exchange<R>, floor: Floor, ending: Ending<R>): void {
  new Dialogue(exchange, floor, ending).begin();
}

type Ask = Extract<Step, { readonly do: 'ask' }>;

/**
 * One exchange being carried out. Asking and listening, which happen every second on every line, go by plain calls; the
 * other steps by promises.
 */
class Dialogue<R> implements Waiter {
  private readonly exchange: Exchange<R>;
  private readonly floor: Floor;
  private readonly ending: Ending<R>;
  private readonly inbox: Inbox;
  private readonly unwatch: () => void;
  private ear: Ear<unknown> | undefined;
  /** When the request that is being answered left. */
  private asked: number | undefined;
  private leaving = false;
  private lastWords = LAST_WORDS;

  constructor(exchange: Exchange<R>, floor: Floor, ending: Ending<R>) {
    this.exchange = exchange;
    this.floor = floor;
    this.ending = ending;
    this.inbox = floor.tap.inbox();
    this.unwatch = onStop(floor.signal, () => this.ear?.cancel());
  }

  begin(): void {
    this.brought(undefined);
  }

  took(frame: unknown, firstByteAt: number): void {
    this.ear = undefined;
    const { device, room } = this.floor;
    if (device !== undefined && this.asked !== undefined) {
      room.health.turnaround(device, firstByteAt - this.asked);
    }
    this.brought(frame);
  }

  missed(error: unknown): void {
    this.ear = undefined;
    this.failed(error);
  }

  /** Goes on with what a step brought. */
  private brought(value: unknown): void {
    let turn: IteratorResult<Step, R>;
    try {
      turn = this.exchange.next(value);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.turned(turn);
  }

  /** Tells the exchange that its step failed. */
  private failed(error: unknown): void {
    if (error instanceof Fault && error.code === 'cancelled') this.leaving = true;
    let turn: IteratorResult<Step, R>;
    try {
      turn = this.exchange.throw(error);
    } catch (thrown) {
      this.fail(thrown);
      return;
    }
    this.turned(turn);
  }

  private turned(turn: IteratorResult<Step, R>): void {
    if (turn.done === true) {
      this.close();
      this.ending.done(turn.value);
    } else if (this.leaving && this.lastWords-- === 0) {
      this.fail(cancelled());
    } else {
      try {
        this.perform(turn.value);
      } catch (error) {
        this.failed(error);
      }
    }
  }

  private fail(error: unknown): void {
    this.close();
    this.ending.failed(error);
  }

  private close(): void {
    this.unwatch();
    this.inbox.close();
  }

  private perform(step: Step): void {
    const { tap, signal, device } = this.floor;
    if (signal.aborted && (!this.leaving || step.do === 'ask' || step.do === 'listen')) {
      this.failed(cancelled());
    } else if (tap.ended !== undefined) {
      this.failed(tap.ended);
    } else if (device === undefined && step.do !== 'listen') {
      this.failed(new Fault('config', `a listen-only job wants to '${step.do}'`));
    } else if (step.do === 'ask') {
      this.ask(step);
    } else if (step.do === 'listen') {
      this.asked = undefined;
      this.listen(step, undefined, this.floor.room.clock.now(), step.timeout ?? this.floor.timing.response);
    } else {
      this.slowly(step).then(
        () => this.brought(undefined),
        (error: unknown) => this.failed(error),
      );
    }
  }

  private ask(step: Ask): void {
    const hushed = this.hush();
    if (hushed === undefined) this.send(step);
    else hushed.then(() => this.send(step)).catch((error: unknown) => this.failed(error));
  }

  private send(step: Ask): void {
    const { room, timing } = this.floor;
    room.health.count('staleBytes', this.inbox.take().length);
    const began = room.clock.now();
    this.write(step.bytes).then(
      () => {
        this.asked = this.spoken(step.bytes, began);
        this.listen(step, step.bytes, this.asked, (step.timeout ?? timing.response) + room.latency);
      },
      (error: unknown) => this.failed(error),
    );
  }

  private listen(step: Listen<unknown>, sent: Uint8Array | undefined, from: number, response: number): void {
    this.ear = new Ear(step, { sent, from, response }, this.floor, this.inbox, this);
    if (this.floor.signal.aborted) this.ear.cancel();
    else this.ear.listen();
  }

  /** The steps that bring nothing. */
  private async slowly(step: Exclude<Step, { readonly do: 'ask' | 'listen' }>): Promise<void> {
    const { room, tap, signal } = this.floor;
    switch (step.do) {
      case 'quiet':
        await sleep(room.clock, step.milliseconds, signal);
        if (signal.aborted && !this.leaving) throw cancelled();
        return;
      case 'line':
        // A converter with fixed settings keeps them, and so does our arithmetic of wire times.
        if (tap.channel.setLine === undefined) return;
        room.line.current = step.line;
        await tap.channel.setLine(step.line);
        return;
      case 'say': {
        await this.hush();
        const began = room.clock.now();
        await this.write(step.bytes);
        const left = this.spoken(step.bytes, began);
        // What follows (silence, another baud rate, listening) counts from the last character, cancelled or not.
        await sleep(room.clock, left - room.clock.now());
      }
    }
  }

  private write(bytes: Uint8Array): Promise<void> {
    this.floor.room.onBytes('>', bytes);
    return this.floor.tap.channel.write(bytes);
  }

  /** Books bytes that were written; gives when the last character leaves the line. */
  private spoken(bytes: Uint8Array, began: number): number {
    const { room } = this.floor;
    room.health.count('bytesOut', bytes.length);
    return (room.activity.lastSpoken = sentAt(began, bytes.length, room));
  }

  /** Waits until the line has been quiet for the device's turnaround; whoever is leaving does not. */
  private hush(): Promise<void> | undefined {
    const { floor } = this;
    return this.leaving || quietAt(floor) <= floor.room.clock.now() ? undefined : untilQuiet(floor);
  }
}

function cancelled(): Fault {
  return new Fault('cancelled', 'cancelled');
}

async function untilQuiet(floor: Floor): Promise<void> {
  const { clock } = floor.room;
  const patience = clock.now() + Math.max(LONGEST_HUSH, floor.timing.turnaround);
  for (;;) {
    const left = Math.min(quietAt(floor), patience) - clock.now();
    if (left <= 0) return;
    await sleep(clock, left, floor.signal);
    if (floor.signal.aborted) throw cancelled();
  }
}

/** When the line will have been quiet for the device's turnaround, if nothing more is said on it. */
function quietAt({ tap, room, timing }: Floor): number {
  return Math.max(tap.lastHeard, room.activity.lastSpoken) + timing.turnaround;
}
