import { describe, expect, test } from 'vitest';
import { follow, type Followed, type Mode } from '../../src/core/follow.ts';
import { line } from '../../src/core/line.ts';
import { overhear, place, poll } from '../../src/core/read.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { recordsIn } from '../../src/core/units.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import topbms from '../../src/devices/topbms/topbms.ts';
import { rig } from '../juntek/rig.ts';
import { type GroupOnLine, rack } from './rack.ts';

/** A rack that an inverter asks: what is heard without a word from us, and what happens if we ask all the same. */

const addresses = (values: Values | undefined): unknown[] =>
  recordsIn(values, 'packs').map((pack) => pack.address);
const groupsNamed = (...names: string[]) => pylontech.groups.filter(({ name }) => names.includes(name));

function beside(
  inverter: 'inverter' | 'inverter-limits',
  groups: readonly GroupOnLine[],
  plug?: AbortSignal,
) {
  const clock = virtualClock();
  const master = pylontech.masters[inverter];
  if (master === undefined) throw new Error('no such inverter');
  const address = groups[0]?.[0] ?? 2;
  const masters = [{ master, address, ...(plug === undefined ? {} : { signal: plug }) }];
  return { clock, ...rack(clock, groups, line(9600), undefined, masters) };
}

describe('listening while an inverter is the master', () => {
  test('older packs answer it all at once: the whole rack is heard, and nothing is said', async () => {
    const { clock, bus, close } = beside('inverter', [[2, { packs: '4' }]]);
    const of = place(bus, pylontech);
    const { groups, faults } = await clock.run(overhear(of, groupsNamed('analog'), 10_000));
    expect(faults).toEqual({});
    expect(addresses(groups.analog)).toEqual([2, 3, 4, 5]);
    expect(groups.analog).toMatchObject({ pack_count: 4, full_capacity: 296, soc: 50 });
    expect(bus.health().bytesOut).toBe(0);
    await clock.run(close());
  });

  test('newer packs are heard one by one, as it asks for them, with their limits', async () => {
    const us5000 = [[2, { packs: '3', model: 'us5000' }]] as const;
    const { clock, bus, stations, close } = beside('inverter-limits', us5000);
    // as captured from a US5000 (issue 9 of Tomcat42/pylontech-python)
    stations[0]?.set('management.charge_current_limit', 20);
    stations[0]?.set('management.discharge_current_limit', -50);
    const of = place(bus, pylontech);
    const { groups, faults } = await clock.run(overhear(of, groupsNamed('analog', 'management'), 10_000));
    expect(faults).toEqual({});
    expect(addresses(groups.analog)).toEqual([2]);
    expect(groups.management).toMatchObject({
      charge_enable: true,
      discharge_enable: true,
      charge_current_limit: 20,
      discharge_current_limit: -50,
    });
    expect(bus.health().bytesOut).toBe(0);
    await clock.run(close());
  });

  test('what nobody asks for is a fault that says so', async () => {
    const { clock, bus, close } = beside('inverter', [[2, { packs: '2' }]]);
    const { faults } = await clock.run(overhear(place(bus, pylontech), groupsNamed('alarms'), 8_000));
    expect(faults.alarms?.code).toBe('timeout');
    expect(faults.alarms?.message).toContain('nobody asked for it');
    await clock.run(close());
  });

  test('another group on the line is not taken for ours', async () => {
    const { clock, bus, close } = beside('inverter', [
      [0x12, { packs: '2' }],
      [0x22, { packs: '3' }],
    ]);
    const { faults } = await clock.run(overhear(place(bus, pylontech, 0x22), groupsNamed('analog'), 8_000));
    expect(faults.analog?.code).toBe('timeout');
    await clock.run(close());
  });
});

describe('in mode auto', () => {
  async function followed(mode: Mode, unplugAfter: number, seconds: number) {
    const plug = new AbortController();
    const stop = new AbortController();
    const { clock, bus, close } = beside('inverter', [[2, { packs: '3' }]], plug.signal);
    clock.after(unplugAfter * 1000, () => plug.abort());
    clock.after(seconds * 1000, () => stop.abort());
    const states: Followed[] = [];
    const said: string[] = [];
    let outBefore = 0;
    await clock.run(
      (async () => {
        const options = { mode, groups: groupsNamed('analog'), signal: stop.signal };
        for await (const state of follow(place(bus, pylontech), {
          ...options,
          onNotice: (text) => {
            said.push(text);
            if (text.includes('asking')) outBefore = bus.health().bytesOut;
          },
        })) {
          states.push(state);
        }
        await close();
      })(),
    );
    return { states, said, outBefore, out: bus.health().bytesOut };
  }

  test('it keeps silent as long as an inverter asks', async () => {
    const { states, said, out } = await followed('auto', 1_000, 60);
    expect(said).toEqual(['listening for another master']);
    expect(out).toBe(0);
    expect(states.length).toBeGreaterThan(20);
    expect(states.every((state) => addresses(state.groups.analog).length === 3)).toBe(true);
  });

  test('it asks when the inverter is gone', async () => {
    const { states, said, outBefore, out } = await followed('auto', 20, 90);
    expect(said.at(-1)).toBe('no other master is heard: asking');
    expect(outBefore).toBe(0);
    expect(out).toBeGreaterThan(0);
    expect(addresses(states.at(-1)?.groups.analog)).toEqual([2, 3, 4]);
  });
});

test('asking beside an inverter: collisions cost readings, never their truth', async () => {
  const { clock, bus, stations, close } = beside('inverter-limits', [[2, { packs: '2', model: 'us3000c' }]]);
  const of = place(bus, pylontech);
  let read = 0;
  for (let round = 0; round < 60; round++) {
    const { groups } = await clock.run(poll(of, groupsNamed('analog')));
    await clock.advance(137 * (1 + (round % 7)));
    if (groups.analog === undefined) continue;
    read++;
    // Nothing ticks on this line: what a pack says is what it says all the time.
    const truth = recordsIn(stations[0]?.readings().analog, 'packs');
    for (const pack of recordsIn(groups.analog, 'packs')) {
      expect(truth.map(({ address, voltage }) => [address, voltage])).toContainEqual([
        pack.address,
        pack.voltage,
      ]);
    }
  }
  expect(read).toBeGreaterThan(50);
  await clock.run(close());
});

test('a TopBMS rack is heard while a program asks its packs', async () => {
  const on = rig([
    { device: topbms, cells: 16, masters: [['poller', undefined]] },
    { device: topbms, address: 2, cells: 16 },
  ]);
  const groups = topbms.groups.filter(({ name }) => name !== 'identity');
  const reading = await on.clock.run(overhear(place(on.bus, topbms), groups, 15_000));
  expect(reading.faults).toEqual({});
  for (const name of ['telemetry', 'alarms']) expect(addresses(reading.groups[name]), name).toEqual([1, 2]);
  expect(on.bus.health().bytesOut).toBe(0);
});
