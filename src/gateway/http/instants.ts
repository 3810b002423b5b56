import { z } from '@hono/zod-openapi';
import { Refusal } from './failure.ts';

/** A time in a query. */
export const when = z.string().openapi({
  description:
    'Milliseconds since 1970-01-01T00:00Z, an ISO 8601 time with its offset, or a time before now such as -24h (s, m, h, d, w)',
  example: '-24h',
});

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
/** The last instant that a date can have. */
const LAST = 8.64e15;

/**
 * The instant that is meant; a date alone is its midnight in UTC.
 * @param now milliseconds since 1970-01-01T00:00Z
 * @param where for the message
 */
export function instantOf(typed: string, now: number, where: string): number {
  const [, count, unit] = /^-(\d{1,9})([smhdw])$/.exec(typed) ?? [];
  const factor = UNITS[unit ?? ''];
  // A plus in an address means a blank unless it is written as %2B.
  const time = typed.replace(' ', '+');
  const found =
    factor !== undefined
      ? now - Number(count) * factor
      : /^\d{1,16}$/.test(typed)
        ? Number(typed)
        : ISO.test(time)
          ? Date.parse(time)
          : Number.NaN;
  if (found <= LAST) return found;
  throw new Refusal('request', `'${typed}' is no time`, {
    hint: 'such as -24h, 2026-11-21T04:15:00Z, or milliseconds since 1970-01-01T00:00Z',
    where,
  });
}
