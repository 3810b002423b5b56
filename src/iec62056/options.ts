import { Fault } from '../core/fault.ts';
import type { Format } from '../core/line.ts';
import { type BlockCheck } from './bcc.ts';
import type { IdentificationMessage } from './message.ts';
import type { Timings } from './timings.ts';

/**
 * Who decides on the baud rate.
 *
 * - `negotiate`: begin at `start` (300 by default; several are tried in turn) and change to what the meter offers, or
 *   to `highest` when that is lower;
 * - `fixed`: the port stays as it is, as with RS485 or behind a TCP converter; the meter is asked for this same rate;
 * - `forced`: begin at `start`, ask for `baud` whatever is offered, and change to it.
 *
 * A baud rate character that the standard does not know is sent back, and the rate stays.
 */
export type BaudPolicy =
  | {
      readonly policy: 'negotiate';
      readonly start?: number | readonly number[];
      readonly highest?: number;
    }
  | { readonly policy: 'fixed'; readonly baud: number }
  | { readonly policy: 'forced'; readonly start?: number; readonly baud: number };

/**
 * How a programming session proves itself.
 *
 * - `none`: not at all; the meter lets everybody read;
 * - `P1`: a password, sent as it is;
 * - `P2`: the result of a secure algorithm over the operand that the meter sent with P0.
 */
export type Credentials =
  | { readonly level: 'none' }
  | {
      readonly level: 'P1';
      /** A function where it depends on the model, which the identification tells. */
      readonly password: string | ((identification: IdentificationMessage) => string);
    }
  | {
      readonly level: 'P2';
      /** Computes what is sent between the brackets of P2. */
      readonly answer: (operand: string, identification: IdentificationMessage) => string;
    };

/** How to talk to one meter. Everything has a default: an address-less mode C meter at an optical head. */
export interface ReaderOptions {
  /** Address of the device, up to 32 of 0-9 A-Z a-z and space. Default empty: whoever hears, for one meter on a line. */
  readonly address?: string;
  /** Default `negotiate` from 300. */
  readonly baud?: BaudPolicy;
  /** Format of characters where the baud rate is changed. Default 7E1. */
  readonly format?: Format;
  /** Block check of the meter. Default `auto`: found out from its messages. */
  readonly check?: BlockCheck | 'auto';
  /** Default `none`. */
  readonly credentials?: Credentials;
  /** What to do when the password is refused: `continue` tries to read all the same. Default `fail`. */
  readonly onPasswordRefused?: 'fail' | 'continue';
  /**
   * Protocol mode, where the baud rate character of the identification does not tell the truth: letters A to I announce
   * mode B, digits mode C; any other one is tried as mode C, and then as mode A, where a meter sends its list unasked.
   */
  readonly mode?: 'A' | 'B' | 'C';
  /** Longest part of a write in parts (W3, W4), in characters. Default 128. */
  readonly partLength?: number;
  /** Mode E offered (`\2`): `fall-back` selects mode C, which such meters mostly have; `decline` refuses. Default `fall-back`. */
  readonly modeE?: 'fall-back' | 'decline';
  /** How often a damaged answer is asked for again by NAK, and a command repeated after a NAK. Default 2. */
  readonly repeats?: number;
  /** How often the break is sent at the end. Default 1. */
  readonly breaks?: number;
  /** False: no break is sent after a sign-on that nobody answered, as when searching. Default true. */
  readonly breakAfterSilence?: boolean;
  /** Longest message believed, in characters. Default 8192 (readouts: 65536). */
  readonly longest?: number;
  /** Tells error answers from values without an address. Default `isErrorText`. */
  readonly isError?: (text: string) => boolean;
  /** Told who answered the sign-on, before anything else is said; may throw to refuse it. Default: everybody will do. */
  readonly onIdentified?: (identification: IdentificationMessage) => void;
  readonly timings?: Partial<Timings>;
}

/**
 * Whether the text between the brackets of an answer without an address is an error: one or two digits, or a word
 * that begins with ERR or E and a digit: `01`, `ERR12`, `E05`, `ERROR`.
 */
export function isErrorText(text: string): boolean {
  return /^(?:\d{1,2}|ERR.{0,29}|E\d.{0,30})$/i.test(text);
}

/** Throws a `config` fault for options that contradict themselves. */
export function checkOptions(options: ReaderOptions): void {
  const { repeats = 0, breaks = 1, longest = 64, partLength = 128 } = options;
  if (!(Number.isInteger(repeats) && repeats >= 0 && repeats <= 10)) {
    throw new Fault('config', `repeats ${repeats}: expected a whole number from 0 to 10`);
  }
  if (!(Number.isInteger(breaks) && breaks >= 0 && breaks <= 5)) {
    throw new Fault('config', `breaks ${breaks}: expected a whole number from 0 to 5`);
  }
  if (!(Number.isInteger(partLength) && partLength >= 1 && partLength <= 8192)) {
    throw new Fault('config', `partLength ${partLength}: expected a whole number from 1 to 8192`);
  }
  if (!(longest >= 64 && longest <= 1_048_576)) {
    throw new Fault('config', `longest ${longest}: expected 64 to 1048576 characters`);
  }
}
