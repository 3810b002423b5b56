import { type Clock, sleep } from '../clock.ts';
import type { Exchange, Step } from '../exchange.ts';
import { Fault } from '../fault.ts';
import type { Stop } from '../stop.ts';
import { characterTime, type Line } from '../line.ts';
import type { HealthBook } from './health.ts';
import { hear } from './hear.ts';
import type { Inbox, Tap } from './tap.ts';
import type { Timing } from './timing.ts';

/** Where and how an exchange is carried out. */
export interface Floor {
  readonly clock: Clock;
  readonly tap: Tap;
  /** Settings in force; steps change them. */
  readonly line: { current: Line };
  readonly timing: Timing;
  /** What the link adds to the first byte and between chunks, in milliseconds. */
  readonly latency: number;
  readonly gap: number;
  readonly health: HealthBook;
  /** Told the turnaround of each answer, in milliseconds. */
  readonly onTurnaround: (milliseconds: number) => void;
  /** Told when something of ours is put on the line, or was heard on it. */
  readonly activity: { lastSpoken: number };
  /** Told of the bytes that are sent. */
  readonly onBytes: (direction: '>', bytes: Uint8Array) => void;
  readonly echo: { seen: boolean };
  /** False for listen-only work: a step that would send is a `config` fault. */
  readonly mayTalk: boolean;
  readonly signal: Stop;
}

/** A line that never goes quiet (a display that polls, an open input) delays us by this at most, in milliseconds. */
const LONGEST_HUSH = 250;
/** Steps that a cancelled exchange may still take to say goodbye. */
const LAST_WORDS = 4;

/** Carries out an exchange to its end and returns its result, or throws the fault that it did not handle. */
export async function converse<R>(exchange: Exchange<R>, floor: Floor): Promise<R> {
  const inbox = floor.tap.inbox();
  let leaving = false;
  let lastWords = LAST_WORDS;
  try {
    let turn = exchange.next();
    while (turn.done !== true) {
      if (leaving && lastWords-- === 0) throw new Fault('cancelled', 'cancelled');
      try {
        const brought = await perform(turn.value, inbox, floor, leaving);
        turn = exchange.next(brought);
      } catch (error) {
        if (error instanceof Fault && error.code === 'cancelled') leaving = true;
        turn = exchange.throw(error);
      }
    }
    return turn.value;
  } finally {
    inbox.close();
  }
}

/** Does one step and returns what it brings. */
async function perform(step: Step, inbox: Inbox, floor: Floor, leaving: boolean): Promise<unknown> {
  const { clock, tap } = floor;
  if (floor.signal.aborted && (!leaving || step.do === 'ask' || step.do === 'listen')) {
    throw new Fault('cancelled', 'cancelled');
  }
  if (tap.ended !== undefined) throw tap.ended;
  if (!floor.mayTalk && step.do !== 'listen') {
    throw new Fault('config', `a listen-only job wants to '${step.do}'`);
  }
  switch (step.do) {
    case 'quiet':
      await sleep(clock, step.milliseconds, floor.signal);
      if (floor.signal.aborted && !leaving) throw new Fault('cancelled', 'cancelled');
      return undefined;
    case 'line':
      // A converter with fixed settings keeps them, and so does our arithmetic of wire times.
      if (tap.channel.setLine === undefined) return undefined;
      floor.line.current = step.line;
      await tap.channel.setLine(step.line);
      return undefined;
    case 'say': {
      await hush(floor, leaving);
      const left = await speak(step.bytes, floor);
      // What follows (silence, another baud rate, listening) counts from the last character, cancelled or not.
      await sleep(clock, left - clock.now());
      return undefined;
    }
    case 'listen':
      return hear(step, {
        ...hearing(inbox, floor),
        sent: undefined,
        from: clock.now(),
        response: step.timeout ?? floor.timing.response,
        onAnswer: () => undefined,
      });
    case 'ask': {
      await hush(floor, leaving);
      floor.health.count('staleBytes', inbox.take().length);
      const from = await speak(step.bytes, floor);
      return hear(step, {
        ...hearing(inbox, floor),
        sent: step.bytes,
        from,
        response: (step.timeout ?? floor.timing.response) + floor.latency,
        onAnswer: (firstByteAt) => floor.onTurnaround(firstByteAt - from),
      });
    }
  }
}

function hearing(
  inbox: Inbox,
  floor: Floor,
): Pick<Parameters<typeof hear>[1], 'clock' | 'inbox' | 'health' | 'gap' | 'character' | 'echo' | 'signal'> {
  const { clock, health, echo, signal } = floor;
  return {
    clock,
    inbox,
    health,
    echo,
    signal,
    gap: floor.timing.gap + floor.gap,
    character: characterTime(floor.line.current),
  };
}

/** Puts bytes on the line; returns when the last character has left, as far as we can know. */
async function speak(bytes: Uint8Array, floor: Floor): Promise<number> {
  const { clock } = floor;
  const began = clock.now();
  floor.onBytes('>', bytes);
  await floor.tap.channel.write(bytes);
  floor.health.count('bytesOut', bytes.length);
  // A write resolves when the system took the bytes; a converter still needs the wire time.
  const left = Math.max(clock.now(), began + bytes.length * characterTime(floor.line.current));
  floor.activity.lastSpoken = left;
  return left;
}

/** Waits until the line has been quiet for the device's turnaround; whoever is leaving does not. */
function hush(floor: Floor, leaving: boolean): Promise<void> | undefined {
  return leaving || quietAt(floor) <= floor.clock.now() ? undefined : untilQuiet(floor);
}

async function untilQuiet(floor: Floor): Promise<void> {
  const { clock, timing } = floor;
  const patience = clock.now() + Math.max(LONGEST_HUSH, timing.turnaround);
  for (;;) {
    const left = Math.min(quietAt(floor), patience) - clock.now();
    if (left <= 0) return;
    await sleep(clock, left, floor.signal);
    if (floor.signal.aborted) throw new Fault('cancelled', 'cancelled');
  }
}

/** When the line will have been quiet for the device's turnaround, if nothing more is said on it. */
function quietAt({ tap, activity, timing }: Floor): number {
  return Math.max(tap.lastHeard, activity.lastSpoken) + timing.turnaround;
}
