import type { Field, Scalar } from '../core/index.ts';
import { quantity } from '../core/quantity.ts';
import type { HistoryPoint } from './api.ts';

/**
 * How a series is condensed: a number to its extremes and mean, a counter to its growth, a word to the last. Absent:
 * what the device is, free texts, times and unexplained codes make no line on a chart and stay in the journal only.
 */
export type Form = 'number' | 'counter' | 'word';

/** The form of a field's values, or undefined where they make no series. */
export function formOf({ kind, quantity: name }: Field): Form | undefined {
  if (kind === 'identity' || kind === 'raw') return undefined;
  const { form } = quantity(name);
  if (form === 'word' || form === 'flag') return 'word';
  if (form !== 'number') return undefined;
  return kind === 'counter' ? 'counter' : 'number';
}

/** What became of a series within a span of time. Which parts are in use follows from its form; the others stay 0. */
export interface Bucket {
  /** Begin of the span: milliseconds since 1970-01-01T00:00Z. */
  start: number;
  count: number;
  last: Scalar;
  /** Of numbers. */
  min: number;
  max: number;
  sum: number;
  /** Of counters: the first sample; growth, and the part of it up to that sample; when it began; time of the last sample. */
  first: number;
  delta: number;
  step: number;
  since: number;
  until: number;
}

/** A sample of a counter. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/**
 * Growth from one reading of a counter to the next. A reading lower by a tenth or more has begun anew, at zero. A
 * smaller step back is a correction or the jitter of rounding, and is taken off: otherwise 100.02 after 100.03 would add
 * a hundred.
 */
export function growth(before: number, now: number): number {
  return now < before * 0.9 ? now : now - before;
}

/** Whether a value can be condensed in this form. */
export function fits(form: Form, value: Scalar): boolean {
  return form === 'word' || typeof value === 'number';
}

/** What a sample is when it arrives: any value. */
export interface Arrived {
  readonly at: number;
  readonly value: Scalar;
}

/** A bucket of one sample. `before` is the sample of a counter before it, if there is one. */
export function bucketOf(form: Form, start: number, { at, value }: Arrived, before?: Sample): Bucket {
  const number = typeof value === 'number' && form !== 'word' ? value : 0;
  const counter = form === 'counter';
  const step = counter && before !== undefined ? growth(before.value, number) : 0;
  return {
    start,
    count: 1,
    last: value,
    min: number,
    max: number,
    sum: number,
    first: number,
    delta: step,
    step,
    since: counter ? (before?.at ?? at) : 0,
    until: counter ? at : 0,
  };
}

/** Adds a later sample. */
export function addTo(bucket: Bucket, form: Form, { at, value }: Arrived): void {
  bucket.count++;
  if (form !== 'word' && typeof value === 'number') {
    if (form === 'counter') {
      bucket.delta += growth(Number(bucket.last), value);
      bucket.until = at;
    } else {
      if (value < bucket.min) bucket.min = value;
      if (value > bucket.max) bucket.max = value;
      bucket.sum += value;
    }
  }
  bucket.last = value;
}

/** Two buckets, the second later than the first, as one that begins at `start`. */
export function joined(start: number, one: Bucket, next: Bucket): Bucket {
  return {
    start,
    count: one.count + next.count,
    last: next.last,
    min: Math.min(one.min, next.min),
    max: Math.max(one.max, next.max),
    sum: one.sum + next.sum,
    first: one.first,
    delta: one.delta + next.delta,
    step: one.step,
    since: one.since,
    until: next.until,
  };
}

/** Makes the growth of a counter begin at another sample: what came late lies before the bucket. */
export function growFrom(bucket: Bucket, before: Sample): void {
  const step = growth(before.value, bucket.first);
  bucket.delta += step - bucket.step;
  bucket.step = step;
  bucket.since = before.at;
}

/** The last sample of a bucket of a counter. */
export function endOf({ until, last }: Bucket): Sample {
  return { at: until, value: Number(last) };
}

/** Buckets by time put together into larger ones; `startOf` says where the one around an instant begins. */
export function coarser(buckets: Iterable<Bucket>, startOf: (at: number) => number): Bucket[] {
  const larger: Bucket[] = [];
  for (const bucket of buckets) {
    const start = startOf(bucket.start);
    const current = larger.at(-1);
    if (current?.start === start) larger[larger.length - 1] = joined(start, current, bucket);
    else larger.push({ ...bucket, start });
  }
  return larger;
}

/** A bucket as it is shown. Rounding errors of sums are rounded off. */
export function pointOf(form: Form, bucket: Bucket): HistoryPoint {
  const { start: at, count, last } = bucket;
  if (form === 'word') return { at, count, last };
  if (form === 'counter') {
    return { at, count, last, first: bucket.first, delta: tidy(bucket.delta), since: bucket.since };
  }
  return { at, count, last, min: bucket.min, mean: tidy(bucket.sum / count), max: bucket.max };
}

/** A number without the noise of adding up binary fractions: 12 digits. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
