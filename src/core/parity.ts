import type { Channel } from './link.ts';

/**
 * Parity done in software, for 7E1 devices behind a converter that hands on raw 8-bit characters.
 *
 * A 7E1 character on the wire is 7 data bits and a parity bit that makes the count of ones even (IEC 62056-21
 * ed. 2, 5.1; ISO 1177). A receiver set to 8N1 takes that parity bit for data bit 7, so `/` (2Fh, five ones)
 * looks like AFh. Start and stop bits are the same in both formats.
 */

/** A channel of 7-bit characters over one of 8-bit bytes. */
export interface ParityChannel extends Channel {
  /** Characters received so far whose parity was odd. */
  readonly parityErrors: number;
  /** What the received bytes look like so far: `bare` means that the converter does parity itself. */
  readonly seen: 'unknown' | 'parity' | 'bare';
}

/** Set in every delivered byte that was damaged: no 7-bit character has it, so none can be mistaken for a good one. */
const DAMAGED = 0x80;

/** What a line at rest with a glitch reads as. It would pass for DEL with parity, which no 7-bit protocol here uses. */
const GLITCH = 0xff;

/** Evidence is counted up to this and no further, so that a changed converter setting is learnt within a few characters. */
const MOST_EVIDENCE = 16;

/** True when the count of ones is odd. */
function isOdd(byte: number): boolean {
  let folded = byte ^ (byte >> 4);
  folded ^= folded >> 2;
  return ((folded ^ (folded >> 1)) & 1) === 1;
}

/** The characters as an 8N1 port must send them to be heard as 7E1. Bit 7 of the input is ignored. */
export function withEvenParity(characters: Uint8Array): Uint8Array {
  return characters.map((character) => {
    const bare = character & 0x7f;
    return isOdd(bare) ? bare | 0x80 : bare;
  });
}

/** Takes parity off a stream of bytes; see `softwareParity` for the modes. */
export interface ParityReader extends Pick<ParityChannel, 'parityErrors' | 'seen'> {
  /** The characters in these bytes, as many as bytes; a damaged one has bit 7 set. */
  read(bytes: Uint8Array): Uint8Array;
}

/** Makes a reader. It keeps what it has learnt from one chunk to the next. */
export function parityReader(mode: '7E1' | 'auto'): ParityReader {
  let parityErrors = 0;
  let evidence = mode === '7E1' ? Infinity : 0; // above 0: bytes carry parity; below: they are bare

  function learn(step: number): void {
    evidence = Math.max(-MOST_EVIDENCE, Math.min(MOST_EVIDENCE, evidence + step));
  }

  function character(byte: number): number {
    if (byte === GLITCH) {
      if (evidence > 0) parityErrors++;
      return GLITCH;
    }
    if (isOdd(byte)) {
      if (byte < 0x80 && evidence <= 0) {
        learn(-1);
        return byte;
      }
      if (mode === 'auto' && byte < 0x80) learn(-1);
      parityErrors++;
      return byte | DAMAGED;
    }
    if (byte < 0x80) return byte; // reads the same with and without parity
    if (mode === 'auto') learn(1);
    return evidence >= 0 ? byte & 0x7f : byte;
  }

  return {
    get parityErrors() {
      return parityErrors;
    },
    get seen() {
      return evidence > 0 ? 'parity' : evidence < 0 ? 'bare' : 'unknown';
    },
    read: (bytes) => bytes.map(character),
  };
}

/**
 * Wraps a channel of raw bytes so that its user sees 7-bit characters.
 *
 * Sending adds even parity in both modes: a converter set to 7E1 drops bit 7 and makes its own, a raw one needs it.
 * Receiving takes bit 7 off and counts characters of odd parity, which are delivered with bit 7 set. With `7E1`
 * every byte must carry parity. With `auto` that is found out: characters below 80h with an odd count of ones speak
 * for bare bytes, bytes from 80h with an even count for parity; the majority of what was heard lately decides, and
 * until there is any, both are taken for good.
 */
export function softwareParity(channel: Channel, mode: '7E1' | 'auto'): ParityChannel {
  const reader = parityReader(mode);

  async function* characters(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of channel.incoming) yield reader.read(chunk);
  }

  const setLine = channel.setLine?.bind(channel);
  return {
    peer: channel.peer,
    incoming: characters(),
    write: (bytes) => channel.write(withEvenParity(bytes)),
    ...(setLine === undefined ? {} : { setLine }),
    close: () => channel.close(),
    get parityErrors() {
      return reader.parityErrors;
    },
    get seen() {
      return reader.seen;
    },
  };
}
