import { numberIn, type Derived, type FieldInfo } from './field.ts';
import type { Value, Values } from './snapshot.ts';

/**
 * The words in which a device definition says how a value follows from others. Each knows its formula for the
 * documents, and, where there is one, the way back for the simulator.
 */

/** Rounds off the dust of binary fractions: 12.6 × 5.1 is 64.26, not 64.25999999999999. */
export function tidy(value: number, digits = 6): number {
  const steps = digits === 6 ? 1e6 : digits === 3 ? 1e3 : 10 ** digits; // a power costs more than all the rest here
  const whole = Math.round(value * steps);
  // A whole number divided by a power of ten gives the double that prints as that decimal.
  return Math.abs(whole) < Number.MAX_SAFE_INTEGER ? (whole + 0) / steps : value; // + 0: never -0
}

/** The product of two fields of the same group. */
export function product(one: string, other: string, info: FieldInfo): Derived {
  return {
    ...info,
    formula: `${one} × ${other}`,
    from: (own) => {
      const a = numberIn(own, one);
      const b = numberIn(own, other);
      return a === undefined || b === undefined ? undefined : tidy(a * b);
    },
  };
}

/** A magnitude with the sign that a word beside it gives: negative when the word is `negative`, unknown without a word. */
export function signed(
  magnitude: string,
  direction: string,
  words: { readonly positive: string; readonly negative: string },
  info: FieldInfo,
): Derived {
  return {
    ...info,
    formula: `${magnitude}, negative while ${words.negative}`,
    from: (own) => {
      const size = numberIn(own, magnitude);
      const word = own[direction];
      if (size === undefined || word === undefined || word === null) return undefined;
      return tidy(word === words.negative ? -size : size);
    },
    to: (value) => {
      const number = Number(value);
      return { [magnitude]: Math.abs(number), [direction]: number > 0 ? words.positive : words.negative };
    },
  };
}

/** Percent of another group's field that this field is: clamped to 0..100, unknown above 101 where it cannot be true. */
export function percentOf(
  part: string,
  whole: { readonly group: string; readonly field: string },
  info: FieldInfo,
): Derived {
  return {
    ...info,
    formula: `${part} ÷ ${whole.group}.${whole.field} × 100`,
    from: (own, all) => {
      const some = numberIn(own, part);
      const full = numberIn(all[whole.group], whole.field);
      if (some === undefined || full === undefined || full <= 0) return undefined;
      const percent = (some / full) * 100;
      return percent > 101 ? undefined : tidy(Math.min(100, Math.max(0, percent)), 3);
    },
    to: (value, _own, all): Values => {
      const full = numberIn(all[whole.group], whole.field) ?? 0;
      return { [part]: (full * Number(value)) / 100 };
    },
  };
}

/** The word for a code that is kept as it came; a code without a word is unknown. The first code of a word writes it. */
export function wordOf(
  code: string,
  words: Readonly<Record<string, readonly number[]>>,
  info: FieldInfo,
): Derived {
  const byCode = new Map(
    Object.entries(words).flatMap(([word, codes]) => codes.map((one) => [one, word] as const)),
  );
  return {
    ...info,
    words: Object.keys(words),
    formula: `${code}: ${Object.entries(words)
      .map(([word, codes]) => `${codes.join(' or ')} ${word}`)
      .join(', ')}`,
    from: (own) => byCode.get(numberIn(own, code) ?? Number.NaN),
    to: (value): Values => {
      const codes = typeof value === 'string' ? words[value] : undefined;
      return codes?.[0] === undefined ? {} : { [code]: codes[0] };
    },
  };
}

/** A raw number less an offset, unknown outside what the sensor can measure. */
export function sensor(
  raw: string,
  zero: number,
  range: { readonly lowest: number; readonly highest: number },
  info: FieldInfo,
): Derived {
  return {
    ...info,
    formula: `${raw} − ${zero}, unknown outside ${range.lowest} to ${range.highest}`,
    from: (own) => {
      const value = (numberIn(own, raw) ?? Number.NaN) - zero;
      return value >= range.lowest && value <= range.highest ? value : undefined;
    },
    to: (value) => ({ [raw]: Math.round(Number(value)) + zero }),
  };
}

/** Anything else that one field's number says, with its formula in words. */
export function computed(
  from: string,
  formula: string,
  rule: (value: number) => Value | undefined,
  info: FieldInfo,
): Derived {
  return {
    ...info,
    formula,
    from: (own) => {
      const value = numberIn(own, from);
      return value === undefined ? undefined : rule(value);
    },
  };
}

/** Anything that one field's text says, with its formula in words. */
export function fromText(
  from: string,
  formula: string,
  rule: (text: string) => Value | undefined,
  info: FieldInfo,
): Derived {
  return {
    ...info,
    formula,
    from: (own) => {
      const value = own[from];
      return typeof value === 'string' ? rule(value) : undefined;
    },
  };
}

/**
 * A local date and time from two numbers, yymmdd and hhmmss, whose leading zeros a device loses; ISO 8601 without
 * a zone, since the device knows none. Unknown in the year 2000 (the clock was never set) and when it is no date.
 */
export function clockOf(date: string, time: string, info: FieldInfo): Derived {
  return {
    ...info,
    formula: `20yymmdd of ${date}, hhmmss of ${time}; unknown in 2000`,
    from: (own) => {
      const [day, second] = [numberIn(own, date), numberIn(own, time)];
      if (day === undefined || second === undefined || day < 10_000) return undefined;
      const digits = `20${pad(day)}${pad(second)}`;
      const written = digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6');
      // A date that is none (31 February) would come back as another one.
      const instant = new Date(`${written}Z`);
      return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(written)
        ? written
        : undefined;
    },
  };
}

function pad(sixDigits: number): string {
  return String(sixDigits).padStart(6, '0');
}
