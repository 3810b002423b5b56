import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ascii, text } from '../src/core/bytetext.ts';
import type { Device } from '../src/core/device.ts';
import { Fault } from '../src/core/fault.ts';
import { findDevices } from '../src/core/find.ts';
import { place } from '../src/core/read.ts';
import { listIn, type Values } from '../src/core/snapshot.ts';
import type { Station, World } from '../src/core/station.ts';
import { recordsIn } from '../src/core/units.ts';
import pace from '../src/devices/pace/pace.ts';
import seplos from '../src/devices/seplos/seplos.ts';
import topbms from '../src/devices/topbms/topbms.ts';
import { frameBytes } from '../src/ydt1363/index.ts';
import { converse } from './every-device/converse.ts';
import { rig } from './juntek/rig.ts';

/** The simulated packs: what they refuse, how they live, and what their faults do to a reader. */

const play = (device: Device = topbms, options: Record<string, string> = {}, address = 1): Station =>
  device.station({ address, random: () => 0.5, options });

const ask = (station: Station, question: string): string =>
  station
    .hear(ascii(question))
    .map((one) => text(one.bytes))
    .join('');

const question = (
  command: number,
  info: readonly number[],
  parts: { ver?: number; adr?: number } = {},
): string =>
  String.fromCharCode(
    ...frameBytes({ ver: 0x21, adr: 1, cid1: 0x46, code: command, info: Uint8Array.from(info), ...parts }),
  );

describe('refuses as the document says', () => {
  // The answers are those of the table of return codes, at address 1 with VER 52.
  test.each([
    ['a wrong VER', question(0x42, [1], { ver: 0x20 }), '~520146010000FDAD\\r'],
    ['a wrong CHKSUM', '~21014642E00201FD35\r', '~520146020000FDAC\\r'],
    ['a wrong LCHKSUM', '~21014642D00201FD35\r', '~520146030000FDAB\\r'],
    ['an unknown command', question(0x99, [1]), '~520146040000FDAA\\r'],
    ['writing product information', question(0xf2, [1, 65]), '~520146040000FDAA\\r'],
    ['telemetry without a pack', question(0x42, []), '~520146050000FDA9\\r'],
    ['a clock with a pack', question(0x4d, [1]), '~520146050000FDA9\\r'],
    ['a pack that is not there', question(0x42, [2]), '~520146060000FDA8\\r'],
  ])('%s', (_, asked, refused) => {
    expect(ask(play(), asked)).toBe(refused);
  });

  test('another address: silent, or RTN 90', () => {
    const other = question(0x42, [2], { adr: 2 });
    expect(ask(play(), other)).toBe('');
    expect(ask(play(topbms, { 'other-address': 'refuse' }), other)).toBe('~520146900000FDA5\\r');
  });

  test('options, fields and faults that do not exist are named', () => {
    expect(() => play(topbms, { packs: '17' })).toThrow('packs (1 to 16 packs');
    expect(() => play().set('telemetry.charm', 1)).toThrow('expected one of');
    expect(() => play().fault('mood', 1)).toThrow('wrong-sum');
    expect(() => play().set('alarms.warnings', ['bad_mood'])).toThrow('bad_mood');
  });
});

test('all 16 packs behind one address fit one answer of 2100 characters', () => {
  const station = play(topbms, { packs: '16' });
  const all = ask(station, question(0x42, [0xff]));
  expect(all.replace('\\r', '\r')).toHaveLength(2100);
  expect(all.slice(9, 13)).toBe('4822');
  const [found] = topbms.inspector().push(ascii(all.replace('\\r', '\r')));
  expect(recordsIn(found?.values, 'packs').map((pack) => pack.address)).toEqual(
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
  expect(found?.values).toMatchObject({ pack_count: 16, full_capacity: 16 * 150 });
});

describe('lives', () => {
  const world = (change: Partial<World>): World => ({
    voltage: 53.1,
    current: 0,
    temperature: 20,
    date: 0,
    ...change,
  });
  const after = (
    device: Device,
    seconds: number,
    change: Partial<World>,
    options: Record<string, string> = {},
  ) => {
    const station = play(device, options);
    for (let second = 0; second < seconds; second++) station.tick(1, world(change));
    const { telemetry, alarms } = station.readings();
    return {
      telemetry,
      pack: recordsIn(telemetry, 'packs')[0] ?? {},
      alarms: recordsIn(alarms, 'packs')[0] ?? {},
    };
  };

  test('an hour at 15 A takes 15 Ah; the state of charge is rounded down', () => {
    const { pack, alarms } = after(topbms, 3600, { current: -15 });
    // It starts with 75 of 150 Ah: 60 Ah are 40 %.
    expect(pack).toMatchObject({ current: -15, remaining_capacity: 60, soc: 40 });
    expect(listIn(alarms, 'states')).toContain('discharging');
    const sum = listIn(pack, 'cell_voltages').reduce<number>((total, one) => total + Number(one), 0);
    expect(Number(pack.voltage)).toBeCloseTo(sum, 1);
  });

  test('a cell that is too high warns, then cuts charging, and comes back behind its hysteresis', () => {
    const station = play();
    const alarms = (): Values => recordsIn(station.readings().alarms, 'packs')[0] ?? {};
    station.tick(1, world({ voltage: 16 * 3.62, current: 10 }));
    expect(alarms()).toMatchObject({ severity: 'warning', warnings: ['cell_over_voltage'], protections: [] });
    station.tick(1, world({ voltage: 16 * 3.75, current: 10 }));
    expect(alarms()).toMatchObject({ severity: 'protection', protections: ['cell_over_voltage'] });
    expect(listIn(alarms(), 'states')).not.toContain('charge_fet_on');
    station.tick(1, world({ voltage: 16 * 3.62 }));
    expect(alarms()).toMatchObject({ protections: ['cell_over_voltage'] });
    station.tick(1, world({ voltage: 16 * 3.4 }));
    expect(alarms()).toMatchObject({ severity: 'normal', protections: [], warnings: [] });
  });

  test.each<[string, Device, Record<string, string>]>([
    ['topbms', topbms, {}],
    ['document', topbms, { variant: 'document' }],
    ['topband', topbms, { variant: 'topband' }],
    ['pace', pace, {}],
    ['seplos', seplos, {}],
  ])('%s says whatever happens in its own words', (_, device, options) => {
    for (const change of [
      { voltage: 16 * 3.8, current: 150, temperature: 70 },
      { voltage: 16 * 2.4, current: -150, temperature: -30 },
      { voltage: 16 * 3.3, current: 0, temperature: 20 },
    ]) {
      const { pack, alarms } = after(device, 2, change, options);
      expect(pack.current).toBe(change.current);
      expect(alarms.severity).toBe(change.current === 0 ? 'normal' : 'protection');
    }
  });
});

describe('every fault gives the right reading or a fault', () => {
  const kinds = Object.keys(play().faults).map((kind) => [kind] as const);
  test.each(kinds)('%s', (kind) => {
    const clean = play();
    const spoilt = play();
    spoilt.fault(kind, 1);
    const read = (station: Station) =>
      converse(topbms.probe(1), (sent) =>
        sent === undefined ? [] : station.hear(sent).map((one) => one.bytes),
      );
    const truth = read(clean);
    const found = read(spoilt);
    if ('fault' in found) expect(found.fault).toBeInstanceOf(Fault);
    else if (kind === 'cell-count')
      expect(listIn(recordsIn(found.value, 'packs')[0], 'cell_voltages')).toHaveLength(15);
    else expect(isDeepStrictEqual(found, truth)).toBe(true);
    const harmless = ['lower-case', 'line-feed', 'nul', 'open-line', 'echo', 'other-master', 'cell-count'];
    expect('value' in found).toBe(harmless.includes(kind));
  });
});

describe('several packs on one line', () => {
  const packs = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ device: topbms, address: index + 1, cells: 16 }));

  test('are read as one rack, each at its own address', async () => {
    const on = rig(packs(3));
    const reading = await on.read(['telemetry', 'alarms']);
    expect(reading.faults).toEqual({});
    const { telemetry, alarms } = reading.groups;
    expect(recordsIn(telemetry, 'packs').map((pack) => pack.address)).toEqual([1, 2, 3]);
    expect(telemetry).toMatchObject({ pack_count: 3, full_capacity: 450 });
    expect(recordsIn(alarms, 'packs').map((pack) => pack.severity)).toEqual(['normal', 'normal', 'normal']);
  });

  test('are found as one rack, and read by themselves at any other address', async () => {
    const on = rig(packs(3));
    const found = await on.clock.run(findDevices(on.bus, topbms));
    expect(found.map(({ address, units }) => [address, units])).toEqual([[1, [1, 2, 3]]]);
    const { groups } = await on.read(['telemetry'], place(on.bus, topbms, 2));
    expect(recordsIn(groups.telemetry, 'packs').map((pack) => pack.address)).toEqual([2]);
  });

  test('are found by searching, wherever they are', async () => {
    const on = rig([
      { device: topbms, address: 2, cells: 16 },
      { device: topbms, address: 5, cells: 16 },
    ]);
    const found = await on.clock.run(findDevices(on.bus, topbms));
    expect(found.map(({ address }) => address)).toEqual([2, 5]);
  });

  test('a PACE master answers for the packs behind it', async () => {
    const on = rig([{ device: pace, cells: 16, options: { packs: '2' } }]);
    const { groups } = await on.read(['telemetry']);
    expect(recordsIn(groups.telemetry, 'packs').map((pack) => pack.address)).toEqual([1, 2]);
  });

  test('identity is read from a pack that knows the commands', async () => {
    const on = rig(packs(1));
    const { groups, faults } = await on.read(['identity']);
    expect(faults).toEqual({});
    expect(groups.identity).toMatchObject({ serial_number: 'SIMULATED 0001', version: '1.7' });
  });
});
