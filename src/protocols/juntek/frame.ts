import { sumMod255 } from '../../codec/index.ts';
import type { Bad, Framing, Scan } from '../../core/framing.ts';

/**
 * Lines of the Juntek RS485 protocol (KL-F manual pp. 25-30, KG-F manual Feb 2023 pp. 22-27):
 *
 *     :R50=1,2,1,⏎             request: function, address, check sum, data
 *     :R50=1,⏎  :R00=01.⏎      request as display units send it, without check sum
 *     :r50=1,220,5366,...,⏎    answer: lower case means "from the meter"
 *
 * All values are unsigned decimal integers. The check sum is the sum of the values behind it modulo 255, plus 1;
 * a check sum of 0 means "not verified" (manuals).
 */
export interface JuntekFrame {
  /** Who speaks: the letter is upper case from a master and lower case from a meter. */
  readonly from: 'master' | 'meter';
  /** R reads, W writes. */
  readonly instruction: 'R' | 'W';
  /** Function number, 0 to 99: 0 identity, 50 measurements, 51 settings. */
  readonly number: number;
  /** Address of the meter, 0 to 99; 0 is everybody. */
  readonly address: number;
  /** The check sum as sent; undefined where the form has none. */
  readonly sum: number | undefined;
  /** True when the check sum is there, is not 0, and fits. */
  readonly verified: boolean;
  /**
   * The values behind the check sum, each closed by a comma: the slice `[start, end)` of `bytes`. Of the answer to a
   * write all that stands behind the address, since nobody documents what it is.
   */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The longest answer known, R51 of a KH, has about 90 characters. */
const LONGEST = 256;

const COLON = 58;
const COMMA = 44;
const DOT = 46;
const EQUALS = 61;
const SPACE = 32;
const CR = 13;
const LF = 10;

const PARTIAL = { got: 'partial' } as const;

/** Cuts a byte stream into Juntek lines. */
export const framing: Framing<JuntekFrame> = { longest: LONGEST, scan };

/**
 * Reads a line in one pass, in the belief that it is a plain one; `odd` looks at any other, which may just be
 * incomplete.
 */
function scan(bytes: Uint8Array, start: number, end: number): Scan<JuntekFrame> {
  if (bytes[start] !== COLON) {
    const next = bytes.indexOf(COLON, start);
    return { got: 'noise', used: (next < 0 || next > end ? end : next) - start };
  }
  const limit = Math.min(end, start + LONGEST);
  const letter = bytes[start + 1] ?? 0;
  const from = letter >= 97 ? 'meter' : 'master';
  const instruction = letter === 82 || letter === 114 ? 'R' : 'W';
  const number = twoDigits(bytes, start + 2);
  if ((instruction === 'W' && letter !== 87 && letter !== 119) || number < 0 || bytes[start + 4] !== EQUALS) {
    return odd(bytes, start, end, 'a line begins with :R, :W, :r or :w, two digits and =');
  }
  const high = digitAt(bytes, start + 5, limit);
  const low = digitAt(bytes, start + 6, limit);
  const address = low < 0 ? high : high * 10 + low;
  const at = start + (low < 0 ? 6 : 7);
  if (high < 0 || at >= limit || (bytes[at] !== COMMA && bytes[at] !== DOT)) {
    return odd(bytes, start, end, 'an address of one or two digits and a comma belong behind =');
  }
  const head = { from, instruction, number, address } as const;
  // What stands in the answer to a write is documented nowhere: take it as it is.
  if (from === 'meter' && instruction === 'W') return odd(bytes, start, end, { head, text: at + 1 });
  return values(bytes, start, at + 1, end, head);
}

type Head = Pick<JuntekFrame, 'from' | 'instruction' | 'number' | 'address'>;

/** Reads check sum and values from `first` to the line's end. */
function values(bytes: Uint8Array, start: number, first: number, end: number, head: Head): Scan<JuntekFrame> {
  const limit = Math.min(end, start + LONGEST);
  let sum = -1;
  let total = 0;
  let value = 0;
  let digits = 0;
  let body = first;
  let at = first;
  for (; at < limit; at++) {
    const byte = bytes[at] ?? 0;
    const digit = byte - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits++;
    } else if (byte === COMMA && digits > 0 && digits < 16) {
      if (sum < 0) {
        sum = value;
        body = at + 1;
      } else {
        total += value;
      }
      value = 0;
      digits = 0;
    } else if (byte === LF || byte === CR) {
      break;
    } else {
      return odd(bytes, start, end, `'${String.fromCharCode(byte)}' where digits and commas belong`);
    }
  }
  if (at === end || (bytes[at] === CR && at + 1 === end)) return PARTIAL;
  if (at === limit) return odd(bytes, start, end, ''); // too long
  if (digits > 0) return odd(bytes, start, end, 'the last value is not closed by a comma');
  const used = at + (bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1) - start;
  if (sum < 0) {
    if (head.from === 'meter') return odd(bytes, start, end, 'an answer without values');
    return accept(head, undefined, false, bytes, first, first, used);
  }
  const expected = sumMod255(total);
  if (sum !== 0 && sum !== expected) {
    return refuse('checksum', `check sum ${sum}, but the values make ${expected}`, used);
  }
  return accept(head, sum, sum === expected, bytes, body, at, used);
}

/**
 * What a line is that is no plain one: not complete, too long, glued to another, written with spaces, free text
 * (the answer to a write), or wrong for the reason given.
 */
function odd(
  bytes: Uint8Array,
  start: number,
  end: number,
  is: string | { readonly head: Head; readonly text: number },
): Scan<JuntekFrame> {
  const limit = Math.min(end, start + LONGEST);
  let stop = start + 1;
  while (stop < limit && bytes[stop] !== LF && bytes[stop] !== CR && bytes[stop] !== COLON) stop++;
  if (stop === limit) {
    return limit < end ? refuse('length', `no line end within ${LONGEST} characters`, LONGEST) : PARTIAL;
  }
  // A lost line end glues two lines; the second one starts at its colon.
  if (bytes[stop] === COLON) return refuse('format', 'the line breaks off', stop - start);
  if (bytes[stop] === CR && stop + 1 === end) return PARTIAL; // the LF that belongs to it is still on its way
  const used = stop + (bytes[stop] === CR && bytes[stop + 1] === LF ? 2 : 1) - start;
  if (typeof is !== 'string') return accept(is.head, undefined, false, bytes, is.text, stop, used);
  const space = bytes.indexOf(SPACE, start);
  return space >= 0 && space < stop ? spaced(bytes.subarray(start, stop), used) : refuse('format', is, used);
}

/**
 * A line with spaces: the manual prints one, and somebody will type one. Only those that cannot change a number are
 * taken: one flipped bit makes a space of a 0, and 1700 without a 0 has the same check sum (17 × 90 is 6 × 255).
 */
function spaced(written: Uint8Array, used: number): Scan<JuntekFrame> {
  for (let at = 1; at < written.length; at++) {
    if (written[at] === SPACE && digitAt(written, at - 1, at) >= 0) {
      return refuse('format', 'a space stands in or behind a number', used);
    }
  }
  const text = Uint8Array.from([...written.filter((byte) => byte !== SPACE), LF]);
  const read = scan(text, 0, text.length);
  if (read.got === 'frame') return { ...read, used };
  return read.got === 'noise' && read.bad !== undefined
    ? refuse(read.bad.code, read.bad.message, used)
    : read;
}

function accept(
  { from, instruction, number, address }: Head,
  sum: number | undefined,
  verified: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
  used: number,
): Scan<JuntekFrame> {
  return {
    got: 'frame',
    frame: { from, instruction, number, address, sum, verified, bytes, start, end },
    used,
  };
}

function refuse(code: Bad['code'], message: string, span: number): Scan<JuntekFrame> {
  return { got: 'noise', used: 1, bad: { code, message, span } };
}

function digitAt(bytes: Uint8Array, at: number, stop: number): number {
  const digit = at < stop ? (bytes[at] ?? 0) - 48 : -1;
  return digit <= 9 ? digit : -1;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) - 48;
  const low = (bytes[at + 1] ?? 0) - 48;
  return high < 0 || high > 9 || low < 0 || low > 9 ? -1 : high * 10 + low;
}

/** The line of a request or answer: `lineOf(':R', 50, 1, [1])`. `sum` overrides the computed check sum. */
export function lineOf(
  start: ':R' | ':W' | ':r' | ':w',
  number: number,
  address: number,
  body: string,
  sum: number = bodySum(body),
): string {
  return `${start}${String(number).padStart(2, '0')}=${address},${sum},${body}\r\n`;
}

/** The check sum over values such as `2140,110,6,`. */
export function bodySum(body: string): number {
  return sumMod255(
    body
      .split(',')
      .slice(0, -1)
      .reduce((sum, value) => sum + Number(value), 0),
  );
}
