import { Fault } from '../core/fault.ts';

/** What a line or converter can do to any protocol. */
export const LINE_FAULTS = {
  silence: 'the answer is lost',
  late: 'the answer comes 1.5 s later, after most readers gave up',
  duplicate: 'the answer comes twice',
  noise: 'noise stands in front of the answer',
  flip: 'one bit is flipped',
  cut: 'the second half of the answer is lost',
  split: 'the answer comes in pieces with pauses of up to 60 ms, as converters cut it',
  dribble: 'every byte of the answer comes alone, a millisecond apart',
  glue: 'the answer is held back and comes together with the next one',
  garbage: 'nothing but garbage comes, as with a wrong baud rate',
  drop: 'the connection breaks in the middle of the answer',
} as const;

/** Name of a line fault. */
export type LineFault = keyof typeof LINE_FAULTS;

/** Whether a word names a line fault. */
export function isLineFault(word: string): word is LineFault {
  return word in LINE_FAULTS;
}

/** A piece of an answer on its way; `drop` cuts the connection instead of sending. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Milliseconds after the piece before it (the first: after its due time). */
  readonly after: number;
  readonly drop?: boolean;
}

/** Milliseconds by which `late` is late: beyond the response time of a patient reader. */
const LATE = 1_500;
const LONGEST_PAUSE = 60;

/** Decides what becomes of answers. */
export interface Mangler {
  set(fault: LineFault, rate: number): void;
  /** The pieces in which an answer goes out; none when it is lost or held back. */
  mangle(bytes: Uint8Array): Piece[];
}

/** @param random numbers in [0, 1): the same source gives the same faults */
export function mangler(random: () => number): Mangler {
  const rates = new Map<LineFault, number>();
  let heldBack = new Uint8Array(0);
  const happens = (fault: LineFault): boolean => {
    const rate = rates.get(fault) ?? 0;
    return rate > 0 && random() < rate;
  };
  const noise = (count: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length: count }, () => Math.floor(random() * 256));

  return {
    set(fault, rate) {
      if (!(rate >= 0 && rate <= 1))
        throw new Fault('config', `rate ${rate} of fault '${fault}' is not from 0 to 1`);
      rates.set(fault, rate);
    },
    mangle(answer) {
      let bytes = Uint8Array.from([...heldBack, ...answer]);
      heldBack = new Uint8Array(0);
      if (happens('silence')) return [];
      if (happens('glue')) {
        heldBack = bytes;
        return [];
      }
      if (happens('garbage')) bytes = noise(bytes.length);
      if (happens('flip')) {
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      }
      if (happens('noise')) bytes = Uint8Array.from([...noise(1 + Math.floor(random() * 20)), ...bytes]);
      if (happens('cut')) bytes = bytes.slice(0, Math.floor(bytes.length / 2));
      if (happens('duplicate')) bytes = Uint8Array.from([...bytes, ...bytes]);
      if (happens('drop'))
        return [{ bytes: bytes.slice(0, Math.floor(bytes.length / 2)), after: 0, drop: true }];
      const after = happens('late') ? LATE : 0;
      if (happens('dribble')) return dribble(bytes, after);
      return happens('split') ? split(bytes, after, random) : [{ bytes, after }];
    },
  };
}

function dribble(bytes: Uint8Array, after: number): Piece[] {
  return Array.from(bytes, (byte, at) => ({ bytes: Uint8Array.of(byte), after: at === 0 ? after : 1 }));
}

function split(bytes: Uint8Array, after: number, random: () => number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(random() * Math.max(1, bytes.length / 3));
    pieces.push({ bytes: bytes.slice(at, at + size), after: at === 0 ? after : random() * LONGEST_PAUSE });
    at += size;
  }
  return pieces;
}
