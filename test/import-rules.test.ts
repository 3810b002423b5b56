import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, isTest, layerOf, type Layers, type Violation } from './import-rules/check.ts';
import { ROOT } from './import-rules/program.ts';

/**
 * Who may import whom. Arrows go one way, from what knows more to what knows less: a folder may import from those
 * in its list and from nobody else. Whatever two neighbours share moves down into a folder that both may see.
 *
 * The upper half runs unchanged in a browser and has no dependency.
 */
const LAYERS: Layers = {
  // Bytes and values. Knows nothing of devices, lines or time.
  codec: { imports: [], surroundings: 'nothing' },
  // The vocabulary: quantities, faults, links, framings, exchanges, the bus.
  core: { imports: ['codec'], surroundings: 'nothing' },
  // Frame families that several protocols share.
  ydt1363: { imports: ['codec', 'core'], surroundings: 'nothing' },
  iec62056: { imports: ['codec', 'core'], surroundings: 'nothing' },
  // One folder per protocol: framing, exchanges, and the device's side.
  protocols: { imports: ['codec', 'core', 'ydt1363', 'iec62056'], surroundings: 'nothing', siblings: true },
  // One folder per vendor: definitions, and nothing that runs.
  devices: { imports: ['codec', 'core', 'protocols'], surroundings: 'nothing', siblings: true, data: true },
  // Devices that answer, without hardware.
  simulator: { imports: ['codec', 'core', 'protocols', 'devices'], surroundings: 'nothing' },

  // Implement what the core asks for.
  web: { imports: ['codec', 'core'], surroundings: 'browser' },
  node: { imports: ['codec', 'core'], surroundings: 'everything' },
  // Read catalog and snapshots; ask for quantity, kind and role, never for a device.
  outputs: { imports: ['core'], surroundings: 'everything', siblings: true, nameless: true },
  // Devices only as a catalogue, to decode without a gateway.
  dashboard: {
    imports: ['core', 'devices'],
    surroundings: 'browser',
    nameless: true,
    bundled: ['preact', '@preact/signals', 'uplot'],
  },
  // The page without a gateway: what the dashboard shows, fed by a port of the browser.
  page: {
    imports: ['core', 'devices', 'site', 'web', 'dashboard'],
    surroundings: 'browser',
    nameless: true,
    bundled: ['preact', '@preact/signals'],
  },
  config: { imports: ['core', 'site'], surroundings: 'everything' },
  // What follows from readings: plausibility, energy, cost, alarms.
  site: { imports: ['core'], surroundings: 'nothing' },
  // Journal and history in one database.
  store: { imports: ['core'], surroundings: 'everything' },
  // Wires all of it together.
  gateway: {
    imports: [
      'codec',
      'core',
      'protocols',
      'devices',
      'simulator',
      'node',
      'outputs',
      'config',
      'site',
      'store',
    ],
    surroundings: 'everything',
  },
  cli: {
    imports: [
      'codec',
      'core',
      'protocols',
      'devices',
      'simulator',
      'node',
      'outputs',
      'config',
      'site',
      'store',
      'gateway',
    ],
    surroundings: 'everything',
  },
  // The package as a library for Node.
  'open.ts': { imports: ['core', 'devices', 'node'], surroundings: 'everything' },
  'index.ts': { imports: ['core', 'devices', 'node', 'open.ts'], surroundings: 'everything' },
};

/** Every source file by its path from the root; dashboards have `.tsx`. */
const FILES: ReadonlyMap<string, string> = new Map(
  globSync('src/**/*.{ts,tsx}', { cwd: ROOT })
    .map((path) => path.replaceAll(sep, '/'))
    .sort()
    .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
);

/** What the published package brings along. */
const PACKAGES: ReadonlySet<string> = new Set(packagesOf(readFileSync(join(ROOT, 'package.json'), 'utf8')));

function packagesOf(manifest: string): string[] {
  const read = JSON.parse(manifest) as Record<string, Record<string, string> | undefined>; // what npm itself requires
  return ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(read[kind] ?? {}),
  );
}

const printed = ({ file, line, rule, what }: Violation): string => `${file}:${line} ${rule}: ${what}`;

describe('the sources', () => {
  const broken = check(FILES, LAYERS, PACKAGES);
  const folders = [...new Set([...FILES.keys()].map(layerOf))];

  it.each(['codec', 'core', 'protocols', 'devices'])('are found: %s', (folder) => {
    expect(folders).toContain(folder);
  });

  it.each(folders)('keep the rules: src/%s', (folder) => {
    const judged = [...FILES.keys()].filter((path) => layerOf(path) === folder && !isTest(path));
    expect(judged).not.toEqual([]);
    expect(broken.filter((one) => layerOf(one.file) === folder).map(printed)).toEqual([]);
  });

  it.each([...PACKAGES])('use the package they bring along: %s', (name) => {
    const importing = [...FILES].filter(
      ([path, text]) => !isTest(path) && new RegExp(`'${name}['/]`).test(text),
    );
    expect(importing.map(([path]) => path)).not.toEqual([]);
  });
});

/** Small programs around a rule: what each file does, and which rules it breaks by that. */
const CONTROLS: readonly {
  readonly path: string;
  readonly text: string;
  readonly breaks: readonly Violation['rule'][];
}[] = [
  // Layers.
  { path: 'src/core/plain.ts', text: `export const plain = 1;`, breaks: [] },
  { path: 'src/codec/words.ts', text: `export type Word = string;`, breaks: [] },
  { path: 'src/core/down.ts', text: `export type { Word } from '../codec/words.ts';`, breaks: [] },
  {
    path: 'src/codec/up.ts',
    text: `import { plain } from '../core/plain.ts'; export const up = plain;`,
    breaks: ['imports upwards'],
  },
  {
    path: 'src/codec/up-type.ts',
    text: `export type Up = import('../core/plain.ts').Nothing;`,
    breaks: ['imports upwards'],
  },
  {
    path: 'src/core/up-lazy.ts',
    text: `export const late = () => import('../node/port.ts');`,
    breaks: ['imports upwards'],
  },
  {
    path: 'src/node/port.ts',
    text: `import { plain } from '../core/plain.ts'; import { open } from 'node:fs'; export const port = [plain, open];`,
    breaks: [],
  },
  {
    path: 'src/node/knows-device.ts',
    text: `export * from '../devices/acme/good.ts';`,
    breaks: ['imports upwards'],
  },
  { path: 'src/misc/lost.ts', text: `export const lost = 1;`, breaks: ['layer unknown'] },
  // Siblings.
  {
    path: 'src/protocols/acme/index.ts',
    text: `export * from './frame.ts'; export * from '../../core/plain.ts';`,
    breaks: [],
  },
  { path: 'src/protocols/acme/frame.ts', text: `export const frame = 1;`, breaks: [] },
  {
    path: 'src/protocols/other/index.ts',
    text: `export { frame } from '../acme/frame.ts';`,
    breaks: ['imports a sibling'],
  },
  { path: 'src/devices/index.ts', text: `export * from './acme/good.ts';`, breaks: [] },
  {
    path: 'src/devices/other/copy.ts',
    text: `export * from '../acme/good.ts';`,
    breaks: ['imports a sibling'],
  },
  // Import forms and tests.
  { path: 'src/core/no-ending.ts', text: `export * from './plain';`, breaks: ['import form'] },
  { path: 'src/core/own-name.ts', text: `export * from 'busbar/codec';`, breaks: ['package'] },
  { path: 'src/node/no-prefix.ts', text: `export * from 'path';`, breaks: ['import form'] },
  { path: 'src/core/plain.test.ts', text: `import { it } from 'vitest'; it('x', () => {});`, breaks: [] },
  { path: 'src/core/tested.ts', text: `import './plain.test.ts';`, breaks: ['imports a test'] },
  { path: 'src/node/helped.ts', text: `import '../../test/helper.ts';`, breaks: ['imports a test'] },
  {
    path: 'src/core/computed.ts',
    text: `export const any = (name: string): Promise<unknown> => import(name);`,
    breaks: ['import form'],
  },
  // Cycles, also of types only.
  {
    path: 'src/core/egg.ts',
    text: `import type { Hen } from './hen.ts'; export type Egg = Hen | 1;`,
    breaks: ['import cycle'],
  },
  {
    path: 'src/core/hen.ts',
    text: `import type { Egg } from './egg.ts'; export type Hen = Egg | 2;`,
    breaks: ['import cycle'],
  },
  { path: 'src/core/self.ts', text: `export * from './self.ts';`, breaks: ['import cycle'] },
  // The platform.
  { path: 'src/core/net.ts', text: `export type { Socket } from 'node:net';`, breaks: ['platform'] },
  { path: 'src/web/net.ts', text: `export * from 'node:net';`, breaks: ['platform'] },
  { path: 'src/devices/acme/packaged.ts', text: `export * from 'commander';`, breaks: ['package'] },
  { path: 'src/cli/main.ts', text: `export * from 'commander';`, breaks: [] },
  { path: 'src/cli/develops.ts', text: `export * from 'typescript';`, breaks: ['package'] },
  {
    path: 'src/core/shared.ts',
    text: `export const over = (signal: AbortSignal): boolean => new TextDecoder() !== undefined && signal.aborted;`,
    breaks: [],
  },
  {
    path: 'src/core/own-names.ts',
    text: `export const run = (process: { console: number; Buffer: number }) => ({ setTimeout: process.console, require: process.Buffer });`,
    breaks: [],
  },
  ...[
    `setTimeout(() => {}, 1);`,
    `export const stop = setInterval(() => {}, 1);`,
    `setImmediate(() => {});`,
    `export const bytes = Buffer.from('x');`,
    `export type Bytes = Buffer;`,
    `export type Timer = NodeJS.Timeout;`,
    `export const env = process.env;`,
    `export const known = typeof process;`,
    `export const kept = { process };`,
    `console.log(1);`,
    `export const fs = require('fs');`,
    `export const here = __dirname;`,
    `export const file = __filename;`,
    `export const now = performance.now();`,
    `export const hidden = globalThis;`,
    `export const got = fetch('x');`,
  ].map((text, index) => ({ path: `src/codec/global${index}.ts`, text, breaks: ['global'] as const })),
  { path: 'src/web/buffer.ts', text: `export const bytes = Buffer.from('x');`, breaks: ['global'] },
  { path: 'src/web/timer.ts', text: `setTimeout(() => navigator, 1);`, breaks: [] },
  { path: 'src/node/timer.ts', text: `setTimeout(() => process.exit(), 1);`, breaks: [] },
  { path: 'src/dashboard/app.ts', text: `export * from 'preact/hooks';`, breaks: [] },
  { path: 'src/dashboard/other.ts', text: `export * from 'typescript';`, breaks: ['package'] },
  // Time and chance.
  { path: 'src/core/date.ts', text: `export const day = new Date(Date.UTC(2026, 0, 1));`, breaks: [] },
  {
    path: 'src/core/chance.ts',
    text: `export const dice = (random?: () => number): number => (random ?? Math.random)();`,
    breaks: [],
  },
  ...[
    `export const now = Date.now();`,
    `export const now = new Date();`,
    `export const dice = Math.random();`,
    `export const run = new Function('return 1');`,
    `export const run = eval('1');`,
  ].map((text, index) => ({
    path: `src/simulator/input${index}.ts`,
    text,
    breaks: ['hidden input'] as const,
  })),
  // Devices are data.
  {
    path: 'src/devices/acme/good.ts',
    text: `import { frame } from '../../protocols/acme/index.ts';
           const off = (limit: number) => (limit > 3 ? { off_at_night: 1 } : {});
           export const good = { frame, serial_number: 1, ...off(frame) };`,
    breaks: [],
  },
  { path: 'src/core/role.ts', text: `export type Role = 'serial_number';`, breaks: [] },
  {
    path: 'src/devices/acme/two.ts',
    text: `export * from '../../protocols/acme/index.ts'; export type { frame as other } from '../../protocols/other/index.ts';`,
    breaks: ['not data'],
  },
  ...[
    `export function f(x: number) { if (x > 1) return 1; return 2; }`,
    `export function f(x: number) { switch (x) { default: return 2; } }`,
    `for (const x of [1]) void x;`,
    `while (true) { break; }`,
    `export const f = () => { throw new Error('x'); };`,
    `export const f = async () => undefined;`,
    `export function* f() { yield 1; }`,
    `export class Model {}`,
    `export const built = Date.UTC(2026, 0, 1);`,
  ].map((text, index) => ({ path: `src/devices/acme/data${index}.ts`, text, breaks: ['not data'] as const })),
  // Outputs know no device.
  {
    path: 'src/outputs/mqtt/index.ts',
    text: `import { plain } from '../../core/plain.ts'; export const topic = { plain, name: 'serial_number' };`,
    breaks: [],
  },
  {
    path: 'src/outputs/sql/index.ts',
    text: `export { topic } from '../mqtt/index.ts';`,
    breaks: ['imports a sibling'],
  },
  {
    path: 'src/outputs/mqtt/device.ts',
    text: `export * from '../../devices/acme/good.ts';`,
    breaks: ['imports upwards', 'names a device'],
  },
  ...[
    `export const special = (vendor: string) => vendor === 'Acme';`,
    `export const acmeTopic = 1;`,
    `export const topic = (name: string) => \`acme/\${name}\`;`,
    `export const night = (values: Record<string, number>) => values['off_at_night'];`,
    `export const night = (values: { off_at_night: number }) => values.off_at_night;`,
  ].map((text, index) => ({
    path: `src/outputs/mqtt/name${index}.ts`,
    text,
    breaks: ['names a device'] as const,
  })),
];

describe('a rule notices', () => {
  const broken = check(
    new Map(CONTROLS.map(({ path, text }) => [path, text])),
    LAYERS,
    new Set(['commander']),
  );

  it.each(CONTROLS)('$path: $breaks', ({ path, breaks }) => {
    const rules = new Set(broken.filter(({ file }) => file === path).map(({ rule }) => rule));
    expect([...rules].sort()).toEqual([...breaks].sort());
  });
});
