import { type Bus, type BusOptions, type Job, openBus } from '../../src/core/bus/bus.ts';
import { ascii } from '../../src/core/bytetext.ts';
import { ask, type Exchange, listen } from '../../src/core/exchange.ts';
import type { Fault } from '../../src/core/fault.ts';
import { faultOf } from '../../src/core/fault.ts';
import type { Framing, Scan } from '../../src/core/framing.ts';
import { line } from '../../src/core/line.ts';
import { type MemoryLine, memoryLine, type MemoryLineOptions } from '../../src/core/memory-link.ts';
import { virtualClock, type VirtualClock } from '../../src/core/virtual-clock.ts';

/**
 * A bus, a line in memory and small devices on it, all in virtual time: what the tests of the bus have in common.
 * The line is 10000 baud 8N1, so a character takes exactly one millisecond.
 */

export const LINE = line(10_000);

/** Frames for tests: `<body*hh>`, with hh the sum of the body's characters modulo 256. `<a?volts*hh>` asks a. */
export function frame(body: string, spoil = 0): string {
  const sum = (ascii(body).reduce((total, code) => total + code, 0) + spoil) % 256;
  return `<${body}*${sum.toString(16).padStart(2, '0')}>`;
}

const OPEN = 0x3c;
const CLOSE = 0x3e;

export const notes: Framing<string> = {
  longest: 32,
  scan(bytes, start, end): Scan<string> {
    if (bytes[start] !== OPEN) return { got: 'noise', used: 1 };
    const stop = bytes.indexOf(CLOSE, start);
    if (stop < 0 || stop >= end) return end - start < 32 ? { got: 'partial' } : { got: 'noise', used: 1 };
    const span = stop + 1 - start;
    const written = String.fromCharCode(...bytes.subarray(start, stop + 1));
    const body = written.slice(1, -4);
    if (written === frame(body)) return { got: 'frame', frame: body, used: span };
    return { got: 'noise', used: 1, bad: { code: 'checksum', message: 'the sum does not fit', span } };
  },
};

/** Asks a device for something; brings the body of its answer, `a!volts`. */
export function* question(device: string, about = 'volts'): Exchange<string> {
  return yield* ask<string>({
    what: `${about} of ${device}`,
    bytes: ascii(frame(`${device}?${about}`)),
    framing: notes,
    accept: (body) => (body === `${device}!${about}` ? 'take' : 'skip'),
  });
}

/** Listens for a frame that begins so. */
export function* eavesdrop(beginning: string, timeout = 5_000): Exchange<string> {
  return yield* listen<string>({
    what: `anything that begins with ${beginning}`,
    framing: notes,
    timeout,
    accept: (body) => (body.startsWith(beginning) ? 'take' : 'skip'),
  });
}

export function job(device: string, more: Partial<Job<string>> = {}): Job<string> {
  return { device, rank: 'live', exchange: () => question(device), ...more };
}

export interface World {
  readonly clock: VirtualClock;
  readonly wire: MemoryLine;
  readonly bus: Bus;
  /** What the far side heard, chunk by chunk, with the clock's time. */
  readonly heard: { at: number; text: string }[];
  /** Notices of the bus. */
  readonly notices: string[];
  /** Devices that answer their questions after so many milliseconds; change it while running. */
  readonly devices: Map<string, number>;
  /** The far side says something, now or later. */
  say(text: string, after?: number): void;
  /** Called for each whole frame heard by the far side, in place of the devices. */
  onFrame: ((body: string) => void) | undefined;
  /** Lets time pass until the promise is settled, and gives its result or its fault. */
  outcome<T>(of: Promise<T>): Promise<T | Fault>;
  /** Closes the bus; true when no timer is left. */
  close(): Promise<boolean>;
}

export function world(options: MemoryLineOptions = {}, more: BusOptions = {}): World {
  const clock = virtualClock();
  const wire = memoryLine(clock, { name: 'memory:', line: LINE, ...options });
  const notices: string[] = [];
  const bus = openBus(wire.link, LINE, clock, {
    random: () => 0.5,
    onNotice: (text) => notices.push(text),
    ...more,
  });
  const heard: World['heard'] = [];
  const devices = new Map<string, number>();

  const self: World = {
    clock,
    wire,
    bus,
    heard,
    notices,
    devices,
    onFrame: undefined,
    say(text, after = 0) {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      if (after === 0) void wire.far.write(bytes);
      else clock.after(after, () => void wire.far.write(bytes));
    },
    async outcome(of) {
      try {
        return await clock.run(of);
      } catch (error) {
        return faultOf(error, 'output'); // no fault of a bus has this code
      }
    },
    async close() {
      await clock.run(bus.close());
      return clock.pending === 0;
    },
  };

  const listenFar = async (): Promise<void> => {
    let text = '';
    for await (const chunk of wire.far.incoming) {
      const piece = String.fromCharCode(...chunk);
      heard.push({ at: clock.now(), text: piece });
      text += piece;
      for (let match = /<([^<>]*)\*..>/.exec(text); match !== null; match = /<([^<>]*)\*..>/.exec(text)) {
        text = text.slice(match.index + match[0].length);
        const body = match[1] ?? '';
        if (self.onFrame !== undefined) self.onFrame(body);
        else answer(body);
      }
    }
  };
  const answer = (body: string): void => {
    const [device, about] = body.split('?');
    const delay = device === undefined ? undefined : devices.get(device);
    if (delay !== undefined && about !== undefined) self.say(frame(`${device ?? ''}!${about}`), delay);
  };
  void listenFar();
  return self;
}

/** When the far side heard the first character of each request. */
export function askedAt(of: World): number[] {
  return of.heard.filter(({ text }) => text.startsWith('<')).map(({ at }) => at);
}
