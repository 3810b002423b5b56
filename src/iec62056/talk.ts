import { ask, type Exchange, type Judgement, say } from '../core/exchange.ts';
import { Fault, type FaultCode } from '../core/fault.ts';
import { line } from '../core/line.ts';
import { type CheckDetector, checkDetector } from './bcc.ts';
import { type Ear, framing } from './framing.ts';
import { breakBytes, identificationOf, type IdentificationMessage, type Message, REPEAT } from './message.ts';
import { type BaudPolicy, checkOptions, type ReaderOptions } from './options.ts';
import { Refusal } from './refusal.ts';
import { type Timings, timings } from './timings.ts';

/** What one dialogue knows, from sign-on to break. */
export interface Talk {
  readonly options: ReaderOptions;
  readonly timings: Timings;
  readonly check: CheckDetector;
  readonly repeats: number;
  /** Baud rate in force, as far as we set or were told it; undefined before. */
  baud: number | undefined;
  /** Baud rate of the sign-on. */
  startBaud: number;
  identification: IdentificationMessage;
  /** True once something of the meter was understood: there is a session to be ended. */
  answered: boolean;
  /** True when the meter ended the session itself. */
  over: boolean;
}

/** Begins with nothing known. Throws `config` for contradictory options. */
export function talk(options: ReaderOptions): Talk {
  checkOptions(options);
  return {
    options,
    timings: timings(options.timings),
    check: checkDetector(options.check ?? 'auto'),
    repeats: options.repeats ?? 2,
    baud: undefined,
    startBaud: 0,
    identification: identificationOf(''),
    answered: false,
    over: false,
  };
}

/** Changes the baud rate, unless the port is to be left alone or has it already. */
export function* setBaud(of: Talk, baud: number): Exchange<void> {
  if (of.options.baud?.policy !== 'fixed' && of.baud !== baud) {
    yield { do: 'line', line: line(baud, of.options.format ?? '7E1') };
  }
  of.baud = baud;
}

/** Keeps the silence that the meter needs behind a message of its own. */
export function* react(of: Talk): Exchange<void> {
  const milliseconds = of.timings.reaction ?? of.identification.reaction;
  if (milliseconds > 0) yield { do: 'quiet', milliseconds };
}

/** A framing for one answer. */
export function earOf(of: Talk, more: Partial<Ear> = {}): ReturnType<typeof framing> {
  return framing({
    check: of.check.accepts,
    firstOnly: true,
    ...(of.options.longest === undefined ? {} : { longest: of.options.longest }),
    ...more,
  });
}

/** Takes what a message tells about the block check. */
export function learn(of: Talk, message: Message): void {
  of.answered = true;
  if (message.kind === 'command' || message.kind === 'data') of.check.note(message.fits);
}

/** Faults after which the meter is asked by NAK to say it again. */
const DAMAGED: ReadonlySet<FaultCode> = new Set(['checksum', 'format', 'length']);

/** Whether an answer came that could not be read: broken, or cut short. */
export function isDamaged(error: unknown): boolean {
  if (!(error instanceof Fault)) return false;
  return DAMAGED.has(error.code) || (error.code === 'timeout' && (error.evidence?.receivedBytes ?? 0) > 0);
}

/** What a turn may be told besides its bytes. */
export interface TurnOptions {
  /** Which messages are answers; the others are somebody else's. Default: what a meter answers to a command. */
  readonly accept?: (message: Message) => Judgement;
  /** Likely cause of silence. */
  readonly hint?: string;
  readonly ear?: Partial<Ear>;
  /** False: a NAK is the answer and nothing is sent again. Default true. */
  readonly repeatOnNak?: boolean;
}

/** What a meter says to a command: an acknowledgement, data, or the end. The rest is for or from somebody else. */
function isAnswer(message: Message): Judgement {
  const { kind } = message;
  return kind === 'ack' || kind === 'nak' || kind === 'data' || kind === 'break' ? 'take' : 'skip';
}

/**
 * Sends and brings the answer. A damaged answer is asked for again by NAK, a NAK makes us say it again, each as often
 * as the options allow. A break throws a `Refusal` and is the end of the session.
 */
export function* turn(of: Talk, what: string, bytes: Uint8Array, more: TurnOptions = {}): Exchange<Message> {
  let damaged = 0;
  let refused = 0;
  let out = bytes;
  for (;;) {
    yield* react(of);
    try {
      const message = yield* ask<Message>({
        what,
        bytes: out,
        framing: earOf(of, more.ear),
        timeout: of.timings.response,
        accept: more.accept ?? isAnswer,
        diagnose: ({ bytes: heard, noise }) =>
          heard > 0 && noise === heard
            ? 'what came is no message: another baud rate, parity, or the answer was cut'
            : (more.hint ?? 'the meter is gone, or ended the session after too long a pause'),
      });
      learn(of, message);
      if (message.kind === 'break') {
        of.over = true;
        throw new Refusal('break', '', `${what}: the meter ended the session with a break`);
      }
      if (message.kind !== 'nak' || more.repeatOnNak === false || refused++ === of.repeats) return message;
      out = bytes;
    } catch (error) {
      if (!isDamaged(error) || damaged++ === of.repeats) throw error;
      out = REPEAT;
    }
  }
}

/** Ends the session, whatever came before; a fault on the way (the port may be gone) says nothing new. */
export function* farewell(of: Talk): Exchange<void> {
  const { options } = of;
  if (of.over || (!of.answered && options.breakAfterSilence === false)) return;
  try {
    for (let breaks = options.breaks ?? 1; breaks > 0; breaks--) yield* say(breakBytes(of.check.sends));
    // A session that an earlier reader left open listens at the rate it had agreed on.
    if (of.answered || (options.baud ?? NEGOTIATE).policy === 'fixed') return;
    yield* setBaud(of, leftAt(options));
    yield* say(breakBytes(of.check.sends));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** The default policy. */
export const NEGOTIATE: BaudPolicy = { policy: 'negotiate' };

/** The rate at which a meter may have been left behind: the one it would have been asked for. */
function leftAt(options: ReaderOptions): number {
  const policy = options.baud ?? NEGOTIATE;
  if (policy.policy !== 'negotiate') return policy.baud;
  return policy.highest ?? 9600;
}
