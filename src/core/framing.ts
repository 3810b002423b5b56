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
 */
export function scanner<F>(framing: Framing<F>): Scanner<F> {
  /** Bytes are only ever added to a block, so that slices of it can be handed out without a copy. */
  let block = new Uint8Array(0);
  /** What is held are the bytes `[from, end)` of the block. */
  let from = 0;
  let end = 0;
  /** Index of the next byte to look at; in front of it is held only a broken frame that is not settled. */
  let at = 0;
  let bad: { readonly from: number; readonly bad: Bad } | undefined;

  const add = (bytes: Uint8Array): void => {
    if (end + bytes.length > block.length) {
      const needed = end - from + bytes.length;
      const larger = new Uint8Array(Math.max(needed, Math.min(2 * block.length, LARGEST_BLOCK)));
      larger.set(block.subarray(from, end));
      if (bad !== undefined) bad = { ...bad, from: bad.from - from };
      at -= from;
      end -= from;
      from = 0;
      block = larger;
    }
    block.set(bytes, end);
    end += bytes.length;
  };

  let found: Found<F>[] = [];
  /** Index of the first byte that belongs to nothing found so far. */
  let noiseFrom = 0;

  const settleNoise = (until: number): void => {
    if (until > noiseFrom) found.push({ got: 'noise', bytes: block.subarray(noiseFrom, until) });
    noiseFrom = until;
  };

  const settle = (until: number): void => {
    if (bad !== undefined) {
      // A true frame inside a broken one cuts it short.
      const stop = Math.min(bad.from + bad.bad.span, until);
      settleNoise(bad.from);
      found.push({ got: 'bad', bytes: block.subarray(bad.from, stop), bad: bad.bad });
      noiseFrom = stop;
      bad = undefined;
    }
    settleNoise(until);
  };

  /** Reads on through what is held; with `all`, a partial frame at its end is noise. */
  const run = (all: boolean): Found<F>[] => {
    found = [];
    noiseFrom = from;
    while (at < end) {
      const scan = framing.scan(block, at, end);
      if (scan.got === 'frame') {
        if (at > noiseFrom) settle(at);
        found.push({ got: 'frame', frame: scan.frame, bytes: block.subarray(at, at + scan.used) });
        at += scan.used;
        noiseFrom = at;
      } else if (scan.got === 'noise') {
        if (scan.bad !== undefined) {
          if (bad !== undefined && at >= bad.from + bad.bad.span) settle(at);
          bad ??= { from: at, bad: scan.bad };
        }
        at += scan.used;
      } else if (all || end - at > framing.longest) {
        at += 1;
      } else {
        break;
      }
    }
    // A frame may be beginning inside a broken one: how long that one is, the next bytes tell.
    if (bad !== undefined && at < end && at < bad.from + bad.bad.span) settleNoise((from = bad.from));
    else settle((from = at));
    return found;
  };

  return {
    get pending() {
      return end - at;
    },
    push(bytes) {
      add(bytes);
      return run(false);
    },
    flush: () => run(true),
    drain() {
      const all = block.subarray(from, end);
      from = at = end;
      bad = undefined;
      return all;
    },
  };
}
