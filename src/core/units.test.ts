import { describe, expect, test } from 'vitest';
import type { Bus, Job } from './bus/bus.ts';
import type { Device, Group, Units } from './device.ts';
import type { Exchange } from './exchange.ts';
import { Fault, type FaultCode } from './fault.ts';
import type { Values } from './snapshot.ts';
import { lackingOf, pollUnits, recordsIn, unitBook, type UnitPlace, unitShelf } from './units.ts';

/** What a unit does when it is asked: tells its number, or fails with a code. */
type Behaviour = 'answers' | FaultCode;

/** A device of up to five units behind address 1, on a bus that carries jobs out at once; time is set by hand. */
function rack(units: Readonly<Record<number, Behaviour>>, more: Partial<Units> = {}) {
  const behaviours = new Map(Object.entries(units).map(([unit, does]) => [Number(unit), does]));
  const jobs: Pick<Job<unknown>, 'device' | 'rank' | 'probing' | 'timing'>[] = [];
  let now = 0;
  // eslint-disable-next-line require-yield -- a unit of this test answers without a line
  function* read(_address: number, unit: number): Exchange<Values> {
    const does = behaviours.get(unit) ?? 'timeout';
    if (does !== 'answers') throw new Fault(does, `unit ${unit}`);
    return { flag: unit, list: [{ address: unit }] };
  }
  const asUnits: Units = { list: 'list', candidates: () => [1, 2, 3, 4, 5], read, ...more };
  const group: Group = {
    name: 'live',
    title: '',
    period: 1,
    fields: [],
    derived: {},
    read: (address) => read(address, 1),
    units: asUnits,
  };
  const bus = {
    name: 'test',
    clock: { now: () => now, date: () => now, after: () => () => undefined },
    run: <R>(job: Job<R>): Promise<R> =>
      new Promise((resolve) => {
        jobs.push(job);
        const turn = job.exchange().next();
        if (turn.done !== true) throw new Error('these exchanges end at once');
        resolve(turn.value);
      }),
  } as unknown as Bus; // only these parts are used by what is tested
  const device = { timing: {}, addresses: {} } as unknown as Device; // likewise
  const place: UnitPlace = { bus, device, address: 1, name: 'rack', units: unitBook() };
  return {
    place,
    jobs,
    set: (unit: number, does: Behaviour) => behaviours.set(unit, does),
    wait: (milliseconds: number) => (now += milliseconds),
    async poll(options: Partial<Parameters<typeof pollUnits>[3]> = {}) {
      jobs.length = 0;
      const { values, faults } = await pollUnits(place, group, asUnits, {
        rank: 'live',
        ...options,
      });
      return {
        units: values === undefined ? undefined : recordsIn(values, 'list').map((record) => record.address),
        faults: Object.fromEntries(Object.entries(faults).map(([name, fault]) => [name, fault.code])),
        asked: jobs.map((job) => Number(job.device.split('/')[1])),
        values,
      };
    },
  };
}

describe('units', () => {
  test('are looked for one by one to the first that is silent; afterwards only those are asked', async () => {
    const of = rack({ 1: 'answers', 2: 'answers', 4: 'answers' });
    expect(await of.poll()).toMatchObject({ units: [1, 2], faults: {}, asked: [1, 2, 3] });
    expect(await of.poll()).toMatchObject({ units: [1, 2], faults: {}, asked: [1, 2] });
    expect((await of.poll()).values?.flag).toBe(1); // what is not in the list is of the first
  });

  test('that are not known are asked hastily, and their silence is no fault', async () => {
    const of = rack({ 1: 'answers' });
    await of.poll();
    expect(of.jobs.map(({ probing, timing }) => [probing, timing?.attempts, timing?.response])).toEqual([
      [undefined, undefined, undefined],
      [true, 2, 200],
    ]);
  });

  test('that appear are found within a minute', async () => {
    const of = rack({ 1: 'answers' });
    await of.poll();
    of.set(2, 'answers');
    of.wait(59_000);
    expect((await of.poll()).units).toEqual([1]);
    of.wait(1_000);
    expect(await of.poll({ search: false })).toMatchObject({ units: [1], asked: [1] });
    expect(await of.poll()).toMatchObject({ units: [1, 2], asked: [1, 2, 3] });
  });

  test('that fall silent are a fault of their own, and are forgotten after ten minutes', async () => {
    const of = rack({ 1: 'answers', 2: 'answers', 3: 'answers' });
    await of.poll();
    of.set(2, 'timeout');
    expect(await of.poll()).toMatchObject({ units: [1, 3], faults: { 'live/2': 'timeout' } });
    of.wait(590_000);
    expect((await of.poll({ search: false })).faults).toEqual({ 'live/2': 'timeout' });
    of.wait(20_000);
    expect((await of.poll({ search: false })).faults).toEqual({});
  });

  test('of which none answers are one fault of the group', async () => {
    const of = rack({ 1: 'answers', 2: 'answers' });
    await of.poll();
    of.set(1, 'checksum');
    of.set(2, 'timeout');
    expect(await of.poll()).toMatchObject({ units: undefined, faults: { live: 'checksum' } });
  });

  test('the first of which is silent from the beginning are a fault of the group', async () => {
    const of = rack({});
    expect(await of.poll()).toMatchObject({ units: undefined, faults: { live: 'timeout' }, asked: [1] });
  });

  test.each(['link', 'cancelled'] as const)('are left alone when the line is gone: %s', async (code) => {
    const of = rack({ 1: 'answers', 2: 'answers', 3: 'answers' });
    await of.poll();
    of.set(2, code);
    expect(await of.poll()).toMatchObject({ units: undefined, faults: { live: code }, asked: [1, 2] });
  });

  test('wait before each question where somebody wants that', async () => {
    const of = rack({ 1: 'answers', 2: 'answers' });
    let waits = 0;
    const before = (): Promise<void> => {
      waits++;
      return Promise.resolve();
    };
    const { asked } = await of.poll({ before });
    expect(waits).toBe(asked.length);
  });

  test('with a short question are looked for by that, then read', async () => {
    let probes = 0;
    const of = rack(
      { 1: 'answers', 2: 'answers' },
      {
        // eslint-disable-next-line require-yield -- as above
        *probe(_address, unit): Exchange<Values> {
          probes++;
          if (unit > 2) throw new Fault('timeout', '');
          return {};
        },
      },
    );
    expect(await of.poll()).toMatchObject({ units: [1, 2], asked: [1, 2, 2, 3] });
    expect(probes).toBe(2);
  });

  test('keep what they lack, until they are forgotten', async () => {
    const of = rack({ 1: 'answers', 2: 'answers' });
    await of.poll();
    lackingOf(of.place.units, 'live/2').add('serial number');
    await of.poll();
    expect([...lackingOf(of.place.units, 'live/2')]).toEqual(['serial number']);
    of.set(2, 'timeout');
    of.wait(601_000);
    await of.poll({ search: false });
    await of.poll({ search: false });
    expect([...lackingOf(of.place.units, 'live/2')]).toEqual([]);
  });
});

describe('a shelf of what is overheard', () => {
  const of = (address: number, more: Values = {}): Values => ({ list: [{ address, ...more }] });
  const shelved: Group = {
    name: 'live',
    title: '',
    period: 1,
    fields: [],
    derived: {},
    // eslint-disable-next-line require-yield -- nothing is asked here
    *read(): Exchange<Values> {
      return {};
    },
    units: {
      list: 'list',
      candidates: () => [1, 2],
      // eslint-disable-next-line require-yield -- nothing is asked here
      *read(): Exchange<Values> {
        return {};
      },
    },
  };

  test('gathers units in their order, and is complete when one comes again', () => {
    const shelf = unitShelf();
    expect(shelf.put(shelved, of(2), 0)).toEqual({ values: of(2), complete: false });
    expect(shelf.put(shelved, of(1, { volts: 3 }), 10)).toEqual({
      values: { list: [{ address: 1, volts: 3 }, { address: 2 }] },
      complete: false,
    });
    expect(shelf.put(shelved, of(2, { volts: 4 }), 20)).toEqual({
      values: {
        list: [
          { address: 1, volts: 3 },
          { address: 2, volts: 4 },
        ],
      },
      complete: true,
    });
  });

  test('is complete at once with an answer about several', () => {
    const both = { list: [{ address: 1 }, { address: 2 }] };
    expect(unitShelf().put(shelved, both, 0)).toEqual({ values: both, complete: true });
  });

  test('forgets a unit that nobody asked for during a minute', () => {
    const shelf = unitShelf();
    shelf.put(shelved, of(1), 0);
    shelf.put(shelved, of(2), 1_000);
    expect(shelf.put(shelved, of(2), 60_001).values).toEqual(of(2));
  });

  test('holds a group without units as it is', () => {
    const alone: Group = { ...shelved, name: 'alone' };
    Reflect.deleteProperty(alone, 'units');
    expect(unitShelf().put(alone, { volts: 1 }, 0)).toEqual({ values: { volts: 1 }, complete: true });
  });
});
