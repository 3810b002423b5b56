import { describe, expect, test } from 'vitest';
import type { Bus, Job } from './bus/bus.ts';
import type { Device, Gathering, Group } from './device.ts';
import type { Exchange } from './exchange.ts';
import { Fault } from './fault.ts';
import { poll } from './read.ts';
import { unitBook } from './units.ts';

/** A bus that makes each attempt of a job at once, three times at most; nothing is sent. */
function bus(attempts: { count: number }): Bus {
  const run = (job: Job<unknown>): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      attempts.count++;
      try {
        const turn = job.exchange().next();
        return Promise.resolve(turn.done === true ? turn.value : undefined);
      } catch (error) {
        if (attempt === 3) return Promise.reject(error instanceof Error ? error : new Error('?'));
      }
    }
  };
  return { run, clock: { date: () => 7 }, name: 'line' } as unknown as Bus; // poll asks for nothing else
}

const group = (name: string): Group => ({
  name,
  title: name,
  period: 1,
  fields: [],
  derived: {},
  read: function* () {
    yield { do: 'quiet', milliseconds: 1 };
    throw new Fault('format', `${name} was read alone`);
  },
});

const device = (gathering: Gathering, asked: string[][]): Device =>
  ({
    id: 'x',
    groups: ['a', 'b', 'c'].map(group),
    timing: {},
    together: (_: number, names: readonly string[]) => {
      asked.push([...names]);
      return gathering;
    },
  }) as unknown as Device; // the rest of a device is never asked for

describe('groups that are read together', () => {
  test('are one job; a fault of one of them is its own', async () => {
    const attempts = { count: 0 };
    const asked: string[][] = [];
    const no = new Fault('refused', 'no');
    const of = device(
      {
        exchange: function* (): Exchange<void> {
          // nothing to send
        },
        sofar: () => ({ a: { volts: 1 }, b: no }),
      },
      asked,
    );
    const reading = await poll(
      { bus: bus(attempts), device: of, address: 1, name: 'x', units: unitBook() },
      of.groups.slice(0, 2),
    );
    expect(asked).toEqual([['a', 'b']]);
    expect(attempts.count).toBe(1);
    expect(reading.groups).toEqual({ a: { volts: 1 } });
    expect(reading.faults).toEqual({ b: no });
  });

  test('go on where the last attempt broke off; what was not reached has the fault that ended it', async () => {
    const attempts = { count: 0 };
    const done: Record<string, { n: number } | undefined> = {};
    const of = device(
      {
        // eslint-disable-next-line require-yield -- it fails before anything is sent
        exchange: function* (): Exchange<void> {
          if (done.a === undefined) done.a = { n: attempts.count };
          else done.b ??= { n: attempts.count };
          throw new Fault('timeout', 'silence');
        },
        sofar: () =>
          Object.fromEntries(
            Object.entries(done).flatMap(([name, n]) => (n === undefined ? [] : [[name, n]])),
          ),
      },
      [],
    );
    const reading = await poll(
      { bus: bus(attempts), device: of, address: 1, name: 'x', units: unitBook() },
      of.groups,
    );
    expect(reading.groups).toEqual({ a: { n: 1 }, b: { n: 2 } });
    expect(reading.faults).toMatchObject({ c: { code: 'timeout' } });
  });
});
