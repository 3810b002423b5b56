import { describe, expect, test } from 'vitest';
import { ascii, text } from '../../core/bytetext.ts';
import type { Values } from '../../core/snapshot.ts';
import type { Station, StationOptions } from '../../core/station.ts';
import kg from '../../devices/juntek/kg.ts';
import kh from '../../devices/juntek/kh.ts';

/** The simulated module, hour by hour: what it answers, what it measures, what trips. */

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

describe('answers', () => {
  const R00 = ':r00=1,230,2140,116,6,\\r\\n'.replace('230', String(((2140 + 116 + 6) % 255) + 1));

  test.each([
    ':R00=1,2,1,\r\n',
    ':R00=1,2,1,\n',
    ':R00=1,\n',
    ':R00=01.\r\n',
    ':R00=1,0,1,\r\n',
    'noise:R00=1,2,1,\n',
  ])('to %j', (request) => {
    expect(ask(make(), request)).toBe(R00);
  });

  test.each([
    ['another address', ':R00=2,2,1,\n'],
    ['a wrong check sum', ':R00=1,3,1,\n'],
    ['an unknown function', ':R53=1,2,1,\n'],
    ['an answer', ':r00=1,217,2140,110,6,\n'],
    ['an unknown write', ':W33=1,2,1,\n'],
    ['everybody', ':R00=0,2,1,\n'],
    ['no line end', ':R00=1,2,1,'],
  ])('not to %s', (_, request) => {
    expect(ask(make(), request)).toBe('');
  });

  test('to everybody when told so, from its own address', () => {
    expect(ask(make({ options: { broadcast: 'answer' } }), ':R00=00.\r\n')).toBe(R00);
  });

  test('after 5 to 30 ms, or a fixed time', () => {
    const after = (random: number, options = {}): number | undefined =>
      make({ random: () => random, options }).hear(ascii(':R00=1,\n'))[0]?.after;
    expect([after(0), after(0.5), after(1)]).toEqual([5, 17.5, 30]);
    expect(after(0.5, { latency: '200' })).toBe(200);
  });

  test('field counts: 12 and 15 of a KG, 17 with curve scales, 14 and 26 of a KH', () => {
    expect(values(ask(make(), ':R50=1,\n'))).toHaveLength(12);
    expect(values(ask(make(), ':R51=1,\n'))).toHaveLength(15);
    const curves = make({ values: { configured: { voltage_curve_scale: 12, current_curve_scale: 13 } } });
    expect(values(ask(curves, ':R51=1,\n')).slice(-2)).toEqual([12, 13]);
    expect(values(ask(make({}, kh), ':R50=1,\n'))).toHaveLength(14);
    expect(values(ask(make({}, kh), ':R51=1,\n'))).toHaveLength(26);
  });

  test('two requests in one chunk are both answered; one in two chunks once', () => {
    const station = make();
    expect(station.hear(ascii(':R50=1,\n:R51=1,\n'))).toHaveLength(2);
    expect(station.hear(ascii(':R50='))).toHaveLength(0);
    expect(station.hear(ascii('1,\n'))).toHaveLength(1);
  });

  test('unknown options and fields are refused with what there is', () => {
    expect(() => make({ options: { 'write-reply': 'ok' } })).toThrow(
      "unknown option 'write-reply=ok': expected write-reply=result|echo|none, broadcast=silent|answer, off-code=255|99, latency=MILLISECONDS",
    );
    expect(() => make().set('voltag', 1)).toThrow(/no field 'voltag' to set: expected one of model_code, /);
  });
});

describe('an hour of a battery', () => {
  test('discharging at 10 A and 13 V: charge falls, only the discharge counter rises', () => {
    const station = make({ values: { measured: { remaining_capacity: 50 } } });
    run(station, 1800, -10);
    // 10 A × 0.5 h = 5 Ah
    expect(measured(station)).toMatchObject({
      voltage: 13,
      current: -10,
      power: -130,
      remaining_capacity: 45,
      discharged_capacity: 5,
      charged_energy: 0,
      running_time: 1800,
      direction: 'discharging',
      soc: 45,
      temperature: 25,
    });
  });

  test('charging at 20 A and 14 V: charge and charged energy rise, the discharge counter stands', () => {
    const station = make({ values: { measured: { remaining_capacity: 50, discharged_capacity: 3 } } });
    run(station, 900, 20, 14);
    // 20 A × 0.25 h = 5 Ah; 14 V × 5 Ah = 70 Wh
    expect(measured(station)).toMatchObject({
      remaining_capacity: 55,
      discharged_capacity: 3,
      charged_energy: 70,
    });
    expect(measured(station)).toMatchObject({ direction: 'charging', current: 20 });
  });

  test('a KH counts both energies: 13 V × 5 Ah = 65 Wh out', () => {
    const station = make({}, kh);
    run(station, 1800, -10);
    expect(measured(station)).toMatchObject({ discharged_energy: 65, charged_energy: 0 });
  });

  test('charge stays between empty and full', () => {
    const station = make({ values: { measured: { remaining_capacity: 99.999 } } });
    run(station, 10, 30);
    expect(measured(station).remaining_capacity).toBe(100);
    station.set('measured.remaining_capacity', 0.001);
    run(station, 10, -30);
    expect(measured(station).remaining_capacity).toBe(0);
  });

  test('time left follows the current late, and is none at rest', () => {
    const station = make({ values: { measured: { remaining_capacity: 50 } } });
    run(station, 600, -10);
    const steady = Number(measured(station).time_remaining);
    // 50 Ah − 10 A × 600 s = 48.33 Ah; ÷ 10 A = 4.833 h = 290 min
    expect(steady).toBe(290);
    run(station, 1, -20);
    const after = Number(measured(station).time_remaining);
    // A thirtieth of the step of 10 A was followed: 48.33 Ah ÷ 10.33 A = 281 min, not 145.
    expect(after).toBe(281);
    run(station, 300, -20);
    expect(Number(measured(station).time_remaining)).toBeLessThan(145);
    run(station, 600, 0);
    expect(measured(station).time_remaining).toBeNull();
  });

  test('resistance changes on load steps only: 0.2 V over 20 A is 10 mΩ', () => {
    const station = make();
    run(station, 5, -10, 13);
    const before = measured(station).internal_resistance;
    run(station, 1, -30, 12.8);
    expect(measured(station).internal_resistance).toBe(10);
    run(station, 5, -30.1, 12.7);
    expect(measured(station).internal_resistance).toBe(10);
    expect(before).not.toBe(10);
  });

  test('inside one second every answer is the same', () => {
    const station = make();
    run(station, 5, -10);
    const first = ask(station, ':R50=1,\n');
    station.tick(0.4, { current: -50, voltage: 12, temperature: 30, date: 0 });
    expect(ask(station, ':R50=1,\n')).toBe(first);
    station.tick(0.6, { current: -50, voltage: 12, temperature: 30, date: 0 });
    expect(ask(station, ':R50=1,\n')).not.toBe(first);
  });

  test('a temperature of -21 °C is sent as 79', () => {
    const station = make();
    run(station, 1, 0, 13, -21);
    expect(values(ask(station, ':R50=1,\n'))[6]).toBe(79);
  });

  test('the clock of a KH runs once it was set, over midnight and the end of February', () => {
    const station = make({}, kh);
    run(station, 5, 0);
    expect(measured(station)).not.toHaveProperty('clock');
    station.set('measured.date', 240228);
    station.set('measured.time', 235959);
    run(station, 1, 0);
    expect(measured(station).clock).toBe('2024-02-29T00:00:00');
  });
});

describe('protections', () => {
  const guarded = (limits: Values): Station =>
    make({ values: { configured: { protection_delay: 3, protection_recovery_time: 5, ...limits } } });

  test.each([
    ['over_voltage', { over_voltage_protection: 14 }, [0, 15, 25]],
    ['under_voltage', { under_voltage_protection: 12 }, [0, 11, 25]],
    ['over_current', { over_current_protection: 50 }, [-60, 13, 25]],
    ['reverse_over_current', { reverse_over_current_protection: 50 }, [60, 13, 25]],
    ['over_power', { over_power_protection: 500 }, [-50, 13, 25]],
    ['over_temperature', { over_temperature_protection: 60 }, [0, 13, 61]],
  ] as const)(
    '%s trips after the delay, recovers after the recovery time',
    (status, limits, [current, voltage, temperature]) => {
      const station = guarded(limits);
      const states: unknown[] = [];
      for (let second = 0; second < 4; second++) {
        run(station, 1, current, voltage, temperature);
        states.push(measured(station).output);
      }
      expect(states).toEqual(['on', 'on', 'on', status]);
      run(station, 4, 0, 13, 25);
      expect(measured(station).output).toBe(status);
      run(station, 1, 0, 13, 25);
      expect(measured(station).output).toBe('on');
      // The next trip waits for the whole delay again.
      run(station, 3, current, voltage, temperature);
      expect(measured(station).output).toBe('on');
      run(station, 1, current, voltage, temperature);
      expect(measured(station).output).toBe(status);
    },
  );

  test('a passing peak does not trip', () => {
    const station = guarded({ over_voltage_protection: 14 });
    for (let peak = 0; peak < 5; peak++) {
      run(station, 3, 0, 15);
      run(station, 1, 0, 13);
    }
    expect(measured(station).output).toBe('on');
  });

  test('without recovery time it stays off until switched on again; meanwhile nothing is counted', () => {
    const station = guarded({ over_voltage_protection: 14, protection_recovery_time: 0 });
    run(station, 4, 10, 15);
    const { running_time, remaining_capacity } = measured(station);
    run(station, 100, 10, 13);
    expect(measured(station)).toMatchObject({ output: 'over_voltage', running_time, remaining_capacity });
    ask(station, ':W10=1,2,1,\n');
    run(station, 1, 10, 13);
    expect(measured(station)).toMatchObject({ output: 'on', running_time: Number(running_time) + 1 });
  });

  test('switched off: 255, or 99; the current may go on in the numbers', () => {
    const station = make();
    ask(station, ':W10=1,0,0,\n');
    run(station, 10, -5);
    expect(measured(station)).toMatchObject({
      output: 'off',
      output_code: 255,
      current: -5,
      running_time: 0,
    });
    const other = make({ options: { 'off-code': '99' } });
    ask(other, ':W10=1,0,0,\n');
    expect(measured(other).output_code).toBe(99);
    const hall = make({}, kh);
    ask(hall, ':W10=1,0,0,\n');
    expect(measured(hall).output_code).toBe(99);
  });
});
