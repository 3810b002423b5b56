import type { Bad, Framing, Scan } from '../core/framing.ts';
import { type BlockCheck, blockCheck, PROVING, type ProvingCheck } from './bcc.ts';
import { ACK, CR, EOT, ETX, LF, NAK, SOH, STX } from './characters.ts';
import { identificationOf, type Message } from './message.ts';

/** What somebody who listens knows of what may come. */
export interface Ear {
  /** The block check to believe; `auto` takes a message that fits either kind. */
  readonly check: BlockCheck | 'auto';
  /** True where ACK begins an option select (the meter's ear, and an observer's); else ACK is a message. Default false. */
  readonly options?: boolean;
  /**
   * True: ACK and NAK only count as the first character of what is heard, so that the block check of an answer cut in
   * two is taken for neither. Such an ear serves for one answer. Default false.
   */
  readonly firstOnly?: boolean;
  /** True: a readout without STX and ETX is a message too (modes A and D). Default false. */
  readonly lists?: boolean;
  /**
   * What may lack its first character, since the port was changing its baud rate: a command its SOH, data its STX.
   * The block check does not cover it, and still proves all the rest. Default: neither.
   */
  readonly beheaded?: 'command' | 'data';
  /** Longest message believed, in characters. Default 8192. */
  readonly longest?: number;
}

/** Longest line of sign-on or identification believed: the standard's 21 and 40 characters are exceeded by real meters. */
const LONGEST_LINE = 96;
const LONGEST = 8192;

/** Up to two characters of garbage stand in front of a message that lost its STX. */
const MOST_HEADLESS = 3;

const SLASH = 0x2f;
const BANG = 0x21;
const CLOSE = 0x29;
const LETTER_P = 0x50;

const PARTIAL = { got: 'partial' } as const;
const LATIN = new TextDecoder('latin1');

/**
 * Cuts the characters of a line into messages. The first ETX or EOT behind SOH or STX ends a message together with
 * exactly one character, which may have any value. Characters are of 7 bits: one with bit 7 set was damaged on the
 * way, or the port runs 8N1 where the meter speaks 7E1.
 */
export function framing(ear: Ear): Framing<Message> {
  const longest = ear.longest ?? LONGEST;
  /** True when something that may be the rest of a cut message stood in front: ACK and NAK are not believed. */
  let spoilt = false;
  /** Places at which a message without its STX may still begin. */
  let headless = ear.beheaded === 'data' ? MOST_HEADLESS : 0;

  /** Characters left of a message whose block check failed; whether what was given up of it is text, with a whole data set. */
  let doubted = 0;
  let plain = true;
  let set = false;
  /** The character at which is looked now. */
  let current: number | undefined;

  const giveUp = (used: number, byte: number | undefined, bad?: Bad): void => {
    if (doubted <= 0) {
      doubted = bad?.span ?? 0;
      plain = true;
      set = false;
    } else {
      plain &&= isPrintable(byte) || byte === CR || byte === LF;
      set ||= byte === CLOSE;
    }
    doubted -= used;
  };

  const noise = (used: number, bad?: Bad): Scan<Message> => {
    spoilt = true;
    if (headless > 0) headless--;
    giveUp(used, current, bad);
    return bad === undefined ? { got: 'noise', used } : { got: 'noise', used, bad };
  };
  const found = (frame: Message, used: number): Scan<Message> => {
    spoilt = false;
    doubted = 0;
    return { got: 'frame', frame, used };
  };
  const partial = (): Scan<Message> => {
    spoilt = true;
    return PARTIAL;
  };

  /** Reads a message that ends with ETX or EOT and a block check over all from `first`. */
  const checked = (
    bytes: Uint8Array,
    start: number,
    first: number,
    end: number,
    head: number,
  ): Scan<Message> => {
    const stop = endOf(bytes, first, end);
    if (stop + 1 >= end) {
      if (end - start <= longest) return partial();
      return noise(1, { code: 'length', message: `no end within ${longest} characters`, span: end - start });
    }
    const used = stop + 2 - start;
    if (used > longest) {
      return noise(1, { code: 'length', message: `no end within ${longest} characters`, span: used });
    }
    const command = head === 0 ? '' : LATIN.decode(bytes.subarray(first, first + 2));
    const text = stop === first + head - 1 ? stop : first + head;
    // With text behind it a B is rather an R with a flipped bit, and the block check has to tell.
    if (command.startsWith('B') && text === stop) return found({ kind: 'break', type: command }, used);
    const fits = fitting(bytes, first, stop + 1);
    const bad = judge(ear.check, fits, bytes, first, stop, used);
    if (bad !== undefined) return noise(1, bad);
    if (set && (plain || ear.firstOnly === true) && used === doubted) {
      // The end of a damaged message fits by itself where a damaged character looks like an STX: once in 128 times.
      return noise(1, {
        code: 'checksum',
        message: 'only the end of a message fits its block check',
        span: used,
      });
    }
    const common = { text: LATIN.decode(bytes.subarray(text, stop)), more: bytes[stop] === EOT, fits };
    return found(head === 0 ? { kind: 'data', ...common } : { kind: 'command', command, ...common }, used);
  };

  /** SOH C D, then STX or the end; `at` is the place of C. */
  const command = (bytes: Uint8Array, start: number, at: number, end: number): Scan<Message> => {
    const letters = [0x42, 0x45, LETTER_P, 0x52, 0x57]; // B E P R W
    const letter = bytes[at] ?? 0;
    const digit = bytes[at + 1] ?? 0;
    const third = bytes[at + 2];
    if (at < end && !letters.includes(letter)) return noise(1);
    if (at + 1 < end && (digit < 0x30 || digit > 0x39)) return noise(1);
    if (at + 2 >= end) return partial();
    if (third !== STX && third !== ETX && third !== EOT) return noise(1);
    return checked(bytes, start, at, end, 3);
  };

  /** A line that begins with `/`: sign-on or identification. */
  const slash = (bytes: Uint8Array, start: number, end: number): Scan<Message> => {
    const limit = Math.min(end, start + LONGEST_LINE);
    let stop = start + 1;
    while (stop < limit && isPrintable(bytes[stop])) stop++;
    if (stop === limit || (bytes[stop] === CR && stop + 1 === end)) {
      return stop === start + LONGEST_LINE ? noise(1) : partial();
    }
    const text = LATIN.decode(bytes.subarray(start + 1, stop));
    const address = /^\?([0-9A-Za-z ]{0,32})!$/.exec(text)?.[1];
    if (address !== undefined && bytes[stop] === SOH) {
      return found({ kind: 'request', address, glued: true }, stop - start);
    }
    const used = stop + (bytes[stop] === CR ? 2 : 1) - start;
    if (bytes[start + used - 1] !== LF) return noise(1);
    if (address !== undefined) return found({ kind: 'request', address, glued: false }, used);
    return /^[A-Za-z]{3}[^/!]/.test(text) ? found(identificationOf(text), used) : noise(1);
  };

  /** ACK alone, or with the three characters of an option select behind it. */
  const ack = (bytes: Uint8Array, start: number, end: number): Scan<Message> => {
    if (ear.options === true) {
      for (let at = start + 1; at < Math.min(end, start + 4); at++) {
        if (!isPrintable(bytes[at])) return acknowledged('ack');
      }
      if (start + 5 >= end) return partial();
      if (bytes[start + 4] === CR && bytes[start + 5] === LF) {
        const [protocol = '', baud = '', mode = ''] = LATIN.decode(bytes.subarray(start + 1, start + 4));
        return found({ kind: 'option', protocol, baud, mode }, 6);
      }
    }
    return acknowledged('ack');
  };
  const acknowledged = (kind: 'ack' | 'nak'): Scan<Message> =>
    ear.firstOnly === true && spoilt ? noise(1) : found({ kind }, 1);

  /** Lines up to `!` at the beginning of a line, and the check sum of four digits that some have behind it. */
  const list = (bytes: Uint8Array, start: number, end: number): Scan<Message> => {
    for (let at = bytes.indexOf(BANG, start); at >= 0 && at < end; at = bytes.indexOf(BANG, at + 1)) {
      const before = at === start ? LF : bytes[at - 1];
      if (before !== LF && before !== CR) continue;
      let stop = at + 1;
      while (stop < end && stop <= at + 4 && isHexDigit(bytes[stop])) stop++;
      if (stop + 1 >= end) break;
      if (bytes[stop] !== CR || bytes[stop + 1] !== LF) continue;
      const text = LATIN.decode(bytes.subarray(start, at));
      return found({ kind: 'list', text, sum: LATIN.decode(bytes.subarray(at + 1, stop)) }, stop + 2 - start);
    }
    return end - start > longest ? noise(1) : partial();
  };

  return {
    longest: Math.max(longest, LONGEST_LINE),
    scan(bytes, start, end) {
      current = bytes[start];
      switch (current) {
        case SOH:
          return command(bytes, start, start + 1, end);
        case STX:
          headless = 0;
          return checked(bytes, start, start + 1, end, 0);
        case ACK:
          return ack(bytes, start, end);
        case NAK:
          return acknowledged('nak');
        case SLASH:
          return slash(bytes, start, end);
        default:
      }
      const byte = bytes[start] ?? 0;
      if (ear.beheaded === 'command' && byte === LETTER_P) return command(bytes, start, start, end);
      if (headless > 0 && byte >= 0x20 && byte < 0x7f) {
        // Where STX follows after all, this is an echo or garbage in front of it, which may even fit the block check.
        const stx = bytes.indexOf(STX, start);
        return stx >= 0 && stx < end ? noise(1) : checked(bytes, start, start, end, 0);
      }
      if (ear.lists === true && isPrintable(byte) && byte < 0x7f) return list(bytes, start, end);
      // A driver that switches on makes one of these; they are no rest of a message.
      if (byte === 0 || byte === CR || byte === LF || byte === 0x7f || byte === 0xff) {
        giveUp(1, byte);
        return { got: 'noise', used: 1 };
      }
      return noise(1);
    },
  };
}

/** The place of the first ETX or EOT in `[first, end)`, or `end`. Searched by the engine: a long list comes in many pieces. */
function endOf(bytes: Uint8Array, first: number, end: number): number {
  const piece = bytes.subarray(first, end);
  const etx = piece.indexOf(ETX);
  const eot = (etx < 0 ? piece : piece.subarray(0, etx)).indexOf(EOT);
  const at = eot >= 0 ? eot : etx;
  return at < 0 ? end : first + at;
}

function isPrintable(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte < 0x80;
}

function isHexDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46));
}

/** The block checks that fit the slice `[first, end)` and the character behind it. */
function fitting(bytes: Uint8Array, first: number, end: number): ProvingCheck[] {
  return PROVING.filter((kind) => bytes[end] === blockCheck(kind, bytes, first, end));
}

/** What is wrong with a whole message, or undefined. `stop` is the place of ETX or EOT. */
function judge(
  check: BlockCheck | 'auto',
  fits: readonly ProvingCheck[],
  bytes: Uint8Array,
  first: number,
  stop: number,
  span: number,
): Bad | undefined {
  for (let at = first; at <= stop + 1; at++) {
    if ((bytes[at] ?? 0) >= 0x80) {
      const message = `character ${at - first + 1} has bit 7 set: damaged, or parity that the port does not take off`;
      return { code: 'format', message, span };
    }
  }
  if (check === 'none') {
    // Without a block check only this tells two messages glued together.
    const again = Math.max(bytes.lastIndexOf(SOH, stop), bytes.lastIndexOf(STX, stop));
    const glued = again > first + 2;
    return glued
      ? { code: 'format', message: 'a message begins inside another', span: again - first }
      : undefined;
  }
  if (check === 'auto' ? fits.length > 0 : fits.includes(check)) return undefined;
  const expected = (check === 'auto' ? PROVING : [check])
    .map((kind) => `${pair(blockCheck(kind, bytes, first, stop + 1))} (${kind})`)
    .join(' or ');
  return {
    code: 'checksum',
    message: `block check ${pair(bytes[stop + 1] ?? 0)}, ${expected} expected`,
    span,
  };
}

function pair(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
