import { complement16, nibble } from '../codec/index.ts';
import { Fault } from '../core/fault.ts';
import type { Bad, Framing, Scan } from '../core/framing.ts';

/**
 * The frame of YD/T 1363.3, which Pylontech, TopBMS, PACE, Seplos and others share:
 *
 *     ~ VER ADR CID1 CID2|RTN LENGTH INFO CHKSUM CR
 *
 * Everything between `~` and CR is pairs of ASCII hexadecimal digits. LENGTH is a check nibble and the count of INFO
 * characters; CHKSUM is the two's complement of the sum of all ASCII codes from VER to the end of INFO (Pylontech
 * RS485 protocol V3.3, chapter 2). A question and its answer look alike: only CID2 or RTN tells them apart, and an
 * answer does not name the command it answers.
 */
export interface YdtFrame {
  /** Protocol version, 0 to 255: 20h Pylontech, 21h and 52h TopBMS, 25h PACE. */
  readonly ver: number;
  /** Address, 0 to 255: of whom is asked, and of who answers. */
  readonly adr: number;
  /** Kind of equipment, 0 to 255: 46h is a lithium battery. */
  readonly cid1: number;
  /** CID2, the command, in a question; RTN, the return code, in an answer. 0 to 255. */
  readonly code: number;
  /** INFO as bytes; empty where INFO is no pairs of hexadecimal digits. */
  readonly info: Uint8Array;
  /** INFO as it came, where it is no pairs of hexadecimal digits (a Topband answers with plain text). */
  readonly text: string | undefined;
}

const SOI = 0x7e;
const CR = 13;
const LF = 10;
/** Characters of a frame without INFO, `~` and CR included. */
const BARE = 18;
/** Characters in front of INFO, `~` included. */
const HEAD = 13;
/** Most characters that LENGTH can count. */
const MOST_INFO = 0xfff;

/** A digit's part of a byte by its ASCII code, upper and lower half; `WRONG` is set for what is no digit. */
const WRONG = 0x4000;
const HIGH = Int16Array.from({ length: 256 }, (_, code) => (nibble(code) < 0 ? WRONG : nibble(code) << 4));
const LOW = Int16Array.from({ length: 256 }, (_, code) => (nibble(code) < 0 ? WRONG : nibble(code)));

const PARTIAL = { got: 'partial' } as const;
const NOTHING = new Uint8Array(0);

/** INFOs are cut from blocks of so many bytes: memory of its own for each would cost more than reading its frame. */
const BLOCK = 8192;
let block = new ArrayBuffer(0);
/** Bytes of the block that belong to somebody. */
let taken = 0;

/** Room for an INFO in the block. It belongs to nobody until it is counted as taken. */
function room(size: number): Uint8Array {
  if (taken + size > block.byteLength) {
    block = new ArrayBuffer(BLOCK);
    taken = 0;
  }
  return new Uint8Array(block, taken, size);
}

/**
 * A framing that believes frames with up to so many INFO characters. A frame ends with CR or LF; noise, NULs and a
 * LF behind CR stand between frames. Every `~` may begin a frame, whatever came before it.
 * @param mostInfo 0 to 4095
 */
export function ydtFraming(mostInfo = MOST_INFO): Framing<YdtFrame> {
  const longest = BARE + mostInfo;
  return {
    longest,
    scan(bytes, start, end) {
      if (bytes[start] !== SOI) {
        const next = bytes.indexOf(SOI, start);
        return { got: 'noise', used: (next < 0 || next > end ? end : next) - start };
      }
      return plain(bytes, start, end, longest) ?? odd(bytes, start, end, longest);
    },
  };
}

/** The framing with the largest frames that LENGTH can describe. */
export const framing: Framing<YdtFrame> = ydtFraming();

/** Reads a frame that is what it should be, in one pass; undefined for any other. */
function plain(bytes: Uint8Array, start: number, end: number, longest: number): Scan<YdtFrame> | undefined {
  if (end - start < BARE) return undefined;
  const length = word(bytes, start + 9);
  const lenId = length & MOST_INFO;
  const stop = start + BARE - 1 + lenId;
  if (length < 0 || length >> 12 !== lengthCheck(lenId) || stop >= end || stop - start >= longest) {
    return undefined;
  }
  if (bytes[stop] !== CR && bytes[stop] !== LF) return undefined;
  const ver = pair(bytes, start + 1);
  const adr = pair(bytes, start + 3);
  const cid1 = pair(bytes, start + 5);
  const code = pair(bytes, start + 7);
  const check = word(bytes, stop - 4);
  if ((ver | adr | cid1 | code | check) < 0) return undefined;
  let sum = check;
  for (let at = start + 1; at < start + HEAD; at++) sum += bytes[at] ?? 0;
  const size = lenId >> 1;
  const info = room(size);
  let seen = (lenId & 1) * WRONG;
  for (let from = start + HEAD, to = 0; to < size; from += 2, to++) {
    const high = bytes[from] ?? 0;
    const low = bytes[from + 1] ?? 0;
    sum += high + low;
    const byte = (HIGH[high] ?? 0) | (LOW[low] ?? 0);
    seen |= byte;
    info[to] = byte;
  }
  if ((seen & WRONG) !== 0) return undefined;
  if ((sum & 0xffff) !== 0) return undefined;
  taken += size;
  return { got: 'frame', frame: { ver, adr, cid1, code, info, text: undefined }, used: stop + 1 - start };
}

/** What a frame is that is no plain one: not complete, broken off, wrong for a reason, or with INFO as text. */
function odd(bytes: Uint8Array, start: number, end: number, longest: number): Scan<YdtFrame> {
  const limit = Math.min(end, start + longest);
  let stop = start + 1;
  while (stop < limit && bytes[stop] !== CR && bytes[stop] !== LF && bytes[stop] !== SOI) stop++;
  if (stop === limit) {
    return limit < end || limit - start >= longest
      ? refuse('length', `no CR within ${longest} characters`, longest)
      : PARTIAL;
  }
  const size = stop - start;
  if (bytes[stop] === SOI) return refuse('format', `the frame breaks off after ${size} characters`, size);
  const span = size + 1;
  if (span < BARE) return refuse('length', `${span} characters, a frame has ${BARE} or more`, span);
  for (const [from, to] of [
    [start + 1, start + HEAD],
    [stop - 4, stop],
  ] as const) {
    for (let at = from; at < to; at++) {
      if (nibble(bytes[at] ?? 0) < 0) {
        return refuse('format', `no hexadecimal digit at character ${at - start + 1}`, span);
      }
    }
  }
  const length = word(bytes, start + 9);
  const lenId = length & MOST_INFO;
  if (length >> 12 !== lengthCheck(lenId)) {
    const expected = digits(lengthCheck(lenId), 1);
    return refuse('checksum', `LCHKSUM ${digits(length >> 12, 1)}, but LENGTH makes ${expected}`, span);
  }
  if (lenId !== span - BARE) {
    return refuse('length', `LENGTH says ${lenId} characters, ${span - BARE} follow`, span);
  }
  const sum = word(bytes, stop - 4);
  const expected = complement16(bytes, start + 1, stop - 4);
  if (sum !== expected) {
    return refuse('checksum', `CHKSUM ${digits(sum, 4)}, but the frame makes ${digits(expected, 4)}`, span);
  }
  const frame = {
    ver: pair(bytes, start + 1),
    adr: pair(bytes, start + 3),
    cid1: pair(bytes, start + 5),
    code: pair(bytes, start + 7),
    info: NOTHING,
    text: String.fromCharCode(...bytes.subarray(start + HEAD, stop - 4)),
  };
  return { got: 'frame', frame, used: span };
}

function refuse(code: Bad['code'], message: string, span: number): Scan<YdtFrame> {
  return { got: 'noise', used: 1, bad: { code, message, span } };
}

/** LCHKSUM: the two's complement of the sum of the three nibbles of LENID, of which 16 wraps to 0. */
export function lengthCheck(lenId: number): number {
  return -((lenId >> 8) + ((lenId >> 4) & 15) + (lenId & 15)) & 15;
}

/** Two hexadecimal digits as a number; negative when one is none. */
function pair(bytes: Uint8Array, at: number): number {
  return (nibble(bytes[at] ?? 0) << 4) | nibble(bytes[at + 1] ?? 0);
}

/** Four hexadecimal digits as a number; negative when one is none. */
function word(bytes: Uint8Array, at: number): number {
  return (pair(bytes, at) << 8) | pair(bytes, at + 2);
}

function digits(value: number, count: number): string {
  return value.toString(16).toUpperCase().padStart(count, '0');
}

/**
 * VER, ADR, CID1 and code of bytes that look like a frame but whose sums or length are wrong: what a device needs to
 * refuse it. Undefined where even these are not there.
 */
export function headOf(bytes: Uint8Array): Omit<YdtFrame, 'info' | 'text'> | undefined {
  const [ver, adr, cid1, code] = [1, 3, 5, 7].map((at) => pair(bytes, at));
  if (
    bytes[0] !== SOI ||
    ver === undefined ||
    adr === undefined ||
    cid1 === undefined ||
    code === undefined
  ) {
    return undefined;
  }
  return (ver | adr | cid1 | code) < 0 ? undefined : { ver, adr, cid1, code };
}

/** What a frame is made of; INFO as bytes, or as characters to be sent as they are. */
export interface FrameParts {
  readonly ver: number;
  readonly adr: number;
  readonly cid1: number;
  /** CID2 of a question, RTN of an answer. */
  readonly code: number;
  readonly info?: Uint8Array | string;
}

/** The bytes of a question or an answer. Throws a `config` fault when a part does not fit. */
export function frameBytes({ ver, adr, cid1, code, info = NOTHING }: FrameParts): Uint8Array {
  const body = typeof info === 'string' ? info : Array.from(info, (byte) => digits(byte, 2)).join('');
  if (body.length > MOST_INFO)
    throw new Fault('config', `INFO of ${body.length} characters, at most 4095 fit`);
  const head = [ver, adr, cid1, code].map((part) => {
    if (Number.isInteger(part) && part >= 0 && part <= 255) return digits(part, 2);
    throw new Fault('config', `${part} is no part of a frame: expected 0 to 255`);
  });
  const length = digits((lengthCheck(body.length) << 12) | body.length, 4);
  const text = `~${head.join('')}${length}${body}`;
  const bytes = new Uint8Array(text.length + 5);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  const sum = digits(complement16(bytes, 1, text.length), 4);
  for (let at = 0; at < 4; at++) bytes[text.length + at] = sum.charCodeAt(at);
  bytes[text.length + 4] = CR;
  return bytes;
}

/** Whether two frames say the same: so does an echo, and so does a retransmission. */
export function sameFrame(one: YdtFrame, other: Omit<FrameParts, 'ver'>): boolean {
  const { info = NOTHING } = other;
  if (one.adr !== other.adr || one.cid1 !== other.cid1 || one.code !== other.code) return false;
  if (typeof info === 'string') return one.text === info;
  return one.info.length === info.length && one.info.every((byte, index) => byte === info[index]);
}
