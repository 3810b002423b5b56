import { InvalidArgumentError } from 'commander';

/**
 * Option values as people type them. Each parser throws commander's error, which names the option and says what was
 * expected.
 */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** A length of time in milliseconds: `500ms`, `2s`, `5m`, `1h`; a bare number is seconds. */
export function duration(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)?$/.exec(text);
  const unit = UNITS[parts?.[2] ?? 's'];
  const time = Number(parts?.[1]) * (unit ?? Number.NaN);
  if (!(time > 0)) throw new InvalidArgumentError(`'${text}' is no time: expected e.g. 500ms, 2s, 5m.`);
  return time;
}

/** A whole number in a range. */
export function whole(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= lowest && number <= highest)) {
      throw new InvalidArgumentError(`'${text}' is not a whole number from ${lowest} to ${highest}.`);
    }
    return number;
  };
}

/** A number in a range. */
export function number(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= lowest && value <= highest)) {
      throw new InvalidArgumentError(`'${text}' is not a number from ${lowest} to ${highest}.`);
    }
    return value;
  };
}

/** Words separated by commas, none of them empty. */
export function words(text: string): string[] {
  const list = text.split(',').map((word) => word.trim());
  if (list.some((word) => word === '')) throw new InvalidArgumentError('an empty name between commas.');
  return list;
}

/** An address, or `find`. */
export function address(text: string): number | 'find' {
  return text === 'find' ? 'find' : whole(0, 999_999_999_999)(text);
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** A time zone as its distance from UTC: `+03:00`, `-05:30`, `Z`. */
export function zone(text: string): string {
  if (/^(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.test(text)) return text;
  throw new InvalidArgumentError(`'${text}' is no zone: expected e.g. +03:00 or Z.`);
}
