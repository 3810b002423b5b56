import { complement16 } from '../codec/index.ts';
import { frameBytes, headOf } from './frame.ts';
import { RETURN_CODES } from './rtn.ts';

/** What a simulated device of this family can do to the frame in which it answers, whatever stands in INFO. */
export const FRAME_FAULTS = {
  'wrong-sum': 'CHKSUM does not fit',
  'wrong-length-sum': 'LCHKSUM does not fit, CHKSUM does',
  'extra-word': 'one word too many behind an unchanged LENGTH, as a frame in a README has it',
  'wrong-address': 'the answer comes from the next address, with fitting sums',
  truncated: 'the answer breaks off at any of its characters',
  'lower-case': 'all digits are written in lower case, with a fitting sum',
  'line-feed': 'the frame ends with LF in place of CR',
  'no-end': 'CR is lost: two frames are glued',
  nul: 'a NUL stands behind CR',
  'open-line': 'the noise of an open line stands in front of the answer, then a NUL',
  echo: 'the question comes back in front of the answer',
  'other-master': 'a question of another master stands in front of the answer',
} as const;

/** Name of such a fault. */
export type FrameFault = keyof typeof FRAME_FAULTS;

/** A refusal for each return code of the family, by the name of the fault: `rtn-04`. */
export const REFUSAL_FAULTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...RETURN_CODES].map(([code, { says }]) => [refusalName(code), `refuses: ${says}`]),
);

function refusalName(code: number): string {
  return `rtn-${hexOf(code).toLowerCase()}`;
}

/** Which return code is given in place of an answer, where one is. */
export function refusalNow(happens: (fault: string) => boolean): number | undefined {
  return [...RETURN_CODES.keys()].find((code) => happens(refusalName(code)));
}

/** Noise of a bus that nobody drives, as an owner caught it in front of answers (issue 2 of python-pylontech). */
const OPEN_LINE = Uint8Array.from([
  0xf0, 0xff, 0xff, 0xff, 0xff, 0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbf, 0xf7, 0xf7, 0x1f, 0,
]);

/**
 * Does to an answer what happens to it.
 * @param frame the answer as it should be
 * @param question what it answers
 * @param random numbers in [0, 1), for where it breaks off
 */
export function spoilFrame(
  frame: Uint8Array,
  question: Uint8Array,
  happens: (fault: FrameFault) => boolean,
  random: () => number,
): Uint8Array {
  let bytes = frame;
  const head = headOf(frame);
  if (head !== undefined && happens('wrong-address')) {
    bytes = resummed(overwritten(bytes, 3, hexOf((head.adr + 1) % 256)));
  }
  if (happens('wrong-sum')) bytes = changed(bytes, bytes.length - 2, (code) => (code === 48 ? 49 : 48));
  if (happens('wrong-length-sum')) bytes = resummed(changed(bytes, 9, (code) => (code === 48 ? 49 : 48)));
  if (happens('extra-word')) bytes = inserted(bytes, Math.min(19, bytes.length - 5), '003E');
  if (happens('lower-case')) bytes = resummed(ascii(String.fromCharCode(...bytes).toLowerCase()), 'lower');
  if (happens('line-feed')) bytes = changed(bytes, bytes.length - 1, () => 10);
  if (happens('no-end')) bytes = bytes.slice(0, -1);
  if (happens('truncated')) bytes = bytes.slice(0, Math.floor(random() * bytes.length));
  if (happens('nul')) bytes = Uint8Array.of(...bytes, 0);
  if (happens('echo')) bytes = Uint8Array.of(...question, ...bytes);
  if (head !== undefined && happens('other-master')) {
    const next = (head.adr + 1) % 256;
    const other = frameBytes({ ...head, adr: next, code: 0x42, info: Uint8Array.of(next) });
    bytes = Uint8Array.of(...other, ...bytes);
  }
  if (happens('open-line')) bytes = Uint8Array.of(...OPEN_LINE, ...bytes);
  return bytes;
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

function overwritten(bytes: Uint8Array, at: number, digits: string): Uint8Array {
  const copy = bytes.slice();
  copy.set(ascii(digits), at);
  return copy;
}

function inserted(bytes: Uint8Array, at: number, digits: string): Uint8Array {
  return Uint8Array.of(...bytes.subarray(0, at), ...ascii(digits), ...bytes.subarray(at));
}

/** The frame with a CHKSUM that fits its characters as they are. */
function resummed(bytes: Uint8Array, letters: 'upper' | 'lower' = 'upper'): Uint8Array {
  const sum = hexOf(complement16(bytes, 1, bytes.length - 5), 4);
  return overwritten(bytes, bytes.length - 5, letters === 'lower' ? sum.toLowerCase() : sum);
}

function hexOf(value: number, digits = 2): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
