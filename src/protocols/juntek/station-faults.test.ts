import { describe, expect, test } from 'vitest';
import { ascii, text } from '../../core/bytetext.ts';
import type { Station } from '../../core/station.ts';
import kg from '../../devices/juntek/kg.ts';
import { seeded } from '../../simulator/random.ts';
import { bodySum } from './frame.ts';
import { STATION_FAULTS } from './station-faults.ts';

/** Each fault does what it says, and only that. */

const make = (random = (): number => 0.5): Station => kg.station({ address: 1, random });

const R50 = ':R50=1,\n';
const ask = (station: Station, request = R50): string =>
  text(station.hear(ascii(request))[0]?.bytes ?? new Uint8Array(0));

const clean = ask(make());
const [, cleanSum = '', cleanBody = ''] = /^:r50=1,(\d+),(.*)\\r\\n$/.exec(clean) ?? [];

const spoilt = (kind: string): string => {
  const station = make();
  station.fault(kind, 1);
  return ask(station);
};

const parts = (line: string): { address: string; sum: string; body: string } => {
  const [, address = '', sum = '', body = ''] = /^:r50=(\d+),(\d+),(.*)\\r\\n$/.exec(line) ?? [];
  return { address, sum, body };
};

describe('faults', () => {
  test('stale-sum changes one digit under the old sum', () => {
    const { sum, body } = parts(spoilt('stale-sum'));
    expect(sum).toBe(cleanSum);
    expect(body).toHaveLength(cleanBody.length);
    expect(Array.from(body).filter((digit, at) => digit !== cleanBody[at])).toHaveLength(1);
    expect(bodySum(body)).not.toBe(Number(sum));
  });

  test('zero-sum', () => {
    expect(parts(spoilt('zero-sum'))).toEqual({ address: '1', sum: '0', body: cleanBody });
  });

  test('field-count leaves the last two out, with a fitting sum', () => {
    const { sum, body } = parts(spoilt('field-count'));
    expect(body.split(',')).toHaveLength(cleanBody.split(',').length - 2);
    expect(cleanBody.startsWith(body)).toBe(true);
    expect(bodySum(body)).toBe(Number(sum));
  });

  test('status 57, with a fitting sum', () => {
    const { sum, body } = parts(spoilt('status'));
    expect(body.split(',')[8]).toBe('57');
    expect(bodySum(body)).toBe(Number(sum));
  });

  test('wrong-address', () => {
    expect(parts(spoilt('wrong-address'))).toEqual({ address: '2', sum: cleanSum, body: cleanBody });
  });

  test('lone-colon and no-line-end', () => {
    expect(spoilt('lone-colon')).toBe(`:${clean}`);
    expect(`${spoilt('no-line-end')}\\r\\n`).toBe(clean);
  });

  test('zero-current: a small current whose direction flips, for 30 s', () => {
    const station = make();
    station.fault('zero-current', 1);
    const directions: unknown[] = [];
    for (let second = 0; second < 40; second++) {
      station.tick(1, { voltage: 13, current: 0, temperature: 25, date: 0 });
      const { direction, current } = station.readings().measured ?? {};
      expect(Math.abs(Number(current))).toBeLessThan(0.1);
      directions.push(direction);
    }
    expect(new Set(directions.slice(0, 30)).size).toBe(2);
    expect(new Set(directions.slice(30))).toEqual(new Set(['discharging']));
  });

  test('a factory reset unsettles the zero point too', () => {
    const station = make();
    ask(station, ':W35=1,2,1,\n');
    station.tick(1, { voltage: 13, current: 0, temperature: 25, date: 0 });
    expect(Math.abs(Number(station.readings().measured?.current))).toBe(0.05);
  });

  test('one that nobody knows is refused with those that there are', () => {
    expect(() => make().fault('gremlins', 1)).toThrow(
      /unknown fault 'gremlins': expected one of stale-sum, zero-sum/,
    );
  });

  test('rates are rates: 30 % of a thousand answers, and the same ones for the same seed', () => {
    const counted = (): string[] => {
      const station = make(seeded(9));
      station.fault('wrong-address', 0.3);
      return Array.from({ length: 1000 }, () => parts(ask(station)).address);
    };
    const wrong = counted().filter((address) => address === '2').length;
    expect(wrong).toBeGreaterThan(250);
    expect(wrong).toBeLessThan(350);
    expect(counted()).toEqual(counted());
  });

  test('each is described', () => {
    const { faults } = make();
    for (const kind of Object.keys(STATION_FAULTS)) expect(faults[kind]).toMatch(/.{10,}/);
  });
});
