import { describe, expect, test } from 'vitest';
import { wired } from '../../test/iec62056/wired.ts';
import { dataSets } from './dataset.ts';
import { fastRead } from './fast-read.ts';
import { type Meter, meter } from './meter.ts';
import { obisName, obisOf } from './obis.ts';
import { ENERGOMERA, GENERIC, groupOf, nameValues, optionsOf, profileOf } from './profiles.ts';
import { programming } from './session.ts';

describe('OBIS', () => {
  test.each([
    ['1-0:1.8.0', 'active_energy_import_total', 'kWh'],
    ['1.8.1', 'active_energy_import_t1', 'kWh'],
    ['1-0:1.8.4*255', 'active_energy_import_t4', 'kWh'],
    ['2.8.0', 'active_energy_export_total', 'kWh'],
    ['15.8.0', 'active_energy_total', 'kWh'],
    ['5.8.2', 'reactive_energy_q1_t2', 'kvarh'],
    ['1.8.1&12', 'active_energy_import_t1_before_12', 'kWh'],
    ['1.8.0*01', 'active_energy_import_total_before_1', 'kWh'],
    ['1.7.0', 'active_power_import', 'kW'],
    ['21.7.0', 'active_power_import_l1', 'kW'],
    ['62.7.0', 'active_power_export_l3', 'kW'],
    ['1.6.0', 'max_active_power_import_total', 'kW'],
    ['32.7.0', 'voltage_l1', 'V'],
    ['52.7.0', 'voltage_l2', 'V'],
    ['71.7.0', 'current_l3', 'A'],
    ['33.7.0', 'power_factor_l1', ''],
    ['14.7.0', 'frequency', 'Hz'],
    ['0.9.1', 'clock_time', ''],
    ['C.1.0', 'serial_number', ''],
    ['F.F', 'error_register', ''],
    ['0-0:96.1.0', 'serial_number', ''],
  ])('%s is %s', (address, name, unit) => {
    expect(obisName(address)).toMatchObject({ name, unit });
  });

  test.each(['VOLTA', '', '1', '99.99.99', '1-0:1.8.0.1.2', '600104FF'])('%j has no name', (address) => {
    expect(obisName(address)).toBeUndefined();
  });

  test('an identification is taken apart', () => {
    expect(obisOf('1-0:32.7.0*255')).toEqual({ a: 1, b: 0, c: '32', d: '7', e: '0', f: 255 });
  });
});

describe('a list with names', () => {
  test('keeps zeros of texts and reads numbers', () => {
    const sets = dataSets(
      '1-0:0.9.1(015658)\r\n1-0:1.8.0(010192.57*kWh)\r\n1.6.0(007.072*kW)(2105281430)\r\nX(001)',
    );
    expect(nameValues(GENERIC, sets).map(({ name, value, unit, more }) => [name, value, unit, more])).toEqual(
      [
        ['clock_time', '015658', '', []],
        ['active_energy_import_total', 10192.57, 'kWh', []],
        ['max_active_power_import_total', 7.072, 'kW', ['2105281430']],
        ['X', '001', '', []],
      ],
    );
  });
});

describe('Energomera', () => {
  const registers: Readonly<Record<string, string>> = {
    SNUMB: 'SNUMB(009112050005623)\r\n',
    ET0PE: 'ET0PE(00034.94)\r\n(00030.11)\r\n(00004.83)\r\n',
    VOLTA: 'VOLTA(228.93)(230.01)(0.00)\r\n',
    CURRE: 'CURRE(0.402)\r\n',
  };
  const ce = (): Meter =>
    meter({
      identification: 'EKT5CE303v11',
      address: '141628345',
      operand: '141628345',
      check: 'sum7',
      password: '777777',
      openReading: true,
      errors: { unknown: 'ERR12' },
      get: ({ address, value }) => {
        if (address === 'GROUP')
          return { text: value.replace(/(\w+)\(\)/g, (_, name: string) => registers[name] ?? '') };
        const text = registers[address];
        return text === undefined ? undefined : { text };
      },
    });

  test('is known by its identification', () => {
    expect(profileOf({ manufacturer: 'EKT' })).toBe(ENERGOMERA);
    expect(profileOf({ manufacturer: 'ISK' })).toBe(GENERIC);
  });

  test('all registers that the meter has', async () => {
    const out = await wired(
      () =>
        programming(optionsOf(ENERGOMERA, { address: '141628345' }), function* (session) {
          const sets = [];
          for (const address of Object.keys(registers)) sets.push(...(yield* session.read(address)).sets);
          return nameValues(ENERGOMERA, sets);
        }),
      ce(),
    );
    expect(out.result?.map(({ name, value, unit }) => `${name}=${value}${unit}`)).toEqual([
      'serial_number=009112050005623',
      'total=34.94kWh',
      't1=30.11kWh',
      't2=4.83kWh',
      'voltage_l1=228.93V',
      'voltage_l2=230.01V',
      'voltage_l3=0V',
      'current_l1=0.402A',
    ]);
  });

  test('an error has a meaning', async () => {
    const out = await wired(
      () => programming(optionsOf(ENERGOMERA), (session) => session.read('TEMPR')),
      ce(),
    );
    expect(out.fault).toMatchObject({ objection: 'error', answer: 'ERR12' });
    expect(ENERGOMERA.errors.ERR12).toBe('unknown parameter');
  });

  test('one register without a session', async () => {
    const out = await wired(
      () =>
        fastRead(
          { ...optionsOf(ENERGOMERA, { address: '141628345' }), baud: { policy: 'fixed', baud: 300 } },
          'CURRE()',
        ),
      ce(),
    );
    expect(out.result?.text).toBe('CURRE(0.402)\r\n');
    const other = await wired(
      () =>
        fastRead(
          { ...optionsOf(ENERGOMERA, { address: '7' }), baud: { policy: 'fixed', baud: 300 } },
          'CURRE()',
        ),
      ce(),
    );
    expect(other.fault).toMatchObject({ code: 'timeout' });
  });

  test('a group is asked at once', () => {
    expect(groupOf(['CURRE', 'VOLTA'])).toBe('GROUP(CURRE()VOLTA())');
    const options = { ...optionsOf(ENERGOMERA), baud: { policy: 'fixed', baud: 300 } } as const;
    return wired(() => fastRead(options, groupOf(['CURRE', 'VOLTA'])), ce()).then(({ result }) => {
      expect(result?.sets.map(({ address, values }) => [address, values.length])).toEqual([
        ['CURRE', 1],
        ['VOLTA', 3],
      ]);
    });
  });
});
