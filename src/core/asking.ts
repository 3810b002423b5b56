import { sleep } from './clock.ts';
import type { Group } from './device.ts';
import { type Place, poll, type Reading } from './read.ts';
import type { Readings } from './snapshot.ts';
import { onStop, type Stop, StopSource } from './stop.ts';
import { type Before, SEARCH_PERIOD } from './units.ts';

/** What asking in rhythm needs to know. */
export interface Rhythm {
  readonly groups: readonly Group[];
  /** Seconds between two readings of a group, by name; left out: the group's own period. */
  readonly periods?: Readonly<Record<string, number>>;
  /** Values read so far, for values that follow from several groups; whoever takes a reading keeps it up to date. */
  readonly known: Readings;
  readonly signal?: AbortSignal;
}

/** A group, and when it is read next. */
interface Entry {
  readonly group: Group;
  /** Milliseconds. */
  readonly period: number;
  due: number;
}

/**
 * Most of the time that the fast groups take where there are slow ones: on a slow line (16 packs at 9600 baud take
 * 3.2 s) the fast ones are read less often, so that the slow ones have gaps.
 */
const FAST_SHARE = 0.85;

/** Fast rounds that a slow question lets pass in the hope of a gap that is long enough for it. */
const LET_PASS = 2;

/** Takes a reading; nothing new is asked in its rhythm before the promise, if there is one, has settled. */
export type Take = (reading: Reading) => Promise<void> | undefined;

/**
 * Reads groups in their rhythm until the signal aborts. Those with the shortest period are read together, first and on
 * time; the others one by one in the gaps, a question at a time, and only where a question fits in before the fast
 * ones are due again. A device that reads several groups in one dialogue is asked for all that are due at once.
 * Faults are part of what is read; what rejects is a mistake, as of a `take` that throws.
 */
export async function askInRhythm(of: Place, rhythm: Rhythm, take: Take): Promise<void> {
  const { clock } = of.bus;
  const stop = new StopSource();
  const abort = (): void => stop.abort();
  const unwatch = rhythm.signal === undefined ? undefined : onStop(rhythm.signal, abort);
  if (rhythm.signal?.aborted === true) abort();
  const start = clock.now();
  const entries = rhythm.groups.map((group): Entry => {
    return { group, period: (rhythm.periods?.[group.name] ?? group.period) * 1000, due: start };
  });
  const shortest = Math.min(...entries.map((entry) => entry.period));
  const alike = of.device.together !== undefined;
  const fast = entries.filter((entry) => alike || entry.period === shortest);
  const slow = entries.filter((entry) => !fast.includes(entry));
  // Units that are new are looked for in the gaps, if something is read there often enough.
  const search = !slow.some(({ group, period }) => group.units !== undefined && period <= SEARCH_PERIOD);
  const pace = fastPace(of, fast, { sharing: slow.length > 0, search }, rhythm, stop);
  const lanes = [pace.run(take), ...(slow.length > 0 ? [slowLane(of, slow, pace, rhythm, stop, take)] : [])];
  try {
    await Promise.all(lanes);
  } finally {
    unwatch?.();
    abort();
    await Promise.allSettled(lanes);
  }
}

/** As `askInRhythm`, for whoever iterates. */
export async function* asking(of: Place, rhythm: Rhythm): AsyncGenerator<Reading, void, undefined> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const unwatch = rhythm.signal === undefined ? undefined : onStop(rhythm.signal, abort);
  if (rhythm.signal?.aborted === true) abort();
  const box = mailbox(stop.signal);
  const over = askInRhythm(of, { ...rhythm, signal: stop.signal }, box.put).finally(() => box.close());
  over.catch(() => undefined); // awaited below
  try {
    for (let item = await box.take(); item !== undefined; item = await box.take()) {
      yield item.reading;
      item.taken();
    }
    await over;
  } finally {
    unwatch?.();
    abort();
    await over;
  }
}

/** The fast groups, and what the slow ones have to know of them. */
interface Pace {
  run(take: Take): Promise<void>;
  /** True while a round is read. */
  readonly busy: boolean;
  /** When the next round is due. */
  readonly due: number;
  /** Milliseconds between two rounds. */
  readonly period: number;
  /** Settles with the end of the round that is read, or else of the next one. */
  roundOver(): Promise<void>;
}

function fastPace(
  of: Place,
  entries: readonly Entry[],
  { sharing, search }: { readonly sharing: boolean; readonly search: boolean },
  { known }: Rhythm,
  signal: Stop,
): Pace {
  const { clock } = of.bus;
  const allGroups = entries.map((entry) => entry.group);
  const longest = Math.max(...entries.map((entry) => entry.period));
  const options = { rank: 'live', known, signal, search } as const;
  let busy = true;
  let period = Math.min(...entries.map((entry) => entry.period));
  let waiting: (() => void)[] = [];
  const settle = (): void => {
    busy = false;
    if (waiting.length === 0) return;
    for (const resolve of waiting.splice(0)) resolve();
  };
  const due = (): number => firstDue(entries);
  return {
    get busy() {
      return busy;
    },
    get due() {
      return due();
    },
    get period() {
      return period;
    },
    roundOver: () =>
      new Promise((resolve) => {
        if (signal.aborted) resolve();
        else waiting = [...waiting, resolve];
      }),
    async run(take) {
      try {
        while (!signal.aborted) {
          const began = clock.now();
          // Nearly always all of them.
          const now = lastDue(entries) <= began ? entries : entries.filter((entry) => entry.due <= began);
          busy = true;
          const groups = now === entries ? allGroups : now.map((entry) => entry.group);
          const reading = await poll(of, groups, options);
          if (isCancelled(reading)) return;
          const least = sharing ? (clock.now() - began) / FAST_SHARE : 0;
          for (const entry of now) {
            entry.due = Math.max(nextDue(entry, clock.now()), began + least);
            if (isMissing(entry, reading, known)) entry.due = Math.min(entry.due, due());
          }
          period = Math.max(least, longest);
          settle();
          const taken = take(reading);
          if (taken !== undefined) await taken;
          await sleep(clock, Math.max(0, due() - clock.now()), signal);
        }
      } finally {
        settle();
      }
    },
  };
}

/** When the first of some groups is due. */
function firstDue(entries: readonly Entry[]): number {
  let first = Infinity;
  for (const { due } of entries) first = Math.min(first, due);
  return first;
}

/** When the last of them is. */
function lastDue(entries: readonly Entry[]): number {
  let last = -Infinity;
  for (const { due } of entries) last = Math.max(last, due);
  return last;
}

/** Stands for looking for units among the names of groups. */
const SEARCH = 'looking for units';

/** Reads slow groups one after the other, each question in a gap of the fast ones. */
async function slowLane(
  of: Place,
  entries: readonly Entry[],
  pace: Pace,
  { known }: Rhythm,
  signal: Stop,
  take: Take,
): Promise<void> {
  const { clock } = of.bus;
  const gate = gapGate(of, pace, signal);
  while (!signal.aborted) {
    for (const entry of entries.filter((one) => one.due <= clock.now())) {
      // Who looks for a unit waits longer than others, mostly in vain.
      const before: Before = (whom) => gate.wait(whom === 'sought' ? SEARCH : entry.group.name);
      const options = { rank: 'slow', known, signal, before } as const;
      const reading = await poll(of, [entry.group], options);
      gate.idle();
      if (isCancelled(reading)) return;
      entry.due = nextDue(entry, clock.now());
      if (isMissing(entry, reading, known)) entry.due = Math.min(entry.due, clock.now() + pace.period);
      await take(reading);
    }
    await sleep(clock, Math.max(0, firstDue(entries) - clock.now()), signal);
  }
}

/**
 * Holds a slow question back until the fast ones leave a gap in which it fits, judged by those before it of the same
 * group. The first of a group is asked right behind a fast round, unless half of the time is free anyway.
 */
function gapGate(
  of: Place,
  pace: Pace,
  signal: Stop,
): { readonly wait: (group: string) => Promise<void>; readonly idle: () => void } {
  const { clock } = of.bus;
  const typical = new Map<string, number>();
  let running: { readonly group: string; readonly began: number } | undefined;
  const idle = (): void => {
    if (running === undefined) return;
    const { group, began } = running;
    // One that took long (a silent unit) is forgotten after a few others.
    typical.set(group, Math.max(clock.now() - began, 0.5 * (typical.get(group) ?? 0)));
    running = undefined;
  };
  return {
    idle,
    async wait(group) {
      idle();
      const needs = typical.get(group);
      for (let passed = 0; passed <= LET_PASS && !signal.aborted; passed++) {
        const free = pace.due - clock.now();
        const fits = needs === undefined ? passed > 0 || free > pace.period / 2 : free >= needs;
        if (!pace.busy && (fits || passed === LET_PASS)) break;
        await pace.roundOver();
      }
      running = { group, began: clock.now() };
    },
  };
}

/** Rounds that were missed are skipped, so that a slow line does not fall behind for ever. */
function nextDue({ due, period }: Entry, now: number): number {
  return due + period * Math.max(1, Math.ceil((now - due) / period));
}

/** A group that was never read is asked again soon, whatever its period; a refusal is an answer. */
function isMissing({ group }: Entry, reading: Reading, known: Readings): boolean {
  const { name } = group;
  return (
    known[name] === undefined &&
    reading.groups[name] === undefined &&
    reading.faults[name]?.code !== 'refused'
  );
}

/** A cancelled round says nothing about the device. */
function isCancelled({ faults }: Reading): boolean {
  for (const name in faults) if (faults[name]?.code === 'cancelled') return true;
  return false;
}

/** A reading on its way, and how to say that it has arrived. */
interface Item {
  readonly reading: Reading;
  readonly taken: () => void;
}

/** Readings on their way to the one who takes them; who puts one waits until it was taken. */
function mailbox(signal: AbortSignal): {
  readonly put: (reading: Reading) => Promise<void>;
  /** The next reading; undefined when the box is closed and empty. */
  readonly take: () => Promise<Item | undefined>;
  readonly close: () => void;
} {
  const items: Item[] = [];
  let closed = false;
  let wake = (): void => undefined;
  return {
    put: (reading) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const taken = (): void => {
          unwatch();
          resolve();
        };
        const unwatch = onStop(signal, taken);
        items.push({ reading, taken });
        wake();
      }),
    async take() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined || closed) return item;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close() {
      closed = true;
      wake();
    },
  };
}
