/**
 * Our own request heard back. Two-wire adapters and converters that listen while they send return every byte;
 * such an echo stands in front of the answer.
 */
export interface EchoFilter {
  /** Passes bytes on without the echo. May hold back bytes that so far look like the beginning of the echo. */
  pass(bytes: Uint8Array): Uint8Array;
  /** Releases what is held back: the line went quiet, so it was no echo. */
  release(): Uint8Array;
  /** Whether the echo was found. */
  readonly found: boolean;
}

/** Noise that may stand in front of an echo, in bytes: a driver that switches on makes a few. */
const NOISE = 16;
/** A request shorter than this is only taken for its echo on a line that is known to echo: ACK may well be answered by ACK. */
export const TELLING = 4;
const NOTHING = new Uint8Array(0);

/**
 * @param sent the request
 * @param echoing whether an echo was seen on this line before
 */
export function echoFilter(sent: Uint8Array, echoing: boolean): EchoFilter {
  return new Filter(sent, echoing);
}

class Filter implements EchoFilter {
  found = false;
  private readonly sent: Uint8Array;
  private readonly slack: number;
  private held: Uint8Array = NOTHING;
  private passed = 0;
  private decided: boolean;

  constructor(sent: Uint8Array, echoing: boolean) {
    this.sent = sent;
    this.slack = sent.length < TELLING ? 0 : NOISE;
    this.decided = sent.length === 0 || (sent.length < TELLING && !echoing);
  }

  pass(bytes: Uint8Array): Uint8Array {
    if (this.decided) return bytes;
    if (this.held.length === 0) return this.decide(bytes);
    const all = new Uint8Array(this.held.length + bytes.length);
    all.set(this.held);
    all.set(bytes, this.held.length);
    this.held = NOTHING;
    return this.decide(all);
  }

  release(): Uint8Array {
    const all = this.held;
    this.held = NOTHING;
    this.decided = true;
    return all;
  }

  private decide(bytes: Uint8Array): Uint8Array {
    const { sent, slack } = this;
    for (let offset = 0; offset + sent.length <= bytes.length && offset <= slack; offset++) {
      if (matching(bytes, offset, sent) === sent.length) {
        this.decided = this.found = true;
        const kept = new Uint8Array(bytes.length - sent.length);
        kept.set(bytes.subarray(0, offset));
        kept.set(bytes.subarray(offset + sent.length), offset);
        return kept;
      }
    }
    const free = this.beforeArriving(bytes);
    this.passed += free;
    this.decided = this.passed > slack;
    if (free === bytes.length) return bytes;
    this.held = bytes.slice(free);
    return bytes.slice(0, free);
  }

  /**
   * How many bytes stand in front of an echo that may still be arriving; all of them when none is. Only what begins
   * as the request is held: a true answer differs soon. Behind other bytes a single alike one is taken for chance.
   */
  private beforeArriving(bytes: Uint8Array): number {
    const { passed, slack, sent } = this;
    for (let offset = 0; offset < bytes.length && passed + offset <= slack; offset++) {
      const same = matching(bytes, offset, sent);
      if (offset + same === bytes.length && (offset === 0 || same > 1)) return offset;
    }
    return bytes.length;
  }
}

/** Length of the common run of `bytes` from `offset` and `sent` from 0. */
function matching(bytes: Uint8Array, offset: number, sent: Uint8Array): number {
  let same = 0;
  while (same < sent.length && offset + same < bytes.length && bytes[offset + same] === sent[same]) same++;
  return same;
}
