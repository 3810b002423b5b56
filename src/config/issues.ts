import type * as z from 'zod';
import { nearest } from '../core/nearest.ts';
import { type Finding, mapping, type Path, valueAt } from './finding.ts';
import { inside, keysOf, type Shape } from './shape.ts';
import { MISSING } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** What zod found, in words for the person who wrote the file; what was reported before is left out. */
export function findingsOf(
  issues: readonly Issue[],
  root: unknown,
  shape: Shape,
  hidden: (path: Path) => boolean,
): Finding[] {
  return issues.flatMap((issue) => of(issue, []));

  function of(issue: Issue, before: Path): Finding[] {
    const path = [...before, ...issue.path.filter((key) => typeof key !== 'symbol')];
    const value = valueAt(root, path);
    if (value === MISSING) return [];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey(path, key));
      case 'invalid_union': {
        const branch = closest(issue.errors);
        if (branch !== undefined) return branch.flatMap((one) => of(one, path));
        const expected = issue.errors.flatMap((errors) => errors.map((one) => expectation(one)));
        return [wrong(path, value, [...new Set(expected)].join(', or '))];
      }
      case 'invalid_key':
      case 'invalid_element':
        return [
          {
            path,
            on: 'key',
            message: `expected ${issue.issues.map(expectation).join(', ')}, not '${String(path.at(-1))}'`,
            ...hintFor(issue.issues[0], path.at(-1)),
          },
        ];
      case 'custom':
        // What is wrong between several values says so by itself.
        if (issue.params?.between === true || typeof value === 'object')
          return [{ path, message: `expected ${issue.message}` }];
        return [wrong(path, value, issue.message)];
      default:
        return [wrong(path, value, expectation(issue), hintFor(issue, value))];
    }
  }

  function wrong(path: Path, value: unknown, expected: string, hint: { hint?: string } = {}): Finding {
    if (value === undefined && path.length > 0) {
      return {
        path: path.slice(0, -1),
        on: 'key',
        message: `'${String(path.at(-1))}' is missing: expected ${expected}`,
      };
    }
    if (!hidden(path)) return { path, message: `expected ${expected}${said(value)}`, ...hint };
    const quotes = typeof value === 'number' ? { hint: 'put it in quotes' } : {};
    return { path, message: `expected ${expected}`, ...quotes };
  }

  function unknownKey(path: Path, key: string): Finding {
    let at = shape;
    for (const [index, step] of path.entries()) at = inside(at, step, valueAt(root, path.slice(0, index)));
    const here = mapping(valueAt(root, path)) ?? {};
    const known = keysOf(at, here);
    const meant = nearest(key, known);
    const free = known.filter((one) => one !== 'type' && !Object.hasOwn(here, one));
    return {
      path: [...path, key],
      on: 'key',
      message: `unknown key '${key}'`,
      hint: `${meant === undefined ? '' : `did you mean '${meant}'? `}known here: ${free.join(', ')}`,
    };
  }
}

/** The form that was meant: the one whose own kind of value stands there. */
function closest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter(
    (issues) =>
      !issues.some(
        ({ path, code }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
      ),
  );
  return fitting.sort((one, other) => one.length - other.length)[0];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
};

/** What should stand there. Messages of our own schemas say that themselves. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1
        ? String(issue.values[0])
        : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}`
        : issue.message.startsWith('Too small')
          ? 'at least one entry'
          : issue.message;
    case 'too_big':
      return `a number of at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** `, not '5 minutes'` for plain values, and what they are where that may surprise. */
function said(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return ', and nothing stands here';
  if (Array.isArray(value)) return ', not a list';
  if (typeof value === 'object') return ', not a mapping';
  const text = plain(value);
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return typeof value === 'string' ? `, not '${shown}'` : `, not ${shown}`;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function hintFor(issue: Issue | undefined, value: unknown): { hint?: string } {
  if (issue?.code === 'invalid_value' && typeof value === 'string') {
    const meant = nearest(value, issue.values.map(String));
    return meant === undefined ? {} : { hint: `did you mean '${meant}'?` };
  }
  if (issue?.code === 'invalid_type' && issue.expected === 'string' && typeof value !== 'object')
    return { hint: `put it in quotes: '${plain(value)}'` };
  if (issue?.code === 'invalid_format' && typeof value === 'string' && value !== value.toLowerCase())
    return { hint: 'write it in lower case' };
  return {};
}

/** A value that came from outside, where everything is a text, as the number or flag that belongs there; else as it is. */
export function retyped(issue: Issue, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const all = issue.code === 'invalid_union' ? issue.errors.flat() : [issue];
  const wants = (kind: string) => all.some((one) => one.code === 'invalid_type' && one.expected === kind);
  if (wants('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  if (wants('number') && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return value;
}
