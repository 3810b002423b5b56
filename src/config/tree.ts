import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLError,
} from 'yaml';
import { type Finding, type Path, pathKey } from './finding.ts';
import { contentOf, type Filled, fillIn, type Surroundings } from './secrets.ts';

/** A part of the text: offsets of its first character and behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Something wrong with the text as YAML. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** A file as plain data, with the place of everything in it. */
export interface Tree {
  readonly value: unknown;
  /** Of each value by its path; of keys likewise. */
  readonly values: ReadonlyMap<string, Span>;
  readonly keys: ReadonlyMap<string, Span>;
  /** Paths of values that came from the environment or from files. */
  readonly filled: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly syntax: readonly SyntaxProblem[];
}

/** Most characters of a configuration, and most values in it once aliases are followed. */
const LONGEST = 1_000_000;
const MOST_VALUES = 50_000;
/** Keys that programs written in JavaScript take for something else. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads a text as YAML 1.2; `${NAME}` and `!file` are replaced by what they stand for. */
export function readTree(text: string, surroundings: Surroundings): Tree {
  if (text.length > LONGEST) {
    return empty([{ offset: 0, message: `longer than ${LONGEST} characters: this is no configuration` }]);
  }
  const document = parseDocument(text, {
    lineCounter: new LineCounter(),
    prettyErrors: false,
    customTags: [{ tag: '!file', resolve: (typed: string) => typed }],
  });
  const wrong = [...document.errors, ...document.warnings];
  const syntax = wrong.map((error) => syntaxProblem(error, text));
  if (wrong.some(({ code }) => code !== 'DUPLICATE_KEY')) return empty(syntax);
  if (document.contents === null) return empty([{ offset: 0, message: 'nothing stands in it' }]);
  return walk(document, surroundings, syntax);
}

function empty(syntax: readonly SyntaxProblem[]): Tree {
  return { value: undefined, values: new Map(), keys: new Map(), filled: new Set(), findings: [], syntax };
}

/** Sentences for what people do wrong most often. */
function syntaxProblem({ code, message, pos: [offset] }: YAMLError, text: string): SyntaxProblem {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0] ?? '';
  if (code === 'DUPLICATE_KEY')
    return { offset, message: 'this key stands here twice', hint: 'keep one of them' };
  if (code === 'TAB_AS_INDENT')
    return { offset, message: 'a tab cannot indent a line', hint: 'use two spaces' };
  if (code === 'TAG_RESOLVE_FAILED')
    return { offset, message: 'unknown tag', hint: 'the only tag is `!file path`' };
  if (/\{[^"']*\$\{/.test(line))
    return { offset, message: `this is no YAML: ${message}`, hint: 'inside { } write "${NAME}" in quotes' };
  return { offset, message: `this is no YAML: ${message}` };
}

function walk(document: Document, surroundings: Surroundings, syntax: readonly SyntaxProblem[]): Tree {
  const values = new Map<string, Span>();
  const keys = new Map<string, Span>();
  const filled = new Set<string>();
  const findings: Finding[] = [];
  let count = 0;

  const value = plain(document.contents, []);
  return { value, values, keys, filled, findings, syntax };

  function plain(node: Node | null, path: Path): unknown {
    if (node === null) return null;
    if (isAlias(node)) {
      note(values, path, node.range);
      const meant = node.resolve(document);
      return meant === undefined ? null : follow(meant, path);
    }
    note(values, path, node.range);
    return follow(node, path);
  }

  /** The value of a node; places inside of an alias stay those of the anchor. */
  function follow(node: Node, path: Path): unknown {
    if (++count > MOST_VALUES) {
      if (count === MOST_VALUES + 1)
        findings.push({ path, message: `more than ${MOST_VALUES} values, aliases followed` });
      return null;
    }
    if (isMap(node)) return mappingOf(node.items, path);
    if (isSeq(node)) return node.items.map((item, index) => plain(item as Node | null, [...path, index])); // of a parsed document
    return isScalar(node) ? scalar(node, path) : null;
  }

  function mappingOf(
    items: readonly { key: unknown; value: unknown }[],
    path: Path,
  ): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const { key, value: inner } of items) {
      if (!isScalar(key)) {
        findings.push({ path, message: 'expected a plain word as key' });
        continue;
      }
      const name = String(key.value);
      const at = [...path, name];
      note(keys, at, key.range);
      if (FORBIDDEN.has(name)) {
        findings.push({ path: at, on: 'key', message: `'${name}' cannot be a key` });
        continue;
      }
      // A key that stands twice was reported; the first one counts.
      if (!Object.hasOwn(out, name)) out[name] = plain(inner as Node | null, at); // of a parsed document
    }
    return out;
  }

  function scalar(node: Scalar, path: Path): unknown {
    if (typeof node.value !== 'string') return node.value;
    if (node.tag === '!file') return taken(contentOf(node.value, surroundings), path);
    return node.value.includes('${') ? taken(fillIn(node.value, surroundings.env), path) : node.value;
  }

  function taken(from: Filled, path: Path): unknown {
    if ('problem' in from) {
      findings.push({ path, message: from.problem, hint: from.hint });
      return MISSING;
    }
    if (from.filled) filled.add(pathKey(path));
    return from.text;
  }

  function note(places: Map<string, Span>, path: Path, range: Node['range']): void {
    if (range !== undefined && range !== null && !places.has(pathKey(path)))
      places.set(pathKey(path), { from: range[0], to: range[1] });
  }
}

/** Stands for a value that could not be had, which was reported: nothing else is said about it. */
export const MISSING: unique symbol = Symbol('missing');
