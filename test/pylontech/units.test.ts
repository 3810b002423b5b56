import { describe, expect, test } from 'vitest';
import { text } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import { place, poll, type Place } from '../../src/core/read.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { recordsIn } from '../../src/core/units.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { rack } from './rack.ts';

const analogOnly = pylontech.groups.filter((group) => group.name === 'analog');
const addresses = (values: Values | undefined): unknown[] =>
  recordsIn(values, 'packs').map((pack) => pack.address);
const live = (of: Place) => poll(of, analogOnly, { rank: 'live' });

describe('the packs of a rack', () => {
  test('are found by asking, and all groups are read', async () => {
    const clock = virtualClock();
    const { bus, close } = rack(clock, [[2, { packs: '4' }]]);
    const reading = await clock.run(poll(place(bus, pylontech), pylontech.groups));
    expect(reading.faults).toEqual({});
    for (const group of pylontech.groups) {
      expect(addresses(reading.groups[group.name]), group.name).toEqual([2, 3, 4, 5]);
    }
    // 4 packs of 74 Ah, half full
    expect(reading.groups.analog).toMatchObject({ full_capacity: 296, remaining_capacity: 148, soc: 50 });
    expect(reading.groups.identity).toMatchObject({
      device_name: 'US3000',
      serial_number: 'SIMULATED0000002',
    });
    await clock.run(close());
  });

  test('one of them alone is read at its own address', async () => {
    const clock = virtualClock();
    const { bus, close } = rack(clock, [[2, { packs: '3' }]]);
    const reading = await clock.run(poll(place(bus, pylontech, 3), analogOnly));
    expect(addresses(reading.groups.analog)).toEqual([3]);
    await clock.run(close());
  });

  test('of the older dialect share ADR 01', async () => {
    const clock = virtualClock();
    const { bus, close } = rack(clock, [[1, { packs: '3' }]]);
    const reading = await clock.run(poll(place(bus, pylontech, 1), analogOnly));
    expect(addresses(reading.groups.analog)).toEqual([1, 2, 3]);
    await clock.run(close());
  });

  test('appear and vanish while running: silence is a fault of the pack only, then it counts as removed', async () => {
    const clock = virtualClock();
    let plugged = 3;
    const { bus, close } = rack(
      clock,
      [[2, { packs: '4' }]],
      line(115200),
      (bytes) => Number.parseInt(text(bytes).slice(3, 5), 16) < 2 + plugged,
    );
    const of = place(bus, pylontech);
    expect(addresses((await clock.run(live(of))).groups.analog)).toEqual([2, 3, 4]);
    plugged = 4;
    await clock.advance(61_000);
    expect(addresses((await clock.run(live(of))).groups.analog)).toEqual([2, 3, 4, 5]);
    plugged = 2;
    const after = await clock.run(live(of));
    expect(addresses(after.groups.analog)).toEqual([2, 3]);
    expect(Object.entries(after.faults).map(([name, fault]) => [name, fault.code])).toEqual([
      ['analog/4', 'timeout'],
      ['analog/5', 'timeout'],
    ]);
    await clock.advance(601_000);
    const later = await clock.run(live(of));
    expect(later.faults).toEqual({});
    expect(later.groups.analog).toMatchObject({ pack_count: 2 });
    await clock.run(close());
  });

  test('a master that does not answer is a fault of the group', async () => {
    const clock = virtualClock();
    const { bus, close } = rack(clock, [[2, {}]], line(115200), () => false);
    const reading = await clock.run(live(place(bus, pylontech)));
    expect(reading.faults.analog?.code).toBe('timeout');
    expect(reading.faults.analog?.hint).toContain('RS485 port of the master');
    await clock.run(close());
  });
});
