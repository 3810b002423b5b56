import { type Exchange, type Judgement, listen } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import { announced, type BaudMode } from './baud.ts';
import { crc16 } from './crc16.ts';
import type { Ear } from './framing.ts';
import { type IdentificationMessage, type Message, REPEAT } from './message.ts';
import { Refusal } from './refusal.ts';
import { select } from './sign-on.ts';
import { earOf, isDamaged, learn, setBaud, type Talk, turn } from './talk.ts';
import { wholeText } from './whole-text.ts';

/** The protocol mode of the meter that has just identified itself: what the options say, or its baud rate character. */
export function modeOf(of: Talk): BaudMode {
  return of.options.mode ?? announced(of.identification.baud).mode;
}

/** What may be a list; everything else is somebody else's, and a break is the end. */
export function isList(message: Message): Judgement {
  if (message.kind === 'data' || message.kind === 'list') return 'take';
  return message.kind === 'break' || message.kind === 'nak'
    ? new Refusal('mode', '', `no readout: the meter sent ${message.kind === 'nak' ? 'NAK' : 'a break'}`)
    : 'skip';
}

/**
 * The list of the meter that has just identified itself. A damaged one is asked for again.
 * @param list which one: mode control Y
 */
export function* listText(of: Talk, list: string, identification: IdentificationMessage): Exchange<string> {
  const { baud } = announced(identification.baud);
  const mode = modeOf(of);
  const what = `list of ${identification.text}`;
  const selected = (): Exchange<Message> => select(of, list, what, { accept: isList, beheaded: 'data' });
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

/** The list without `!` and line end. */
export function withoutEnd(text: string): string {
  return text.replace(/!\r?\n?$/, '');
}

/** A list without STX proves nothing by itself, but some carry a CRC behind the `!`. */
export function verified(identification: IdentificationMessage, text: string, sum: string): string {
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
