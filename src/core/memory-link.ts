import { byteQueue, type ByteQueue } from './byte-queue.ts';
import type { Clock } from './clock.ts';
import { Fault } from './fault.ts';
import { characterTime, line as lineOf, lineText, type Line } from './line.ts';
import type { Channel, Link } from './link.ts';

/** How a line in memory behaves. */
export interface MemoryLineOptions {
  /** `Link.name` of the near side. Default `memory:`. */
  readonly name?: string;
  /** Line settings before anybody connects; they pace what the far side then sends. Default 9600 8N1. */
  readonly line?: Line;
  /** True: every character takes its time at the near side's line settings and arrives alone. Default false: at once. */
  readonly paced?: boolean;
  /** True: the near channel has no `setLine`, like a converter with fixed settings. Default false. */
  readonly fixed?: boolean;
  /** `Link.latency`, ms: only told, not played. Default 0. */
  readonly latency?: number;
  /** `Link.gap`, ms: only told, not played. Default 0. */
  readonly gap?: number;
  /** `Link.renewable`. Default false. */
  readonly renewable?: boolean;
}

/** A serial line without a machine: one end is a link, the other a device's place on the wire. */
export interface MemoryLine {
  /** The near side, for a bus. One connection at a time, as with a serial port. */
  readonly link: Link;
  /**
   * The device's side. It outlives the near side's connections: what it writes while nobody is connected is lost,
   * as on a wire. Closing it takes the device away for good and cuts the near side.
   */
  readonly far: Channel;
  /** Settings of the near side: those of the last `connect` or `setLine`. */
  readonly line: Line;
  /** Whether the near side is connected now. */
  readonly connected: boolean;
  /** Connections made so far. */
  readonly connects: number;
  /** Breaks the near side's connection, bytes on their way included: its `incoming` throws a `link` fault. */
  cut(why?: string): void;
  /** Makes every later connect fail with a `link` fault of this text; `undefined` lets them succeed again. */
  refuse(why: string | undefined): void;
}

/** Lays a line. Runs anywhere; time comes only from the clock, and only a paced line sets timers. */
export function memoryLine(clock: Clock, options: MemoryLineOptions = {}): MemoryLine {
  const name = options.name ?? 'memory:';
  let line = options.line ?? lineOf(9600);
  let refusal: string | undefined;
  let connects = 0;
  let near: { readonly queue: ByteQueue; end(fault?: Fault): void } | undefined;
  let gone = false;

  const farQueue = byteQueue();
  const pace = (deliver: (chunk: Uint8Array) => void): Lane =>
    options.paced === true
      ? pacedLane(clock, () => characterTime(line), deliver)
      : { send: deliver, clear: ignore };
  const toFar = pace((chunk) => {
    farQueue.push(chunk);
  });
  const toNear = pace((chunk) => near?.queue.push(chunk));

  function connect(wanted: Line, signal: AbortSignal): Channel {
    if (signal.aborted) throw new Fault('cancelled', `connecting to ${name} was cancelled`);
    if (gone) throw new Fault('link', `${name}: the far side is closed`);
    if (refusal !== undefined) throw new Fault('link', `${name}: ${refusal}`);
    if (near !== undefined) throw new Fault('link', `${name} is in use`);
    const queue = byteQueue();
    let dead: Fault | undefined;
    const here = {
      queue,
      end(fault?: Fault) {
        if (near !== here) return;
        near = undefined;
        dead = fault ?? new Fault('link', `${name} is closed`);
        toNear.clear();
        toFar.clear();
        queue.end(fault);
      },
    };
    near = here;
    line = wanted;
    connects++;
    return {
      peer: `${name} at ${lineText(line)}`,
      incoming: queue.incoming,
      write: (bytes) => {
        if (dead !== undefined) return Promise.reject(dead);
        toFar.send(bytes.slice());
        return Promise.resolve();
      },
      ...(options.fixed === true
        ? {}
        : {
            setLine: (next: Line) => {
              if (dead !== undefined) return Promise.reject(dead);
              line = next;
              return Promise.resolve();
            },
          }),
      close: () => {
        here.end();
        return Promise.resolve();
      },
    };
  }

  return {
    link: {
      name,
      latency: options.latency ?? 0,
      gap: options.gap ?? 0,
      renewable: options.renewable ?? false,
      connect: (wanted, signal) =>
        new Promise((resolve) => {
          resolve(connect(wanted, signal)); // a throw inside becomes the rejection
        }),
    },
    far: {
      peer: `the near side of ${name}`,
      // What cannot be set cannot be known either: a converter tells nobody its rate.
      get line(): Line | undefined {
        return options.fixed === true ? undefined : line;
      },
      incoming: farQueue.incoming,
      write: (bytes) => {
        if (gone) return Promise.reject(new Fault('link', `the far side of ${name} is closed`));
        if (near !== undefined) toNear.send(bytes.slice());
        return Promise.resolve();
      },
      close: () => {
        gone = true;
        near?.end(new Fault('link', `${name}: the far side went away`));
        toFar.clear();
        farQueue.end();
        return Promise.resolve();
      },
    },
    get line() {
      return line;
    },
    get connected() {
      return near !== undefined;
    },
    get connects() {
      return connects;
    },
    cut(why = 'the connection was cut') {
      near?.end(new Fault('link', `${name}: ${why}`));
    },
    refuse(why) {
      refusal = why;
    },
  };
}

/** One direction of the wire. */
interface Lane {
  send(chunk: Uint8Array): void;
  /** Forgets what is on its way. */
  clear(): void;
}

function ignore(): void {
  // an unpaced lane has nothing on its way
}

/** Delivers characters one by one, each a character time after the one before. */
function pacedLane(clock: Clock, time: () => number, deliver: (chunk: Uint8Array) => void): Lane {
  let waiting: Uint8Array[] = [];
  let cancel: (() => void) | undefined;

  function schedule(): void {
    cancel = clock.after(time(), () => {
      cancel = undefined;
      const [first, ...others] = waiting;
      if (first === undefined) return;
      waiting = first.length > 1 ? [first.subarray(1), ...others] : others;
      if (waiting.length > 0) schedule();
      deliver(first.slice(0, 1));
    });
  }

  return {
    send(chunk) {
      if (chunk.length === 0) return;
      waiting.push(chunk);
      if (cancel === undefined) schedule();
    },
    clear() {
      waiting = [];
      cancel?.();
      cancel = undefined;
    },
  };
}
