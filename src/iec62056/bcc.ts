import { sum7, xor7 } from '../codec/index.ts';

/**
 * How the block check character behind ETX or EOT is made. It covers everything behind the first SOH or STX up to
 * and including that ETX or EOT (6.2, annex A).
 *
 * - `xor`: longitudinal parity of ISO 1155, as the standard and nearly every meter has it;
 * - `sum7`: sum of the characters modulo 128, as Energomera meters have it;
 * - `none`: the character is there, but whatever it says is believed. Sent as `xor`.
 */
export type BlockCheck = 'xor' | 'sum7' | 'none';

/** The kinds that prove something. */
export type ProvingCheck = Exclude<BlockCheck, 'none'>;

/** The kinds that prove something, in the order in which they are believed. */
export const PROVING: readonly ProvingCheck[] = ['xor', 'sum7'];

/** Manufacturers whose meters are known to use `sum7`: the better guess while a message fits both kinds. */
export const SUM7_MANUFACTURERS: readonly string[] = ['EKT', 'EMR'];

/** The block check of the slice `[start, end)`, 0 to 127. */
export function blockCheck(kind: BlockCheck, bytes: Uint8Array, start: number, end: number): number {
  return kind === 'sum7' ? sum7(bytes, start, end) : xor7(bytes, start, end);
}

/** Finds out which block check a meter uses: one message may fit both kinds, several seldom do. */
export interface CheckDetector {
  /** What still fits all messages noted: `auto` while both kinds do. */
  readonly accepts: BlockCheck | 'auto';
  /** What to send: the kind found, or the better guess so far. */
  readonly sends: BlockCheck;
  /** Takes note of the kinds that a good message fits; one that fits no kind left says nothing. */
  note(fits: readonly ProvingCheck[]): void;
  /** Sets the guess that is sent while both kinds fit. */
  guess(kind: ProvingCheck): void;
}

/** Makes a detector; with anything but `auto` there is nothing to find out. */
export function checkDetector(wanted: BlockCheck | 'auto'): CheckDetector {
  let left: readonly ProvingCheck[] = PROVING;
  let guessed: ProvingCheck = 'xor';
  const found = (): BlockCheck | undefined => {
    if (wanted !== 'auto') return wanted;
    return left.length === 1 ? left[0] : undefined;
  };
  return {
    get accepts() {
      return found() ?? 'auto';
    },
    get sends() {
      return found() ?? guessed;
    },
    note(fits) {
      const both = left.filter((kind) => fits.includes(kind));
      if (both.length > 0) left = both;
    },
    guess(kind) {
      guessed = kind;
    },
  };
}
