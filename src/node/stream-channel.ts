import type { Readable, Writable } from 'node:stream';
import { byteQueue } from '../core/byte-queue.ts';
import { Fault } from '../core/fault.ts';
import type { Channel } from '../core/link.ts';

/** Unread bytes from which on the source is made to wait: a hostile converter must not fill the memory. */
const MOST_UNREAD = 262_144;

/** A peer that takes no bytes for so long is as good as gone, ms. */
const WRITE_PATIENCE = 10_000;

/** What nearly every write resolves with: one promise for all. */
const TAKEN = Promise.resolve();

/** A pair of Node streams and what is particular about them. */
export interface StreamParts {
  /** Who is at the other end, for people. */
  readonly peer: string;
  readonly input: Readable;
  /** May be the same object as `input`. */
  readonly output: Writable;
  /** Bytes that were read from the input already and belong to its user. */
  readonly early?: Uint8Array;
  /** Milliseconds that a write may wait to be taken. Default 10,000. */
  readonly writePatience?: number;
  /** The fault for an error of either stream. */
  broke(thrown: unknown): Fault;
  /** The fault for an end by the other side. */
  ended(): Fault;
  /** What it probably means when a write is not taken. */
  readonly stuckHint: string;
  /**
   * Lets go of the streams; called once. `closed`: after sending what is still buffered; `broken`: at once.
   * Resolves when nothing is left open; must not reject.
   */
  release(how: 'broken' | 'closed'): Promise<void>;
}

/** A channel over streams, and the means to break it from outside. */
export interface StreamChannel extends Channel {
  /** False once it has ended, from whichever side. */
  readonly alive: boolean;
  /** Bytes received so far. */
  readonly receivedBytes: number;
  /** Ends it with a fault of the owner's choice, at once. */
  fail(fault: Fault): void;
  /** Resolves when the streams are let go, whoever ended it. */
  readonly closed: Promise<void>;
}

/** Makes a channel of streams. They are read from now on, also while nobody iterates, so that an end is noticed. */
export function streamChannel(parts: StreamParts): StreamChannel {
  const { peer, input, output } = parts;
  const queue = byteQueue();
  let receivedBytes = 0;
  let dead: Fault | undefined;
  let settleClosed: (released: Promise<void>) => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    settleClosed = resolve;
  });

  function die(fault: Fault, how: 'broken' | 'closed'): void {
    if (dead !== undefined) return;
    dead = fault;
    queue.end(how === 'broken' ? fault : undefined);
    settleClosed(parts.release(how));
  }
  const broke = (error: unknown): void => {
    die(parts.broke(error), 'broken');
  };
  const ended = (): void => {
    die(parts.ended(), 'broken');
  };

  function take(chunk: Uint8Array): void {
    receivedBytes += chunk.length;
    // No `Buffer`: its slices are views, and each of them costs several times as much.
    queue.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    if (queue.waiting < MOST_UNREAD || input.isPaused()) return;
    input.pause();
    void queue.below(MOST_UNREAD).then(() => input.resume());
  }

  if (parts.early !== undefined) take(parts.early);
  input.on('data', take);
  input.on('error', broke);
  input.on('end', ended);
  input.on('close', ended);
  output.on('error', broke); // twice where both are one stream; the first counts
  input.resume();

  return {
    peer,
    incoming: queue.incoming,
    closed,
    get alive() {
      return dead === undefined;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    fail: (fault) => {
      die(fault, 'broken');
    },
    write: (bytes) => {
      if (dead !== undefined) return Promise.reject(dead);
      let tell: ((error: unknown) => void) | undefined;
      output.write(bytes, (error) => tell?.(error));
      // What the system took at once, as nearly always, needs no patience.
      if (output.writableLength === 0 && !output.destroyed) return TAKEN;
      return new Promise((resolve, reject) => {
        const patience = parts.writePatience ?? WRITE_PATIENCE;
        const timer = setTimeout(() => {
          const fault = new Fault('link', `${peer} took no bytes for ${patience} ms`, {
            hint: parts.stuckHint,
          });
          die(fault, 'broken');
          reject(fault);
        }, patience);
        tell = (error) => {
          clearTimeout(timer);
          if (error instanceof Error) {
            broke(error);
            reject(dead ?? parts.broke(error));
          } else {
            resolve();
          }
        };
      });
    },
    close: () => {
      die(new Fault('link', `${peer} is closed`), 'closed');
      return closed;
    },
  };
}
