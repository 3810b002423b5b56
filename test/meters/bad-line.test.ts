import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/core/device.ts';
import energomera from '../../src/devices/energomera/energomera.ts';
import generic from '../../src/devices/other/iec62056.ts';
import mt3 from '../../src/devices/neva/mt3xx.ts';
import { rig } from './rig.ts';

/** What goes wrong between a reader and any of these meters: right values or a fault with a name, and an end in time. */

const METERS: readonly (readonly [string, Device, string])[] = [
  ['neva-mt3xx', mt3, 'energy'],
  ['energomera', energomera, 'energy'],
  ['iec62056', generic, 'energy'],
];

/** A device that has learnt nothing yet. */
const fresh = (device: Device): Device => device.access?.through({}) ?? device;

/** Milliseconds that one reading may take at worst: two attempts at two rates, with all repeats of a slow list. */
const WORST = 120_000;

describe.each(METERS)('%s', (_, device, group) => {
  it.each([
    ['split', 'an answer cut into pieces by a TCP box is put together', 'right'],
    ['duplicate', 'an answer that comes twice is one', 'either'],
    ['noise', 'noise in front of every answer', 'either'],
    ['flip', 'one bit of every answer flipped', 'fault'],
    ['cut', 'the second half of every answer is lost', 'fault'],
    ['garbage', 'nothing but garbage comes, as behind a change to the wrong rate', 'fault'],
    ['late', 'every answer comes too late', 'fault'],
    ['silence', 'nothing comes', 'fault'],
    ['block-check', 'every block check is wrong', 'fault'],
    ['mute', 'the meter is silent in mid-session', device === generic ? 'right' : 'fault'],
    ['break', 'every answer is a break', 'fault'],
  ] as const)('%s: %s', async (fault, _what, expected) => {
    const line = rig([{ device, faults: [[fault, 1]] }]);
    const truth = line.site.stations[0]?.readings()[group];
    const began = line.clock.now();
    const { groups, faults } = await line.read(fresh(device), [group]);
    expect(line.clock.now() - began).toBeLessThan(WORST);
    const found = groups[group];
    if (expected === 'right') expect(faults).toEqual({});
    if (expected === 'fault')
      expect(faults[group]?.code).toMatch(/^(timeout|checksum|format|length|refused)$/);
    for (const [name, value] of Object.entries(found ?? {})) {
      // The counter may have gone on by a step while it was read
      expect(Math.abs(Number(value) - Number(truth?.[name]))).toBeLessThan(0.02);
    }
    // Nothing is left behind but the simulator's own second and the bus
    await line.clock.run(line.bus.close());
    line.site.stop();
    await line.clock.advance(10_000);
    expect(line.clock.pending).toBe(0);
  });
});

describe.each(METERS.slice(0, 2))('%s: a wrong password', (_, device, group) => {
  it.each([
    ['error', /refused the password/],
    ['nak', /refused the password with NAK/],
    ['break', /refused the password with a break/],
    ['silent', /silent to the password/],
  ] as const)('that is answered by %s is refused, after one try', async (how, message) => {
    const line = rig([{ device, options: { password: '87654321', 'on-wrong-password': how } }]);
    const wrong = device.access?.through({ password: '11111111' }) ?? device;
    const { faults } = await line.read(wrong, [group]);
    expect(faults[group]).toMatchObject({ code: 'refused' });
    expect(faults[group]?.message).toMatch(message);
    const tries = line.asked.filter((one) => one.includes('P1(11111111)')).length;
    expect(tries).toBe(1);
  });
});

it('meters of three makers share one line, each answers to its own address', async () => {
  const neva = fresh(mt3);
  const ce = fresh(energomera);
  const list = fresh(generic);
  const line = rig([
    { device: neva, address: 201, options: { preset: 'mt324.1106' } },
    { device: ce, address: 141628345 },
    { device: list, address: 77, options: { preset: 'e350' } },
  ]);
  const first = await line.read(neva, ['energy'], 201);
  const second = await line.read(ce, ['instant'], 141628345);
  const third = await line.read(list, ['instant'], 77);
  const again = await line.read(neva, ['clock'], 201);
  expect([first, second, third, again].map(({ faults }) => faults)).toEqual([{}, {}, {}, {}]);
  expect(second.groups.instant).toMatchObject({ voltage_l1: 237.58 });
  expect(third.groups.instant).toMatchObject({ voltage_l1: 241 });
  const nobody = await line.read(list, ['instant'], 78);
  expect(nobody.faults.instant).toMatchObject({ code: 'timeout' });
});
