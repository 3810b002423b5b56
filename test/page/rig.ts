import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { complaintsOf } from '../dashboard/browser.ts';
import type { FakeSetup } from './fake-page.ts';

/** The page that reads devices without a gateway, built for a test, and the script that plays an adapter. */
export interface BuiltPage {
  /** The one file. */
  readonly file: string;
  readonly text: string;
  /** Script that puts a played adapter into a page. */
  readonly adapter: string;
  readonly remove: () => void;
}

const ROOT = join(import.meta.dirname, '../..');

/** Builds both into folders of their own, so that tests see these sources, and leave `dist` alone. */
export async function buildPage(): Promise<BuiltPage> {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-page-'));
  const [page, played] = [join(folder, 'page'), join(folder, 'played')];
  await build({
    configFile: join(ROOT, 'vite.page.config.ts'),
    logLevel: 'warn',
    build: { outDir: page },
  });
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: played,
      emptyOutDir: true,
      lib: {
        entry: join(import.meta.dirname, 'fake-page.ts'),
        formats: ['iife'],
        name: 'played',
        fileName: () => 'played.js',
      },
    },
  });
  const file = join(page, 'index.html');
  return {
    file,
    text: readFileSync(file, 'utf8'),
    adapter: readFileSync(join(played, 'played.js'), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** How a page is opened. */
export interface Opening {
  /** What hangs on the played adapter; undefined: the browser's own Web Serial is left as it is. */
  readonly device?: FakeSetup;
  /** A browser that has no Web Serial. */
  readonly without?: boolean;
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly locale?: string;
  /** Behind the `#`. */
  readonly at?: string;
}

/** A page that is open as a file of this computer. */
export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors and warnings of scripts and of the page's policy so far. */
  readonly complaints: readonly string[];
  /** Addresses that the page asked for, itself included. */
  readonly requests: readonly string[];
}

/** Opens the file, offline. */
export async function openPage(browser: Browser, built: BuiltPage, opening: Opening = {}): Promise<Opened> {
  const { device, without = false, width = 1200, scheme = 'light', locale = 'en-GB', at = '' } = opening;
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 760 : 900 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale,
    offline: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  if (without) {
    await page.addInitScript(`Object.defineProperty(navigator, 'serial', { value: undefined });`);
  } else if (device !== undefined) {
    await page.addInitScript(`globalThis.fakeSetup = ${JSON.stringify(device)};\n${built.adapter}`);
  }
  const complaints = complaintsOf(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${pathToFileURL(built.file).href}#/${at}`);
  return { page, context, complaints, requests };
}

/** Chooses a device, a port, and reads. */
export async function readDevice(page: Page, id: string): Promise<void> {
  await page.locator('.ask select').first().selectOption(id);
  await page.getByRole('button', { name: 'Choose a port and read' }).click();
}

/** Waits until a value stands beside a title. */
export async function valueShown(page: Page, title: string, text: string): Promise<void> {
  await page.locator(`dt:text-is("${title}") + dd:text-is("${text}")`).first().waitFor();
}

/** What the page saves under a button. */
export async function saved(page: Page, button: string): Promise<string> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return readFile(await (await coming).path(), 'utf8');
}
