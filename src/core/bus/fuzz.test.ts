import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eavesdrop, frame, job, question, world } from '../../../test/core/bus-world.ts';
import { ascii } from '../bytetext.ts';
import type { Exchange } from '../exchange.ts';
import { Fault } from '../fault.ts';
import { line } from '../line.ts';
import { RANKS } from './queue.ts';

/**
 * Anything may arrive at any moment, be cut off, be cancelled: every job ends, with a value or a fault, at a time that
 * arithmetic bounds, and nothing is left behind. A wait without an end shows itself as "nothing left to happen".
 */

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((some) => String.fromCharCode(...some)),
  fc.constantFrom(
    frame('a!volts'),
    frame('b!volts'),
    frame('a?volts'),
    frame('a!volts', 1),
    '<a!vo',
    '<',
    '><',
    '\x06',
  ),
);
const event = fc.record({
  at: fc.nat(4_000),
  what: fc.oneof(
    { weight: 12, arbitrary: fc.record({ say: bytes }) },
    { weight: 1, arbitrary: fc.constant({ cut: true }) },
    { weight: 1, arbitrary: fc.record({ refuse: fc.boolean() }) },
  ),
});

/** An exchange with every kind of step, in which anything may fail. */
function* mixed(device: string): Exchange<string> {
  try {
    yield { do: 'line', line: line(20_000) };
    yield { do: 'say', bytes: ascii('\x06') };
    const one = yield* question(device);
    yield { do: 'quiet', milliseconds: 35 };
    const two = yield* eavesdrop('', 120);
    return `${one} ${two}`;
  } finally {
    yield { do: 'say', bytes: ascii('bye') };
  }
}

const work = fc.record({
  at: fc.nat(3_000),
  device: fc.constantFrom('a', 'b', 'dead'),
  rank: fc.constantFrom(...RANKS),
  kind: fc.constantFrom('ask', 'mixed', 'overhear'),
  cancelAfter: fc.option(fc.nat(1_500)),
});

test('whatever arrives and whenever, every job ends with a value or a fault, and no timer is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 25 }),
      fc.array(work, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.boolean(),
      async (events, jobs, paced, renewable) => {
        const w = world({ paced, renewable });
        w.devices.set('a', 30).set('b', 180);
        for (const { at, what } of events) {
          w.clock.after(at, () => {
            if ('say' in what) w.say(what.say);
            else if ('cut' in what) w.wire.cut();
            else w.wire.refuse(what.refuse ? 'not now' : undefined);
          });
        }
        const outcomes = jobs.map(async ({ at, device, rank, kind, cancelAfter }) => {
          await new Promise<void>((resolve) => w.clock.after(at, resolve));
          const control = new AbortController();
          const dontCancel =
            cancelAfter === null ? (): void => undefined : w.clock.after(cancelAfter, () => control.abort());
          const began = w.clock.now();
          try {
            return kind === 'overhear'
              ? await w.bus.overhear(() => eavesdrop(`${device}!`, 400), {}, control.signal)
              : await w.bus.run(
                  job(device, { rank, exchange: () => (kind === 'ask' ? question(device) : mixed(device)) }),
                  control.signal,
                );
          } catch (error) {
            if (!(error instanceof Fault)) throw error;
            return error.code;
          } finally {
            dontCancel();
            // A job: 3 attempts of at most 250 ms to find quiet, twice, 40 ms to send, 500 + 108 ms for the answer,
            // 35 + 120 + 108 ms for the rest, 30 ms of goodbye: below 1.5 s. Six of them, one behind the other.
            expect(w.clock.now() - began).toBeLessThan(6 * 3 * 1_500);
          }
        });
        const results = await w.clock.run(Promise.all(outcomes));
        expect(results.length).toBe(jobs.length);
        // And the bus still works, once nothing happens to the line any more.
        await w.clock.advance(4_000);
        w.wire.refuse(undefined);
        await w.clock.advance(70_000);
        expect(await w.outcome(w.bus.run(job('a', { rank: 'user' })))).toBe('a!volts');
        expect(await w.close()).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});

test('a job among endless random bytes ends in bounded time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 20, maxLength: 60 }),
      fc.integer({ min: 1, max: 45 }),
      async (noise, pause) => {
        const w = world();
        let on = true;
        const chatter = (index: number): void => {
          if (!on) return;
          w.say(String.fromCharCode(noise[index % noise.length] ?? 0));
          w.clock.after(pause, () => chatter(index + 1));
        };
        w.onFrame = () => undefined;
        chatter(0);
        await w.outcome(w.bus.run(job('a', { timing: { attempts: 1 } })));
        // 250 ms at most to find quiet, 12 to send, 500 to answer, one longest frame (48 ms) and two gaps (60 ms) more.
        expect(w.clock.now()).toBeLessThanOrEqual(250 + 12 + 500 + 48 + 60 + 45);
        on = false;
        await w.clock.advance(100);
        expect(await w.close()).toBe(true);
      },
    ),
  );
});
