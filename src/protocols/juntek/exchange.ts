import { CodecError, decodeFrom, reader } from '../../codec/index.ts';
import { ascii, show } from '../../core/bytetext.ts';
import { ask, type Exchange, listen, type Question, say } from '../../core/exchange.ts';
import { Fault, type FaultCode } from '../../core/fault.ts';
import type { Values } from '../../core/snapshot.ts';
import type { Message } from './definition.ts';
import { framing, type JuntekFrame, lineOf } from './frame.ts';
import { diagnose } from './hints.ts';

/** Which addresses an answer may come from: the one asked, or any for the broadcast address 0. */
function isFrom(frame: JuntekFrame, address: number): boolean {
  return frame.from === 'meter' && (address === 0 || frame.address === address);
}

/** The values of an answer. Throws a `format` fault that names the part at fault. */
export function valuesOf(frame: JuntekFrame, message: Message): Values {
  try {
    return decodeFrom(message.body, reader(frame.bytes, frame.start, frame.end));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const bytes = frame.bytes.slice(frame.start, frame.end);
    throw new Fault('format', `${message.title}: ${error.message} in ${show(bytes)}`, {
      bytes,
      cause: error,
      hint: "the check sum fits, so this is probably what another model sends: the device id 'juntek' tells which one it is",
    });
  }
}

/** How often an unproven answer is asked for again. */
const MOST_QUESTIONS = 4;

/** Questions made so far: numbers and addresses have two digits, and the same few are asked every second. */
const questions = new Map<number, Question<JuntekFrame>>();

function questionFor(number: number, address: number): Question<JuntekFrame> {
  const key = number * 1000 + address;
  let question = questions.get(key);
  if (question === undefined) {
    question = {
      do: 'ask',
      what: `r${String(number).padStart(2, '0')} from address ${address}`,
      framing,
      bytes: ascii(lineOf(':R', number, address, '1,')),
      accept: (heard) =>
        isFrom(heard, address) && heard.instruction === 'R' && heard.number === number ? 'take' : 'skip',
      diagnose: diagnose(address),
    };
    questions.set(key, question);
  }
  return question;
}

/**
 * Asks for one message; the data field of a read is always 1 (KG-F manual p. 23).
 *
 * A check sum of 0 means "not verified" (manuals), so such an answer is only believed when the meter, asked again,
 * says the same once more, or gives a proven answer. In between the line must have been silent: pieces of the same
 * answer that a converter held back are no second answer.
 */
export function* readFrame(number: number, address: number): Exchange<JuntekFrame> {
  const question = questionFor(number, address);
  let unproven: JuntekFrame | undefined;
  for (let questions = 1; ; questions++) {
    const frame = yield* ask(question);
    if (frame.verified || (unproven !== undefined && saysTheSame(frame, unproven))) return frame;
    unproven = frame;
    if (questions === MOST_QUESTIONS) break;
    yield* silence();
  }
  throw new Fault(
    'checksum',
    `${question.what}: ${MOST_QUESTIONS} answers with check sum 0 (not verified), and no two in a row say the same`,
    {
      hint: 'this meter sends no check sums and its values change with every question: nothing proves them',
      bytes: unproven.bytes.slice(unproven.start, unproven.end),
    },
  );
}

function saysTheSame(one: JuntekFrame, other: JuntekFrame): boolean {
  const values = one.bytes.subarray(one.start, one.end);
  const others = other.bytes.subarray(other.start, other.end);
  return (
    one.address === other.address &&
    values.length === others.length &&
    values.every((byte, index) => byte === others[index])
  );
}

/** Longest pause, in milliseconds, that converters were seen to make inside one answer, and some more. */
const PIECES = 100;
/** A display that polls twice a second leaves longer pauses than that; a line that does not is given up on. */
const MOST_WAITS = 8;

/** Waits until nothing was heard for longer than a converter holds back a piece of an answer. */
function* silence(): Exchange<void> {
  for (let waits = 0; waits < MOST_WAITS; waits++) {
    try {
      yield* listen<JuntekFrame>({ what: 'silence', framing, timeout: PIECES, accept: () => 'skip' });
    } catch (error) {
      if (!(error instanceof Fault) || error.evidence === undefined) throw error;
      if (error.evidence.receivedBytes === 0) return;
    }
  }
  throw new Fault(
    'timeout',
    'the line is never silent, so an answer with check sum 0 cannot be asked for again',
  );
}

/** Reads and decodes one message. */
export function* readMessage(message: Message, address: number): Exchange<Values> {
  return valuesOf(yield* readFrame(message.read, address), message);
}

/**
 * Hears the next answer to one of the reads from an address, whoever asked. The check sum does not cover address and
 * function, so where the question was heard too, the answer must fit it. Answers that are not verified are passed
 * over: nobody can be asked again.
 */
export function* overhearFrame(address: number, numbers: readonly number[]): Exchange<JuntekFrame> {
  let question: JuntekFrame | undefined;
  return yield* listen<JuntekFrame>({
    what: `an answer from address ${address} to somebody else's question`,
    framing,
    accept: (frame) => {
      const asked = question;
      question = frame.from === 'master' ? frame : undefined;
      const believed = frame.verified && isFrom(frame, address) && fits(frame, asked);
      return believed && frame.instruction === 'R' && numbers.includes(frame.number) ? 'take' : 'skip';
    },
    diagnose: (heard) =>
      heard.bytes === 0
        ? 'the meter never talks by itself: listening needs a display (or another master) that polls it; without one, poll it'
        : diagnose(address)(heard),
  });
}

/** Whether an answer may belong to the question heard right before it. */
function fits(answer: JuntekFrame, question: JuntekFrame | undefined): boolean {
  if (question === undefined) return true;
  return question.number === answer.number && (question.address === 0 || question.address === answer.address);
}

/** Faults after which a write may have been obeyed all the same: its acknowledgement was lost or broken. */
const UNTOLD: ReadonlySet<FaultCode> = new Set(['timeout', 'checksum', 'format', 'length']);

/** Milliseconds to wait after a broadcast, to which nobody may answer. */
const BROADCAST_PAUSE = 300;

/**
 * Sends a W instruction. Brings the acknowledgement, or undefined when none came: what stands in it is documented
 * nowhere, and whether every firmware sends one is not known, so only reading back proves a write.
 */
export function* writeRaw(
  instruction: number,
  address: number,
  body: string,
): Exchange<Uint8Array | undefined> {
  const bytes = ascii(writeLine(instruction, address, body));
  if (address === 0) {
    yield* say(bytes);
    yield { do: 'quiet', milliseconds: BROADCAST_PAUSE };
    return undefined;
  }
  try {
    const frame = yield* ask<JuntekFrame>({
      what: `w${String(instruction).padStart(2, '0')} from address ${address}`,
      bytes,
      framing,
      accept: (heard) =>
        isFrom(heard, address) && heard.instruction === 'W' && heard.number === instruction ? 'take' : 'skip',
    });
    return frame.bytes.slice(frame.start, frame.end);
  } catch (error) {
    if (error instanceof Fault && UNTOLD.has(error.code)) return undefined;
    throw error;
  }
}

/**
 * The line of a W instruction. For the value 0 both manuals print a check sum of 0 (`:W10=1,0,0,`), so that is
 * what is sent; the rule would give 1.
 */
export function writeLine(instruction: number, address: number, body: string): string {
  return lineOf(':W', instruction, address, body, body === '0,' ? 0 : undefined);
}
