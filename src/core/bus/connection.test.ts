import { describe, expect, test } from 'vitest';
import {
  askedAt,
  eavesdrop,
  frame,
  job,
  LINE,
  question,
  world,
  type World,
} from '../../../test/core/bus-world.ts';
import { ascii } from '../bytetext.ts';
import type { Exchange } from '../exchange.ts';
import { Fault } from '../fault.ts';
import { line } from '../line.ts';
import type { Link } from '../link.ts';
import { memoryLine } from '../memory-link.ts';
import { virtualClock } from '../virtual-clock.ts';
import { openBus } from './bus.ts';

describe('a connection that is lost', () => {
  test('in the middle of an answer ends the job with a link fault, and is not asked again', async () => {
    const w = world();
    w.onFrame = () => {
      w.say('<a!vo', 20);
      w.clock.after(25, () => w.wire.cut('cable pulled'));
    };
    const fault = await w.outcome(w.bus.run(job('a')));
    expect(fault).toMatchObject({ code: 'link', message: 'memory:: cable pulled' });
    expect([w.clock.now(), askedAt(w).length]).toEqual([20 + 25, 1]);
    expect(w.bus.health().devices.a).toMatchObject({ faults: { link: 1 }, silentFor: 0 });
    expect(await w.close()).toBe(true);
  });

  test('fails jobs at once while it is away, and serves them when it is back', async () => {
    const w = world();
    w.devices.set('a', 10);
    await w.clock.run(w.bus.run(job('a')));
    w.wire.refuse('nobody home');
    w.wire.cut('cable pulled');
    await w.clock.advance(0);
    const before = w.clock.now();
    expect(await w.outcome(w.bus.run(job('a')))).toMatchObject({
      code: 'link',
      message: 'memory:: cable pulled',
    });
    expect(w.clock.now()).toBe(before);
    await w.clock.advance(600); // the first new attempt comes after half a second, and is refused
    expect(await w.outcome(w.bus.run(job('a')))).toMatchObject({
      code: 'link',
      message: 'memory:: nobody home',
    });
    w.wire.refuse(undefined);
    await w.clock.advance(1_000); // the second comes a second later
    expect(await w.clock.run(w.bus.run(job('a')))).toBe('a!volts');
    expect(w.notices).toEqual([
      'memory:: connected to memory: at 10000 8N1',
      'memory:: memory:: cable pulled',
      'memory:: memory:: nobody home',
      'memory:: connected to memory: at 10000 8N1',
    ]);
    expect(await w.close()).toBe(true);
  });

  test('between two steps ends the next one, be it only to listen', async () => {
    const w = world();
    const patient = function* (): Exchange<string> {
      yield { do: 'quiet', milliseconds: 100 };
      return yield* eavesdrop('z!');
    };
    w.clock.after(50, () => w.wire.cut('cable pulled'));
    expect(await w.outcome(w.bus.run(job('a', { exchange: patient })))).toMatchObject({ code: 'link' });
    expect(w.clock.now()).toBe(100);
    expect(await w.close()).toBe(true);
  });

  test('does not hand half a frame over to the next one', async () => {
    const w = world();
    w.onFrame = () => w.say('<a!vo', 20);
    const lost = w.outcome(w.bus.run(job('a')));
    w.clock.after(50, () => w.wire.cut());
    expect(await lost).toMatchObject({ code: 'link' });
    await w.clock.advance(1_000);
    w.onFrame = () => w.say('lts*' + frame('a!volts').slice(-3), 20);
    expect(await w.outcome(w.bus.run(job('a', { timing: { attempts: 1 } })))).toMatchObject({
      code: 'timeout',
      evidence: { receivedBytes: 7, noiseBytes: 7 },
    });
    expect(await w.close()).toBe(true);
  });
});

describe('a renewable link that brings nothing', () => {
  async function silent(w: World, count: number): Promise<void> {
    for (let done = 0; done < count; done++) {
      const fault = await w.outcome(w.bus.run(job('a', { rank: 'user', timing: { attempts: 1 } })));
      expect(fault).toMatchObject({ code: 'timeout' });
    }
  }
  const renewals = (w: World): string[] => w.notices.filter((notice) => notice.includes('connecting anew'));

  test('is connected anew after three silent jobs in a row', async () => {
    const w = world({ renewable: true });
    await w.clock.advance(20_000); // a connection that has lasted is renewed without a pause
    await silent(w, 2);
    expect([renewals(w).length, w.wire.connects]).toEqual([0, 1]);
    await silent(w, 1);
    await w.clock.advance(1);
    expect([renewals(w), w.wire.connects]).toEqual([
      ['memory:: nothing heard for 3 requests, connecting anew'],
      2,
    ]);
    w.devices.set('a', 10);
    expect(await w.clock.run(w.bus.run(job('a', { rank: 'user' })))).toBe('a!volts');
    expect(await w.close()).toBe(true);
  });

  test('at most every 30 s', async () => {
    const w = world({ renewable: true });
    await w.clock.advance(20_000);
    await silent(w, 3);
    await w.clock.advance(1);
    expect(w.wire.connects).toBe(2);
    // A silent job takes 12 ms of sending and 500 of waiting (the line is quiet already); 50 of them take 25.6 s,
    // 20 ms more for the first behind the new connection.
    await silent(w, 50);
    expect(w.wire.connects).toBe(2);
    await silent(w, 9); // 59 * 512 + 20 ms: 30.2 s have passed
    await w.clock.advance(1);
    expect([renewals(w).length, w.wire.connects]).toEqual([2, 3]);
    await w.clock.advance(1_000);
    expect(await w.close()).toBe(true);
  });

  test('is left alone when anything was heard in between: an answer, another device, our echo, noise', async () => {
    const heard: readonly ((w: World) => Promise<unknown>)[] = [
      async (w) => {
        w.devices.set('b', 5);
        await w.clock.run(w.bus.run(job('b')));
      },
      async (w) => {
        w.onFrame = () => w.say(frame('z!volts'), 5);
        await silent(w, 1);
        w.onFrame = undefined;
      },
      async (w) => {
        w.onFrame = (body) => w.say(frame(body), 1);
        await silent(w, 1);
        w.onFrame = undefined;
      },
      async (w) => {
        w.onFrame = () => w.say(frame('a!volts', 1), 5);
        await w.outcome(w.bus.run(job('a', { rank: 'user', timing: { attempts: 1 } })));
        w.onFrame = undefined;
      },
    ];
    for (const between of heard) {
      const w = world({ renewable: true });
      await w.clock.advance(20_000);
      await silent(w, 2);
      await between(w);
      await silent(w, 2);
      expect(renewals(w)).toEqual([]);
      await silent(w, 1);
      expect(renewals(w).length).toBe(1);
      await w.clock.advance(1_000);
      expect(await w.close()).toBe(true);
    }
  });

  test('is left alone for ever when a new connection cannot help', async () => {
    const w = world({ renewable: false });
    await w.clock.advance(20_000);
    await silent(w, 10);
    expect([renewals(w), w.wire.connects]).toEqual([[], 1]);
    expect(await w.close()).toBe(true);
  });
});

describe('a line changed by a step', () => {
  const FAST = line(20_000);
  const changing = (inside: () => Exchange<string>): (() => Exchange<string>) =>
    function* () {
      yield { do: 'line', line: FAST };
      return yield* inside();
    };

  test('is in force for the rest of the exchange, and put back behind it', async () => {
    const w = world();
    w.devices.set('a', 10);
    const bauds: number[] = [];
    const probe = changing(function* () {
      bauds.push(w.wire.line.baud);
      return yield* question('a');
    });
    expect(await w.clock.run(w.bus.run(job('a', { exchange: probe })))).toBe('a!volts');
    expect([bauds, w.wire.line.baud]).toEqual([[20_000], 10_000]);
    const began = w.clock.now();
    await w.outcome(w.bus.run(job('dead', { timing: { response: 200, attempts: 1 } })));
    expect(w.clock.now() - began).toBe(20 + 15 + 200); // a millisecond a character again
    expect(await w.close()).toBe(true);
  });

  test('is put back before another attempt and after a fault', async () => {
    const w = world();
    const bauds: number[] = [];
    const probe = function* (): Exchange<string> {
      bauds.push(w.wire.line.baud);
      yield { do: 'line', line: FAST };
      return yield* question('dead');
    };
    expect(await w.outcome(w.bus.run(job('dead', { exchange: probe })))).toMatchObject({ code: 'timeout' });
    expect([bauds, w.wire.line.baud]).toEqual([[10_000, 10_000, 10_000], 10_000]);
    expect(await w.close()).toBe(true);
  });

  test('counts for the time that sending takes', async () => {
    const w = world();
    const exchange = changing(() => question('dead'));
    await w.outcome(w.bus.run(job('dead', { exchange, timing: { response: 200, attempts: 1 } })));
    expect(w.clock.now()).toBe(20 + 15 / 2 + 200); // 15 characters of half a millisecond
    expect(await w.close()).toBe(true);
  });

  test('waits for the last character of what was said before it', async () => {
    const w = world({ paced: true });
    let at = 0;
    const handover = function* (): Exchange<string> {
      yield { do: 'say', bytes: ascii(frame('a.fast')) };
      at = w.clock.now();
      yield { do: 'line', line: FAST };
      return 'changed';
    };
    await w.clock.run(w.bus.run(job('a', { exchange: handover })));
    // `<a.fast*hh>` is 11 characters of a millisecond; with 20 ms of quiet before them.
    expect(at).toBe(20 + 11);
    await w.clock.advance(0); // the last one arrives in this very millisecond
    expect(w.heard.map(({ text }) => text).join('')).toBe(frame('a.fast'));
    expect(await w.close()).toBe(true);
  });

  test('is no fault where a converter has fixed settings', async () => {
    const w = world({ fixed: true });
    w.devices.set('a', 10);
    expect(await w.clock.run(w.bus.run(job('a', { exchange: changing(() => question('a')) })))).toBe(
      'a!volts',
    );
    expect(await w.close()).toBe(true);
  });

  test('is forgotten with the connection: a new one has the settings of the bus', async () => {
    const w = world();
    const exchange = changing(() => question('dead'));
    const lost = w.outcome(w.bus.run(job('dead', { exchange })));
    w.clock.after(100, () => w.wire.cut());
    expect(await lost).toBeInstanceOf(Fault);
    await w.clock.advance(1_000);
    expect([w.wire.connects, w.wire.line.baud]).toEqual([2, 10_000]);
    const began = w.clock.now();
    await w.outcome(w.bus.run(job('other', { timing: { attempts: 1, response: 100 } })));
    expect(w.clock.now() - began).toBe(20 + frame('other?volts').length + 100);
    expect(await w.close()).toBe(true);
  });

  test('is set once and put back once, never without need, and its failure is not that of the job', async () => {
    const clock = virtualClock();
    const wire = memoryLine(clock, { line: LINE });
    const set: number[] = [];
    const link: Link = {
      ...wire.link,
      connect: async (wanted, signal) => {
        const channel = await wire.link.connect(wanted, signal);
        return {
          ...channel,
          setLine: (next) => {
            set.push(next.baud);
            return next.baud === 10_000 ? Promise.reject(new Fault('refused', 'stuck')) : Promise.resolve();
          },
        };
      },
    };
    const bus = openBus(link, LINE, clock);
    const plain = function* (): Exchange<string> {
      yield { do: 'quiet', milliseconds: 5 };
      return 'done';
    };
    expect(await clock.run(bus.run(job('a', { exchange: plain })))).toBe('done');
    expect(set).toEqual([]);
    expect(await clock.run(bus.run(job('a', { exchange: changing(plain) })))).toBe('done');
    expect(set).toEqual([20_000, 10_000]);
    await clock.run(bus.close());
    expect(clock.pending).toBe(0);
  });
});

test('a job that waits for a connection which cannot be had ends with the reason', async () => {
  const clock = virtualClock();
  const link: Link = {
    ...memoryLine(clock).link,
    connect: () =>
      new Promise((_, reject) => {
        clock.after(3_000, () => reject(new Fault('link', 'nobody listens at 192.168.2.22:9999')));
      }),
  };
  const bus = openBus(link, LINE, clock);
  const waiting = bus.run(job('a')).catch((error: unknown) => error);
  expect(await clock.run(waiting)).toMatchObject({
    code: 'link',
    message: 'nobody listens at 192.168.2.22:9999',
  });
  expect(clock.now()).toBe(3_000);
  const closed = bus.close();
  await clock.advance(10_000);
  await closed;
  expect(clock.pending).toBe(0);
});
