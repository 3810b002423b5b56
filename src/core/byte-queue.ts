import type { Fault } from './fault.ts';

/** Somebody who takes bytes as they come. */
export interface Sink {
  /** Takes a chunk, and may ask to be left alone until a promise resolves. Must not throw. */
  readonly take: (chunk: Uint8Array) => Promise<void> | undefined;
  /** Nothing follows; called once, with what the iteration threw if it did. Must not throw. */
  readonly end: (thrown: unknown) => void;
}

/** Bytes that can be iterated, and handed over without a promise for each chunk: thousands of lines may share a core. */
interface Pourable extends AsyncIterable<Uint8Array> {
  readonly pour: (sink: Sink) => void;
}

/** Hands all bytes to a sink, as they come where that is possible. Consumes them: nobody else may. */
export function pour(incoming: AsyncIterable<Uint8Array> | Pourable, sink: Sink): void {
  if ('pour' in incoming) incoming.pour(sink);
  else void iterate(incoming, sink);
}

async function iterate(incoming: AsyncIterable<Uint8Array>, sink: Sink): Promise<void> {
  try {
    for await (const chunk of incoming) await sink.take(chunk);
  } catch (thrown) {
    sink.end(thrown);
    return;
  }
  sink.end(undefined);
}

/** The inside of every channel's `incoming`: bytes are pushed in as they arrive and are iterated once. */
export interface ByteQueue {
  /** What was pushed, in order; done after `end()`, throws the fault after `end(fault)`. Consumed once; see `pour`. */
  readonly incoming: Pourable;
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
  /** Who takes everything, where that was asked for, and whether he wants to be left alone. */
  let sink: Sink | undefined;
  let held = false;
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
    drain();
    wakeWriters();
  }

  function give(to: Sink, chunk: Uint8Array): void {
    const until = to.take(chunk);
    if (until === undefined) return;
    held = true;
    void until.then(() => {
      held = false;
      drain();
    });
  }

  /** Gives the sink what waits, then the end. */
  function drain(): void {
    if (sink === undefined) return;
    for (let chunk = held ? undefined : chunks.shift(); chunk !== undefined;) {
      waiting -= chunk.length;
      give(sink, chunk);
      wakeWriters();
      chunk = held ? undefined : chunks.shift();
    }
    if (held || ended === undefined) return;
    const over = sink;
    sink = undefined;
    over.end(ended.fault);
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
    incoming: {
      [Symbol.asyncIterator]: () => iterator,
      pour: (to) => {
        sink = to;
        drain();
      },
    },
    get waiting() {
      return waiting;
    },
    push(chunk) {
      if (chunk.length === 0 || ended !== undefined) return;
      if (sink !== undefined && !held && waiting === 0) {
        give(sink, chunk);
        return;
      }
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
