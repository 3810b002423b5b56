import { describe, expect, it } from 'vitest';
import { Fault } from '../core/fault.ts';
import type { Entry, Logger, Output } from '../core/site/index.ts';
import { virtualClock } from '../core/virtual-clock.ts';
import type { Thinner } from '../site/thin.ts';
import { type PumpJournal, startPump } from './output-pump.ts';

const nothing = (): void => undefined;
const quiet: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
/** Sends everything. */
const everything = (): Thinner => {
  let upTo = 0;
  return {
    take: (entries) => ({ entries, upTo: (upTo = entries.at(-1)?.sequence ?? upTo) }),
    close: () => ({ entries: [], upTo }),
    rewind: nothing,
  };
};
const entry = (sequence: number): Entry => ({
  sequence,
  what: 'snapshot',
  snapshot: { device: 'shunt', group: 'measured', at: sequence * 1000, values: {}, kind: 'live' },
});
const entries = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));

/** A journal in an array. */
function journal(count: number) {
  const all = entries(1, count);
  const cursors = new Map<string, number>();
  const aside: number[] = [];
  const of: PumpJournal = {
    read: (after, limit) => Promise.resolve(all.filter(({ sequence }) => sequence > after).slice(0, limit)),
    newest: () => all.length,
    cursor: (output) => Promise.resolve(cursors.get(output) ?? 0),
    advance: (output, sequence) => {
      cursors.set(output, sequence);
      return Promise.resolve();
    },
    quarantine: (_, { sequence }) => {
      aside.push(sequence);
      return Promise.resolve();
    },
  };
  return { of, cursors, aside, add: () => all.push(entry(all.length + 1)) };
}

function world(
  count: number,
  deliver: Output['deliver'],
  more: { batch?: number; thin?: Thinner; forgets?: number } = {},
) {
  const clock = virtualClock();
  const book = journal(count);
  const pump = startPump({
    name: 'influx',
    type: 'influxdb',
    output: {
      test: () => Promise.resolve(''),
      close: () => Promise.resolve(),
      ...(deliver === undefined ? {} : { deliver }),
      ...(more.batch === undefined ? {} : { batch: more.batch }),
      ...(more.forgets === undefined ? {} : { forgets: more.forgets }),
    },
    journal: book.of,
    thin: more.thin ?? everything(),
    clock,
    random: () => 0.5, // pauses are then exactly 1, 2, 4 ... s
    log: quiet,
    onQuarantine: nothing,
  });
  return { clock, book, pump };
}

describe('an output', () => {
  it('gets everything in order and once, and then what is new', async () => {
    const got: number[] = [];
    const { clock, book, pump } = world(
      7,
      (batch) => {
        got.push(...batch.map(({ sequence }) => sequence));
        return Promise.resolve();
      },
      { batch: 3 },
    );
    await clock.advance(0);
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(pump.status()).toMatchObject({ state: 'waiting', backlog: 0, delivered: 7 });
    book.add();
    pump.wake();
    await clock.advance(0);
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(book.cursors.get('influx')).toBe(8);
    await clock.run(pump.close());
    expect(clock.pending).toBe(0);
  });

  it('gets the same entries again when its receiver was away, after 1, 2 and 4 s', async () => {
    const tries: number[] = [];
    const { clock, book, pump } = world(2, () => {
      tries.push(clock.now());
      return tries.length < 4 ? Promise.reject(new Fault('output', 'connection refused')) : Promise.resolve();
    });
    await clock.advance(500);
    expect(pump.status()).toMatchObject({
      state: 'failing',
      backlog: 2,
      oldest: 1000,
      trouble: { message: 'connection refused' },
    });
    expect(book.cursors.get('influx')).toBeUndefined();
    await clock.advance(9_500);
    expect(tries).toEqual([0, 1000, 3000, 7000]);
    const status = pump.status();
    expect(status).toMatchObject({ state: 'waiting', backlog: 0, delivered: 2 });
    expect(status.trouble).toBeUndefined();
    await clock.run(pump.close());
  });

  it('is tried at once when it says that its receiver is back', async () => {
    const tries: number[] = [];
    const { clock, pump } = world(1, () => {
      tries.push(clock.now());
      return tries.length === 1 ? Promise.reject(new Fault('output', 'away')) : Promise.resolve();
    });
    await clock.advance(200);
    pump.wake();
    await clock.advance(200);
    expect(tries).toEqual([0]);
    pump.trouble(undefined);
    await clock.advance(0);
    expect(tries).toEqual([0, 400]);
    await clock.run(pump.close());
  });

  it.each(['fails', 'says that it was cut off'])(
    'gets what its receiver may have forgotten once more after it %s, however long that was',
    async (how) => {
      let got: number[] = [];
      let isAway = false;
      const { clock, book, pump } = world(
        1,
        (batch) => {
          if (isAway) return Promise.reject(new Fault('output', 'away'));
          got.push(...batch.map(({ sequence }) => sequence));
          return Promise.resolve();
        },
        { batch: 2, forgets: 10_000 },
      );
      for (let second = 0; second < 60; second++) {
        await clock.advance(1_000);
        book.add();
        pump.wake();
      }
      await clock.advance(0);
      expect(got).toEqual(entries(1, 61).map(({ sequence }) => sequence));
      got = [];
      isAway = true;
      if (how === 'fails') book.add();
      else pump.trouble('cut off');
      pump.wake();
      await clock.advance(3_600_000);
      isAway = false;
      pump.trouble(undefined);
      await clock.advance(0);
      const newest = how === 'fails' ? 62 : 61;
      // One a second for ten seconds, and what came with the first of them.
      expect(got[0]).toBeGreaterThanOrEqual(50);
      expect(got[0]).toBeLessThanOrEqual(52);
      expect(got).toEqual(entries(got[0] ?? 0, newest).map(({ sequence }) => sequence));
      expect(pump.status()).toMatchObject({ state: 'waiting', backlog: 0 });
      // Once is enough.
      got = [];
      await clock.advance(60_000);
      expect(got).toEqual([]);
      await clock.run(pump.close());
    },
  );

  it('loses no good entry for a bad one, which is set aside', async () => {
    const got: number[] = [];
    const { clock, book, pump } = world(8, (batch) => {
      if (batch.some(({ sequence }) => sequence === 6))
        return Promise.reject(new Fault('refused', 'bad field'));
      got.push(...batch.map(({ sequence }) => sequence));
      return Promise.resolve();
    });
    await clock.advance(0);
    expect(got).toEqual([1, 2, 3, 4, 5, 7, 8]);
    expect(book.aside).toEqual([6]);
    expect(pump.status()).toMatchObject({ backlog: 0, quarantined: 1, delivered: 7 });
    await clock.run(pump.close());
  });

  it('is not waited for longer than a minute', async () => {
    const { clock, pump } = world(1, () => new Promise(nothing));
    await clock.advance(59_999);
    expect(pump.status().trouble).toBeUndefined();
    await clock.advance(1);
    expect(pump.status().trouble?.message).toBe('the receiver did not answer within 60 s');
    await clock.run(pump.close());
    expect(clock.pending).toBe(0);
  });

  it('keeps its place at what is held back, so that a restart reads it again', async () => {
    // Sends the last of three entries only; what came since the last third is held.
    let upTo = 0;
    const thirds: Thinner = {
      take: (batch) => {
        const send = batch.filter(({ sequence }) => sequence % 3 === 0);
        upTo = send.at(-1)?.sequence ?? upTo;
        return { entries: send, upTo };
      },
      close: () => ({ entries: [], upTo }),
      rewind: nothing,
    };
    const { clock, book, pump } = world(8, () => Promise.resolve(), { thin: thirds });
    await clock.advance(0);
    expect(book.cursors.get('influx')).toBe(6);
    await clock.run(pump.close());
  });

  it('that shows only what is latest has no backlog', async () => {
    const { clock, pump } = world(5, undefined);
    await clock.advance(0);
    expect(pump.status()).toMatchObject({ state: 'waiting', backlog: 0 });
    pump.trouble('not connected');
    expect(pump.status()).toMatchObject({ state: 'failing', trouble: { message: 'not connected' } });
    pump.trouble(undefined);
    expect(pump.status().state).toBe('waiting');
    await clock.run(pump.close());
  });
});
