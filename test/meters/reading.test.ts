import { describe, expect, it } from 'vitest';
import energomera from '../../src/devices/energomera/energomera.ts';
import generic from '../../src/devices/other/iec62056.ts';
import { rig } from './rig.ts';
import { openBus } from '../../src/core/bus/bus.ts';
import { ascii } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';

describe('Energomera', () => {
  it('reads all groups in one session, by sums and the password from the factory', async () => {
    const { read, asked } = rig([{ device: energomera, options: { preset: 'ce301' } }]);
    const { groups, faults } = await read(energomera, ['energy', 'instant', 'clock']);
    expect(faults).toEqual({});
    expect(asked.filter((one) => one.includes('/?!'))).toHaveLength(1);
    expect(asked).toContain('9600 P1(777777)!');
    expect(groups.energy).toMatchObject({ t2: 3628.2, t3: 1775.4 });
    // kW on the wire, W here
    expect(groups.instant).toMatchObject({ active_power: 500, active_power_l2: 400, voltage_l3: 234.7 });
    expect(groups.clock).toMatchObject({ date: '2026-11-20' });
    expect(groups.clock?.time).toMatch(/^10:00:0\d$/);
  });

  it('asks a register that the meter does not have once', async () => {
    const { read, asked } = rig([{ device: energomera }]);
    const first = await read(energomera, ['instant']);
    expect(first.faults).toEqual({});
    // CE102M has one phase: no powers of phases, one bracket of the others
    expect(Object.keys(first.groups.instant ?? {})).toEqual([
      'voltage_l1',
      'current_l1',
      'active_power',
      'power_factor',
      'frequency',
    ]);
    await read(energomera, ['instant']);
    expect(asked.filter((one) => one.includes('POWPP'))).toHaveLength(1);
  });

  it('reads a group without a session by one question, and by its address', async () => {
    const { read, asked, clock } = rig([{ device: energomera, address: 141628345 }]);
    const fast = energomera.access?.through({ session: 'no' }) ?? energomera;
    const began = clock.now();
    const { groups } = await read(fast, ['clock'], 141628345);
    expect(groups.clock).toMatchObject({ date: '2026-11-20' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('/?141628345!R1GROUP(DATE_()TIME_())');
    // 200 ms of silence before, 33 + 38 characters of 1.04 ms, 30 ms of the meter
    expect(clock.now() - began).toBeLessThan(350);
    const other = await read(fast, ['clock'], 7);
    expect(other.faults.clock).toMatchObject({ code: 'timeout' });
  });

  it('another maker is refused by name', async () => {
    const { read } = rig([{ device: generic, options: { optical: 'no' } }]);
    const { faults } = await read(energomera, ['energy']);
    expect(faults.energy).toMatchObject({ code: 'format' });
    expect(faults.energy?.message).toContain('ISK5\\2MT382-1008 is no meter of Energomera');
  });
});

describe('a meter with a list', () => {
  it('reads all groups from one list at an optical head, and the identification when it was seen twice', async () => {
    const line = rig([{ device: generic, options: { optical: 'yes', preset: 'e350' } }], 300);
    const { groups, faults } = await line.read(generic);
    expect(faults).toEqual({});
    expect(groups.identity).toEqual({
      identification: 'LGZ4ZMF100AC.M26',
      serial_number: '13647123',
      device_address: '120858',
      firmware: 'M26',
      error_register: '00',
    });
    expect(groups.energy).toEqual({
      total: 61561.289,
      t1: 42951.721,
      t2: 18609.568,
      exported_total: 10.49,
      exported_t1: 0.302,
      exported_t2: 10.188,
      absolute_total: 61571.78,
    });
    expect(groups.instant).toEqual({
      voltage_l1: 241,
      voltage_l2: 243,
      voltage_l3: 242,
      current_l1: 0.35,
      current_l2: 0.52,
      current_l3: 0.47,
    });
    expect(groups.max_power).toEqual({});
    expect(line.asked.filter((one) => one === '300 /?!')).toHaveLength(2);
    // The list is acknowledged at the rate that was agreed on
    expect(line.asked.at(-1)).toBe('4800 ');
  });

  it('kW become W exactly; without a unit nothing is believed', async () => {
    const line = rig([
      {
        device: generic,
        options: { optical: 'no' },
        set: [
          ['1.7.0', '001.001*kW'],
          ['1.8.0', '000123.45'],
          ['1.6.0', '7072*W'],
          ['32.7.0', '230.1*A'],
        ],
      },
    ]);
    const { groups } = await line.read(generic, ['energy', 'instant', 'max_power', 'readout']);
    expect(groups.instant).toEqual({ active_power: 1001 });
    expect(groups.energy).not.toHaveProperty('total');
    expect(groups.max_power).toEqual({ max_power: 7072 });
    expect(groups.readout?.registers).toContainEqual({
      address: '1-0:1.8.0',
      name: 'active_energy_import_total',
      written: '000123.45',
    });
  });

  it('single registers by OBIS in a programming session', async () => {
    const line = rig([{ device: generic, options: { optical: 'no', preset: 'e350' } }]);
    const some = generic.access?.through({ registers: '1.8.0,32.7,9.9.9', password: '00000000' }) ?? generic;
    const { groups, faults } = await line.read(some, ['energy', 'instant']);
    expect(faults).toEqual({});
    expect(groups).toEqual({ energy: { total: 61561.289 }, instant: { voltage_l1: 241 } });
    // Without E as it was asked, at the rate that this meter offers; the block check is left out
    expect(line.asked.filter((one) => one.includes('R1')).map((one) => one.replace(/\).*/, ')'))).toEqual([
      '4800 R11.8.0()',
      '4800 R132.7()',
      '4800 R19.9.9()',
    ]);
  });

  it('hears the list of a meter that sends by itself (mode D)', async () => {
    const clock = virtualClock();
    const wire = memoryLine(clock, { line: line(2400, '7E1'), fixed: true });
    const bus = openBus(wire.link, line(2400, '7E1'), clock, { random: () => 0.5 });
    const heard = bus.overhear(() => {
      if (generic.overhear === undefined) throw new Error('cannot be overheard');
      return generic.overhear(0);
    });
    clock.after(3_000, () => {
      void wire.far.write(ascii('/ABC3MT1\r\n\r\n1.8.0(000012.34*kWh)\r\n!\r\n'));
    });
    expect(await clock.run(heard)).toEqual({
      group: 'readout',
      values: {
        registers: [
          { address: '1.8.0', name: 'active_energy_import_total', written: '000012.34', unit: 'kWh' },
        ],
      },
    });
    await clock.run(bus.close());
  });

  it('settings that are none, or cannot be sent, are refused', () => {
    const through = (settings: Record<string, string>) => () => generic.access?.through(settings);
    expect(through({ pasword: 'x' })).toThrow(/did you mean 'password'/);
    expect(through({ password: '(1)' })).toThrow(/cannot be sent/);
    expect(through({ list: '5' })).toThrow(/expected one of 0, 6, 7, 8, 9/);
    expect(through({ registers: '1.8.0,(' })).toThrow(/cannot be sent/);
  });
});

describe('the simulated meter', () => {
  it('counts by its power in steps of its register', async () => {
    const line = rig([{ device: energomera, set: [['active_power', 3600]] }]);
    const before = (await line.read(energomera, ['energy'])).groups.energy;
    await line.clock.advance(100_000);
    const after = (await line.read(energomera, ['energy'])).groups.energy;
    // 3.6 kW for 100 s are 0.1 kWh; reading takes a second
    expect(Number(after?.total) - Number(before?.total)).toBeCloseTo(0.1, 5);
    expect(Number(after?.t1) - Number(before?.t1)).toBeCloseTo(0.1, 5);
    expect(after?.t2).toBe(before?.t2);
  });
});
