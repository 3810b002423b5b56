import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Scalar } from '../core/index.ts';
import type { Level } from './api.ts';
import { type Bucket, type Form, tidy } from './bucket.ts';

/** The levels that are kept condensed. */
export type Condensed = Exclude<Level, 'raw'>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds of a bucket; of days the usual 24 hours. */
export const SPAN: Readonly<Record<Condensed, number>> = {
  minute: MINUTE,
  quarter: 15 * MINUTE,
  hour: HOUR,
  day: DAY,
};

/** Milliseconds of a chunk: the buckets of one series that are kept in one row, 60 to 192 of them. */
export const CHUNK: Readonly<Record<Condensed, number>> = {
  minute: HOUR,
  quarter: DAY,
  hour: 8 * DAY,
  day: 64 * DAY,
};

const LEVEL_NUMBER: Readonly<Record<Condensed, number>> = { minute: 0, quarter: 1, hour: 2, day: 3 };

/** Chunks of a level are counted from 1970; hours need 19 bits until 2029, 23 bits until the year 2926. */
const PLACES = 2 ** 23;

/** Key of the chunk of a series and level around an instant: chunks that are read together lie together. */
export function chunkKey(series: number, level: Condensed, at: number): number {
  const place = Math.min(PLACES - 1, Math.max(0, Math.floor(at / CHUNK[level])));
  return (series * 4 + LEVEL_NUMBER[level]) * PLACES + place;
}

/** Begin of the chunk with that key. */
export function chunkStart(key: number, level: Condensed): number {
  return (key % PLACES) * CHUNK[level];
}

/** Texts shorter than this do not get smaller by compressing. */
const WORTH_COMPRESSING = 80;

/**
 * Buckets as they are kept: a column for each of their parts, a column of equal values as one value, times as steps of
 * minutes, numbers as JSON; compressed. Written by minute that is about 8 bytes a bucket.
 */
export function packed(form: Form, start: number, buckets: readonly Bucket[]): string | Uint8Array {
  let before = start;
  const steps = buckets.map((bucket) => {
    const step = (bucket.start - before) / MINUTE;
    before = bucket.start;
    return step;
  });
  const column = (of: (bucket: Bucket) => Scalar): Scalar | Scalar[] => {
    const values = buckets.map(of);
    return values.every((value) => value === values[0]) ? (values[0] ?? 0) : values;
  };
  const columns: unknown[] = [buckets.length, steps, column((one) => one.count), column((one) => one.last)];
  if (form === 'number') {
    columns.push(
      column((one) => one.min),
      column((one) => one.max),
      column((one) => Number((one.sum / one.count).toPrecision(10))),
    );
  }
  if (form === 'counter') {
    columns.push(
      column((one) => one.first),
      column((one) => tidy(one.delta)),
      column((one) => tidy(one.step)),
      column((one) => one.start - one.since),
      column((one) => one.until - one.start),
    );
  }
  const text = JSON.stringify(columns);
  return text.length < WORTH_COMPRESSING ? text : deflateRawSync(text);
}

/** Reads what `packed` has written. Format 1 had two more columns for counters, which are not needed any more. */
export function unpacked(form: Form, start: number, data: string | Uint8Array): Bucket[] {
  const text = typeof data === 'string' ? data : inflateRawSync(data).toString();
  const columns = JSON.parse(text) as [number, number[], ...(Scalar | Scalar[])[]]; // written by `packed`
  const [length, steps, ...parts] = columns;
  const value = (part: number, row: number): Scalar => {
    const column = parts[part];
    return (Array.isArray(column) ? column[row] : column) ?? 0;
  };
  const number = (part: number, row: number): number => Number(value(part, row));
  let at = start;
  return Array.from({ length }, (_, row) => {
    at += (steps[row] ?? 0) * MINUTE;
    const bucket: Bucket = {
      start: at,
      count: number(0, row),
      last: value(1, row),
      min: 0,
      max: 0,
      sum: 0,
      first: 0,
      delta: 0,
      step: 0,
      since: 0,
      until: 0,
    };
    if (form === 'number') {
      bucket.min = number(2, row);
      bucket.max = number(3, row);
      bucket.sum = number(4, row) * bucket.count;
    }
    if (form === 'counter') {
      bucket.first = number(2, row);
      bucket.delta = number(3, row);
      bucket.step = number(4, row);
      bucket.since = at - number(5, row);
      bucket.until = at + number(6, row);
    }
    return bucket;
  });
}
