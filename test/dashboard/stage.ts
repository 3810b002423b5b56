import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Built, buildDashboard, findChromium, openBrowser } from './browser.ts';
import { type PlayedGateway, playedGateway, type PlayedOptions } from './played-gateway.ts';

/** A Chromium of this machine; undefined: the tests in it are skipped. */
export const chromium = findChromium();

/** A browser, the dashboard as its sources are now, and a gateway that serves it; made before the tests of a file. */
export interface Stage {
  readonly gateway: () => PlayedGateway;
  /** Folder with the built dashboard. */
  readonly dashboard: () => string;
  /** Opens a page at a screen; it ends with the test. */
  readonly open: (at: string, options?: OpenOptions) => Promise<Page>;
}

/** How a page is opened. */
export interface OpenOptions {
  readonly width?: number;
  /** Of another gateway. */
  readonly url?: string;
}

/** How long something may take on a busy machine that takes a second on another. */
export const SOON = { timeout: 20_000 } as const;

/** Sets the stage for a file of tests. */
export function stage(options: Omit<PlayedOptions, 'dashboard'> = {}): Stage {
  let built: Built | undefined;
  let browser: Browser | undefined;
  let gateway: PlayedGateway | undefined;
  const contexts: BrowserContext[] = [];
  const there = <T>(what: T | undefined): T => {
    if (what === undefined) throw new Error('the stage is not set yet');
    return what;
  };

  beforeAll(async () => {
    if (chromium === undefined) return;
    built = await buildDashboard();
    browser = await openBrowser(chromium);
    gateway = await playedGateway({ ...options, dashboard: built.folder });
  }, 120_000);
  afterEach(async () => {
    for (const one of contexts.splice(0)) await one.close();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    built?.remove();
  });

  return {
    gateway: () => there(gateway),
    dashboard: () => there(built).folder,
    open: async (at, { width = 1200, url = there(gateway).url } = {}) => {
      const context = await there(browser).newContext({
        viewport: { width, height: 800 },
        reducedMotion: 'reduce',
        serviceWorkers: 'allow',
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
      });
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(`${url}#/${at}`);
      return page;
    },
  };
}

/** Every screen by its address, with something that only it shows. */
export const SCREENS = [
  ['', 'What flows now'],
  ['battery/rack', 'Millivolts from the mean'],
  ['shunt', 'who says what'],
  ['meter', 'Tariff registers'],
  ['history', 'Export CSV'],
  ['alarms', 'Journal'],
  ['bus/rack', 'Counted since the start'],
  ['explain', 'Paste frames'],
  ['devices', 'Catalogue'],
  ['devices/shunt', 'Settings and commands'],
  ['setup', 'A serial port of the gateway'],
  ['outputs', 'Nothing is lost'],
  ['config', 'What you change'],
  ['simulator', 'What the simulated devices measure'],
  ['support', 'Support bundle'],
] as const;
