import { describe, expect, it } from 'vitest';
import { instantOf } from './instants.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

describe('a time in a query', () => {
  it.each([
    ['1795219200000', 1_795_219_200_000],
    ['0', 0],
    ['-90s', NOW - 90_000],
    ['-24h', Date.UTC(2026, 10, 20, 12)],
    ['-2w', Date.UTC(2026, 10, 7, 12)],
    ['2026-11-21', Date.UTC(2026, 10, 21)],
    ['2026-11-21T04:15Z', Date.UTC(2026, 10, 21, 4, 15)],
    ['2026-11-21T04:15:30.5+03:00', Date.UTC(2026, 10, 21, 1, 15, 30, 500)],
    // An address that says + means a blank.
    ['2026-11-21T04:15:00 03:00', Date.UTC(2026, 10, 21, 1, 15)],
  ])('%s', (typed, instant) => {
    expect(instantOf(typed, NOW, 'query.from')).toBe(instant);
  });

  it.each([
    '',
    'now',
    '-1y',
    '-1',
    '1e3',
    '99999999999999999',
    '2026-13-01',
    '2026-11-21T04:15',
    '12:00',
    '-1h ',
  ])('is not %j', (typed) => {
    expect(() => instantOf(typed, NOW, 'query.from')).toThrow('is no time');
  });
});
