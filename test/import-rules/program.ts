import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/** Root of the checkout. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** Compiler settings under which sources are looked at: those of the project, with the libraries it may count on. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
  allowImportingTsExtensions: true,
  allowJs: true,
  noEmit: true,
  strict: true,
  jsx: ts.JsxEmit.Preserve,
};

/** Source texts by absolute path. */
export type Sources = ReadonlyMap<string, string>;

/** A program of exactly these sources; everything else that it needs (libraries, types of packages) is read from disk. */
export function programOf(sources: Sources): ts.Program {
  const host = ts.createCompilerHost(OPTIONS, true);
  const onDisk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
  const folders = new Set([...sources.keys()].flatMap(foldersAbove));
  host.fileExists = (path) => sources.has(path) || onDisk.fileExists(path);
  host.readFile = (path) => sources.get(path) ?? onDisk.readFile(path);
  host.directoryExists = (path) => folders.has(path) || ts.sys.directoryExists(path);
  return ts.createProgram({ rootNames: [...sources.keys()], options: OPTIONS, host });
}

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...foldersAbove(above)];
}

/** One import, export-from, `import()` or `import('x').T` of a file. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  readonly line: number;
}

/** Everything that a file imports, types and lazy imports included; what is computed at run time is `(computed)`. */
export function importsOf(file: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, at: ts.Node): void => {
    const known = specifier !== undefined && ts.isStringLiteralLike(specifier);
    found.push({ specifier: known ? specifier.text : '(computed)', line: lineOf(at) });
  };
  walk(file, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      add(node.moduleSpecifier, node);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], node);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, node);
    else if (ts.isExternalModuleReference(node)) add(node.expression, node);
  });
  return found;
}

/** A name that a file uses and neither declares nor imports, and that the language itself does not bring. */
export interface Global {
  readonly name: string;
  readonly line: number;
}

/** The names that a file takes from its surroundings: `setTimeout`, `Buffer`, `AbortSignal`. Types count too. */
export function globalsOf(file: ts.SourceFile, program: ts.Program): Global[] {
  const checker = program.getTypeChecker();
  const found: Global[] = [];
  walk(file, (node) => {
    if (!ts.isIdentifier(node) || isOnlyAName(node)) return;
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    if (node.text === 'undefined' || node.text === 'arguments') return;
    const declarations = symbol?.declarations ?? [];
    const ownOrLanguage = declarations.some((declaration) => {
      const home = declaration.getSourceFile();
      // What browsers bring comes into the program with the first file that imports a package made for them.
      const ofLanguage =
        program.isSourceFileDefaultLibrary(home) && !/\/lib\.(dom|webworker)[^/]*$/.test(home.fileName);
      return ofLanguage || !home.fileName.includes('/node_modules/');
    });
    // `globalThis` has no declaration, and through it everything else can be had.
    if (!ownOrLanguage) found.push({ name: node.text, line: lineOf(node) });
  });
  return found;
}

/** Whether an identifier stands where a name is given or picked, and not where a variable or type is used. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node || parent.name === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  if (ts.isTypeReferenceNode(parent)) return ts.isConstTypeReference(parent); // `as const`
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isNamespaceExport(parent))
    return true;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return true;
  if (ts.isMetaProperty(parent) || ts.isImportAttribute(parent) || ts.isImportTypeNode(parent)) return true;
  return 'name' in parent && parent.name === node;
}

/** Calls back for every node below. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    visit(child);
    walk(child, visit);
  });
}

/** Line of a node, counted from 1. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}
