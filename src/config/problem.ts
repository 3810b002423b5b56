import { nearest } from '../core/nearest.ts';
import type { ConfigProblem } from '../core/site/api-error.ts';
import { type Finding, pathKey } from './finding.ts';
import type { Span, SyntaxProblem, Tree } from './tree.ts';

/** Something wrong in a configuration, with its line; secrets are left out everywhere. */
export interface Problem extends ConfigProblem {
  /** Name of the file as it was given; absent: the text came from elsewhere. */
  readonly file?: string;
  /** The line of the file, secrets masked, and where in it the caret stands (from 0). */
  readonly source?: { readonly text: string; readonly caret: number };
}

/** What stands for a secret. */
export const MASK = '***';
/** Names of keys whose values are secrets. */
const SECRET_KEY = /pass|secret|token|psk|cred|^key$|authori/i;

/** Whether a key sounds like one whose value is a secret, also mistyped. */
export function soundsSecret(key: string): boolean {
  return SECRET_KEY.test(key) || nearest(key, ['password', 'token', 'secret', 'credentials']) !== undefined;
}

/** A text without user and password in URLs. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, `$1${MASK}@`);
}

const CREDENTIALS = /(:\/\/)[^\s/@'"]+@/g;
/** Where the text is no YAML, everything behind a key that sounds secret is one, and whatever looks like a key. */
const ROUGH =
  /((?:pass|secret|token|psk|cred|authori|\bkey\b)[\w-]*["']?\s*:\s*)(\S.*)|[A-Za-z0-9+/=_-]{32,}/gi;

/** Makes problems out of findings. */
export interface Locator {
  readonly problem: (finding: Finding) => Problem;
  readonly syntax: (problem: SyntaxProblem) => Problem;
}

/**
 * @param secrets places of the text that are never shown
 */
export function locator(text: string, tree: Tree, secrets: readonly Span[], file?: string): Locator {
  const known = spansOf(text, CREDENTIALS, 3).concat(secrets);
  const named = file === undefined ? {} : { file };

  const at = (offset: number, hidden: readonly Span[]): Pick<Problem, 'line' | 'column' | 'source'> => {
    const begin = text.lastIndexOf('\n', offset - 1) + 1;
    const end = !text.includes('\n', offset) ? text.length : text.indexOf('\n', offset);
    return {
      line: text.slice(0, begin).split('\n').length,
      column: offset - begin + 1,
      source: masked(text, { from: begin, to: end }, offset, hidden),
    };
  };

  return {
    problem: ({ severity, path, on, message, hint }) => ({
      ...named,
      severity: severity ?? 'error',
      message: withoutCredentials(message),
      ...(path.length === 0 ? {} : { path: path.join('.') }),
      ...at(offsetOf(tree, path, on), known),
      ...(hint === undefined ? {} : { hint }),
    }),
    syntax: ({ offset, message, hint }) => ({
      ...named,
      severity: 'error' as const,
      message,
      ...(text.length > 1_000_000 ? {} : at(offset, [...known, ...spansOf(text, ROUGH, 0)])),
      ...(hint === undefined ? {} : { hint }),
    }),
  };
}

/** Where a path stands; of what is not there, the nearest that is around it. */
function offsetOf(tree: Tree, path: Finding['path'], on: Finding['on']): number {
  for (let length = path.length; length > 0; length--) {
    const key = pathKey(path.slice(0, length));
    const span =
      on === 'key' || length < path.length
        ? (tree.keys.get(key) ?? tree.values.get(key))
        : (tree.values.get(key) ?? tree.keys.get(key));
    if (span !== undefined) return span.from;
  }
  return tree.values.get(pathKey([]))?.from ?? 0;
}

function spansOf(text: string, pattern: RegExp, skip: number): Span[] {
  return [...text.matchAll(pattern)].map((match) => {
    const from = match.index + (match[1]?.length ?? 0);
    return {
      from: skip === 0 ? from : match.index + skip,
      to: match.index + match[0].length - (skip === 0 ? 0 : 1),
    };
  });
}

/** A line with its secrets masked, and where the offset stands in it. */
function masked(
  text: string,
  line: Span,
  offset: number,
  secrets: readonly Span[],
): NonNullable<Problem['source']> {
  let out = '';
  let caret: number | undefined;
  let place = line.from;
  const copy = (to: number): void => {
    if (offset >= place && offset < to) caret = out.length + (offset - place);
    out += text.slice(place, to);
    place = to;
  };
  for (const { from, to } of [...secrets].sort((one, other) => one.from - other.from)) {
    if (to <= place || from >= line.to) continue;
    copy(Math.max(from, place));
    if (offset >= place && offset < to) caret = out.length;
    out += MASK;
    place = Math.min(to, line.to);
  }
  copy(line.to);
  return { text: out.trimEnd(), caret: caret ?? out.trimEnd().length };
}

/** A problem in a few lines for a terminal. */
export function printProblem({ file, line, column, severity, path, message, hint, source }: Problem): string {
  const place = [file ?? 'configuration', line, column].filter((part) => part !== undefined).join(':');
  const lines = [
    `${place}: ${severity === 'warning' ? 'warning: ' : ''}${path === undefined ? '' : `${path}: `}${message}`,
  ];
  if (source !== undefined && source.text.trim() !== '') {
    const shift = Math.max(0, source.caret - 90);
    lines.push(`    ${source.text.slice(shift, shift + 110)}`, `    ${' '.repeat(source.caret - shift)}^`);
  }
  if (hint !== undefined) lines.push(`  ${hint}`);
  return lines.join('\n');
}
