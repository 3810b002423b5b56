import type { Utterance } from '../core/station.ts';
import { Fault } from '../core/fault.ts';
import type { BlockCheck } from './bcc.ts';
import { breakBytes } from './message.ts';
import type { Said } from './meter-options.ts';

/** What can go wrong in any meter that is played, with what each does. */
export const MISHAPS = {
  'block-check': 'the block check of the answer is wrong',
  unsupported: 'a read is answered by an error, as if the register did not exist',
  nak: 'a command is answered by NAK',
  break: 'the meter ends the session with a break instead of an answer',
  mute: 'the meter says nothing any more until the session is over',
  headless: 'the first character of an answer is lost, as behind a change of the baud rate',
  'garbage-head':
    'two characters of garbage stand in front of the first answer behind a change of the baud rate',
} as const;

/** Name of a mishap. */
export type Mishap = keyof typeof MISHAPS;

/** Decides what goes wrong. */
export interface Mishaps {
  /** Switches one: probability 0 to 1 for each answer. Throws `config` for a name that is none. */
  readonly set: (kind: string, rate: number) => void;
  /** Whether it happens now. */
  readonly happens: (kind: string) => boolean;
  /** What becomes of what a meter says; `programming` while a session is open. */
  readonly spoil: (said: readonly Said[], programming: boolean) => Utterance[];
}

/**
 * Makes it decide by chance.
 * @param more mishaps of this meter alone; whoever plays it asks for them by `happens`
 */
export function mishaps(
  random: () => number,
  check: BlockCheck,
  more: Readonly<Record<string, string>> = {},
): Mishaps {
  const known: Readonly<Record<string, string>> = { ...MISHAPS, ...more };
  const rates = new Map<string, number>();
  let muted = false;
  let baud: number | undefined;
  const happens = (kind: string): boolean => {
    const rate = rates.get(kind) ?? 0;
    return rate > 0 && (rate >= 1 || random() < rate);
  };

  const spoilt = ({ bytes, after, baud: rate }: Said): Utterance => {
    const changed = baud !== undefined && baud !== rate;
    baud = rate;
    if (happens('break')) return { bytes: breakBytes(check), after, baud: rate };
    if (happens('headless')) return { bytes: bytes.slice(1), after, baud: rate };
    if (changed && happens('garbage-head')) {
      return { bytes: Uint8Array.of(0x7e, 0x60, ...bytes), after, baud: rate };
    }
    if (!happens('block-check') || bytes.length < 4) return { bytes, after, baud: rate };
    return { bytes: bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1), after, baud: rate };
  };

  return {
    set(kind, rate) {
      if (!(kind in known)) {
        throw new Fault(
          'config',
          `unknown fault '${kind}': expected one of ${Object.keys(known).join(', ')}`,
        );
      }
      rates.set(kind, rate);
    },
    happens,
    spoil(said, programming) {
      if (!programming) muted = false;
      else muted ||= said.length > 0 && happens('mute');
      return muted ? [] : said.map(spoilt);
    },
  };
}
