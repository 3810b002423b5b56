import { describe, expect, it } from 'vitest';
import { ageLimits, freshnessOf } from './freshness.ts';

describe('freshnessOf', () => {
  it.each([
    // Every second: stale after 2.5 + 2 s, gone after five minutes.
    [1000, 4500, 300_000],
    // Every hour: two and a half and ten hours.
    [3_600_000, 9_002_000, 36_000_000],
  ])('of a period of %i ms', (period, stale, gone) => {
    expect(ageLimits(period)).toEqual({ stale, gone });
    const ages = [undefined, 0, stale, stale + 1, gone, gone + 1];
    expect(ages.map((age) => freshnessOf(age, period))).toEqual([
      'unknown',
      'fresh',
      'fresh',
      'stale',
      'stale',
      'gone',
    ]);
  });

  it('follows the limits of the owner', () => {
    expect(freshnessOf(11, 1000, { stale: 10, gone: 20 })).toBe('stale');
  });
});
