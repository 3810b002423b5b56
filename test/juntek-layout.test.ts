import { describe, expect, test } from 'vitest';
import { ascii } from '../src/core/bytetext.ts';
import type { Device } from '../src/core/device.ts';
import type { Values } from '../src/core/snapshot.ts';
import kg from '../src/devices/juntek/kg.ts';
import kh from '../src/devices/juntek/kh.ts';
import { lineOf } from '../src/protocols/juntek/index.ts';
import { proofs } from './every-device/captures.ts';
import { converse } from './every-device/converse.ts';

/** What the numbers mean, where other programs and even manuals say otherwise: the captures prove it by arithmetic. */

const readings = (id: string): Values[] =>
  proofs
    .filter(({ device }) => device.id === id)
    .flatMap(({ replies }) =>
      replies.flatMap(({ expected }) => (expected?.group === 'measured' ? [expected.values] : [])),
    );

const read = (
  device: Device,
  group: 'measured' | 'configured',
  body: string,
): ReturnType<typeof converse<Values>> => {
  const number = group === 'measured' ? 50 : 51;
  const found = device.groups.find(({ name }) => name === group);
  if (found === undefined) throw new Error(group);
  return converse(found.read(1), () => [ascii(lineOf(':r', number, 1, body))]);
};

describe('disputes', () => {
  test('direction 0 is discharging: the time left is charge ÷ current, to empty', () => {
    // KG140F of ldiegos: 124.123 Ah ÷ 0.93 A × 60 = 8007.9; manual: 5.408 ÷ 2.00 × 60 = 162.2; KL: 27.728 ÷ 0.03 × 60 = 55456
    const out = [...readings('juntek-kg'), ...readings('juntek-kl')].filter(
      ({ direction }) => direction === 'discharging',
    );
    expect(out.length).toBeGreaterThanOrEqual(3);
    for (const { remaining_capacity, current, time_remaining } of out) {
      const minutes = (Number(remaining_capacity) / -Number(current)) * 60;
      expect(Math.abs(minutes - Number(time_remaining))).toBeLessThan(1);
    }
  });

  test('direction 1 is charging: the time left is to full', () => {
    // juntek_kg: (420.0 − 416.983) Ah ÷ 54.1 A × 60 = 3.3; myjuntek485: (20.0 − 16.022) ÷ 0.20 × 60 = 1193.4
    for (const [full, time] of [
      [420, 3],
      [20, 1193],
    ] as const) {
      const found = readings('juntek-kg').find(({ time_remaining }) => time_remaining === time);
      expect(found?.direction).toBe('charging');
      expect(Math.floor(((full - Number(found?.remaining_capacity)) / Number(found?.current)) * 60)).toBe(
        time,
      );
    }
  });

  test('the counters of a KG: charge in, by both captures of one meter, at the voltage of its battery', () => {
    const [before, after] = [857439, 869319].map((time) =>
      readings('juntek-kg').find(({ running_time }) => running_time === time),
    );
    const change = (name: string): number => Number(after?.[name]) - Number(before?.[name]);
    // +3.932 Ah stored and +0.207 Ah drawn are 4.139 Ah put in; +68.46 Wh ÷ 4.139 Ah = 16.54 V
    const volts = change('charged_energy') / (change('remaining_capacity') + change('discharged_capacity'));
    expect(volts).toBeCloseTo(16.54, 2);
    expect(change('running_time')).toBe(11_880);
  });

  test('energy is Wh = raw ÷ 100: 557.26 Wh ÷ 40.412 Ah = 13.79 V of a battery at 13.78 V', () => {
    const found = readings('juntek-kl').find(({ voltage }) => voltage === 13.78);
    expect(Number(found?.charged_energy) / Number(found?.discharged_capacity)).toBeCloseTo(13.79, 2);
  });

  test('energy of a KH is Wh = raw ÷ 100: as kWh ÷ 1000, 298 s would have needed 33 kW', () => {
    const found = readings('juntek-kh').find(({ running_time }) => running_time === 298);
    const watts = (Number(found?.discharged_energy) / 298) * 3600;
    expect(watts).toBeCloseTo(332, 0);
    expect(watts * 100).toBeGreaterThan(33_000);
  });

  test('voltage comes first, current second', () => {
    expect(read(kg, 'measured', '1342,20,16022,52,71,43,123,0,99,1,1193,13392,')).toMatchObject({
      value: { voltage: 13.42, current_magnitude: 0.2 },
    });
  });

  test('the end of the settings: reserved, relay, current ratio; other programs are one place off', () => {
    expect(read(kg, 'configured', '0,0,0,0,0,100,0,0,4200,100,100,100,7,1,3,')).toMatchObject({
      value: { reserved_12: 7, relay_type: 'normally_closed', current_ratio: 3 },
    });
  });

  test.each([
    [79, -21],
    [80, -20],
    [100, 0],
    [134, 34],
    [210, 110],
    [78, undefined],
  ])('temperature %i is %s °C', (raw, celsius) => {
    const inspector = kg.inspector();
    const [found] = inspector.push(ascii(lineOf(':r', 50, 1, `1342,20,16022,52,71,43,${raw},0,0,1,1193,0,`)));
    expect(found?.verdict).toBe('ok');
    expect(found?.values?.temperature).toBe(celsius);
  });
});

describe('field counts', () => {
  const settings = '0,0,0,0,0,100,0,0,4200,100,100,100,0,0,1,';
  const tail = '100,0,1260,1000,20,20,255,0,0,0,15,';
  const khSettings = settings.replace('0,0,0,0,0,100,', '0,0,0,0,0,255,');

  test.each([
    [14, settings.replace(/1,$/, ''), false],
    [15, settings, true],
    [16, `${settings}12,`, true],
    [17, `${settings}12,13,`, true],
    [18, `${settings}12,13,14,`, false],
  ])('settings of a KG: %i', (_, body, good) => {
    expect('value' in read(kg, 'configured', body)).toBe(good);
  });

  test.each([
    [24, tail.replace('0,0,15,', '0,'), false],
    [25, tail.replace(/15,$/, ''), true],
    [26, tail, true],
  ])('settings of a KH: %i', (count, end, good) => {
    const body = khSettings + end;
    expect(body.split(',')).toHaveLength(count + 1);
    expect('value' in read(kh, 'configured', body)).toBe(good);
  });

  test.each([
    ['output status', '1342,20,16022,52,71,43,123,0,57,1,1193,0,'],
    ['direction', '1342,20,16022,52,71,43,123,0,0,2,1193,0,'],
    ['temperature below 60', '1342,20,16022,52,71,43,59,0,0,1,1193,0,'],
    ['temperature above 230', '1342,20,16022,52,71,43,231,0,0,1,1193,0,'],
    ['11 values', '1342,20,16022,52,71,43,123,0,0,1,1193,'],
    ['13 values', '1342,20,16022,52,71,43,123,0,0,1,1193,0,0,'],
  ])('measurements of a KG with a wrong %s are refused', (_, body) => {
    expect(read(kg, 'measured', body)).toMatchObject({ fault: { code: 'format' } });
  });
});
