import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import type { Output, OutputContext } from '../../src/core/site/index.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import { journalFeed } from '../../src/gateway/journal-feed.ts';
import { startPump } from '../../src/gateway/output-pump.ts';
import { thinner } from '../../src/site/index.ts';
import { openStore } from '../../src/store/index.ts';
import { proofs } from '../every-device/captures.ts';
import { contextOf } from './receiver.ts';
import { memberOf, playedSite, readingsOf, stateOf } from './site.ts';

/** A receiver that is stopped, killed and frozen while a site sends to it. */
export interface Victim {
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly output: (context: OutputContext) => Output | Promise<Output>;
  /**
   * Waits until what it acknowledged would survive its death. Only for those whose outputs say that they forget: an hour
   * passes in seconds here, and they write once in a second or so of real time.
   * @param delivered samples of all devices that it has acknowledged
   */
  readonly settle?: (delivered: number) => Promise<unknown>;
  /** What is there, by device: in the order of arrival where the receiver has one, else by time. */
  readonly samples: () => Promise<ReadonlyMap<string, readonly Sample[]>>;
  /** The sample of a number, where it is no reading of a shunt once a second. */
  readonly make?: (device: string, number: number) => Snapshot;
}

/** When it was measured (milliseconds since 1970-01-01T00:00Z), and what. */
export type Sample = readonly [at: number, value: number];

/** Rows of device, time and value as samples by device. */
export function byDevice(rows: readonly (readonly [device: string, at: number, value: number])[]) {
  const found = new Map<string, Sample[]>();
  for (const [device, at, value] of rows) {
    const of = found.get(device) ?? [];
    found.set(device, of);
    of.push([at, value]);
  }
  return found;
}

/** Messages by the key that makes them one however often they come; in the order in which each came first. */
export function once(messages: readonly (readonly [key: string, text: string])[]): readonly string[] {
  const first = new Map<string, string>();
  for (const [key, text] of messages) {
    expect(first.get(key) ?? text, key).toBe(text);
    first.set(key, text);
  }
  return [...first.values()];
}

/** What a run brings. */
interface Outcome {
  /** What was produced, by device, in its order. */
  readonly produced: ReadonlyMap<string, readonly Sample[]>;
  /** Bytes by which the heap grew within the outage, and entries by which the backlog did. */
  readonly grown: number;
  readonly backlog: number;
  /** Deliveries that failed. */
  readonly failures: number;
  readonly quarantined: number;
}

/** Seconds that pass before it is stopped, while it is, and after. */
const BEFORE = 90;
const OUTAGE = 3_600;
/** The longest pause between two attempts, and some more. */
const AFTER = 420;
/** How often it is struck at random then. */
const BLOWS = 6;
/** Real milliseconds that a delivery gets before time goes on without it; entries that the database may lag behind. */
const PATIENCE = 300;
const LAG = 200;

/** Bytes by which the heap may grow in the outage. */
const MOST_GROWN = 3_000_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void; // what the flag brings

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Real time, for programs that are not on our clock. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function heap(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    collect();
    await turn();
  }
  return process.memoryUsage().heapUsed;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const [proof] = proofs.filter(({ name }) => name === 'kg.readme');
if (proof === undefined) throw new Error('the capture is gone');
const readings = readingsOf(proof);

/** A site with such shunts. */
export function shuntSite(devices: readonly string[], at: number, site = 'home') {
  const played = playedSite(site);
  for (const name of devices) {
    const member = memberOf(proof?.device ?? never(), name, { title: name });
    played.put(stateOf(member, readings, at));
  }
  return played;
}

function never(): never {
  throw new Error('the capture is gone');
}

/** Volts of a sample: different for each of some days. */
export const voltsOf = (number: number): number => (10_000 + number) / 1000;

/**
 * Lets shunts measure once a second into a real journal from which a pump delivers, while the receiver is away for an
 * hour and then struck at random. An hour takes some seconds: the clock is ours, the receiver and the disk are real.
 */
async function strike(
  victim: Victim,
  {
    devices = ['east', 'west'],
    seed = 1,
    every = 1,
    blows = BLOWS,
    begin = Date.UTC(2026, 10, 21, 6),
  }: {
    readonly devices?: readonly string[];
    readonly seed?: number;
    /** Seconds between two samples of a device. */
    readonly every?: number;
    /** How often it is struck at random, in turn killed and frozen. */
    readonly blows?: number;
    readonly begin?: number;
  } = {},
): Promise<Outcome> {
  const random = seeded(seed);
  const clock = virtualClock({ date: begin });
  const folder = await mkdtemp(join(tmpdir(), 'busbar-outage-'));
  const site = shuntSite(devices, begin);
  const { log, ...context } = contextOf(site, { clock });
  const store = await openStore({
    path: join(folder, 'journal.db'),
    retention: {
      raw: 86_400_000,
      minutes: 'forever',
      quarters: 'forever',
      hours: 'forever',
      days: 'forever',
    },
    timezone: 'UTC',
    clock,
    log,
  });
  const output = await victim.output({ ...context, log, random, trouble: (text) => pump?.trouble(text) });
  let failures = 0;
  let busy = 0;
  let quarantined = 0;
  const deliver: Output['deliver'] = async (entries, signal) => {
    busy++;
    try {
      await output.deliver?.(entries, signal);
    } catch (error) {
      failures++;
      throw error;
    } finally {
      busy--;
    }
  };
  let pump: ReturnType<typeof startPump> | undefined = startPump({
    name: 'victim',
    type: 'victim',
    output: { ...output, deliver },
    journal: store,
    thin: thinner({}, () => undefined),
    clock,
    random,
    log,
    onQuarantine: (count) => (quarantined += count),
  });
  const feed = journalFeed({ store, clock, log, onKept: () => pump?.wake() });

  const make =
    victim.make ??
    ((device: string, number: number): Snapshot => ({
      ...{ device, group: 'measured', at: begin + number * every * 1000, kind: 'live' },
      values: { ...readings.measured, voltage: voltsOf(number) },
    }));
  let made = 0;
  let seconds = 0;
  /** Lets a second pass, with its measurements. */
  const second = async (isUp: boolean): Promise<void> => {
    if (seconds++ % every === 0) {
      for (const device of devices) feed.note({ what: 'snapshot', snapshot: make(device, made) });
      made++;
    }
    await clock.advance(1000);
    await turn();
    for (let waited = 0; made * devices.length - store.newest() > LAG; waited++) {
      if (waited > 10_000) throw new Error('the database does not follow');
      await clock.advance(1).then(() => pause(1));
    }
    // A receiver that works is given time: it does not know how fast ours goes.
    if (!isUp) return;
    const since = performance.now();
    await pause(2);
    while (busy > 0 && performance.now() - since < PATIENCE) await pause(1);
  };
  const pass = async (count: number, isUp: boolean): Promise<void> => {
    for (let left = Math.ceil(count); left > 0; left--) await second(isUp);
  };
  /** Lets time pass until it is done. */
  const during = async (work: Promise<unknown>): Promise<void> => {
    let isOver = false;
    const note = (): void => void (isOver = true);
    work.then(note, note);
    for (const over = (): boolean => isOver; !over();) await clock.advance(100).then(() => pause(1));
    await work;
  };
  const settled = async (): Promise<void> => {
    if (victim.settle === undefined) return;
    await during(feed.flush());
    await caughtUp();
    await victim.settle(made * devices.length);
  };
  const caughtUp = async (): Promise<void> => {
    for (let waited = 0; (pump?.status().backlog ?? 0) > 0; waited++) {
      if (waited > 2_000) throw new Error(`it does not catch up: ${pump?.status().trouble?.message ?? ''}`);
      await clock.advance(1000);
      await pause(2);
    }
  };

  try {
    // Outputs that connect by themselves do it now.
    for (let left = 20; left > 0; left--) await clock.advance(500).then(() => pause(10));
    await pass(BEFORE, true);
    await caughtUp();
    await settled();
    await victim.kill();
    await pass(60, false);
    const backlogBefore = pump.status().backlog;
    const before = await heap();
    await pass(OUTAGE - 60, false);
    const backlog = pump.status().backlog - backlogBefore;
    const grown = (await heap()) - before;
    await victim.start();
    await pass(AFTER, true);
    for (let blow = 0; blow < blows; blow++) {
      await settled();
      await pass(random() * 30, true);
      if (blow % 2 === 0) {
        await victim.kill();
        await pass(random() * 90, false);
        await victim.start();
      } else {
        victim.freeze();
        await pass(random() * 120, false);
        victim.thaw();
      }
      await pass(random() * 60, true);
    }
    await during(feed.flush());
    await caughtUp();
    const produced = new Map(
      devices.map((device) => [
        device,
        Array.from({ length: made }, (_, number): Sample => {
          const { at, values } = make(device, number);
          return [at, Number(values.voltage ?? values.energy)];
        }),
      ]),
    );
    return { produced, grown, backlog, failures, quarantined };
  } finally {
    // The end waits on our clock, too.
    await during(pump.close());
    pump = undefined;
    await during(store.close());
    await rm(folder, { recursive: true, force: true });
  }
}

/** A victim that there is only where its program is. */
export interface Case {
  readonly name: string;
  readonly able: boolean;
  readonly start: () => Promise<Victim>;
}

/** Strikes a receiver: in the end it has every sample, once and in order, and memory did not grow with the backlog. */
export async function survives(victim: Victim, more: Parameters<typeof strike>[1] = {}): Promise<void> {
  const { produced, grown, backlog, failures, quarantined } = await strike(victim, more);
  expect(failures).toBeGreaterThan(0);
  expect(quarantined).toBe(0);
  const found = await victim.samples();
  for (const [device, samples] of produced) expect(found.get(device), device).toEqual(samples);
  expect([...found.keys()].sort()).toEqual([...produced.keys()].sort());
  // An hour without a minute of it waits in the journal, not in memory: as objects, a reading is about a kilobyte.
  expect(backlog).toBeGreaterThan(((OUTAGE - 120) * produced.size) / (more.every ?? 1) - LAG);
  expect(grown).toBeLessThan(MOST_GROWN);
}
