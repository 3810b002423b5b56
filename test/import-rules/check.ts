import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { globalsOf, importsOf, lineOf, programOf, ROOT, walk } from './program.ts';

/** What a folder directly under `src` may know. */
export interface Layer {
  /** Folders that it may import from, besides itself. */
  readonly imports: readonly string[];
  /**
   * What it may take from where it runs. `nothing`: only the language and a few words that browsers and Node share,
   * no timers, no package. `browser`: what browsers have. `everything`: Node and packages too.
   */
  readonly surroundings: 'nothing' | 'browser' | 'everything';
  /** Its sub-folders are siblings that do not know one another. */
  readonly siblings?: true;
  /** It holds definitions: nothing that decides, waits, repeats or knows a date, and one protocol a file. */
  readonly data?: true;
  /** It never says the name of a device, vendor, protocol or field. */
  readonly nameless?: true;
  /** Packages that are built into its files, so that the published package need not bring them along. */
  readonly bundled?: readonly string[];
}

/** Layers by folder; a file that stands directly in `src` is a layer of its own. */
export type Layers = Readonly<Record<string, Layer>>;

/** A rule that was broken, and where. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly rule:
    | 'layer unknown'
    | 'imports upwards'
    | 'imports a sibling'
    | 'imports a test'
    | 'import form'
    | 'import cycle'
    | 'platform'
    | 'package'
    | 'global'
    | 'hidden input'
    | 'not data'
    | 'names a device';
  readonly what: string;
}

/** What browsers and Node share, needs no permission, and keeps no time: all that browser-safe folders may use. */
const SHARED_GLOBALS = new Set([
  'AbortController',
  'AbortSignal',
  'DOMException',
  'Event',
  'EventTarget',
  'MessageChannel',
  'TextDecoder',
  'TextEncoder',
  'structuredClone',
]);

/** What only Node has. */
const NODE_GLOBALS = new Set([
  'Buffer',
  'NodeJS',
  '__dirname',
  '__filename',
  'clearImmediate',
  'exports',
  'global',
  'module',
  'process',
  'require',
  'setImmediate',
]);

/** Statements that decide, repeat, wait or fail. */
const NOT_DATA: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.IfStatement, 'if'],
  [ts.SyntaxKind.SwitchStatement, 'switch'],
  [ts.SyntaxKind.ForStatement, 'for'],
  [ts.SyntaxKind.ForInStatement, 'for'],
  [ts.SyntaxKind.ForOfStatement, 'for'],
  [ts.SyntaxKind.WhileStatement, 'while'],
  [ts.SyntaxKind.DoStatement, 'do'],
  [ts.SyntaxKind.TryStatement, 'try'],
  [ts.SyntaxKind.ThrowStatement, 'throw'],
  [ts.SyntaxKind.AwaitExpression, 'await'],
  [ts.SyntaxKind.YieldExpression, 'yield'],
  [ts.SyntaxKind.ClassDeclaration, 'class'],
  [ts.SyntaxKind.ClassExpression, 'class'],
]);

/** The packages that the published package brings along: `dependencies` and the optional ones. */
export type Packages = ReadonlySet<string>;

/** Whether a file is a test, which stands outside of the layers. */
export const isTest = (path: string): boolean => path.endsWith('.test.ts');

/** The folder of a path under `src`, or its name when it stands there directly. */
export const layerOf = (path: string): string => path.split('/')[1] ?? '';

/**
 * Checks sources against the rules.
 * @param files texts by path from the root of the checkout, such as `src/core/link.ts`
 */
export function check(files: ReadonlyMap<string, string>, layers: Layers, packages: Packages): Violation[] {
  const program = programOf(new Map([...files].map(([path, text]) => [join(ROOT, path), text])));
  const judged = [...files.keys()].filter((path) => !isTest(path));
  const sources = new Map(judged.map((path) => [path, sourceOf(program, path)]));
  const names = deviceWords(sources);
  const graph = new Map<string, string[]>();
  const broken: Violation[] = [];
  for (const [path, source] of sources) {
    const layer = layers[layerOf(path)];
    if (layer === undefined) {
      broken.push({ file: path, line: 1, rule: 'layer unknown', what: layerOf(path) });
      continue;
    }
    const add = (line: number, rule: Violation['rule'], what: string): void => {
      broken.push({ file: path, line, rule, what });
    };
    graph.set(path, checkImports(path, source, layer, files, packages, add));
    checkGlobals(source, program, layer, add);
    if (layer.surroundings === 'nothing') checkHiddenInputs(source, add);
    if (layer.data === true) checkData(source, add);
    if (layer.nameless === true) checkNames(source, names, add);
  }
  return [...broken, ...cycles(graph)];
}

type Add = (line: number, rule: Violation['rule'], what: string) => void;

function sourceOf(program: ts.Program, path: string): ts.SourceFile {
  const source = program.getSourceFile(join(ROOT, path));
  if (source === undefined) throw new Error(`${path} is not part of the program`);
  return source;
}

/** Judges every import of a file and returns the files among them. */
function checkImports(
  path: string,
  source: ts.SourceFile,
  layer: Layer,
  files: ReadonlyMap<string, string>,
  packages: Packages,
  add: Add,
): string[] {
  const own = layerOf(path);
  const protocols = new Set<string>();
  const known: string[] = [];
  for (const { specifier, line } of importsOf(source)) {
    if (!specifier.startsWith('.')) {
      checkPackage(specifier, line, layer, packages, add);
      continue;
    }
    const target = posix.join(posix.dirname(path), specifier);
    if (isTest(target) || !target.startsWith('src/')) add(line, 'imports a test', specifier);
    else if (!files.has(target))
      add(line, 'import form', `${specifier}: no such file; the ending belongs to it`);
    else {
      known.push(target);
      const other = layerOf(target);
      if (other !== own && !layer.imports.includes(other)) add(line, 'imports upwards', specifier);
      if (other === own && layer.siblings === true && areSiblings(path, target))
        add(line, 'imports a sibling', specifier);
      if (other === 'protocols') protocols.add(target.split('/')[2] ?? '');
    }
  }
  if (layer.data === true && protocols.size > 1) add(1, 'not data', `speaks ${[...protocols].join(' and ')}`);
  return known;
}

/** Whether two files of one layer stand in different sub-folders of it; an index above both is nobody's sibling. */
function areSiblings(one: string, other: string): boolean {
  const [, , first, ...restOfOne] = one.split('/');
  const [, , second, ...restOfOther] = other.split('/');
  return restOfOne.length > 0 && restOfOther.length > 0 && first !== second;
}

function checkPackage(specifier: string, line: number, layer: Layer, packages: Packages, add: Add): void {
  const bare = specifier.startsWith('@')
    ? specifier.split('/').slice(0, 2).join('/')
    : (specifier.split('/')[0] ?? '');
  if (specifier.startsWith('node:')) {
    if (layer.surroundings !== 'everything') add(line, 'platform', specifier);
  } else if (isBuiltin(specifier)) add(line, 'import form', `${specifier}: write node:${specifier}`);
  else if (specifier === '(computed)') {
    if (layer.surroundings === 'nothing') add(line, 'import form', 'computed at run time');
  } else if (layer.surroundings === 'nothing') add(line, 'package', specifier);
  else if (!packages.has(bare) && layer.bundled?.includes(bare) !== true)
    add(line, 'package', `${bare} does not come with the published package`);
}

function checkGlobals(source: ts.SourceFile, program: ts.Program, layer: Layer, add: Add): void {
  if (layer.surroundings === 'everything') return;
  for (const { name, line } of globalsOf(source, program)) {
    const allowed = layer.surroundings === 'browser' ? !NODE_GLOBALS.has(name) : SHARED_GLOBALS.has(name);
    if (!allowed) add(line, 'global', name);
  }
}

/** Time and chance come in as parameters, and no code is made from text: browsers may forbid it. */
function checkHiddenInputs(source: ts.SourceFile, add: Add): void {
  walk(source, (node) => {
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const text = node.getText(source).replace(/\s/g, '');
      if ((text === 'Date.now' || text === 'Math.random') && !isDefault(node))
        add(lineOf(node), 'hidden input', text);
    }
    if (ts.isIdentifier(node) && (node.text === 'eval' || node.text === 'WebAssembly'))
      add(lineOf(node), 'hidden input', node.text);
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const called = node.expression.getText(source);
      if (called === 'Function') add(lineOf(node), 'hidden input', 'Function');
      if (called === 'Date' && (node.arguments?.length ?? 0) === 0)
        add(lineOf(node), 'hidden input', 'the present date');
    }
  });
}

/** Whether a node is what stands in for something that the caller may bring: `options.random ?? Math.random`. */
function isDefault(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken &&
    parent.right === node
  );
}

function checkData(source: ts.SourceFile, add: Add): void {
  walk(source, (node) => {
    const word = NOT_DATA.get(node.kind);
    if (word !== undefined) add(lineOf(node), 'not data', word);
    if (ts.isIdentifier(node) && node.text === 'Date') add(lineOf(node), 'not data', 'Date');
    if (node.kind === ts.SyntaxKind.AsyncKeyword) add(lineOf(node), 'not data', 'async');
  });
}

/** What outputs must not say. */
interface DeviceWords {
  /** Parts of a word: folders of vendors and protocols. */
  readonly parts: readonly string[];
  /** Whole words: names of fields that are neither a quantity nor a role, which the core knows. */
  readonly whole: ReadonlySet<string>;
}

/** Folders that are named after no vendor: a plain word that anybody may say. */
const PLAIN_FOLDERS = new Set(['other']);

function deviceWords(sources: ReadonlyMap<string, ts.SourceFile>): DeviceWords {
  const parts = new Set<string>();
  const fields = new Set<string>();
  const vocabulary = new Set<string>();
  for (const [path, source] of sources) {
    const [, layer = '', folder = '', ...below] = path.split('/');
    if ((layer === 'devices' || layer === 'protocols') && below.length > 0 && !PLAIN_FOLDERS.has(folder))
      parts.add(folder);
    const into = layer === 'devices' ? fields : layer === 'core' ? vocabulary : undefined;
    if (into === undefined) continue;
    walk(source, (node) => {
      if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) into.add(node.name.text);
      if (layer === 'core' && ts.isStringLiteral(node)) into.add(node.text);
    });
  }
  // One plain word (`voltage`, `name`) may mean anything; a composed one can only mean the field.
  const whole = [...fields].filter((name) => name.includes('_') && !vocabulary.has(name));
  return { parts: [...parts], whole: new Set(whole) };
}

function checkNames(source: ts.SourceFile, words: DeviceWords, add: Add): void {
  walk(source, (node) => {
    if (!ts.isIdentifier(node) && !ts.isStringLiteralLike(node) && !ts.isTemplateLiteralToken(node)) return;
    // `space` is a plain word that happens to hold the name of a vendor.
    const text = node.text.toLowerCase().replaceAll('space', ' ');
    const said = words.parts.find((part) => text.includes(part));
    if (said !== undefined) add(lineOf(node), 'names a device', said);
    else if (words.whole.has(node.text)) add(lineOf(node), 'names a device', node.text);
  });
}

/** One violation for each file that reaches itself, with the shortest way round. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): Violation[] {
  return [...graph.keys()].flatMap((start) => {
    const way = wayBack(graph, start);
    return way === undefined
      ? []
      : [{ file: start, line: 1, rule: 'import cycle' as const, what: way.join(' -> ') }];
  });
}

function wayBack(graph: ReadonlyMap<string, readonly string[]>, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const next of graph.get(at) ?? []) {
      if (next === start) {
        const way = [next];
        for (let step: string | undefined = at; step !== undefined; step = cameFrom.get(step))
          way.unshift(step);
        return way;
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return undefined;
}
