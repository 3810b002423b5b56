import { show } from '../bytetext.ts';
import type { Listen } from '../exchange.ts';
import { type Evidence, Fault } from '../fault.ts';
import { type Bad, type Found, type Scanner, scanner } from '../framing.ts';
import { characterTime } from '../line.ts';
import { type EchoFilter, echoFilter, TELLING } from './echo.ts';
import { type Floor, gapOf } from './floor.ts';
import { type Inbox, join, type Listener } from './tap.ts';

/** Whoever waits for a frame: exactly one of these is called, once. They must not throw. */
export interface Waiter {
  /** The frame that the step accepted, and when its first byte arrived. */
  readonly took: (frame: unknown, firstByteAt: number) => void;
  /**
   * `timeout`, the code of a broken candidate (`checksum`, `length`, `format`), the fault the step raised, `link`, or
   * whatever a mistaken step or framing throws.
   */
  readonly missed: (error: unknown) => void;
}

/** What was sent before, and how long the answer may take. */
export interface Asked {
  /** The request, when one was sent. */
  readonly sent: Uint8Array | undefined;
  /** When the last character of the request left, or when listening began. */
  readonly from: number;
  /** Milliseconds from `from` to the first byte of the answer. */
  readonly response: number;
}

const MOST_RECEIVED = 256;
const MOST_OTHERS = 8;
const NOTHING = new Uint8Array(0);

/**
 * Waits for the frame that a step accepts. A class, as thousands of lines make one a second: its methods are there
 * once, where closures would be made anew for each wait.
 */
export class Ear<F> implements Listener {
  private readonly step: Listen<F>;
  private readonly floor: Floor;
  private readonly inbox: Inbox;
  private readonly waiter: Waiter;
  private readonly asked: Asked;
  private readonly scan: Scanner<F>;
  private readonly echo: EchoFilter | undefined;
  private others: { readonly frame: F; readonly bytes: Uint8Array }[] | undefined;
  private received: Uint8Array[] | undefined;
  private receivedKept = 0;
  private receivedBytes = 0;
  private noiseBytes = 0;
  private firstAt: number | undefined;
  private heldAt: number | undefined;
  private bad: { readonly bytes: Uint8Array; readonly bad: Bad } | undefined;
  private overdue = false;
  private echoed = false;
  private settled = false;
  private cancelGap: (() => void) | undefined;
  private cancelResponse: (() => void) | undefined;

  constructor(step: Listen<F>, asked: Asked, floor: Floor, inbox: Inbox, waiter: Waiter) {
    this.step = step;
    this.asked = asked;
    this.floor = floor;
    this.inbox = inbox;
    this.waiter = waiter;
    this.scan = scanner(step.framing, true); // so every channel promises
    this.echo = asked.sent === undefined ? undefined : echoFilter(asked.sent, floor.room.echo.seen);
  }

  /** Begins to wait; what has arrived already counts. */
  listen(): void {
    const { clock } = this.floor.room;
    const left = this.asked.from + this.asked.response - clock.now();
    this.cancelResponse = clock.after(Math.max(0, left), () => this.onOverdue());
    this.inbox.listener = this;
    const early = this.inbox.take();
    if (early.length > 0) this.hear(early);
  }

  /** Ends the wait from outside, with `cancelled`. */
  cancel(): void {
    this.miss(new Fault('cancelled', `${this.step.what}: cancelled`));
  }

  end(fault: Fault): void {
    this.miss(fault);
  }

  hear(bytes: Uint8Array): void {
    try {
      this.onBytes(bytes);
    } catch (error) {
      this.miss(error);
    }
  }

  private onOverdue(): void {
    this.overdue = true;
    try {
      // An answer that began in time may be held back for looking like our request.
      if (!this.judge(this.scan.push(this.released())) && this.scan.pending === 0) this.fail();
    } catch (error) {
      this.miss(error);
    }
  }

  private onQuiet(): void {
    try {
      if (this.judge(this.scan.push(this.released())) || this.judge(this.scan.flush())) return;
      // A broken answer to our request, and then silence: nothing better will come, so do not wait it out.
      if (this.overdue || (this.bad !== undefined && this.asked.sent !== undefined)) this.fail();
    } catch (error) {
      this.miss(error);
    }
  }

  private onBytes(bytes: Uint8Array): void {
    const { clock } = this.floor.room;
    const now = clock.now();
    const kept = this.echo === undefined ? bytes : this.echo.pass(bytes);
    if (this.echo?.found === true && !this.echoed) this.noteEcho();
    this.cancelGap?.();
    this.cancelGap = undefined;
    this.consider(kept, now);
    // Most answers come whole and need no such timer.
    if (!this.settled) this.cancelGap = clock.after(gapOf(this.floor), () => this.onQuiet());
  }

  private consider(kept: Uint8Array, now: number): void {
    if (kept.length === 0) {
      this.heldAt = this.echoed ? undefined : (this.heldAt ?? now);
      return;
    }
    if (this.echoed) this.heldAt = undefined; // what was held was the echo
    this.note(kept, now);
    if (!this.judge(this.scan.push(kept)) && now > this.lastMoment()) this.fail();
  }

  /** Endless chatter must not keep us for ever: a frame that began in time has its own length to finish in. */
  private lastMoment(): number {
    const longest = this.step.framing.longest * characterTime(this.floor.room.line.current) * 1.5;
    return this.asked.from + this.asked.response + longest + 2 * gapOf(this.floor);
  }

  private noteEcho(): void {
    this.echoed = true;
    this.floor.room.echo.seen = true;
    this.floor.room.health.count('echoes');
  }

  /** Whether a frame is our request, which the filter missed: once, and never a short one, which may be an answer. */
  private isEcho(bytes: Uint8Array): boolean {
    const { sent } = this.asked;
    return sent !== undefined && !this.echoed && bytes.length >= TELLING && sameBytes(bytes, sent);
  }

  /** Looks at what the scanner found; true when that settled the matter. */
  private judge(found: readonly Found<F>[]): boolean {
    const { health, clock } = this.floor.room;
    for (let index = 0; index < found.length; index++) {
      const item = found[index];
      if (item === undefined) break;
      if (item.got === 'noise') {
        this.noiseBytes += item.bytes.length;
        health.count('noiseBytes', item.bytes.length);
      } else if (item.got === 'bad') {
        this.bad = item;
        health.count('bad');
      } else if (this.isEcho(item.bytes)) {
        this.noteEcho();
      } else {
        const judgement = this.step.accept(item.frame);
        if (judgement === 'skip') {
          health.count('foreign');
          const others = (this.others ??= []);
          others.push({ frame: item.frame, bytes: item.bytes });
          if (others.length > MOST_OTHERS) others.shift();
          continue;
        }
        const rest = this.scan.drain();
        if (rest.length > 0 || index + 1 < found.length) {
          this.inbox.putBack(join([...found.slice(index + 1).map((later) => later.bytes), rest]));
        }
        health.count('frames');
        if (judgement !== 'take') {
          this.miss(judgement);
        } else if (this.settle()) {
          this.waiter.took(item.frame, this.firstAt ?? clock.now());
        }
        return true;
      }
    }
    return false;
  }

  private fail(): void {
    const { sent, from } = this.asked;
    const others = this.others ?? [];
    const evidence: Evidence = {
      ...(sent === undefined ? {} : { sent }),
      received: join(this.received ?? []).slice(-MOST_RECEIVED),
      receivedBytes: this.receivedBytes,
      others: others.map((other) => other.bytes),
      noiseBytes: this.noiseBytes,
      waited: this.floor.room.clock.now() - from,
    };
    const hint = this.step.diagnose?.({
      others: others.map((other) => other.frame),
      bytes: this.receivedBytes,
      noise: this.noiseBytes,
    });
    const { bad } = this;
    const message =
      bad === undefined
        ? silence(this.step.what, evidence)
        : `${this.step.what}: ${bad.bad.message} in ${show(bad.bytes)}`;
    const detail = { evidence, ...(bad === undefined ? {} : { bytes: bad.bytes }) };
    const code = bad?.bad.code ?? 'timeout';
    this.miss(new Fault(code, message, hint === undefined ? detail : { ...detail, hint }));
  }

  /** Books bytes that are about to be scanned. What was held for an echo first arrived when that began. */
  private note(bytes: Uint8Array, now: number): void {
    if (bytes.length === 0) return;
    if (this.scan.pending === 0) this.firstAt = this.heldAt ?? now;
    this.heldAt = undefined;
    this.receivedBytes += bytes.length;
    this.receivedKept += bytes.length;
    if (this.received === undefined) this.received = [bytes];
    else this.received.push(bytes);
    // Whole chunks go while enough is left without them; what is shown is cut when somebody looks.
    for (;;) {
      const first = this.received[0];
      if (first === undefined || this.receivedKept - first.length < MOST_RECEIVED) return;
      this.receivedKept -= first.length;
      this.received.shift();
    }
  }

  /** What was held back as the beginning of an echo, now that it can be none any more. */
  private released(): Uint8Array {
    const bytes = this.echo?.release() ?? NOTHING;
    this.note(bytes, this.floor.room.clock.now());
    return bytes;
  }

  private miss(error: unknown): void {
    if (!this.settle()) return;
    this.waiter.missed(error instanceof Error ? error : new Fault('format', String(error)));
  }

  /** Ends the wait; false where it was over already. */
  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.cancelGap?.();
    this.cancelResponse?.();
    this.inbox.listener = undefined;
    return true;
  }
}

function silence(what: string, heard: Evidence): string {
  const asked = heard.sent === undefined ? 'nothing heard' : `no answer to ${show(heard.sent)}`;
  const waited = `within ${Math.round(heard.waited)} ms`;
  if (heard.receivedBytes === 0) return `${what}: ${asked} ${waited}; the line stayed silent`;
  const others = heard.others.length;
  const frames =
    others === 0
      ? 'no whole frame among them'
      : `${others} whole frame${others === 1 ? '' : 's'} among them, none of them the answer`;
  return `${what}: ${asked} ${waited}; ${heard.receivedBytes} bytes came, ${frames}: ${show(heard.received.slice(-64))}`;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
