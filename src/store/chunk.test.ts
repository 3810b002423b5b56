import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTo, bucketOf, growth, pointOf } from './bucket.ts';
import { chunkKey, chunkStart, packed, unpacked } from './chunk.ts';
import { DAY, HOUR, MINUTE } from '../../test/store/fixture.ts';

describe('growth of a counter', () => {
  it.each([
    [100, 103.5, 3.5, 'grows'],
    [100, 100, 0, 'stands'],
    [100, 2, 2, 'was cleared, and has counted 2 since'],
    [100.03, 100.02, -0.01, 'jitters: taken off, not taken for a new beginning'],
    [0, 5, 5, 'begins'],
  ])('%d to %d is %d: it %s', (before, now, grown) => {
    expect(growth(before, now)).toBeCloseTo(grown, 9);
  });
});

describe('a chunk', () => {
  const start = Date.UTC(2026, 6, 1, 12);

  it.each(['number', 'counter', 'word'] as const)('brings back the buckets of a %s', (form) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 60 }),
        fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 5 }),
        (minutes, samples) => {
          const buckets = minutes
            .sort((one, other) => one - other)
            .map((minute) => {
              const at = start + minute * MINUTE;
              const value = (index: number) =>
                form === 'word' ? `w${samples[index]}` : (samples[index] ?? 0) / 100;
              const first = { at: at + 1000, value: value(0) };
              const bucket = bucketOf(form, at, first, { at: at - 5000, value: 1 });
              samples.slice(1).forEach((_, index) => {
                addTo(bucket, form, { at: at + 2000 + index, value: value(index + 1) });
              });
              return bucket;
            });
          const back = unpacked(form, start, packed(form, start, buckets));
          expect(back.map((one) => pointOf(form, one))).toEqual(
            buckets.map((one) => {
              const point = pointOf(form, one);
              // Means are kept with 10 digits.
              return point.mean === undefined
                ? point
                : { ...point, mean: Number(point.mean.toPrecision(10)) };
            }),
          );
        },
      ),
    );
  });

  it('has a key of its own for each series, level and span, in the order of time', () => {
    const keys = [0, 1].flatMap((series) =>
      (['minute', 'quarter', 'hour', 'day'] as const).flatMap((level) =>
        [0, 64 * DAY, 128 * DAY, Date.UTC(2100, 0, 1)].map((at) => chunkKey(series, level, at)),
      ),
    );
    expect(keys).toEqual([...new Set(keys)].sort((one, other) => one - other));
    expect(chunkStart(chunkKey(7, 'minute', start + HOUR - 1), 'minute')).toBe(start);
    expect(Number.isSafeInteger(chunkKey(100_000_000, 'day', Infinity))).toBe(true);
  });
});
