import { describe, expect, test } from 'vitest';
import { ascii, text } from '../../core/bytetext.ts';
import type { Values } from '../../core/snapshot.ts';
import type { Station, StationOptions } from '../../core/station.ts';
import kg from '../../devices/juntek/kg.ts';

/** What a W instruction does to the simulated module. */

const make = (options: Partial<StationOptions> = {}, device = kg): Station =>
  device.station({ address: 1, random: () => 0.5, ...options });

const ask = (station: Station, request: string): string =>
  station
    .hear(ascii(request))
    .map((one) => text(one.bytes))
    .join('');

const values = (answer: string): number[] => answer.split(',').slice(2, -1).map(Number);

const run = (station: Station, seconds: number, current: number, voltage = 13, temperature = 25): void => {
  for (let second = 0; second < seconds; second++)
    station.tick(1, { current, voltage, temperature, date: 0 });
};

const measured = (station: Station): Values => station.readings().measured ?? {};

describe('writes', () => {
  test.each([
    ['result', ':w28=1,0,\\r\\n'],
    ['echo', ':w28=1,216,2000,\\r\\n'],
    ['none', ''],
  ])('are answered as %s', (shape, answer) => {
    const station = make({ options: { 'write-reply': shape } });
    expect(ask(station, ':W28=1,216,2000,\n')).toBe(answer);
    expect(station.readings().configured?.full_capacity).toBe(200);
  });

  test('the echo of a 0 has the check sum 0 that was sent', () => {
    expect(ask(make({ options: { 'write-reply': 'echo' } }), ':W34=1,0,0,\n')).toBe(':w34=1,0,0,\\r\\n');
  });

  test('outside the range are ignored and not answered', () => {
    const station = make();
    expect(ask(station, `:W60=1,${(101 % 255) + 1},101,\n`)).toBe('');
    expect(ask(station, `:W20=1,${(12100 % 255) + 1},12100,\n`)).toBe('');
    expect(ask(station, ':W10=1,3,2,\n')).toBe('');
    expect(ask(station, ':W10=1,\n')).toBe('');
  });

  test('W60 sets the remaining capacity: 80 % of 100 Ah', () => {
    const station = make();
    ask(station, ':W60=1,81,80,\n');
    expect(measured(station)).toMatchObject({ remaining_capacity: 80, soc: 80 });
  });

  test('W61 takes an offset of the sensor away, and falsifies where a current flows', () => {
    const station = make();
    run(station, 1, 0.4);
    ask(station, ':W61=1,2,1,\n');
    expect(measured(station).current).toBe(0);
    run(station, 1, 0.4);
    expect(measured(station).current).toBe(0);
    run(station, 1, -10);
    expect(measured(station).current).toBe(-10.4);
  });

  test('W62 clears counters and running time, and nothing else', () => {
    const station = make({
      values: { measured: { discharged_capacity: 7, charged_energy: 8, running_time: 9 } },
    });
    ask(station, ':W62=1,2,1,\n');
    expect(measured(station)).toMatchObject({
      discharged_capacity: 0,
      charged_energy: 0,
      running_time: 0,
      remaining_capacity: 50,
    });
  });

  test('W01 moves the address; the answer comes from the old one', () => {
    const station = make();
    expect(ask(station, ':W01=1,8,7,\n')).toBe(':w01=1,0,\\r\\n');
    expect(station.address).toBe(7);
    expect(ask(station, ':R50=1,\n')).toBe('');
    expect(ask(station, ':R50=7,\n')).toMatch(/^:r50=7,/);
  });

  test('to everybody are obeyed in silence', () => {
    const station = make({ address: 9 });
    expect(ask(station, ':W01=0,4,3,\n')).toBe('');
    expect(station.address).toBe(3);
  });

  test('W35 brings back what it left the factory with', () => {
    const station = make();
    ask(station, ':W28=1,216,2000,\n');
    ask(station, ':W20=1,216,2000,\n');
    ask(station, ':W35=1,2,1,\n');
    expect(station.readings().configured).toMatchObject({
      full_capacity: 100,
      over_voltage_protection: null,
    });
  });

  test('a curve scale is not shown by a firmware that reports none', () => {
    const station = make();
    expect(ask(station, ':W38=1,4,3,\n')).not.toBe('');
    expect(values(ask(station, ':R51=1,\n'))).toHaveLength(15);
  });
});
