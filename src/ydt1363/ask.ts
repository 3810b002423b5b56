import { ask, type Exchange, type Judgement } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import type { Framing } from '../core/framing.ts';
import type { Dialect } from './dialect.ts';
import { frameBytes, framing as everyFrame, sameFrame, type YdtFrame } from './frame.ts';
import { isAnswerCode, refusal } from './rtn.ts';

/** One question. */
export interface Question {
  readonly dialect: Dialect;
  /** What is asked, in words, for faults: `cells and current of address 2`. */
  readonly what: string;
  readonly adr: number;
  /** CID2. */
  readonly command: number;
  /** INFO; absent: none. */
  readonly info?: Uint8Array;
  /** From which addresses an answer is taken; absent: only from the one asked. */
  readonly from?: (adr: number) => boolean;
  /**
   * Milliseconds to the first byte of the answer; left out: the device's response time. Converters that pass a frame
   * on when it is complete need more where it is long: 440 characters take 458 ms at 9600 baud.
   */
  readonly timeout?: number;
  /** Left out: frames of any length. */
  readonly framing?: Framing<YdtFrame>;
}

/** The bytes of a question. */
export function questionBytes({ dialect, adr, command, info }: Question): Uint8Array {
  const { ver, cid1 } = dialect;
  return frameBytes({ ver, adr, cid1, code: command, ...(info === undefined ? {} : { info }) });
}

/**
 * Asks and brings the answer, whose return code is normal. Passed over are echoes, other masters' questions, and
 * answers of addresses that were not asked. Throws `refused` for any other code that is no command, listed by a manual
 * or not, `format` for another CID1 or VER than the dialect knows.
 */
export function* askFrame(question: Question): Exchange<YdtFrame> {
  return yield* ask<YdtFrame>({
    what: question.what,
    bytes: questionBytes(question),
    framing: question.framing ?? everyFrame,
    ...(question.timeout === undefined ? {} : { timeout: question.timeout }),
    accept: (frame) => judge(question, frame),
    diagnose: (heard) => diagnose(question, heard),
  });
}

/** Whether a frame answers a question. */
export function judge(question: Question, frame: YdtFrame): Judgement {
  const { dialect, adr, command, what } = question;
  const normal = dialect.normal?.includes(frame.code) ?? frame.code === 0;
  const answers = (normal || isAnswerCode(frame.code)) && dialect.commands?.includes(frame.code) !== true;
  if (isEcho(question, frame) || !answers) return 'skip';
  if (!(question.from?.(frame.adr) ?? frame.adr === adr)) return 'skip';
  if (!(dialect.answerCid1s ?? [dialect.cid1]).includes(frame.cid1)) {
    return new Fault(
      'format',
      `${what}: CID1 ${hex(frame.cid1)} in the answer, ${hex(dialect.cid1)} expected`,
      {
        hint: 'another kind of equipment, or another make of battery, answers at this address',
        bytes: frameBytes({ ...frame, info: frame.text ?? frame.info }),
      },
    );
  }
  if (!normal) return refusal(what, frame);
  if (dialect.answerVers?.includes(frame.ver) === false) {
    const expected = dialect.answerVers.map(hex).join(' or ');
    return new Fault('format', `${what}: VER ${hex(frame.ver)} in the answer, ${expected} expected`, {
      hint: `command ${hex(command)} was answered by another make or dialect of this family`,
      bytes: frameBytes({ ...frame, info: frame.text ?? frame.info }),
    });
  }
  return 'take';
}

/** Whether a frame is the question itself, heard back. */
export function isEcho({ dialect, adr, command, info }: Question, frame: YdtFrame): boolean {
  const { ver, cid1 } = dialect;
  return (
    frame.ver === ver &&
    sameFrame(frame, { adr, cid1, code: command, ...(info === undefined ? {} : { info }) })
  );
}

function diagnose(
  question: Question,
  heard: { readonly others: readonly YdtFrame[]; readonly bytes: number },
): string {
  const { adr, dialect } = question;
  const { others } = heard;
  if (others.length > 0 && others.every((frame) => isEcho(question, frame))) {
    return 'only the own question is heard back: the adapter echoes, or transmit and receive are joined, and nobody answers';
  }
  const elsewhere = [
    ...new Set(others.filter((one) => isAnswerCode(one.code) && one.adr !== adr).map((one) => one.adr)),
  ];
  if (elsewhere.length > 0) {
    return `address ${elsewhere.join(', ')} is heard, ${adr} was asked: try --address ${elsewhere.join(' or ')}`;
  }
  if (others.length > 0) {
    return 'another master asks on this line (an inverter?), and no answer to it is heard: two masters disturb each other';
  }
  if (heard.bytes > 0) {
    return 'bytes arrive that make no frame: the baud rate is wrong, A and B are swapped, or the line floats (no termination)';
  }
  return dialect.advice;
}

function hex(value: number): string {
  return `${value.toString(16).toUpperCase().padStart(2, '0')}h`;
}
