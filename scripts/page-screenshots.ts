/**
 * Makes pictures of the page that works without a gateway, with a played adapter: `npm run screenshots:page` the one that
 * the docs show, into docs/screenshots; `npm run screenshots:page -- FOLDER` all of them, in both themes and two widths.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { findChromium, openBrowser } from '../test/dashboard/browser.ts';
import { type BuiltPage, buildPage, openPage, readDevice } from '../test/page/rig.ts';

/** A frame of a coulomb meter, as its manual prints it. */
const FRAME = encodeURIComponent(':r50=1,53,1378,3,27728,40412,55726,419234,130,0,0,0,55456,0,');

/** What is shown: address, device, and what is done before the picture is taken. */
const SCREENS = {
  begin: { at: '', device: { device: 'neva-mt3xx' }, prepare: choose },
  rack: {
    at: '',
    device: { device: 'pylontech', cells: 15, options: { packs: '3' } },
    prepare: async (page: Page) => {
      await readDevice(page, 'pylontech');
      await page.locator('.cell-row').nth(2).waitFor();
    },
  },
  frames: {
    at: '',
    device: { device: 'juntek-kg', cells: 16 },
    prepare: async (page: Page) => {
      await readDevice(page, 'juntek-kg');
      await page.getByText('What went over the line').click();
      await page.locator('.utterances li').nth(7).waitFor();
      await page.locator('.utterances').scrollIntoViewIfNeeded();
    },
  },
  explain: {
    at: `explain?frame=${FRAME}`,
    device: { device: 'juntek-kg' },
    prepare: (page: Page) => page.locator('.frame-view').first().waitFor(),
  },
} as const;

async function choose(page: Page): Promise<void> {
  await page.locator('.ask select').first().selectOption('neva-mt3xx');
  await page.locator('summary').first().click();
}

interface Shot {
  readonly screen: keyof typeof SCREENS;
  readonly scheme: 'light' | 'dark';
  readonly width: number;
}

async function take(
  browser: Browser,
  built: BuiltPage,
  { screen, scheme, width }: Shot,
  folder: string,
): Promise<void> {
  const { at, device, prepare } = SCREENS[screen];
  const { page, context } = await openPage(browser, built, { at, device, scheme, width });
  await prepare(page);
  await page.waitForTimeout(600); // ages and colours settle
  await page.screenshot({ path: join(folder, `page-${screen}-${scheme}-${width}.png`) });
  await context.close();
}

const [given] = process.argv.slice(2);
const folder = given ?? join(import.meta.dirname, '../docs/screenshots');
const shots: readonly Shot[] =
  given === undefined
    ? [{ screen: 'rack', scheme: 'light', width: 1280 }]
    : (Object.keys(SCREENS) as Shot['screen'][]).flatMap((screen) =>
        (['light', 'dark'] as const).flatMap((scheme) =>
          [1280, 360].map((width) => ({ screen, scheme, width })),
        ),
      );
const chromium = findChromium();
if (chromium === undefined) process.exit(1);
await mkdir(folder, { recursive: true });
const built = await buildPage();
const browser = await openBrowser(chromium);
try {
  for (const shot of shots) await take(browser, built, shot, folder);
  console.log(`${shots.length} pictures in ${folder}`);
} finally {
  await browser.close();
  built.remove();
}
