import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildDashboard } from './browser.ts';

/** What a phone fetches before it sees the first screen: 150 KB at most, compressed. */
const LIMIT = 150 * 1024;

describe('the built dashboard', () => {
  let built: Built;
  beforeAll(async () => {
    built = await buildDashboard();
  });
  afterAll(() => built.remove());

  const text = (path: string): string => readFileSync(join(built.folder, path), 'utf8');

  /** A script and all that it imports before it runs. */
  const withImports = (path: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(path)) return seen;
    seen.add(path);
    for (const [, from] of text(path).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
      withImports(join('assets', from ?? ''), seen);
    }
    return seen;
  };

  it('keeps the first screen below 150 KB', () => {
    const page = text('index.html');
    const linked = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css|svg))"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(linked.some((path) => path.endsWith('.js'))).toBe(true);
    const overview = globSync('assets/overview-*.js', { cwd: built.folder });
    expect(overview).toHaveLength(1);
    const scripts = [...linked.filter((path) => path.endsWith('.js')), ...overview];
    const files = new Set([...linked, ...scripts.flatMap((path) => [...withImports(path)])]);
    const size = [...files].reduce(
      (sum, path) => sum + gzipSync(readFileSync(join(built.folder, path))).length,
      0,
    );
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThan(LIMIT);
  });

  it('has no script and no style in its page, as its policy demands', () => {
    const page = text('index.html');
    expect(page).not.toMatch(/<style|style=|\son\w+=/);
    for (const [, body] of page.matchAll(/<script[^>]*>([^<]*)/g)) expect(body?.trim()).toBe('');
  });

  it('asks nobody else for anything', () => {
    for (const path of globSync('**/*.{html,css,js,webmanifest}', { cwd: built.folder })) {
      const strangers = [...text(path).matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([found]) => found);
      // Names of XML languages are no addresses that anybody fetches.
      expect(strangers.filter((one) => !one.startsWith('http://www.w3.org/'))).toEqual([]);
    }
  });

  it('can be installed: a manifest with icons that are there, and a worker', () => {
    // The border: a file of our own.
    const manifest = JSON.parse(text('manifest.webmanifest')) as {
      icons: { src: string }[];
      start_url: string;
    };
    expect(manifest.start_url).toBe('./');
    for (const { src } of manifest.icons) expect(text(src)).toContain('<svg');
    expect(text('service-worker.js')).toContain('caches');
  });
});
