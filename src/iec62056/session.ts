import type { Exchange } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import type { BlockCheck } from './bcc.ts';
import { type DataSet, dataSets } from './dataset.ts';
import { listText, modeOf } from './list.ts';
import { commandBytes, type IdentificationMessage, type Message } from './message.ts';
import { type Credentials, type ReaderOptions } from './options.ts';
import { Refusal } from './refusal.ts';
import { select, signOn } from './sign-on.ts';
import { farewell, type Talk, talk, turn } from './talk.ts';
import { errorText, refusalIn, wholeText } from './whole-text.ts';

/** Commands that read: `R1` plain, `R2` formatted, `R3` and `R4` in parts, `R5` by OBIS, `R6` by OBIS in parts. */
export type ReadCommand = 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6';

/** Commands that write, by the same types; `W3` and `W4` in parts of `partLength` characters. */
export type WriteCommand = 'W1' | 'W2' | 'W3' | 'W4' | 'W5' | 'W6';

/** What a meter answered to a read. */
export interface Answer {
  /** All characters, of all parts. */
  readonly text: string;
  /** The same, taken apart. */
  readonly sets: readonly DataSet[];
}

/** How a read is asked. */
export interface ReadOptions {
  /** What stands between the brackets of the request. Default empty. */
  readonly argument?: string;
  /** Default `R1`. */
  readonly command?: ReadCommand;
  /** False: the answer may name other addresses than the one asked (a group). Default true: the first must be it, or none. */
  readonly echo?: boolean;
}

/** A programming session that is open; good until the exchange that opened it ends. */
export interface Session {
  readonly identification: IdentificationMessage;
  /** What the meter sent with P0: the operand of P2, on most meters a dummy or the serial number. */
  readonly operand: string;
  /** Baud rate at which the sign-on was answered, worth remembering. */
  readonly startBaud: number;
  /** The block check in use now. */
  readonly check: BlockCheck;
  /**
   * Reads one address, parts reassembled. Faults: `Refusal` for an error answer, NAK or break; `format` for the answer
   * of another address; `timeout`, `checksum`.
   */
  read(address: string, options?: ReadOptions): Exchange<Answer>;
  /** Writes `address(value)`. Brings what stood in the answer, empty after a plain ACK. Faults as with `read`. */
  write(address: string, value: string, command?: WriteCommand): Exchange<string>;
  /** E2: makes the meter do something. Brings what stood in the answer. */
  execute(address: string, value?: string): Exchange<string>;
  /** Any command with its text as it stands: `command('R1', 'VOLTA()')`. Error answers are brought, not thrown. */
  command(command: string, text: string): Exchange<Message>;
  /**
   * A pause that the meter survives: asks `address` at half the time of inactivity. Its errors do not matter, only
   * that the meter hears us.
   */
  rest(milliseconds: number, address: string): Exchange<void>;
}

/**
 * Signs on, opens a programming session, does the work, and ends the session with a break: also when the work fails
 * or is cancelled.
 *
 *     const volts = programming(options, function* (session) {
 *       return (yield* session.read('32.7.0')).sets;
 *     });
 */
export function* programming<R>(
  options: ReaderOptions,
  work: (session: Session) => Exchange<R>,
): Exchange<R> {
  const of = talk(options);
  try {
    yield* signOn(of);
    const operand = yield* enter(of);
    yield* authenticate(of, operand);
    return yield* work(sessionOf(of, operand));
  } finally {
    yield* farewell(of);
  }
}

/** The text between the first brackets. */
function bracket(text: string): string {
  return /\(([^()]*)\)/.exec(text)?.[1] ?? text;
}

/**
 * Enters programming mode; brings the operand of P0. A meter of mode A or B sends its list first, unasked, and takes
 * P1 behind it without an option select and without a P0 (6.4.1, 6.4.2; no such meter was at hand).
 */
function* enter(of: Talk): Exchange<string> {
  if (of.options.mode === 'A' || modeOf(of) === 'B') {
    yield* listText(of, '0', of.identification);
    return '';
  }
  const refuse = (said: string): Refusal => new Refusal('mode', '', `no programming mode: the meter ${said}`);
  const message = yield* select(of, '1', 'P0 from the meter', {
    beheaded: 'command',
    accept: (heard) => {
      switch (heard.kind) {
        case 'command':
          return heard.command === 'P0' ? 'take' : 'skip';
        case 'data':
        case 'list':
          return refuse(`sent data (${heard.text.slice(0, 40)})`);
        case 'nak':
          return refuse('said NAK');
        case 'break':
          return refuse('sent a break');
        default:
          return 'skip';
      }
    },
  });
  return message.kind === 'command' ? bracket(message.text) : '';
}

/** Sends P1 or P2 and takes ACK or data for a yes. */
function* authenticate(of: Talk, operand: string): Exchange<void> {
  const credentials = of.options.credentials ?? { level: 'none' };
  if (credentials.level === 'none') return;
  const word = wordOf(credentials, operand, of.identification);
  const attempt = function* (): Exchange<Message> {
    return yield* turn(
      of,
      `acknowledgement of ${credentials.level}`,
      commandBytes(credentials.level, `(${word})`, of.check.sends),
      {
        repeatOnNak: false,
        hint: 'some meters are silent to a wrong password; each attempt may count',
      },
    );
  };
  try {
    let message = yield* attempt();
    if (message.kind === 'nak' && of.check.accepts === 'auto') {
      // P0 fitted both block checks, and this was the wrong one.
      of.check.guess(of.check.sends === 'xor' ? 'sum7' : 'xor');
      message = yield* attempt();
    }
    const error = message.kind === 'data' ? errorText(of, message.text) : undefined;
    if (message.kind === 'nak') throw passwordRefused(credentials.level, 'NAK', '');
    if (error !== undefined) throw passwordRefused(credentials.level, `(${error})`, error);
  } catch (error) {
    // Asked again from the sign-on, the meter would hear the same password once more, and each may count.
    if (error instanceof Fault && error.code === 'timeout')
      throw passwordUnanswered(credentials.level, error);
    if (!(error instanceof Refusal)) throw error;
    if (error.objection === 'break') throw passwordRefused(credentials.level, 'a break', '');
    if (of.options.onPasswordRefused !== 'continue') throw error;
  }
}

/** What is sent between the brackets of P1 or P2. */
function wordOf(
  credentials: Exclude<Credentials, { readonly level: 'none' }>,
  operand: string,
  identification: IdentificationMessage,
): string {
  if (credentials.level === 'P2') return credentials.answer(operand, identification);
  const { password } = credentials;
  return typeof password === 'string' ? password : password(identification);
}

function passwordRefused(level: string, by: string, answer: string): Refusal {
  return new Refusal('password', answer, `${level}: the meter refused the password with ${by}`, {
    hint: 'check the password; meters lock themselves after a few wrong ones',
    doubtful: by === 'NAK',
  });
}

function passwordUnanswered(level: string, silence: Fault): Refusal {
  const { hint, evidence } = silence;
  return new Refusal('password', '', `${level}: the meter was silent to the password`, {
    doubtful: true,
    ...(hint === undefined ? {} : { hint }),
    ...(evidence === undefined ? {} : { evidence }),
  });
}

function sessionOf(of: Talk, operand: string): Session {
  const command = (name: string, text: string): Exchange<Message> =>
    turn(of, `${name} ${text}`, commandBytes(name, text, of.check.sends));

  function* order(name: string, text: string): Exchange<string> {
    const message = yield* command(name, text);
    refusalIn(of, `${name} ${text}`, message);
    return message.kind === 'ack' ? '' : yield* wholeText(of, `${name} ${text}`, message);
  }

  /** A write in parts: each but the last ends with EOT, and is acknowledged (6.3.5). */
  function* inParts(name: string, text: string): Exchange<string> {
    const size = of.options.partLength ?? 128;
    const count = Math.ceil(text.length / size);
    for (let part = 1; part < count; part++) {
      const what = `${name} ${text.slice(0, 40)}, part ${part} of ${count}`;
      const bytes = commandBytes(name, text.slice((part - 1) * size, part * size), of.check.sends, true);
      const message = yield* turn(of, what, bytes);
      refusalIn(of, what, message);
      if (message.kind !== 'ack') throw new Fault('format', `${what}: '${message.kind}' where ACK belongs`);
    }
    return yield* order(name, text.slice((count - 1) * size));
  }

  function* read(address: string, options: ReadOptions = {}): Exchange<Answer> {
    const name = options.command ?? 'R1';
    const request = `${address}(${options.argument ?? ''})`;
    const what = `${name} ${request}`;
    const message = yield* command(name, request);
    refusalIn(of, what, message);
    const text = yield* wholeText(of, what, message);
    const sets = dataSets(text);
    const from = sets[0]?.address ?? '';
    if (options.echo !== false && from !== '' && from !== address) {
      throw new Fault('format', `${what}: the answer is that of '${from}'`);
    }
    return { text, sets };
  }

  return {
    get identification() {
      return of.identification;
    },
    operand,
    get startBaud() {
      return of.startBaud;
    },
    get check() {
      return of.check.sends;
    },
    read,
    write: (address, value, name = 'W1') =>
      name === 'W3' || name === 'W4'
        ? inParts(name, `${address}(${value})`)
        : order(name, `${address}(${value})`),
    execute: (address, value = '') => order('E2', `${address}(${value})`),
    command,
    *rest(milliseconds, address) {
      let left = milliseconds;
      while (left > 0) {
        const pause = Math.min(left, of.timings.inactivity / 2);
        yield { do: 'quiet', milliseconds: pause };
        left -= pause;
        if (left > 0) yield* command('R1', `${address}()`);
      }
    },
  };
}
