import type { Exchange } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import { ACKNOWLEDGED, type Message } from './message.ts';
import { isErrorText } from './options.ts';
import { Refusal } from './refusal.ts';
import { type Talk, turn } from './talk.ts';

/** The text of an error answer: one bracket, nothing in front, and a text that is an error; undefined: it is none. */
export function errorText(of: Talk, text: string): string | undefined {
  const inner = /^\(([^()]*)\)\s*$/.exec(text)?.[1];
  return inner !== undefined && (of.options.isError ?? isErrorText)(inner) ? inner : undefined;
}

/** Throws the refusal in an answer, if there is one. */
export function refusalIn(of: Talk, what: string, message: Message): void {
  if (message.kind === 'nak') throw new Refusal('nak', '', `${what}: the meter says NAK`);
  const error = message.kind === 'data' ? errorText(of, message.text) : undefined;
  if (error !== undefined) throw new Refusal('error', error, `${what}: the meter answered (${error})`);
}

/** Most characters and parts of one answer in parts. */
const MOST_TEXT = 1_048_576;
const MOST_PARTS = 4096;

/** All parts of an answer: each but the last ends with EOT and is acknowledged. */
export function* wholeText(of: Talk, what: string, first: Message): Exchange<string> {
  let message = first;
  const texts: string[] = [];
  let length = 0;
  for (;;) {
    if (message.kind !== 'data') throw new Fault('format', `${what}: '${message.kind}' where data belongs`);
    texts.push(message.text);
    length += message.text.length;
    if (!message.more) return texts.join('');
    if (length > MOST_TEXT || texts.length === MOST_PARTS) {
      throw new Fault('length', `${what}: no end after ${texts.length} parts and ${length} characters`);
    }
    message = yield* turn(of, `${what}, part ${texts.length + 1}`, ACKNOWLEDGED);
    // `(12)` is the last value of a profile here, `(ERR12)` an error all the same.
    if (message.kind !== 'data' || !/^\(\d*\)\s*$/.test(message.text)) refusalIn(of, what, message);
  }
}
