import type { Fault } from './fault.ts';

/** The inside of every channel's `incoming`: bytes are pushed in as they arrive and are iterated once. */
export interface ByteQueue {
  /** What was pushed, in order; done after `end()`, throws the fault after `end(fault)`. Consumed once. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Bytes pushed and not yet taken. */
  readonly waiting: number;
  /** Adds a chunk. Empty chunks, and all chunks after the end, are dropped. The chunk must not be changed later. */
  push(chunk: Uint8Array): void;
  /** Ends the iteration once everything pushed before was taken; the first call counts. */
  end(fault?: Fault): void;
  /** Resolves when fewer than so many bytes wait, or when the queue has ended or lost its reader: for back-pressure. */
  below(bytes: number): Promise<void>;
}

/** Makes an empty queue. */
export function byteQueue(): ByteQueue {
  const chunks: Uint8Array[] = [];
  let waiting = 0;
  let ended: { readonly fault: Fault | undefined } | undefined;
  let wakeReader: (() => void) | undefined;
  const writers: { readonly bytes: number; readonly wake: () => void }[] = [];

  function wakeWriters(): void {
    for (let index = writers.length - 1; index >= 0; index--) {
      const writer = writers[index];
      if (writer === undefined || (ended === undefined && waiting >= writer.bytes)) continue;
      writers.splice(index, 1);
      writer.wake();
    }
  }

  function end(fault?: Fault): void {
    if (ended !== undefined) return;
    ended = { fault };
    wakeReader?.();
    wakeWriters();
  }

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        waiting -= chunk.length;
        wakeWriters();
        return { done: false, value: chunk };
      }
      if (ended !== undefined) {
        const { fault } = ended;
        ended = { fault: undefined }; // an iterator throws once, then is done
        if (fault !== undefined) throw fault;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        wakeReader = resolve;
      });
      wakeReader = undefined;
    }
  }

  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next,
    /** A reader that leaves its loop takes no more: what waits is dropped, what comes is refused. */
    return: () => {
      chunks.length = 0;
      waiting = 0;
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
  };

  return {
    incoming: { [Symbol.asyncIterator]: () => iterator },
    get waiting() {
      return waiting;
    },
    push(chunk) {
      if (chunk.length === 0 || ended !== undefined) return;
      chunks.push(chunk);
      waiting += chunk.length;
      wakeReader?.();
    },
    end,
    below: (bytes) =>
      ended !== undefined || waiting < bytes
        ? Promise.resolve()
        : new Promise((wake) => writers.push({ bytes, wake })),
  };
}
