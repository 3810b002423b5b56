import { createRequire } from 'node:module';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

/** Where Debian and others put Chromium. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of a Chromium of this machine; undefined, with a text that says so, where there is none; an error in CI. */
export function findChromium(): string | undefined {
  const found = PLACES.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const message = 'chromium is missing, so the dashboard is not tried in a browser: apt-get install chromium';
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`${message}\n`);
  return undefined;
}

/** Opens a browser of our own, without a window. */
export function openBrowser(executablePath: string): Promise<Browser> {
  // As root Chromium has no sandbox; the only pages it sees are ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

/** A dashboard that was built for a test. */
export interface Built {
  readonly folder: string;
  readonly remove: () => void;
}

/** Builds the dashboard into a folder of its own, so that tests see these sources, and leave `dist` alone. */
export async function buildDashboard(): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-dashboard-'));
  await build({
    configFile: join(import.meta.dirname, '../../vite.dashboard.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What went wrong on a page while it was open: errors of scripts, of the console, of its policy. */
export function complaintsOf(page: Page): string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') found.push(message.text());
  });
  return found;
}

/** What axe finds to be serious or critical, each with the first place. */
export async function axeFindings(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  // The border to the page: this is what axe's documentation says it answers.
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { target: string[]; html: string }[] }[];
  }>('axe.run(document)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(' ') ?? ''} ${nodes[0]?.html ?? ''}`);
}
