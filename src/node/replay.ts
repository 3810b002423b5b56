import { readFile } from 'node:fs/promises';
import { byteQueue } from '../core/byte-queue.ts';
import { show } from '../core/bytetext.ts';
import { parseCapture, type Capture, type CaptureEntry } from '../core/capture.ts';
import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { Channel, Link } from '../core/link.ts';
import { systemClock } from './clock-node.ts';
import { cancelledFault, errnoOf, messageOf } from './socket-fault.ts';

/** Which capture plays the device, and how. */
export interface ReplayAddress {
  /** Path of a capture file. */
  readonly path: string;
  /** `max` answers at once; a number plays the recorded delays so many times as fast, above 0. */
  readonly speed: 'max' | number;
  /** Whether a capture without requests begins again a second after its end, instead of ending the channel. */
  readonly loop: boolean;
}

/** What may be changed about replaying. */
export interface ReplayOptions {
  /** `Link.name`. Default made from the path. */
  readonly name?: string;
  /** One line for people: a request that the capture does not know. Default: nobody is told. */
  readonly log?: (line: string) => void;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Pause between two rounds of a looping capture, seconds at its own speed. */
const ROUND_PAUSE = 1;

/** Most unknown requests that are remembered in order to be told only once. */
const MOST_TOLD = 100;

/** A link on which a capture file plays the device. The file is read at each connect. */
export function replayLink(address: ReplayAddress, options: ReplayOptions = {}): Link {
  return {
    name: options.name ?? `replay:${address.path}`,
    latency: 0,
    gap: 0,
    renewable: false,
    connect: async (_line, signal) => {
      if (signal.aborted) throw cancelledFault(`opening ${address.path}`);
      return play(parseCapture(await readCapture(address.path)), address, options);
    },
  };
}

async function readCapture(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    throw new Fault('link', `cannot read the capture ${path}: ${errnoOf(thrown) ?? messageOf(thrown)}`, {
      hint: 'captures are made with `busbar record <link> -o file.cap`',
      cause: thrown,
    });
  }
}

/**
 * Plays a capture. A written chunk that equals a `>` entry is answered by the `<` entries up to the next `>`, with
 * their recorded delays; the search goes forward from the last request and wraps around, so that repeated polling
 * meets the recorded answers in turn. What precedes the first `>` comes by itself after connecting. A capture
 * without any `>` plays through by its times and then ends the channel, or loops. Line changes are accepted, since
 * a capture has no baud rate. Throws a `config` fault for a loop that could not work.
 */
export function play(
  capture: Capture,
  how: Pick<ReplayAddress, 'path' | 'speed' | 'loop'>,
  options: ReplayOptions = {},
): Channel {
  const clock = options.clock ?? systemClock;
  const { entries } = capture;
  const asked = entries.some(({ direction }) => direction === '>');
  if (how.loop && asked) {
    throw new Fault(
      'config',
      `${how.path} has requests: it is answered round and round anyhow; leave out loop`,
    );
  }
  if (how.loop && (how.speed === 'max' || entries.length === 0)) {
    throw new Fault('config', `${how.path} cannot loop without taking time: use speed=1`);
  }
  const queue = byteQueue();
  const timers = new Set<() => void>();
  const told = new Set<string>();
  let place = 0;
  let closed = false;

  function later(seconds: number, call: () => void): void {
    if (how.speed === 'max') {
      call();
      return;
    }
    const cancel = clock.after((Math.max(0, seconds) * 1000) / how.speed, () => {
      timers.delete(cancel);
      call();
    });
    timers.add(cancel);
  }

  /** Sends the `<` entries from this index to the next request, timed from that instant; gives where it stopped. */
  function answer(from: number, since: number): number {
    let index = from;
    for (let entry = entries[index]; entry?.direction === '<'; entry = entries[++index]) {
      const { bytes } = entry;
      later(entry.at - since, () => {
        queue.push(bytes);
      });
    }
    return index;
  }

  function listenOnly(): void {
    answer(0, 0);
    const end = entries.at(-1)?.at ?? 0;
    if (how.loop) later(end + ROUND_PAUSE, listenOnly);
    else later(end, () => queue.end());
  }

  function request(bytes: Uint8Array): void {
    for (let step = 0; step < entries.length; step++) {
      const index = (place + step) % entries.length;
      const entry: CaptureEntry | undefined = entries[index];
      if (entry?.direction !== '>' || !same(entry.bytes, bytes)) continue;
      place = answer(index + 1, entry.at);
      return;
    }
    const unknown = show(bytes);
    if (told.has(unknown) || told.size >= MOST_TOLD) return;
    told.add(unknown);
    options.log?.(`${how.path} has no answer to ${unknown}`);
  }

  if (asked) answer(0, 0);
  else listenOnly();

  const dead = (): Fault => new Fault('link', `the replay of ${how.path} is closed`);
  return {
    peer: `the capture ${how.path}`,
    incoming: queue.incoming,
    write: (bytes) => {
      if (closed) return Promise.reject(dead());
      request(bytes);
      return Promise.resolve();
    },
    setLine: () => (closed ? Promise.reject(dead()) : Promise.resolve()),
    close: () => {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      queue.end();
      return Promise.resolve();
    },
  };
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
