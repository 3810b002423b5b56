import { type Exchange, listen, say } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import { type DataSet, dataSets } from './dataset.ts';
import { isList, listText, verified, withoutEnd } from './list.ts';
import { ACKNOWLEDGED, type IdentificationMessage, type Message } from './message.ts';
import type { ReaderOptions } from './options.ts';
import { signOn } from './sign-on.ts';
import { earOf, farewell, setBaud, talk } from './talk.ts';

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

/**
 * Signs on and reads the list of a meter of mode A, B or C, as its baud rate character says. A damaged list is asked
 * for again; lists in several parts are put together.
 */
export function* readout(options: ReadoutOptions = {}): Exchange<Readout> {
  const of = talk({ longest: LONGEST_LIST, ...options });
  try {
    const identification = yield* signOn(of);
    const text = yield* listText(of, options.list ?? '0', identification);
    if (options.acknowledge !== false) yield* say(ACKNOWLEDGED);
    of.over = true;
    return { identification, text, sets: dataSets(text), startBaud: of.startBaud };
  } finally {
    yield* farewell(of);
  }
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
