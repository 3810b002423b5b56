import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';
import { describe, expect, it } from 'vitest';
import { globalsOf, programOf, ROOT } from './import-rules/program.ts';

/** Folders whose `index.ts` must work in a browser; `protocols` stands for each protocol. */
const BROWSER_SAFE = [
  'codec',
  'core',
  'ydt1363',
  'iec62056',
  'protocols/*',
  'devices',
  'site',
  'simulator',
  'web',
];

/** Those of them that exist, by their path from the root. */
const ENTRIES = BROWSER_SAFE.flatMap((folder) => globSync(`src/${folder}`, { cwd: ROOT }))
  .map((folder) => `${folder.replaceAll(sep, '/')}/index.ts`)
  .sort();

/** What the bare context offers besides the language, and all that a bundle may ask for: web standards, no timers. */
const WEB = {
  AbortController,
  AbortSignal,
  DOMException,
  Event,
  EventTarget,
  MessageChannel,
  TextDecoder,
  TextEncoder,
  structuredClone,
};

/** What the links of browsers use besides, at work and not while they load. */
const OF_BROWSERS: ReadonlySet<string> = new Set(['setTimeout', 'clearTimeout', 'performance']);

/** A file that does not exist: its text is made up by each test. */
const ENTRY = join(ROOT, 'entry.ts');

/** Lets one made-up file be the entry, and refuses everything that a browser does not have. */
function browserOnly(entry: string): Plugin {
  return {
    name: 'browser-only',
    enforce: 'pre',
    resolveId(source) {
      if (source === ENTRY) return ENTRY;
      if (isBuiltin(source)) this.error(`${source} is no part of a browser`);
      if (!source.startsWith('.') && !source.startsWith('/')) this.error(`${source} is a package`);
      return null;
    },
    load: (id) => (id === ENTRY ? entry : null),
  };
}

/** Bundles a source text that stands in the root, for a browser; brings a script that defines `bundle`. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    plugins: [browserOnly(entry)],
    build: {
      write: false,
      minify: true,
      lib: { entry: ENTRY, formats: ['iife'], name: 'bundle', fileName: 'bundle' },
    },
  });
  const output = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  expect(output.map((one) => one.type)).toEqual(['chunk']);
  return output.map((one) => (one.type === 'chunk' ? one.code : '')).join('');
}

/** Everything that a script takes from its surroundings. */
function wants(script: string): string[] {
  const path = join(ROOT, 'bundle.js');
  const program = programOf(new Map([[path, script]]));
  const source = program.getSourceFile(path);
  if (source === undefined) throw new Error('the bundle cannot be read');
  return [...new Set(globalsOf(source, program).map(({ name }) => name))].sort();
}

/** Runs a script where there is nothing but the language and a few web standards, and no code from text. */
function runBare(script: string): vm.Context {
  const context = vm.createContext({ ...WEB }, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(script, context, { filename: 'bundle.js' });
  return context;
}

/** What an expression is in there, carried over as text. */
function read(context: vm.Context, expression: string): unknown {
  return JSON.parse(vm.runInContext(`JSON.stringify(${expression})`, context) as string); // JSON.stringify of an object
}

describe('in a browser', () => {
  it('every browser-safe export is bundled here', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, unknown>>;
    };
    const needNode = new Set(['.', './node']);
    const exported = Object.keys(manifest.exports).filter((key) => !needNode.has(key));
    expect(exported.map((key) => key.replace('./', 'src/') + '/index.ts').sort()).toEqual(ENTRIES);
  });

  it.each(ENTRIES)('%s', async (entry) => {
    expect(existsSync(join(ROOT, entry))).toBe(true);
    const script = await bundle(`export * from './${entry}';`);
    const kilobytes = gzipSync(script).length / 1024;
    process.stdout.write(`${entry}: ${kilobytes.toFixed(1)} KB gzip\n`);
    const more = entry === 'src/web/index.ts' ? OF_BROWSERS : new Set();
    expect(wants(script).filter((name) => !(name in WEB) && !more.has(name))).toEqual([]);
    expect(read(runBare(script), 'Object.keys(bundle)')).not.toEqual([]);
    // The catalogue brings every device of every protocol along; the others stand alone.
    expect(kilobytes).toBeLessThan(entry === 'src/devices/index.ts' ? 160 : 80);
  });

  it('decodes the line of a real meter', async () => {
    // A KG140F charging at 54.10 A, as its display unit asks it.
    const line = ':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,\r\n';
    const script = await bundle(`
      import kg from './src/devices/juntek/kg.ts';
      import { ascii } from './src/core/index.ts';
      export const inspect = (text: string) => kg.inspector().push(ascii(text));
    `);
    expect(wants(script).filter((name) => !(name in WEB))).toEqual([]);
    const found = read(runBare(script), `bundle.inspect(${JSON.stringify(line)})`);
    expect(found).toMatchObject([
      {
        verdict: 'ok',
        kind: 'measured',
        values: { voltage: 53.66, current: 54.1, direction: 'charging', temperature: 28 },
      },
    ]);
  });

  it.each([
    ['a Node module', `export * from 'node:fs';`, 'node:fs is no part of a browser'],
    ['a Node module without node:', `export { join } from 'path';`, 'path is no part of a browser'],
    ['require', `export const fs = () => require('fs');`, 'fs is no part of a browser'],
    ['a package', `export { Command } from 'commander';`, 'commander is a package'],
    ['the links of Node', `export * from './src/node/tcp.ts';`, 'is no part of a browser'],
  ])('%s does not get in', async (_what, entry, message) => {
    await expect(bundle(entry)).rejects.toThrow(message);
  });

  it.each([
    ['Buffer', `export const bytes = () => Buffer.from('x');`],
    ['process', `export const env = () => typeof process === 'undefined' ? {} : process.env;`],
    ['setTimeout', `export const later = (call: () => void) => setTimeout(call, 1);`],
    ['globalThis', `export const hidden = () => globalThis['Buf' + 'fer'];`],
  ])('%s is seen in a bundle', async (name, entry) => {
    expect(wants(await bundle(entry))).toContain(name);
  });

  it('code from text is refused', async () => {
    const context = runBare(await bundle(`export const run = (text: string) => new Function(text)();`));
    expect(() => read(context, `bundle.run('return 1')`)).toThrow('Code generation from strings disallowed');
  });
});
