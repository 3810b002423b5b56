import { describe, expect, test } from 'vitest';
import { askedAt, frame, job, notes, world, type World } from '../../../test/core/bus-world.ts';
import { ascii } from '../bytetext.ts';
import { ask } from '../exchange.ts';
import { Fault } from '../fault.ts';
import { backoff } from './backoff.ts';

describe('patience with a silent device', () => {
  test('forgives one silent job, then holds 1, 2, 4 ... 60 s', () => {
    const patience = backoff(() => 0.999_999_999);
    const holds: number[] = [];
    for (let job = 0; job < 10; job++) {
      patience.silent('a', 0);
      holds.push(Math.round(patience.holds('a', 0)));
    }
    expect(holds).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(patience.failures('a')).toBe(10);
  });

  test('ends when the time is over', () => {
    const patience = backoff(() => 0.5);
    patience.silent('a', 100);
    patience.silent('a', 100);
    // Half of a fifth less: 0.9 s from 100 ms on.
    expect([100, 600, 999, 1_000, 5_000].map((now) => patience.holds('a', now))).toEqual([900, 400, 1, 0, 0]);
  });

  test('spreads holds by up to a fifth, never longer than said', () => {
    const held = (random: number): number => {
      const patience = backoff(() => random);
      patience.silent('a', 0);
      patience.silent('a', 0);
      return patience.holds('a', 0);
    };
    expect([held(0), held(0.5)]).toEqual([800, 900]);
  });

  test('is kept for each device, and forgotten at the first answer', () => {
    const patience = backoff(() => 0);
    for (let job = 0; job < 5; job++) patience.silent('a', 0);
    expect([patience.holds('b', 0), patience.failures('b')]).toEqual([0, 0]);
    patience.answered('a');
    expect([patience.holds('a', 0), patience.failures('a')]).toEqual([0, 0]);
    patience.silent('a', 0);
    expect(patience.holds('a', 0)).toBe(0); // forgiven again
  });
});

/** A first job of a dead device, which makes three attempts, and a second, which makes one and starts the hold. */
async function silence(w: World): Promise<void> {
  for (let count = 0; count < 2; count++) {
    expect(await w.outcome(w.bus.run(job('dead')))).toMatchObject({ code: 'timeout' });
  }
}

describe('a bus with a silent device', () => {
  test('asks it three times, then once, then not until it is due', async () => {
    const w = world();
    await silence(w);
    expect(askedAt(w).length).toBe(3 + 1);
    const fault = await w.outcome(w.bus.run(job('dead')));
    expect(fault).toMatchObject({ code: 'backoff', message: 'dead did not answer; asked again in 1 s' });
    expect(askedAt(w).length).toBe(4);
    await w.clock.advance(900);
    expect(await w.outcome(w.bus.run(job('dead')))).toMatchObject({ code: 'timeout' });
    expect(askedAt(w).length).toBe(5);
    expect(w.bus.health().devices.dead).toMatchObject({ silentFor: 3, faults: { timeout: 3 } });
    expect(await w.close()).toBe(true);
  });

  test('asks it all the same, and three times, when a person or a write waits', async () => {
    const w = world();
    await silence(w);
    for (const rank of ['user', 'write'] as const) {
      const before = askedAt(w).length;
      expect(await w.outcome(w.bus.run(job('dead', { rank })))).toMatchObject({ code: 'timeout' });
      expect(askedAt(w).length - before).toBe(3);
    }
    expect(await w.close()).toBe(true);
  });

  test('forgets it all at the first answer, be it a refusal', async () => {
    const w = world();
    const refuse = job('dead', {
      rank: 'user',
      exchange: () =>
        ask({
          what: 'dead',
          bytes: ascii(frame('dead?volts')),
          framing: notes,
          accept: () => new Fault('refused', 'no'),
        }),
    });
    for (const first of [job('dead', { rank: 'user' }), refuse]) {
      w.devices.delete('dead');
      await silence(w);
      w.devices.set('dead', 10);
      await w.outcome(w.bus.run(first));
      expect(w.bus.health().devices.dead?.silentFor).toBe(0);
      expect(await w.clock.run(w.bus.run(job('dead')))).toBe('dead!volts');
    }
    expect(await w.close()).toBe(true);
  });

  test('makes work that was queued for it when it went silent wait as well', async () => {
    const w = world();
    w.devices.set('a', 10);
    const jobs = ['dead', 'dead', 'dead', 'dead', 'dead', 'a'].map((device) =>
      w.outcome(w.bus.run(job(device))).then((result) => (result instanceof Fault ? result.code : result)),
    );
    expect(await w.clock.run(Promise.all(jobs))).toEqual([
      'timeout',
      'timeout',
      'backoff',
      'backoff',
      'backoff',
      'a!volts',
    ]);
    expect(askedAt(w).length).toBe(3 + 1 + 1);
    expect(await w.close()).toBe(true);
  });

  test('costs the other three devices on the line less than 5 % of their readings in a minute', async () => {
    /** Four devices, each asked once a second for a minute; how often each answered. */
    async function minute(alive: readonly string[]): Promise<{ w: World; answers: Map<string, number> }> {
      const w = world();
      for (const device of alive) w.devices.set(device, 30);
      const answers = new Map<string, number>();
      const poll = async (device: string): Promise<void> => {
        for (let due = 0; due < 60_000; due += 1_000) {
          if (w.clock.now() > due) continue; // this reading is lost
          await new Promise<void>((resolve) => w.clock.after(due - w.clock.now(), resolve));
          const result = await w.bus.run(job(device, { deadline: due })).catch(() => undefined);
          if (result !== undefined) answers.set(device, (answers.get(device) ?? 0) + 1);
        }
      };
      await w.clock.run(Promise.all(['a', 'b', 'c', 'dead'].map(poll)));
      return { w, answers };
    }
    const all = await minute(['a', 'b', 'c', 'dead']);
    expect([...all.answers.values()]).toEqual([60, 60, 60, 60]);
    const { w, answers } = await minute(['a', 'b', 'c']);
    // Each attempt on the dead device holds the line for 20 ms of quiet, 15 ms of sending and 500 ms of waiting:
    // 535 ms. Its first job, three of them, ends at 1.6 s, when the readings due at 1 s are late and those of the
    // dead device itself begin the second, one attempt, until 2.2 s. So each of the others loses at most 2 of 60.
    // From then on it is held for 0.9, 1.8, 3.6, 7.2, 14.4, 28.8 s and asked at the next full second: at 4, 7, 12,
    // 20 and 35 s, then not before 64 s. 535 ms of such a second leave 465 ms for three readings of 62 ms each.
    const attempts = w.heard.filter(({ text }) => text.startsWith('<dead')).length;
    expect(attempts).toBe(3 + 1 + 5);
    for (const device of ['a', 'b', 'c']) expect(answers.get(device)).toBeGreaterThanOrEqual(57); // 95 % of 60
    expect(w.bus.health().utilisation).toBeLessThan(0.3);
  });
});
