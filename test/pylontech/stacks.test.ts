import { describe, expect, test } from 'vitest';
import { ascii } from '../../src/core/bytetext.ts';
import { follow } from '../../src/core/follow.ts';
import { line } from '../../src/core/line.ts';
import { place, poll, type Reading } from '../../src/core/read.ts';
import { listIn, type Values } from '../../src/core/snapshot.ts';
import { recordsIn } from '../../src/core/units.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { frameBytes } from '../../src/ydt1363/index.ts';
import { type GroupOnLine, rack } from './rack.ts';

/** Stacks as owners have them: of several models, of older packs, with packs that come and go or change. */

const groupsNamed = (...names: string[]) => pylontech.groups.filter(({ name }) => names.includes(name));
const packsOf = ({ groups }: Pick<Reading, 'groups'>, group = 'analog'): readonly Values[] =>
  recordsIn(groups[group], 'packs');
const each = (packs: readonly Values[], field: string): unknown[] => packs.map((pack) => pack[field]);

async function reading(groups: readonly GroupOnLine[], ...names: string[]): Promise<Reading> {
  const clock = virtualClock();
  const { bus, close } = rack(clock, groups);
  const result = await clock.run(poll(place(bus, pylontech, groups[0]?.[0]), groupsNamed(...names)));
  await clock.run(close());
  return result;
}

describe('a stack of several models', () => {
  test('US3000 as master: every pack says its capacity in three bytes, and all of them are read', async () => {
    const mixed = await reading(
      [[2, { packs: '3', model: 'us3000+us2000c+us5000' }]],
      'analog',
      'alarms',
      'limits',
    );
    expect(mixed.faults).toEqual({});
    expect(each(packsOf(mixed), 'full_capacity')).toEqual([74, 50, 100]);
    expect(each(packsOf(mixed), 'user_items')).toEqual([4, 4, 4]);
    // The two bytes say FFFF, which is no capacity of 65.535 Ah.
    expect(each(packsOf(mixed), 'short_full_capacity')).toEqual([65.535, 65.535, 65.535]);
    expect(mixed.groups.analog).toMatchObject({
      pack_count: 3,
      full_capacity: 224,
      remaining_capacity: 112,
      soc: 50,
    });
    // Only the US2000C and the US5000 append a byte to 44h, and so each of these packs is read by itself.
    expect(each(packsOf(mixed, 'alarms'), 'unknown_tail')).toEqual([undefined, '00', '00']);
  });

  test('US2000 as master: it cannot say more than 65 Ah, so what the larger ones hold is unknown, never 65.535', async () => {
    const mixed = await reading([[2, { packs: '3', model: 'us2000+us3000+us5000' }]], 'analog');
    expect(each(packsOf(mixed), 'user_items')).toEqual([2, 2, 2]);
    expect(each(packsOf(mixed), 'full_capacity')).toEqual([50, undefined, undefined]);
    expect(each(packsOf(mixed), 'soc')).toEqual([50, undefined, undefined]);
    // A total without two packs would be too small.
    expect(mixed.groups.analog).not.toHaveProperty('full_capacity', 50);
    expect(mixed.groups.analog?.full_capacity).toBeUndefined();
    expect(mixed.groups.analog?.soc).toBeUndefined();
    expect(mixed.groups.analog?.pack_count).toBe(3);
  });

  test('a 24 V pack has eight cells', async () => {
    const small = await reading([[2, { packs: '1', model: 'up2500' }]], 'analog');
    expect(listIn(packsOf(small)[0], 'cell_voltages')).toHaveLength(8);
    expect(small.groups.analog?.voltage).toBe(26.4); // 8 × 3.3 V
  });

  test('51h tells the name of the master only; each pack has its own serial number', async () => {
    const { groups, faults } = await reading([[2, { packs: '3', model: 'us5000+us3000' }]], 'identity');
    expect(faults).toEqual({});
    const packs = recordsIn(groups.identity, 'packs');
    expect(each(packs, 'device_name')).toEqual(['US5000', undefined, undefined]);
    expect(new Set(each(packs, 'serial_number')).size).toBe(3);
    expect(groups.identity).toMatchObject({ device_name: 'US5000' });
  });
});

describe('the older dialect, where all packs share ADR 01', () => {
  test('reads cells, alarms and management of each', async () => {
    const old = await reading([[1, { packs: '3', model: 'us2000' }]], 'analog', 'alarms', 'management');
    expect(old.faults).toEqual({});
    for (const group of ['analog', 'alarms', 'management']) {
      expect(each(packsOf(old, group), 'address'), group).toEqual([1, 2, 3]);
    }
    expect(old.groups.analog).toMatchObject({ pack_count: 3, full_capacity: 150 });
  });

  test('takes the answer of the document V2.8 for pack 1, and refuses it for pack 2', () => {
    // ADR 01, COMMAND 01; 98 % of 50 Ah
    const answer =
      '~20014600C06E11010F0D450D440D450D440D450D440D3E0D450D4A0D4A0D4B0D4A0D4A0D4A0D4A' +
      '050BC30BC30BC30BCD0BCD0000C725BF6802C3500002E553\r';
    const inspector = pylontech.inspector();
    const [found] = inspector.push(ascii(answer));
    expect(found).toMatchObject({ verdict: 'ok', kind: 'analog', address: 1 });
    expect(recordsIn(found?.values, 'packs')[0]).toMatchObject({ address: 1, soc: 98, full_capacity: 50 });
  });
});

describe('packs that come and go while a rack is followed', () => {
  test('appear by themselves, and their silence is theirs alone', async () => {
    const clock = virtualClock();
    const stop = new AbortController();
    let plugged = 2;
    const { bus, close } = rack(
      clock,
      [[2, { packs: '4', model: 'us3000c' }]],
      line(115200),
      (bytes) => Number.parseInt(String.fromCharCode(...bytes.subarray(3, 5)), 16) < 2 + plugged,
    );
    clock.after(30_000, () => (plugged = 4));
    clock.after(300_000, () => (plugged = 3));
    clock.after(1_200_000, () => stop.abort());
    const counts: [at: number, count: unknown, faults: string[]][] = [];
    await clock.run(
      (async () => {
        for await (const state of follow(place(bus, pylontech), { signal: stop.signal })) {
          if (!state.fresh.includes('analog')) continue;
          counts.push([clock.now(), state.groups.analog?.pack_count, Object.keys(state.faults)]);
        }
        await close();
      })(),
    );
    const at = (seconds: number) => counts.findLast(([when]) => when <= seconds * 1000);
    expect(at(29)?.[1]).toBe(2);
    // Once a minute the next one is looked for, and the one behind it a minute later at the latest.
    expect(at(200)?.[1]).toBe(4);
    expect(at(400)?.[1]).toBe(3);
    // Ten minutes after its last answer the missing one is forgotten: no fault of it any more.
    expect(counts.filter(([when, , faults]) => when > 1_000_000 && faults.length > 0)).toEqual([]);
    expect(counts.some(([when, , faults]) => when > 300_000 && faults.includes('analog/5'))).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe('what changes between two questions', () => {
  test('a count of cells is read as it is now', async () => {
    const clock = virtualClock();
    const { bus, stations, close } = rack(clock, [[2, { packs: '2' }]]);
    const of = place(bus, pylontech);
    const cellsNow = async (): Promise<number[]> =>
      packsOf(await clock.run(poll(of, groupsNamed('analog')))).map(
        (pack) => listIn(pack, 'cell_voltages').length,
      );
    expect(await cellsNow()).toEqual([15, 15]);
    stations[0]?.set(
      'analog.3.cell_voltages',
      Array.from({ length: 16 }, () => 3.25),
    );
    stations[0]?.set('analog.3.voltage', 52);
    expect(await cellsNow()).toEqual([15, 16]);
    stations[0]?.set('analog.3.cell_voltages', [3.3]);
    stations[0]?.set('analog.3.voltage', 3.3);
    expect(await cellsNow()).toEqual([15, 1]);
    await clock.run(close());
  });
});

describe('values that stand for nothing', () => {
  /** A pack of one cell of 3.3 V, then current, voltage, charge, items, capacity, cycles and what follows. */
  const pack = (sensors: readonly number[], ...rest: readonly number[]): Values | undefined => {
    const words = (numbers: readonly number[]): number[] => numbers.flatMap((one) => [one >> 8, one & 255]);
    const info = [0, 2, 1, ...words([3300]), sensors.length, ...words([...sensors, 0, 3300]), ...rest];
    const [found] = pylontech
      .inspector()
      .push(frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code: 0, info: Uint8Array.from(info) }));
    return recordsIn(found?.values, 'packs')[0];
  };

  test.each([
    // charge, items, capacity, cycles in two bytes each but items; then charge and capacity in three bytes
    ['two bytes of FFFF and nothing behind', [0xff, 0xff, 2, 0xff, 0xff, 0, 0], undefined, undefined],
    [
      'two bytes of FFFF, three bytes behind',
      [0xff, 0xff, 4, 0xff, 0xff, 0, 0, 0, 0x90, 0x88, 1, 0x21, 0x10],
      37,
      74,
    ],
    ['a capacity of 0: no share of it', [0, 0, 2, 0, 0, 0, 0], 0, 0],
    ['more charge than fits', [0xc3, 0x50, 2, 0x9c, 0x40, 0, 0], 50, 40],
  ])('charge: %s', (_, rest, remaining, full) => {
    const values = pack([2951], ...rest);
    expect(values?.remaining_capacity).toBe(remaining);
    expect(values?.full_capacity).toBe(full);
    expect(values?.soc).toBe(remaining === 37 ? 50 : undefined);
  });

  test('sensors: −100 °C, −50 °C and 120 °C are none; −49.9 °C and 119.9 °C are', () => {
    // raw = 2731 + 10 × °C
    const values = pack([1731, 2231, 2232, 2731, 3930, 3931, 0, 65535], 0x61, 0xa8, 2, 0xc3, 0x50, 0, 1);
    expect(listIn(values, 'temperatures')).toEqual([null, null, -49.9, 0, 119.9, null, null, null]);
  });

  test('a rack whose sensors are all missing has no temperature', async () => {
    const clock = virtualClock();
    const { bus, stations, close } = rack(clock, [[2, { packs: '2' }]]);
    stations[0]?.set('analog.temperature_codes', [1731, 1731, 1731, 1731, 1731]);
    const { groups } = await clock.run(poll(place(bus, pylontech), groupsNamed('analog')));
    // `set` without an address sets it in all packs
    expect(groups.analog?.temperature_lowest).toBeUndefined();
    expect(groups.analog?.temperature_highest).toBeUndefined();
    await clock.run(close());
  });
});
