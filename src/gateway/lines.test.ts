import { describe, expect, it } from 'vitest';
import { type BusConfig, configSchema } from '../config/index.ts';
import { Fault } from '../core/fault.ts';
import { type MemoryLine, memoryLine } from '../core/memory-link.ts';
import type { Logger } from '../core/site/index.ts';
import { virtualClock } from '../core/virtual-clock.ts';
import { catalog } from '../devices/index.ts';
import kg from '../devices/juntek/kg.ts';
import { site } from '../simulator/index.ts';
import { lines } from './lines.ts';

const silent = (): void => undefined;
const quiet: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** Two lines with two shunts each, and a list of what was read when. */
function world() {
  const clock = virtualClock();
  const wires = new Map<string, MemoryLine>();
  const ends: (() => Promise<unknown>)[] = [];
  for (const name of ['tcp://a:1', 'tcp://b:1']) {
    const wire = memoryLine(clock, { name, line: kg.line });
    const simulated = site({
      clock,
      seed: 1,
      devices: [
        { device: kg, address: 1 },
        { device: kg, address: 2 },
      ],
    });
    const served = simulated.serve(wire.far);
    wires.set(name, wire);
    ends.push(async () => {
      simulated.stop();
      await wire.far.close();
      await served;
    });
  }
  const seen: { at: number; name: string; group: string }[] = [];
  const failures: { name: string; fault: Fault }[] = [];
  const of = lines({
    catalog,
    clock,
    log: () => quiet,
    openLink: (text) => {
      const wire = wires.get(text);
      if (wire === undefined) throw new Fault('config', `no line ${text}`);
      return wire.link;
    },
    passwords: { of: () => Promise.resolve(undefined), forget: () => undefined },
    events: {
      located: silent,
      measured: (name, _place, group) => seen.push({ at: clock.now(), name, group: group.name }),
      failed: (name, _group, fault) => failures.push({ name, fault }),
    },
  });
  const close = async (): Promise<void> => {
    await clock.run(of.close());
    await clock.run(Promise.all(ends.map((end) => end())));
    expect(clock.pending).toBe(0);
  };
  /** Instants at which a group of a device was read. */
  const times = (name: string): number[] =>
    seen.filter((one) => one.name === name && one.group === 'measured').map(({ at }) => at);
  return { clock, of, failures, times, close };
}

const device = (name: string, address: number, more: object = {}): object => ({
  name,
  device: 'juntek-kg',
  address,
  ...more,
});

const buses = (...list: { name: string; link: string; devices: object[] }[]): readonly BusConfig[] =>
  configSchema.parse({ site: 'home', buses: list }).buses;

const A = { name: 'a', link: 'tcp://a:1', devices: [device('a1', 1), device('a2', 2)] };
const B = { name: 'b', link: 'tcp://b:1', devices: [device('b1', 1)] };

/** Longest pause between two readings. */
const longest = (times: readonly number[]): number =>
  Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)));

describe('a change of configuration', () => {
  it('does not make a bus that did not change miss a poll', async () => {
    const { clock, of, times, close } = world();
    await clock.run(of.apply(buses(A, B)));
    await clock.advance(10_000);
    const changed = await clock.run(
      of.apply(buses(A, { ...B, devices: [device('b1', 1, { poll: { measured: '2s' } })] })),
    );
    await clock.advance(10_000);
    expect(changed).toEqual({ started: ['b/b1'], stopped: ['b/b1'] });
    // Read once a second all along: 20 s are 20 readings, give or take the one at the edge.
    for (const name of ['a1', 'a2']) {
      expect(longest(times(name))).toBeLessThan(1_100);
      expect(times(name).length).toBeGreaterThanOrEqual(19);
    }
    const after = times('b1').filter((at) => at > 12_000);
    expect(after.length).toBeGreaterThanOrEqual(3);
    expect(longest(after)).toBeGreaterThanOrEqual(1_900);
    await close();
  });

  it('does not make the neighbour of a device that came or went miss a poll', async () => {
    const { clock, of, times, close } = world();
    await clock.run(of.apply(buses({ ...A, devices: [device('a1', 1)] })));
    await clock.advance(5_000);
    expect(await clock.run(of.apply(buses(A)))).toEqual({ started: ['a/a2'], stopped: [] });
    await clock.advance(5_000);
    expect(await clock.run(of.apply(buses({ ...A, devices: [device('a1', 1)] })))).toEqual({
      started: [],
      stopped: ['a/a2'],
    });
    const gone = times('a2').length;
    await clock.advance(5_000);
    expect(gone).toBeGreaterThanOrEqual(4);
    expect(times('a2')).toHaveLength(gone);
    expect(longest(times('a1'))).toBeLessThan(1_100);
    await close();
  });

  it('of a title or a permission touches no line', async () => {
    const { clock, of, close } = world();
    await clock.run(of.apply(buses(A)));
    await clock.advance(2_000);
    const next = buses({
      ...A,
      devices: [device('a1', 1, { title: 'Shed', allow: ['output'] }), device('a2', 2)],
    });
    expect(await clock.run(of.apply(next))).toEqual({ started: [], stopped: [] });
    await close();
  });

  it('may give the line of one bus to another', async () => {
    const { clock, of, times, close } = world();
    await clock.run(of.apply(buses(A)));
    await clock.advance(3_000);
    const moved = { name: 'shed', link: A.link, devices: [device('s1', 1)] };
    expect(await clock.run(of.apply(buses(moved)))).toEqual({ started: ['shed'], stopped: ['a'] });
    await clock.advance(5_000);
    expect(times('s1').length).toBeGreaterThanOrEqual(4);
    await close();
  });
});

describe('a device that is not there', () => {
  it('is searched for with growing pauses, and does not keep its neighbour from being read', async () => {
    const { clock, of, failures, times, close } = world();
    await clock.run(
      of.apply(
        buses({ ...A, devices: [device('a1', 1), { name: 'stranger', device: 'juntek', address: 9 }] }),
      ),
    );
    await clock.advance(60_000);
    expect(of.status()[0]?.devices.map(({ member, state }) => [member, state])).toEqual([
      ['a1', 'polling'],
      ['stranger', 'searching'],
    ]);
    expect(failures.every(({ name }) => name === 'stranger')).toBe(true);
    expect(failures.length).toBeGreaterThanOrEqual(3);
    // A rate of 95 % is what a silent neighbour may cost at most.
    expect(times('a1').length).toBeGreaterThanOrEqual(57);
    await close();
  });
});
