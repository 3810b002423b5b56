import { dirname, resolve } from 'node:path';
import { Fault, faultOf } from '../core/fault.ts';
import { nearest } from '../core/nearest.ts';
import { tariffs } from '../site/tariff.ts';
import { zoneOf } from '../site/zone.ts';
import { checkSite, type SiteChecks } from './check/index.ts';
import { type Finding, mapping, type Path, pathKey, valueAt } from './finding.ts';
import { findingsOf, retyped } from './issues.ts';
import { isOutputKind, OUTPUT_KINDS } from './outputs/index.ts';
import { locator, type Problem, printProblem, soundsSecret } from './problem.ts';
import { type Config, configSchema } from './schema.ts';
import { contentOf, resolvePath, type Surroundings } from './secrets.ts';
import { holdsOthers, shapeOf, visit } from './shape.ts';
import { MISSING, readTree, type Span, type Tree } from './tree.ts';

/** What reading a configuration needs. */
export interface ParseOptions extends SiteChecks {
  /** Variables of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file as text; throws when it cannot. */
  readonly readFile: (path: string) => string;
  /** Name of the file, for messages; paths in it are relative to its folder. Absent: the working directory. */
  readonly file?: string;
}

/** What became of a text. */
export interface Parsed {
  /** Absent when a problem is an error. */
  readonly config?: Config;
  /** All of them, errors and warnings, in the order of the file. */
  readonly problems: readonly Problem[];
}

/** Reads a configuration. Never throws: whatever is wrong is among the problems, all at once. */
export function parseConfig(text: string, options: ParseOptions): Parsed {
  const surroundings = surroundingsOf(options);
  const tree = readTree(text, surroundings);
  if (tree.value === undefined) {
    const { syntax } = locator(text, tree, [], options.file);
    return { problems: tree.syntax.map(syntax) };
  }
  const findings = [...tree.findings];
  // Before anything is taken out of the tree: also what is refused may be secret.
  const hidden = secretPaths(tree);
  const value = prepared(tree, surroundings, findings);
  const shape = shapeOf(configSchema);
  const isHidden = (path: Path) => path.some((_, index) => hidden.has(pathKey(path.slice(0, index + 1))));

  const result = checked(value, tree);
  findings.push(...findingsOf(result.error?.issues ?? [], value, shape, isHidden));
  findings.push(...checkSite(value, options), ...plan(result.data));

  const { problem, syntax } = locator(text, tree, spansOf(tree, hidden), options.file);
  const problems = [...tree.syntax.map(syntax), ...findings.map(problem)].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
  const bad = problems.some(({ severity }) => severity === 'error');
  return {
    ...(bad || !result.success ? {} : { config: frozen(placed(result.data, surroundings)) }),
    problems,
  };
}

/** What is said of a configuration file that cannot be read. */
export function unreadable(file: string, error: unknown): Fault {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const why = isMissing ? 'is not there' : `cannot be read: ${faultOf(error, 'config').message}`;
  return new Fault('config', `${file} ${why}`, {
    cause: error,
    ...(isMissing ? { hint: 'busbar init writes one from what it finds; -c names another' } : {}),
  });
}

/** Reads a configuration file. Throws a `config` fault with all problems when it cannot be taken. */
export function loadConfig(
  file: string,
  options: Omit<ParseOptions, 'file'>,
): { readonly config: Config; readonly warnings: readonly Problem[] } {
  let text: string;
  try {
    text = options.readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const { config, problems } = parseConfig(text, { ...options, file });
  if (config === undefined) throw new Fault('config', problems.map(printProblem).join('\n\n'));
  return { config, warnings: problems };
}

/** What the tariff code says of a plan. */
function plan(config: Config | undefined): Finding[] {
  if (config?.tariffs === undefined) return [];
  try {
    tariffs(config.tariffs, zoneOf(config.timezone));
    return [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return [{ path: ['tariffs'], on: 'key', message: error.message, ...hint }];
  }
}

/** With paths that hold whatever the working directory is. */
function placed({ history, log, ...config }: Config, surroundings: Surroundings): Config {
  const { path } = history;
  return {
    ...config,
    history: { ...history, path: path === ':memory:' ? path : resolvePath(path, surroundings) },
    log: log.file === undefined ? log : { ...log, file: resolvePath(log.file, surroundings) },
  };
}

/** A text and the places in it that are never shown, by the path of the value that stands there. */
export function secretPlaces(text: string, options: ParseOptions): ReadonlyMap<string, Span> {
  const tree = readTree(text, surroundingsOf(options));
  if (tree.value === undefined) return new Map();
  const places = new Map<string, Span>();
  for (const path of secretPaths(tree)) {
    const span = tree.values.get(path);
    if (span !== undefined) places.set(path, span);
  }
  return places;
}

function surroundingsOf({ env, readFile, file }: ParseOptions): Surroundings {
  return { env, readFile, folder: file === undefined ? resolve('.') : dirname(resolve(file)) };
}

/** The tree with what zod does not do: types of outputs, sections without content, files. */
function prepared(tree: Tree, surroundings: Surroundings, findings: Finding[]): unknown {
  const { value } = tree;
  const outputs = mapping(mapping(value)?.outputs) ?? {};
  for (const [name, output] of Object.entries(outputs)) {
    // `prometheus:` alone is enough.
    const options = output === null ? {} : mapping(output);
    if (options === undefined) continue;
    const type = Object.hasOwn(options, 'type') ? options.type : name;
    if (isOutputKind(type)) {
      outputs[name] = { ...options, type };
      continue;
    }
    Reflect.deleteProperty(outputs, name);
    findings.push(unknownKind(name, options, type));
  }
  visit(shapeOf(configSchema), value, [], (shape, part, path) => {
    const holder = valueAt(value, path.slice(0, -1));
    const key = path.at(-1);
    if (key === undefined || typeof holder !== 'object' || holder === null) return;
    // A section whose entries are all commented out is the same as none.
    if (part === null && typeof key === 'string' && holdsOthers(shape)) Reflect.deleteProperty(holder, key);
    if (typeof part !== 'string') return;
    if (shape.marks.has('content') && !part.startsWith('-----BEGIN ')) {
      const content = contentOf(part, surroundings);
      if ('problem' in content) findings.push({ path, message: content.problem, hint: content.hint });
      Reflect.set(holder, key, 'problem' in content ? MISSING : content.text);
    }
  });
  return value;
}

function unknownKind(name: string, options: Record<string, unknown>, type: unknown): Finding {
  const kinds = Object.keys(OUTPUT_KINDS);
  const meant = nearest(String(type), kinds);
  const own = Object.hasOwn(options, 'type');
  return {
    path: own ? ['outputs', name, 'type'] : ['outputs', name],
    ...(own ? {} : { on: 'key' as const }),
    message: own ? `expected one of ${kinds.join(', ')}` : `'${name}' is no kind of output, and says no type`,
    hint:
      meant !== undefined
        ? `did you mean '${meant}'?`
        : own
          ? `such as type: mqtt`
          : `write type: with one of ${kinds.join(', ')}`,
  };
}

/** What zod makes of a value; numbers and flags from the environment are given their type first. */
function checked(value: unknown, tree: Tree) {
  const first = configSchema.safeParse(value);
  let again = false;
  for (const issue of first.error?.issues ?? []) {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    if (!tree.filled.has(pathKey(path))) continue;
    const typed = retyped(issue, valueAt(value, path));
    const holder = valueAt(value, path.slice(0, -1));
    if (typed === valueAt(value, path) || typeof holder !== 'object' || holder === null) continue;
    Reflect.set(holder, path.at(-1) ?? '', typed);
    again = true;
  }
  return again ? configSchema.safeParse(value) : first;
}

/** Paths of all values that are never shown. */
function secretPaths(tree: Tree): ReadonlySet<string> {
  const hidden = new Set(tree.filled);
  visit(shapeOf(configSchema), tree.value, [], (shape, part, path) => {
    const key = path.at(-1);
    const unknown = shape.schemas.length === 0 && typeof key === 'string' && soundsSecret(key);
    if (shape.marks.has('secret') || unknown || isKeyText(shape, part)) hidden.add(pathKey(path));
  });
  return hidden;
}

/** A private key that stands in the file itself. */
function isKeyText(shape: { readonly marks: ReadonlySet<string> }, part: unknown): boolean {
  return shape.marks.has('content') && typeof part === 'string' && part.includes('PRIVATE KEY');
}

function spansOf(tree: Tree, paths: ReadonlySet<string>): Span[] {
  return [...paths].flatMap((path) => tree.values.get(path) ?? []);
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
