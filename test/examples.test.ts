import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import kg from '../src/devices/juntek/kg.ts';
import kh from '../src/devices/juntek/kh.ts';
import { type Shed, shed } from './cli/harness.ts';

const ROOT = join(import.meta.dirname, '..');
const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.ts'));

/**
 * The examples, compiled and run as somebody who installed the package would: against the built code, found by its
 * name. That they fit the types is part of `npm run typecheck`.
 */
describe('examples', () => {
  let work = '';
  let line: Shed | undefined;

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'busbar-examples-'));
    const installed = join(work, 'node_modules/busbar');
    mkdirSync(installed, { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'), 'dir');
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const build = [
      '-p',
      'tsconfig.build.json',
      '--declaration',
      'false',
      '--outDir',
      join(installed, 'dist'),
    ];
    execFileSync(process.execPath, [tsc, ...build], { cwd: ROOT, stdio: 'pipe' });
    mkdirSync(join(work, 'examples'));
    for (const name of EXAMPLES) {
      const { outputText } = ts.transpileModule(readFileSync(join(ROOT, 'examples', name), 'utf8'), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      });
      writeFileSync(join(work, 'examples', name.replace(/ts$/, 'js')), outputText);
    }
    writeFileSync(join(work, 'package.json'), '{ "type": "module" }');
    line = await shed([
      {
        device: kg,
        set: [
          ['voltage', 50],
          ['current', 2],
          ['full_capacity', 100],
          ['soc', 60],
        ],
        options: { latency: '5' },
      },
      { device: kh, address: 2, set: [['voltage', 26.5]], options: { latency: '5' } },
    ]);
  }, 120_000);

  afterAll(async () => {
    await line?.close(); // not there when the build failed
    rmSync(work, { recursive: true });
  });

  function run(name: string): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [join(work, 'examples', `${name}.js`), line?.link ?? ''],
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(stdout + stderr, { cause: error }));
        },
      );
    });
  }

  it('are all tried here', () => {
    expect(EXAMPLES.toSorted()).toEqual(['own-device.ts', 'read-once.ts', 'several-devices.ts', 'stream.ts']);
  });

  it('read-once prints state of charge and power', async () => {
    // 50 V x 2 A = 100 W
    expect(await run('read-once')).toMatch(/Juntek KG coulomb meter 60\.\d % 100(\.0)? W/);
  });

  it('stream prints five lines with the present values', async () => {
    const lines = (await run('stream')).trim().split('\n');
    expect(lines).toHaveLength(5);
    for (const text of lines) expect(text).toMatch(/^\d{4}-.*Z 50(\.00)? V 2(\.00)? A$/);
  }, 30_000);

  it('several-devices reads both modules', async () => {
    const out = await run('several-devices');
    expect(out).toContain('juntek-kg@1 50');
    expect(out).toContain('juntek-kh@2 26.5');
  });

  it('own-device reads by a definition of its own', async () => {
    expect((await run('own-device')).trim()).toBe('100');
  });
});
