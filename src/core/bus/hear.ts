import { show } from '../bytetext.ts';
import type { Clock } from '../clock.ts';
import type { Listen } from '../exchange.ts';
import { type Evidence, Fault } from '../fault.ts';
import { type Bad, type Found, scanner } from '../framing.ts';
import { onStop, type Stop } from '../stop.ts';
import { echoFilter, TELLING } from './echo.ts';
import type { HealthBook } from './health.ts';
import { type Inbox, join } from './tap.ts';

/** What waiting for one frame needs to know. */
export interface Hearing {
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly health: HealthBook;
  /** The request, when one was sent. */
  readonly sent: Uint8Array | undefined;
  /** When the last character of the request left, or when listening began. */
  readonly from: number;
  /** Milliseconds from `from` to the first byte of the answer. */
  readonly response: number;
  /** Milliseconds of silence that end an answer. */
  readonly gap: number;
  /** Milliseconds of one character on the wire. */
  readonly character: number;
  /** Whether echoes were seen on this line; set when one is. */
  readonly echo: { seen: boolean };
  readonly signal: Stop;
  /** Told when the first byte of the frame taken arrived. */
  readonly onAnswer: (firstByteAt: number) => void;
}

const MOST_RECEIVED = 256;
const MOST_OTHERS = 8;

/**
 * Waits for the frame that the step accepts. Rejects with `timeout`, with the code of a broken candidate
 * (`checksum`, `length`, `format`), with the fault the step raised, with `link` or with `cancelled`; and with
 * whatever a mistaken step or framing throws.
 */
export function hear<F>(step: Listen<F>, to: Hearing): Promise<F> {
  return new Promise((resolve, reject) => {
    const scan = scanner(step.framing);
    const echo = to.sent === undefined ? undefined : echoFilter(to.sent, to.echo.seen);
    const others: { frame: F; bytes: Uint8Array }[] = [];
    const received: Uint8Array[] = [];
    let receivedKept = 0;
    let receivedBytes = 0;
    let noiseBytes = 0;
    let firstAt: number | undefined;
    let heldAt: number | undefined;
    let bad: { bytes: Uint8Array; bad: Bad } | undefined;
    let overdue = false;
    let echoed = false;
    let settled = false;
    let cancelGap: (() => void) | undefined;

    const settle = (act: () => void): void => {
      settled = true;
      cancelGap?.();
      cancelResponse();
      to.inbox.hear = undefined;
      to.inbox.end = undefined;
      unwatch();
      act();
    };
    const onAbort = (): void => {
      settle(() => reject(new Fault('cancelled', `${step.what}: cancelled`)));
    };

    /** What a step or framing throws by mistake ends this wait, not the reader of the channel that called us. */
    const guarded = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Fault('format', String(error))));
      }
    };

    const noteEcho = (): void => {
      echoed = true;
      to.echo.seen = true;
      to.health.count('echoes');
    };

    /** Whether a frame is our request, which the filter missed: once, and never a short one, which may be an answer. */
    const isEcho = (bytes: Uint8Array): boolean =>
      to.sent !== undefined && !echoed && bytes.length >= TELLING && sameBytes(bytes, to.sent);

    /** Looks at what the scanner found; true when that settled the matter. */
    const judge = (found: readonly Found<F>[]): boolean => {
      for (const [index, item] of found.entries()) {
        if (item.got === 'noise') {
          noiseBytes += item.bytes.length;
          to.health.count('noiseBytes', item.bytes.length);
        } else if (item.got === 'bad') {
          bad = item;
          to.health.count('bad');
        } else if (isEcho(item.bytes)) {
          noteEcho();
        } else {
          const judgement = step.accept(item.frame);
          if (judgement === 'skip') {
            to.health.count('foreign');
            others.push({ frame: item.frame, bytes: item.bytes });
            if (others.length > MOST_OTHERS) others.shift();
            continue;
          }
          const rest = scan.drain();
          if (rest.length > 0 || index + 1 < found.length) {
            to.inbox.putBack(join([...found.slice(index + 1).map((later) => later.bytes), rest]));
          }
          to.health.count('frames');
          settle(() => {
            if (judgement === 'take') {
              to.onAnswer(firstAt ?? to.clock.now());
              resolve(item.frame);
            } else {
              reject(judgement);
            }
          });
          return true;
        }
      }
      return false;
    };

    const fail = (): void => {
      const evidence: Evidence = {
        ...(to.sent === undefined ? {} : { sent: to.sent }),
        received: join(received).slice(-MOST_RECEIVED),
        receivedBytes,
        others: others.map((other) => other.bytes),
        noiseBytes,
        waited: to.clock.now() - to.from,
      };
      const hint = step.diagnose?.({
        others: others.map((o) => o.frame),
        bytes: receivedBytes,
        noise: noiseBytes,
      });
      const message =
        bad === undefined
          ? silence(step.what, evidence)
          : `${step.what}: ${bad.bad.message} in ${show(bad.bytes)}`;
      const detail = { evidence, ...(bad === undefined ? {} : { bytes: bad.bytes }) };
      const fault = new Fault(
        bad?.bad.code ?? 'timeout',
        message,
        hint === undefined ? detail : { ...detail, hint },
      );
      settle(() => reject(fault));
    };

    /** Books bytes that are about to be scanned. What was held for an echo first arrived when that began. */
    const note = (bytes: Uint8Array): void => {
      if (bytes.length === 0) return;
      if (scan.pending === 0) firstAt = heldAt ?? to.clock.now();
      heldAt = undefined;
      receivedBytes += bytes.length;
      received.push(bytes);
      receivedKept += bytes.length;
      // Whole chunks go while enough is left without them; what is shown is cut when somebody looks.
      for (
        let first = received[0];
        first !== undefined && receivedKept - first.length >= MOST_RECEIVED;
        first = received[0]
      ) {
        receivedKept -= first.length;
        received.shift();
      }
    };

    /** What was held back as the beginning of an echo, now that it can be none any more. */
    const released = (): Uint8Array => {
      const bytes = echo?.release() ?? new Uint8Array(0);
      note(bytes);
      return bytes;
    };

    const onQuiet = (): void => {
      if (judge(scan.push(released())) || judge(scan.flush())) return;
      // A broken answer to our request, and then silence: nothing better will come, so do not wait it out.
      if (overdue || (bad !== undefined && to.sent !== undefined)) fail();
    };

    const onBytes = (bytes: Uint8Array): void => {
      const now = to.clock.now();
      const kept = echo === undefined ? bytes : echo.pass(bytes);
      if (echo?.found === true && !echoed) noteEcho();
      cancelGap?.();
      cancelGap = undefined;
      consider(kept, now);
      // Most answers come whole and need no such timer.
      if (!settled) cancelGap = to.clock.after(to.gap, () => guarded(onQuiet));
    };

    const consider = (kept: Uint8Array, now: number): void => {
      if (kept.length === 0) {
        heldAt = echoed ? undefined : (heldAt ?? now);
        return;
      }
      if (echoed) heldAt = undefined; // what was held was the echo
      note(kept);
      if (!judge(scan.push(kept)) && now > lastMoment) fail();
    };

    const untilResponse = to.from + to.response - to.clock.now();
    // Endless chatter must not keep us for ever: a frame that began in time has its own length to finish in.
    const lastMoment = to.from + to.response + step.framing.longest * to.character * 1.5 + 2 * to.gap;
    const cancelResponse = to.clock.after(Math.max(0, untilResponse), () => {
      overdue = true;
      // An answer that began in time may be held back for looking like our request.
      guarded(() => {
        if (!judge(scan.push(released())) && scan.pending === 0) fail();
      });
    });
    to.inbox.end = (fault) => settle(() => reject(fault));
    to.inbox.hear = (bytes) => guarded(() => onBytes(bytes));
    const unwatch = onStop(to.signal, onAbort);
    if (to.signal.aborted) {
      onAbort();
      return;
    }
    const early = to.inbox.take();
    if (early.length > 0) to.inbox.hear(early);
  });
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
