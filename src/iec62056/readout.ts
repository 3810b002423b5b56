import { type Exchange, type Judgement, listen, say } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import { announced } from './baud.ts';
import { crc16 } from './crc16.ts';
import { type DataSet, dataSets } from './dataset.ts';
import type { Ear } from './framing.ts';
import { ACKNOWLEDGED, type IdentificationMessage, type Message, REPEAT } from './message.ts';
import type { ReaderOptions } from './options.ts';
import { Refusal } from './refusal.ts';
import { select, signOn } from './sign-on.ts';
import { earOf, farewell, isDamaged, learn, setBaud, type Talk, talk, turn } from './talk.ts';
import { wholeText } from './whole-text.ts';

/** A list read from a meter. */
export interface Readout {
  readonly identification: IdentificationMessage;
  /** The list without the closing `!`. */
  readonly text: string;
  readonly sets: readonly DataSet[];
  /** Baud rate of the sign-on, worth remembering. */
  readonly startBaud: number;
}

/** How a list is asked for. */
export interface ReadoutOptions extends ReaderOptions {
  /** Mode control Y: `0` the usual list; `6` to `9` lists of the manufacturer's. Default `0`. */
  readonly list?: '0' | '6' | '7' | '8' | '9';
  /** False: the list is not acknowledged. Default true. */
  readonly acknowledge?: boolean;
}

/** Longest list believed, in characters, where the options do not say otherwise. */
const LONGEST_LIST = 65_536;

/** What may be a list; everything else is somebody else's, and a break is the end. */
function isList(message: Message): Judgement {
  if (message.kind === 'data' || message.kind === 'list') return 'take';
  return message.kind === 'break' || message.kind === 'nak'
    ? new Refusal('mode', '', `no readout: the meter sent ${message.kind === 'nak' ? 'NAK' : 'a break'}`)
    : 'skip';
}

/**
 * Signs on and reads the list of a meter of mode A, B or C, as its baud rate character says. A damaged list is asked
 * for again; lists in several parts are put together.
 */
export function* readout(options: ReadoutOptions = {}): Exchange<Readout> {
  const of = talk({ longest: LONGEST_LIST, ...options });
  try {
    const identification = yield* signOn(of);
    const text = yield* listText(of, options, identification);
    if (options.acknowledge !== false) yield* say(ACKNOWLEDGED);
    of.over = true;
    return { identification, text, sets: dataSets(text), startBaud: of.startBaud };
  } finally {
    yield* farewell(of);
  }
}

/** The list of the meter that has just identified itself. */
function* listText(
  of: Talk,
  options: ReadoutOptions,
  identification: IdentificationMessage,
): Exchange<string> {
  const { mode, baud } = announced(identification.baud);
  const what = `list of ${identification.text}`;
  const selected = (): Exchange<Message> =>
    select(of, options.list ?? '0', what, { accept: isList, beheaded: 'data' });
  const sent = function* (ear: Partial<Ear>): Exchange<Message> {
    const message = yield* listen<Message>({
      what,
      framing: earOf(of, ear),
      timeout: of.timings.response,
      accept: isList,
    });
    learn(of, message);
    return message;
  };
  let message: Message;
  try {
    if (mode === 'C') {
      message = yield* selected();
    } else if (mode === 'B') {
      if (baud !== undefined) yield* setBaud(of, baud);
      message = yield* sent({ beheaded: 'data' });
    } else {
      message = yield* sent({ lists: true });
    }
  } catch (error) {
    if (isDamaged(error)) {
      message = yield* turn(of, what, REPEAT, { accept: isList, ear: { lists: mode === 'A' } });
    } else if (mode === 'A' && error instanceof Fault && error.code === 'timeout') {
      // A meter of mode C with a baud rate character of its own waits for an option select.
      message = yield* selected();
    } else {
      throw error;
    }
  }
  if (message.kind === 'list') return verified(identification, message.text, message.sum);
  return withoutEnd(yield* wholeText(of, what, message));
}

/** Hears the next list that a meter sends by itself (mode D: 2400 baud, unless the options say otherwise). */
export function* pushed(options: ReaderOptions = {}, patience = 15_000): Exchange<Readout> {
  const of = talk({ longest: LONGEST_LIST, ...options });
  const policy = options.baud;
  const baud =
    policy === undefined
      ? 2400
      : policy.policy === 'negotiate'
        ? [policy.start ?? 2400].flat()[0]
        : policy.baud;
  if (baud !== undefined && policy?.policy !== 'fixed') yield* setBaud(of, baud);
  of.startBaud = baud ?? 2400;
  const identification = yield* listen<Message>({
    what: 'a list that a meter sends by itself',
    framing: earOf(of),
    timeout: patience,
    accept: ({ kind }) => (kind === 'identification' ? 'take' : 'skip'),
    diagnose: () => 'meters of mode D send every few seconds at 2400 baud; others must be asked',
  });
  if (identification.kind !== 'identification') throw new Fault('format', 'no identification');
  const message = yield* listen<Message>({
    what: `list of ${identification.text}`,
    framing: earOf(of, { lists: true }),
    timeout: of.timings.response,
    accept: isList,
  });
  const text =
    message.kind === 'list'
      ? verified(identification, message.text, message.sum)
      : message.kind === 'data'
        ? withoutEnd(message.text)
        : '';
  return { identification, text, sets: dataSets(text), startBaud: of.startBaud };
}

/** The list without `!` and line end. */
function withoutEnd(text: string): string {
  return text.replace(/!\r?\n?$/, '');
}

/** A list without STX proves nothing by itself, but some carry a CRC behind the `!`. */
function verified(identification: IdentificationMessage, text: string, sum: string): string {
  if (sum === '') return text;
  // DSMR meters leave a line empty behind the identification, which the framing does not count to the list.
  const possible = ['\r\n', ''].map((blank) =>
    crc16(`/${identification.text}\r\n${blank}${text}!`).toString(16).toUpperCase().padStart(4, '0'),
  );
  if (possible.includes(sum)) return text;
  throw new Fault(
    'checksum',
    `list of ${identification.text}: CRC ${sum}, ${possible.join(' or ')} expected`,
  );
}
