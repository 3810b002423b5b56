import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ascii, text } from '../../src/core/bytetext.ts';
import { Fault } from '../../src/core/fault.ts';
import { line } from '../../src/core/line.ts';
import { place, poll } from '../../src/core/read.ts';
import { listIn, type Values } from '../../src/core/snapshot.ts';
import type { Station, World } from '../../src/core/station.ts';
import { recordsIn } from '../../src/core/units.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { frameBytes } from '../../src/ydt1363/index.ts';
import { converse } from '../every-device/converse.ts';
import { rack } from './rack.ts';

/** The simulated group: what it refuses, how its packs live, what its faults do to a reader. */

const play = (options: Readonly<Record<string, string>> = {}, address = 2): Station =>
  pylontech.station({ address, random: () => 0.5, options });

const ask = (station: Station, question: string | Uint8Array): string =>
  station
    .hear(typeof question === 'string' ? ascii(question) : question)
    .map((one) => text(one.bytes))
    .join('');

const question = (
  command: number,
  info: readonly number[],
  parts: { ver?: number; adr?: number; cid1?: number } = {},
): Uint8Array =>
  frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code: command, info: Uint8Array.from(info), ...parts });

describe('refuses as the manual says', () => {
  // The answers are those computed beside the table of return codes for ADR 02.
  test.each<[string, Readonly<Record<string, string>>, string | Uint8Array, string]>([
    ['a wrong CHKSUM', {}, '~20024642E00202FD34\r', '~200246020000FDB0\\r'],
    ['a wrong LCHKSUM', {}, '~20024642D00202FD34\r', '~200246030000FDAF\\r'],
    ['an unknown command', {}, question(0x98, [2]), '~200246040000FDAE\\r'],
    ['94h, unless told to obey', {}, '~20024694D01202CF08AFC800FAFF06F960\r', '~200246040000FDAE\\r'],
    ['95h, unless told to obey', {}, '~20024695E00202FD2B\r', '~200246040000FDAE\\r'],
    ['42h without COMMAND', {}, question(0x42, []), '~200246050000FDAD\\r'],
    [
      'bytes behind COMMAND, when strict',
      { surplus: 'strict' },
      question(0x42, [2, 2]),
      '~200246050000FDAD\\r',
    ],
    ['COMMAND of another pack', {}, question(0x42, [3]), '~200246060000FDAC\\r'],
    ['92h of all packs', {}, question(0x92, [0xff]), '~200246060000FDAC\\r'],
    [
      'another VER, when strict',
      { version: 'strict' },
      question(0x4f, [], { ver: 0 }),
      '~200246010000FDB1\\r',
    ],
    [
      'another CID1, when told',
      { 'other-cid1': 'refuse' },
      question(0x42, [2], { cid1: 0x4a }),
      '~200246050000FDAD\\r',
    ],
  ])('%s', (_, options, asked, refused) => {
    expect(ask(play(options), asked)).toBe(refused);
  });

  test.each<[string, Readonly<Record<string, string>>, string | Uint8Array]>([
    ['to another group', {}, question(0x42, [0x12], { adr: 0x12 })],
    ['to a pack that is not there', {}, question(0x42, [5], { adr: 5 })],
    ['to ADR 00 and FF', {}, text(question(0x4f, [], { adr: 0 })).replace('\\r', '\r')],
    ['to another kind of equipment', {}, question(0x42, [2], { cid1: 0x4a })],
    ['to a wrong CHKSUM, when told', { 'bad-sum': 'silent' }, '~20024642E00202FD34\r'],
    ['to FF, as C models and the US5000 are', { model: 'us5000' }, '~20024642E002FFFD09\r'],
    ['to what is no hexadecimal', {}, '~2002464ZE00202FD33\r'],
  ])('is silent %s', (_, options, asked) => {
    expect(ask(play(options), asked)).toBe('');
  });

  test('VER of a question does not matter otherwise, nor do bytes behind it (as real packs answered)', () => {
    for (const asked of ['~2002464FC0048520FCB2\r', '~20024651C0040000FCD5\r', '~20024647C0040000FCD0\r']) {
      expect(ask(play(), asked)).toMatch(/^~20024600/);
    }
    expect(ask(play(), question(0x4f, [], { ver: 0 }))).toBe('~200246000000FDB2\\r');
  });
});

test('answers to FF count the packs; 51h at a slave is the data of the master; 93h is its own', () => {
  const station = play({ packs: '3', model: 'us2000+us3000+us3000' });
  expect(ask(station, '~20024642E002FFFD09\r').slice(13, 17)).toBe('1103');
  const nameAt = (adr: number): string => ask(station, question(0x51, [], { adr }));
  // ADR differs by one, so does CHKSUM; all else is the same
  expect(nameAt(3).slice(5, -6)).toBe(nameAt(2).slice(5, -6));
  expect(ask(station, question(0x93, [3], { adr: 3 }))).not.toBe(ask(station, question(0x93, [2])));
});

test('INFOFLAG is 11h until 44h is asked, then 00h, and says when an alarm or a switch changed', () => {
  const station = play({ packs: '1' });
  const world: World = { voltage: 49.5, current: 5, temperature: 22, date: 0 };
  const flag = (): string => ask(station, '~20024642E00202FD33\r').slice(13, 15);
  station.tick(1, world);
  expect(flag()).toBe('11');
  ask(station, '~20024644E00202FD31\r');
  station.tick(1, world);
  expect(flag()).toBe('00');
  station.fault('cell-over-voltage', 1);
  station.tick(1, world);
  expect(flag()).toBe('11');
});

describe('packs live', () => {
  const world = (change: Partial<World>): World => ({
    voltage: 15 * 3.3,
    current: 0,
    temperature: 20,
    date: 0,
    ...change,
  });
  const after = (
    options: Readonly<Record<string, string>>,
    seconds: number,
    change: Partial<World>,
    fault?: string,
  ) => {
    const station = play(options);
    if (fault !== undefined) station.fault(fault, 1);
    for (let second = 0; second < seconds; second++) station.tick(1, world(change));
    const readings = station.readings();
    const first = (group: string): Values => recordsIn(readings[group], 'packs')[0] ?? {};
    return { analog: first('analog'), alarms: first('alarms'), management: first('management') };
  };

  test('an hour at 7.4 A takes a tenth of 74 Ah; the older ones count in hundredths', () => {
    const { analog } = after({ packs: '1', model: 'us3000' }, 3600, { current: -7.4 });
    // from 37 Ah to 29.6 Ah = 40 %, within a step of 0.74 Ah
    expect(Number(analog.remaining_capacity)).toBeGreaterThan(29.6 - 0.75);
    expect(Number(analog.remaining_capacity)).toBeLessThan(29.6 + 0.01);
    expect(analog.current).toBe(-7.4);
    const sum = listIn(analog, 'cell_voltages').reduce<number>((total, one) => total + Number(one), 0);
    expect(analog.voltage).toBeCloseTo(sum, 3);
  });

  test('a full US5000 asks for no more charge and forbids it: status 40h', () => {
    const { analog, alarms, management } = after({ packs: '1', model: 'us5000' }, 3600, { current: 60 });
    expect(analog).toMatchObject({ remaining_capacity: 100, full_capacity: 100, soc: 100 });
    expect(alarms).toMatchObject({ fully_charged: true });
    expect(management).toMatchObject({ status: 0x40, charge_current_limit: 0, charge_enable: false });
  });

  test.each([
    [
      'cell-over-voltage',
      { cell_states: 'above_limit' },
      { charge_mosfet: false, module_over_voltage: true },
    ],
    [
      'cell-under-voltage',
      { cell_states: 'below_limit' },
      { discharge_mosfet: false, cell_under_voltage: true },
    ],
    ['over-temperature', { temperature_states: 'above_limit' }, { charge_over_temperature: true }],
    ['cell-error', {}, { cells_in_error: [9], alarm: true }],
  ])('%s: states, switches and bits agree', (fault, states, bits) => {
    const { alarms } = after({ packs: '1' }, 2, {}, fault);
    for (const [name, word] of Object.entries(states)) expect(listIn(alarms, name)).toContain(word);
    expect(alarms).toMatchObject({ ...bits, alarm: true });
  });

  test('missing-sensor: the sensor reads null', () => {
    const { analog } = after({ packs: '1' }, 2, {}, 'missing-sensor');
    expect(listIn(analog, 'temperatures')).toEqual([23, 20, 20, 20, null]);
  });
});

describe('every fault gives the right reading or a fault', () => {
  const harmless = ['lower-case', 'line-feed', 'nul', 'open-line', 'echo', 'other-master'];
  /** These change what is true of a pack, or concern others than the master. */
  const inside = [
    'cell-over-voltage',
    'cell-under-voltage',
    'over-temperature',
    'missing-sensor',
    'cell-error',
  ];
  const kinds = Object.keys(play().faults).filter((kind) => !inside.includes(kind) && kind !== 'unplugged');

  test.each(kinds.map((kind) => [kind] as const))('%s', (kind) => {
    const read = (station: Station) =>
      converse(pylontech.groups[0]?.read(2) ?? pylontech.probe(2), (sent) =>
        sent === undefined ? [] : station.hear(sent).map((one) => one.bytes),
      );
    const spoilt = play();
    spoilt.fault(kind, 1);
    const truth = read(play());
    const found = read(spoilt);
    if ('fault' in found) expect(found.fault).toBeInstanceOf(Fault);
    else expect(isDeepStrictEqual(found, truth)).toBe(true);
    expect('value' in found).toBe(harmless.includes(kind));
  });

  test('unplugged: the master is read on, the others are refused with RTN 91', async () => {
    const clock = virtualClock();
    const { bus, stations, close } = rack(clock, [[2, { packs: '3' }]]);
    const of = place(bus, pylontech);
    const analog = pylontech.groups.filter((group) => group.name === 'analog');
    await clock.run(poll(of, analog));
    stations[0]?.fault('unplugged', 1);
    const { groups, faults } = await clock.run(poll(of, analog));
    expect(recordsIn(groups.analog, 'packs').map((pack) => pack.address)).toEqual([2]);
    expect(Object.keys(faults)).toEqual(['analog/3', 'analog/4']);
    expect(faults['analog/3']?.message).toContain('RTN 91, the pack cannot be reached');
    await clock.run(close());
  });

  test('options and faults that do not exist are named', () => {
    expect(() => play({ packs: '17' })).toThrow('1 to 16 packs');
    expect(() => play({ version: 'old' })).toThrow('any or strict');
    expect(() => play().fault('mood', 1)).toThrow('wrong-sum');
  });
});

test('several groups and packs on one line answer each for themselves', async () => {
  const clock = virtualClock();
  const { bus, close } = rack(
    clock,
    [
      [0x12, { packs: '2', model: 'us3000' }],
      [0x22, { packs: '3', model: 'us5000' }],
    ],
    line(115200),
  );
  const analog = pylontech.groups.filter((group) => group.name === 'analog');
  for (const [address, packs, capacity] of [
    [0x12, [0x12, 0x13], 148],
    [0x22, [0x22, 0x23, 0x24], 300],
  ] as const) {
    const { groups, faults } = await clock.run(poll(place(bus, pylontech, address), analog));
    expect(faults).toEqual({});
    expect(recordsIn(groups.analog, 'packs').map((pack) => pack.address)).toEqual(packs);
    expect(groups.analog).toMatchObject({ full_capacity: capacity });
  }
  await clock.run(close());
});
