import type { FaultCode } from './fault.ts';

/** Why a run of bytes is not a frame. */
export interface Bad {
  /** `checksum`, `length` or `format`. */
  readonly code: Extract<FaultCode, 'checksum' | 'length' | 'format'>;
  /** What is wrong, in words with numbers: `check sum 211, 212 expected`. */
  readonly message: string;
  /** How many bytes from here looked like one frame. */
  readonly span: number;
}

/**
 * What stands at one place of the bytes received.
 *
 * `noise` moves on by `used` bytes. A candidate that fails its check is noise of ONE byte, never of its declared
 * length: a true frame may begin inside it.
 */
export type Scan<F> =
  | { readonly got: 'frame'; readonly frame: F; readonly used: number }
  | { readonly got: 'noise'; readonly used: number; readonly bad?: Bad }
  | { readonly got: 'partial' };

/** Cuts bytes into frames. Pure: never throws, never waits, keeps no state. */
export interface Framing<F> {
  /** Longest frame believed, in bytes: what a partial frame may grow to before it is noise. */
  readonly longest: number;
  /** Looks at the bytes `[start, end)`, which are never empty. */
  scan(bytes: Uint8Array, start: number, end: number): Scan<F>;
}

/** What a scanner found, in line order. */
export type Found<F> =
  | { readonly got: 'frame'; readonly frame: F; readonly bytes: Uint8Array }
  | { readonly got: 'bad'; readonly bytes: Uint8Array; readonly bad: Bad }
  | { readonly got: 'noise'; readonly bytes: Uint8Array };

/** Feeds a framing with bytes as they come and keeps what is not complete yet. */
export interface Scanner<F> {
  /** Adds bytes and returns everything that is settled now. The arrays returned stay valid and are never changed. */
  push(bytes: Uint8Array): Found<F>[];
  /** Count of bytes held back because a frame may have begun. */
  readonly pending: number;
  /** Gives up on what is held back (the line went quiet): frames hidden in it are found, the rest is noise. */
  flush(): Found<F>[];
  /** Hands over what is held back, for somebody else to read. */
  drain(): Uint8Array;
}

/** Room for so many bytes is made at once, when a stream turns out to be long. */
const LARGEST_BLOCK = 4096;

/**
 * A scanner over a framing. What it finds does not depend on how the bytes were cut into chunks, but for runs of
 * noise, which come as they are settled. Memory is bounded by two frames of the longest kind plus one chunk or block.
 * @param lasting whoever gives bytes never changes them, so that they need not be copied
 */
export function scanner<F>(framing: Framing<F>, lasting = false): Scanner<F> {
  return new Stream(framing, lasting);
}

const NOTHING = new Uint8Array(0);

/** A class, as a scanner is made for every answer that is waited for. */
class Stream<F> implements Scanner<F> {
  private readonly framing: Framing<F>;
  private readonly lasting: boolean;
  /** Bytes are only ever added to a block, so that slices of it can be handed out without a copy. */
  private block: Uint8Array = NOTHING;
  /** What is held are the bytes `[from, end)` of the block. */
  private from = 0;
  private end = 0;
  /** Index of the next byte to look at; in front of it is held only a broken frame that is not settled. */
  private at = 0;
  private bad: { readonly from: number; readonly bad: Bad } | undefined;
  private found: Found<F>[] = [];
  /** Index of the first byte that belongs to nothing found so far. */
  private noiseFrom = 0;

  constructor(framing: Framing<F>, lasting: boolean) {
    this.framing = framing;
    this.lasting = lasting;
  }

  get pending(): number {
    return this.end - this.at;
  }

  push(bytes: Uint8Array): Found<F>[] {
    this.add(bytes);
    return this.run(false);
  }

  flush(): Found<F>[] {
    return this.run(true);
  }

  drain(): Uint8Array {
    const all = this.slice(this.from, this.end);
    this.from = this.at = this.end;
    this.bad = undefined;
    return all;
  }

  private add(bytes: Uint8Array): void {
    if (this.from === this.end) {
      // Nothing is held, as before nearly every answer: the chunk is the block, which is full and so never written.
      this.block = this.lasting ? bytes : new Uint8Array(bytes);
      this.from = this.at = 0;
      this.end = bytes.length;
      return;
    }
    if (this.end + bytes.length > this.block.length) {
      const needed = this.end - this.from + bytes.length;
      const larger = new Uint8Array(Math.max(needed, Math.min(2 * this.block.length, LARGEST_BLOCK)));
      larger.set(this.block.subarray(this.from, this.end));
      if (this.bad !== undefined) this.bad = { ...this.bad, from: this.bad.from - this.from };
      this.at -= this.from;
      this.end -= this.from;
      this.from = 0;
      this.block = larger;
    }
    this.block.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** Bytes of the block; making a view of all of it anew would cost more than reading a short frame. */
  private slice(from: number, until: number): Uint8Array {
    if (from === until) return NOTHING;
    return from === 0 && until === this.block.length ? this.block : this.block.subarray(from, until);
  }

  private settleNoise(until: number): void {
    if (until > this.noiseFrom) this.found.push({ got: 'noise', bytes: this.slice(this.noiseFrom, until) });
    this.noiseFrom = until;
  }

  private settle(until: number): void {
    if (this.bad !== undefined) {
      const { from, bad } = this.bad;
      // A true frame inside a broken one cuts it short.
      const stop = Math.min(from + bad.span, until);
      this.settleNoise(from);
      this.found.push({ got: 'bad', bytes: this.slice(from, stop), bad });
      this.noiseFrom = stop;
      this.bad = undefined;
    }
    this.settleNoise(until);
  }

  /** Reads on through what is held; with `all`, a partial frame at its end is noise. */
  private run(all: boolean): Found<F>[] {
    const { framing } = this;
    const found: Found<F>[] = (this.found = []);
    this.noiseFrom = this.from;
    while (this.at < this.end) {
      const scan = framing.scan(this.block, this.at, this.end);
      if (scan.got === 'frame') {
        if (this.at > this.noiseFrom) this.settle(this.at);
        const bytes = this.slice(this.at, this.at + scan.used);
        found.push({ got: 'frame', frame: scan.frame, bytes });
        this.at += scan.used;
        this.noiseFrom = this.at;
      } else if (scan.got === 'noise') {
        if (scan.bad !== undefined) {
          if (this.bad !== undefined && this.at >= this.bad.from + this.bad.bad.span) this.settle(this.at);
          this.bad ??= { from: this.at, bad: scan.bad };
        }
        this.at += scan.used;
      } else if (all || this.end - this.at > framing.longest) {
        this.at += 1;
      } else {
        break;
      }
    }
    // A frame may be beginning inside a broken one: how long that one is, the next bytes tell.
    const { bad } = this;
    if (bad !== undefined && this.at < this.end && this.at < bad.from + bad.bad.span) {
      this.from = bad.from;
      this.settleNoise(this.from);
    } else {
      this.from = this.at;
      this.settle(this.from);
    }
    return found;
  }
}
