import {
  FRAME_FAULTS,
  frameBytes,
  type FrameParts,
  REFUSAL_FAULTS,
  refusalNow,
  spoilFrame,
} from '../../ydt1363/index.ts';

/** What a pack can do to the content of an answer. */
const CONTENT_FAULTS = {
  'count-lies': 'the count of cells is larger than the frame, with fitting sums',
  'wrong-pack': 'the answer names the next pack, with fitting sums',
  'wrong-version': 'the answer has a VER that nobody uses, with fitting sums',
  'cell-count': 'one cell fewer than before, with fitting sums',
} as const;

/** What a pack or its line can do to an answer that only this family can tell. */
export const STATION_FAULTS: Readonly<Record<string, string>> = {
  ...CONTENT_FAULTS,
  ...FRAME_FAULTS,
  ...REFUSAL_FAULTS,
};

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
  const happens = (kind: string): boolean => {
    const rate = rates.get(kind) ?? 0;
    return rate > 0 && random() < rate;
  };
  let said = answer;
  if (happens('wrong-version')) said = { ...said, ver: 0x77 };
  const { info, pack } = said;
  if (typeof info !== 'string') {
    if (happens('wrong-pack')) said = { ...said, info: changed(info, pack, (byte) => byte + 1) };
    if (happens('count-lies')) said = { ...said, info: changed(info, pack + 1, () => 0xff) };
  }
  const code = refusalNow(happens);
  if (code !== undefined) said = { ...said, code, info: new Uint8Array(0) };
  return spoilFrame(frameBytes(said), question, happens, random);
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = change(copy[at] ?? 0);
  return copy;
}
