import { frameBytes, type FrameParts } from '../../ydt1363/index.ts';

/** What a pack or its line can do to an answer that only this family can tell. */
export const STATION_FAULTS = {
  'wrong-sum': 'CHKSUM does not fit',
  'wrong-length-sum': 'LCHKSUM does not fit, CHKSUM does',
  'extra-word': 'one word too many behind an unchanged LENGTH, as a frame in a README has it',
  'count-lies': 'the count of cells is larger than the frame, with fitting sums',
  'wrong-address': 'the answer comes from the next address, with fitting sums',
  'wrong-pack': 'the answer names the next pack, with fitting sums',
  'wrong-version': 'the answer has a VER that nobody uses, with fitting sums',
  'lower-case': 'all digits are written in lower case, with a fitting sum',
  'line-feed': 'the frame ends with LF in place of CR',
  'no-end': 'CR is lost: two frames are glued',
  nul: 'a NUL stands behind CR',
  echo: 'the question comes back in front of the answer',
  'other-master': 'a question of another master stands in front of the answer',
  refuse: 'RTN 06 comes in place of the answer',
  'cell-count': 'one cell fewer than before, with fitting sums',
} as const;

/** Faults that change what is said, before it is put into a frame. */
export interface Answer extends FrameParts {
  readonly info: Uint8Array | string;
  /** Index in INFO of the byte that names the pack. */
  readonly pack: number;
}

/** Does what the rates ask for to an answer; `question` is what it answers. */
export function spoil(
  answer: Answer,
  question: Uint8Array,
  rates: ReadonlyMap<string, number>,
  random: () => number,
): Uint8Array {
  const happens = (kind: keyof typeof STATION_FAULTS): boolean => {
    const rate = rates.get(kind) ?? 0;
    return rate > 0 && random() < rate;
  };
  let said = answer;
  if (happens('wrong-address')) said = { ...said, adr: (said.adr + 1) % 256 };
  if (happens('wrong-version')) said = { ...said, ver: 0x77 };
  const { info, pack } = said;
  if (typeof info !== 'string') {
    if (happens('wrong-pack')) said = { ...said, info: changed(info, pack, (byte) => byte + 1) };
    if (happens('count-lies')) said = { ...said, info: changed(info, pack + 1, () => 0xff) };
  }
  if (happens('refuse')) said = { ...said, code: 0x06, info: new Uint8Array(0) };
  let bytes = frameBytes(said);
  if (happens('wrong-sum')) bytes = changed(bytes, bytes.length - 2, (code) => (code === 48 ? 49 : 48));
  if (happens('wrong-length-sum')) bytes = resummed(changed(bytes, 9, (code) => (code === 48 ? 49 : 48)));
  if (happens('extra-word')) bytes = inserted(bytes, Math.min(19, bytes.length - 5), '003E');
  if (happens('lower-case')) bytes = resummed(ascii(String.fromCharCode(...bytes).toLowerCase()));
  if (happens('line-feed')) bytes = changed(bytes, bytes.length - 1, () => 10);
  if (happens('no-end')) bytes = bytes.slice(0, -1);
  if (happens('nul')) bytes = Uint8Array.of(...bytes, 0);
  if (happens('echo')) bytes = Uint8Array.of(...question, ...bytes);
  if (happens('other-master')) {
    const other = frameBytes({
      ...said,
      adr: (answer.adr + 1) % 256,
      code: 0x42,
      info: Uint8Array.of(answer.adr + 1),
    });
    bytes = Uint8Array.of(...other, ...bytes);
  }
  return bytes;
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = change(copy[at] ?? 0);
  return copy;
}

function inserted(bytes: Uint8Array, at: number, digits: string): Uint8Array {
  return Uint8Array.of(...bytes.subarray(0, at), ...ascii(digits), ...bytes.subarray(at));
}

/** The frame with a CHKSUM that fits its characters as they are. */
function resummed(bytes: Uint8Array): Uint8Array {
  let sum = 0;
  for (const code of bytes.subarray(1, -5)) sum += code;
  const digits = (-sum & 0xffff).toString(16).toUpperCase().padStart(4, '0');
  return Uint8Array.of(...bytes.subarray(0, -5), ...ascii(digits), ...bytes.subarray(-1));
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
