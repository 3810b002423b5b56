import { Fault } from '../core/fault.ts';
import { nearest } from '../core/nearest.ts';

/** The option part of a link text, `?baud=9600&format=7E1`, read by a table of readers. */

/** Reads one option's value; throws a `config` fault about the value alone. */
export type OptionReader = (value: string) => unknown;

/** What a table of readers makes of a link: each option that was written, with its value read. */
export type OptionsRead<R extends Readonly<Record<string, OptionReader>>> = {
  -readonly [K in keyof R]?: ReturnType<R[K]>;
};

/** A `config` fault about a link text: what is wrong, where, and, as hint, what is expected. */
export function linkFault(link: string, column: number, wrong: string, expected: string): Fault {
  return new Fault('config', `link '${link}', column ${column}: ${wrong}`, { hint: expected });
}

/**
 * Reads the options of a link. Throws a `config` fault for one that is unknown (naming the nearest known one),
 * written twice, without a value, or refused by its reader.
 * @param start index of the `?` in the link, or -1 when it has no options
 * @param kind name of the link's form, for messages
 */
export function readOptions<R extends Readonly<Record<string, OptionReader>>>(
  link: string,
  start: number,
  kind: string,
  readers: R,
): OptionsRead<R> {
  const out: Partial<Record<string, unknown>> = {};
  const known = Object.keys(readers);
  let column = start + 2; // 1-based, behind the `?`
  for (const part of start < 0 ? [] : link.slice(start + 1).split('&')) {
    const [name = '', ...rest] = part.split('=');
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (reader === undefined) throw unknownOption(link, column, kind, name, known);
    if (Object.hasOwn(out, name))
      throw linkFault(link, column, `'${name}' is written twice`, 'write it once');
    const value = rest.join('=');
    const at = column + name.length + (part.includes('=') ? 1 : 0);
    if (value === '') throw linkFault(link, at, `'${name}' has no value`, `write ${name}=...`);
    try {
      out[name] = reader(decoded(value));
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      throw linkFault(link, at, thrown.message, thrown.hint ?? `options of ${kind}: ${known.join(', ')}`);
    }
    column += part.length + 1;
  }
  // Every key came from `readers` and every value from the reader of that key.
  return out as OptionsRead<R>;
}

function unknownOption(
  link: string,
  column: number,
  kind: string,
  name: string,
  known: readonly string[],
): Fault {
  const meant = nearest(name, known);
  const wrong = name === '' ? 'an option is missing here' : `${kind} has no option '${name}'`;
  return linkFault(
    link,
    column,
    meant === undefined ? wrong : `${wrong}; did you mean '${meant}'?`,
    known.length === 0 ? `${kind} has no options` : `options of ${kind}: ${known.join(', ')}`,
  );
}

/** `%20` and the like as the characters they stand for (RFC 3986 section 2.1). */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Fault(
      'config',
      `'${value}' has a % that is not followed by two hex digits of a UTF-8 character`,
      {
        hint: 'write a plain % as %25',
      },
    );
  }
}

/** Reads a whole number within a range. */
export function wholeNumber(least: number, most: number, unit: string): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new Fault('config', `'${value}' is not a whole number from ${least} to ${most} (${unit})`);
  };
}

/** Reads one of some words; a near miss is named. */
export function oneOf<const W extends string>(words: readonly W[]): (value: string) => W {
  return (value) => {
    const found = words.find((word) => word.toLowerCase() === value.toLowerCase());
    if (found !== undefined) return found;
    const meant = nearest(value, words);
    const guess = meant === undefined ? '' : `; did you mean '${meant}'?`;
    throw new Fault('config', `'${value}' is not one of ${words.join(', ')}${guess}`);
  };
}
