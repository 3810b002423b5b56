import type { Clock } from '../../core/clock.ts';

/** Somebody who listens to a stream of events. What comes faster than it is taken away is dropped, never waited for. */
export interface Listener {
  readonly stream: ReadableStream<Uint8Array>;
  /** Bytes of one or more whole events; shared by all listeners, so never changed. */
  readonly send: (bytes: Uint8Array) => void;
  /** The same for what must not be dropped; whoever uses it bounds how much that is. */
  readonly push: (bytes: Uint8Array) => void;
  /** Bytes that may wait now; 0 or less: the next event is dropped. */
  readonly room: () => number;
  readonly end: () => void;
}

/** Bytes that wait for one listener, besides those in the buffers of its connection. */
export const QUEUE = 256 * 1024;

/** Headers of a stream of events; a proxy shall pass each of them on at once. */
export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'X-Accel-Buffering': 'no',
} as const;

const encoder = new TextEncoder();

/** One event in the form of server-sent events (HTML Living Standard, 9.2). The data has no line ends. */
export function event(name: string, data: string, id?: string): Uint8Array {
  return encoder.encode(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`);
}

/** A comment: it keeps the connection open and means nothing. */
export function comment(text: string): Uint8Array {
  return encoder.encode(`: ${text}\n\n`);
}

/**
 * @param catchUp what a listener gets instead of what was dropped, once it takes again
 * @param onEnd called once, when either side has ended
 */
export function listener(catchUp: () => Uint8Array, onEnd: () => void): Listener {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let behind = false;
  let over = false;
  const finish = (): void => {
    if (over) return;
    over = true;
    onEnd();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given;
      },
      pull: (given) => {
        if (!behind || over) return;
        behind = false;
        given.enqueue(catchUp());
      },
      cancel: finish,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: QUEUE }),
  );
  const room = (): number => (behind ? 0 : (controller?.desiredSize ?? 0));
  const push = (bytes: Uint8Array): void => {
    if (!over) controller?.enqueue(bytes);
  };
  return {
    stream,
    room,
    push,
    send: (bytes) => {
      if (room() > 0) push(bytes);
      else behind = true;
    },
    end: () => {
      if (over) return;
      finish();
      controller?.close();
    },
  };
}

/** All who listen to one stream: what is sent goes to each, and a sign of life when there is nothing to say. */
export interface Audience {
  readonly add: (one: Listener) => void;
  readonly remove: (one: Listener) => void;
  readonly size: () => number;
  readonly close: () => void;
}

/** Milliseconds between two signs of life. */
const BEAT = 15_000;

/** Nobody yet. The clock is only used while somebody listens. */
export function audience(clock: Clock): Audience {
  const all = new Set<Listener>();
  const beat = comment('still here');
  let cancel: (() => void) | undefined;
  const tick = (): void => {
    for (const one of all) one.send(beat);
    cancel = clock.after(BEAT, tick);
  };
  const rest = (): void => {
    if (all.size > 0) return;
    cancel?.();
    cancel = undefined;
  };
  return {
    add: (one) => {
      all.add(one);
      cancel ??= clock.after(BEAT, tick);
    },
    remove: (one) => {
      all.delete(one);
      rest();
    },
    size: () => all.size,
    close: () => {
      for (const one of [...all]) one.end();
    },
  };
}
