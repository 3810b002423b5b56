import { execFile } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, posix, sep } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importsOf, ROOT } from './import-rules/program.ts';

/** The parts of `package.json` that this test reads. */
interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
}

/** What `npm pack --json` says. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Folders under `src` that are no part of the library, with `src/*` meaning itself. */
const INTERNAL = new Set(['cli', 'config', 'dashboard', 'gateway', 'outputs', 'page', 'store']);

/** Entries that only Node can load. */
const NODE_ONLY = new Set(['.', './node']);

/** All that may be in the package. */
const MAY_SHIP = [
  /^package\.json$/,
  /^(README|CHANGELOG|SECURITY)\.md$/,
  /^LICENSE$/,
  /^dist\/.+\.js$/,
  /^dist\/.+\.d\.ts$/,
  // The dashboard as a browser loads it.
  /^dist\/dashboard\/.+\.(html|css|svg|png|webmanifest|json)$/,
  // The page that works without a gateway.
  /^dist\/page\/index\.html$/,
  /^docs\/.+\.(md|svg|png)$/,
  // Templates and dashboards for other programs.
  /^docs\/.+\.(ya?ml|json|xml)$/,
  /^schema\/busbar\.schema\.json$/,
  /^busbar\.sample\.yaml$/,
];

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest; // npm checks its form
const ENTRIES = Object.keys(manifest.exports);
const MINUTES = 60_000;

/** Name under which a consumer imports an entry. */
const imported = (entry: string): string => posix.join('busbar', entry);

/** Runs a program with this very Node in front of all others; brings what it prints. A failure says all it printed. */
function run(file: string, args: readonly string[], cwd: string): Promise<string> {
  const PATH = [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
  const env = { ...process.env, PATH, npm_config_update_notifier: 'false' };
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${error.message}\n${stdout}\n${stderr}`, { cause: error }));
    });
  });
}

describe('the list of exports', () => {
  it('names every public folder, and each name has its source', () => {
    const folders = globSync(['src/index.ts', 'src/*/index.ts', 'src/protocols/*/index.ts'], { cwd: ROOT })
      .map((path) => dirname(path.replaceAll(sep, '/')))
      .filter((folder) => !INTERNAL.has(folder.split('/')[1] ?? ''))
      .map((folder) => (folder === 'src' ? '.' : folder.replace('src/', './')));
    expect(ENTRIES.toSorted()).toEqual(folders.toSorted());
  });

  it.each(ENTRIES)('%s points at code and at types', (entry) => {
    const base = `./${posix.join('dist', entry, 'index')}`;
    expect(manifest.exports[entry]).toEqual({ types: `${base}.d.ts`, default: `${base}.js` });
    expect(Object.keys(manifest.exports[entry] ?? {})).toEqual(['types', 'default']); // `types` must stand first
  });

  it('no script runs on installing', () => {
    const scripts = Object.keys(manifest.scripts);
    expect(scripts.filter((name) => /^(pre|post)?install$|^(pre|post)?prepare$/.test(name))).toEqual([]);
  });
});

describe('the packed package', () => {
  let work = '';
  let consumer = '';
  let installed = '';
  let packed: Packed = { filename: '', size: 0, unpackedSize: 0, files: [] };

  // Packed from a copy, so that a `dist` in use is left alone and two runs do not meet.
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'busbar-packed-'));
    const copy = join(work, 'copy');
    const left = new Set(['.git', 'node_modules', 'dist', 'coverage']);
    cpSync(ROOT, copy, {
      recursive: true,
      filter: (path) => dirname(path) !== ROOT || !left.has(basename(path)),
    });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
    const said = await run('npm', ['pack', '--json', '--pack-destination', work], copy);
    packed = onlyOne(JSON.parse(said.slice(said.search(/^[[{]/m))));
    consumer = join(work, 'consumer');
    mkdirSync(consumer);
    writeFileSync(
      join(consumer, 'package.json'),
      '{ "name": "consumer", "private": true, "type": "module" }\n',
    );
    const tarball = join(work, packed.filename);
    await run('npm', ['i', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', tarball], consumer);
    installed = join(consumer, 'node_modules/busbar');
  }, 5 * MINUTES);

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** npm 11 prints a list, later ones a record by name. */
  function onlyOne(said: unknown): Packed {
    const [one, ...others] = Object.values(said as Record<string, Packed>);
    if (one === undefined || others.length > 0)
      throw new Error('npm pack said something else than one package');
    return one;
  }

  it('ships what it should and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !MAY_SHIP.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(paths.filter((path) => /\.(test|spec)\.|fixture|\.cap$/.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md']));
  });

  it('ships each source as code and as types', () => {
    const sources = globSync('src/**/*.ts', { cwd: ROOT })
      .map((path) => path.replaceAll(sep, '/'))
      .filter((path) => !path.endsWith('.test.ts') && !/^src\/(dashboard|page)\//.test(path));
    const expected = sources
      .map((path) => path.replace(/^src/, 'dist').replace(/\.ts$/, ''))
      .flatMap((path) => [`${path}.js`, `${path}.d.ts`]);
    const shipped = packed.files
      .map(({ path }) => path)
      .filter((path) => path.startsWith('dist/') && !/^dist\/(dashboard|page)\//.test(path));
    expect(shipped.toSorted()).toEqual(expected.toSorted());
  });

  it('brings the page that works without a gateway', () => {
    expect(packed.files.map(({ path }) => path)).toContain('dist/page/index.html');
  });

  it('is small', () => {
    process.stdout.write(`packed ${packed.size} bytes, unpacked ${packed.unpackedSize} bytes\n`);
    // Half of it are templates and pages for people; the program itself is compiled without maps.
    expect(packed.size).toBeLessThan(1_500_000);
    expect(packed.unpackedSize).toBeLessThan(6_000_000);
  });

  it('has every file that its code imports, lazily imported ones too', () => {
    const code = globSync('dist/**/*.js', { cwd: installed });
    const shipped = new Set(packed.files.map(({ path }) => path));
    const missing = code.flatMap((path) => {
      const from = path.replaceAll(sep, '/');
      const text = readFileSync(join(installed, path), 'utf8');
      return importsOf(ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true))
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => posix.join(posix.dirname(from), specifier))
        .filter((target) => !shipped.has(target))
        .map((target) => `${from} imports ${target}`);
    });
    expect(code).not.toEqual([]);
    expect(missing).toEqual([]);
  });

  it('pleases publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it.each(ENTRIES)('%s can be imported', async (entry) => {
    const script = `console.log(JSON.stringify(Object.keys(await import('${imported(entry)}'))))`;
    const names: unknown = JSON.parse(
      await run(process.execPath, ['--input-type=module', '-e', script], consumer),
    );
    expect(names).not.toEqual([]);
  });

  it.each(['./codec/number.js', './dist/index.js', './cli'])('%s cannot be imported', async (inner) => {
    const script = `await import('${imported(inner)}')`;
    const attempt = run(process.execPath, ['--input-type=module', '-e', script], consumer);
    await expect(attempt).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  /** Checks a file of a project that uses the package, declarations of the package included. */
  async function compiles(
    name: string,
    source: string,
    options: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const project = join(consumer, name);
    mkdirSync(project);
    writeFileSync(join(project, 'index.ts'), source);
    const compilerOptions = { noEmit: true, strict: true, skipLibCheck: false, target: 'es2023', ...options };
    const written = { compilerOptions, files: ['index.ts'] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(written));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, '--project', project], project);
  }

  /** Imports every entry given, and proves that what comes is typed. */
  const useOf = (entries: readonly string[]): string => `
    ${entries.map((entry, index) => `import * as entry${index} from '${imported(entry)}';`).join('\n')}
    import { decode, u16be } from 'busbar/codec';
    import { Fault, type FaultCode } from 'busbar/core';
    export const entries: readonly object[] = [${entries.map((_, index) => `entry${index}`).join(', ')}];
    export const number: number = decode(u16be, Uint8Array.of(1, 2));
    export const code: FaultCode = new Fault('timeout', 'nothing came').code;
    // @ts-expect-error a number is no text
    export const text: string = decode(u16be, Uint8Array.of(1, 2));
  `;

  it(
    'has types for Node (nodenext)',
    async () => {
      const compiling = compiles('nodenext', useOf(ENTRIES), {
        module: 'nodenext',
        moduleResolution: 'nodenext',
        lib: ['es2023'],
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      });
      await expect(compiling).resolves.toBeUndefined();
    },
    MINUTES,
  );

  it(
    'has types for browsers (bundler), without those of Node',
    async () => {
      const compiling = compiles('bundler', useOf(ENTRIES.filter((entry) => !NODE_ONLY.has(entry))), {
        module: 'preserve',
        moduleResolution: 'bundler',
        lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
        types: [],
      });
      await expect(compiling).resolves.toBeUndefined();
    },
    MINUTES,
  );

  it(
    'runs by npx',
    async () => {
      const said = await run('npx', ['--no-install', 'busbar', '--version'], consumer);
      expect(said.trim()).toBe(manifest.version);
    },
    MINUTES,
  );

  it('explains itself', async () => {
    const said = await run(join(consumer, 'node_modules/.bin/busbar'), ['--help'], consumer);
    expect(said).toContain('Usage: busbar');
  });
});
