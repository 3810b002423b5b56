/**
 * Makes pictures of the dashboard, from a gateway on simulated devices with some hours behind it: `npm run screenshots` the few that the docs show, into
 * docs/screenshots; `npm run screenshots -- FOLDER` every screen in both themes and two widths.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { ApiState } from '../src/core/site/api.ts';
import { findChromium, openBrowser } from '../test/dashboard/browser.ts';
import { type PlayedGateway, playedGateway } from '../test/dashboard/played-gateway.ts';

/** Hours that lie behind: enough for a chart, and not so many that the simulated loads have emptied the batteries. */
const HOURS = 6;

const ROOT = join(import.meta.dirname, '..');

/** A frame of a coulomb meter, as its manual prints it. */
const FRAME = encodeURIComponent(':r50=1,53,1378,3,27728,40412,55726,419234,130,0,0,0,55456,0,');

/** Every screen: name of its picture, and address. */
const SCREENS = {
  overview: '',
  battery: 'battery/rack',
  shunt: 'shunt',
  meter: 'meter',
  history: `history?hours=${HOURS}`,
  alarms: 'alarms',
  bus: 'bus/rack',
  explain: `explain?frame=${FRAME}`,
  devices: 'devices',
  setup: 'setup',
  outputs: 'outputs',
  config: 'config',
  simulator: 'simulator',
  support: 'support',
} as const;

type Screen = keyof typeof SCREENS;

/** How a picture is taken. */
interface Shot {
  readonly screen: Screen;
  readonly theme: 'light' | 'dark';
  readonly width: number;
}

const WIDTHS = [1280, 360];

/** What the docs show. */
const BEST: readonly Shot[] = [
  { screen: 'overview', theme: 'light', width: 1280 },
  { screen: 'overview', theme: 'dark', width: 360 },
  { screen: 'battery', theme: 'dark', width: 1280 },
  { screen: 'meter', theme: 'light', width: 1280 },
  { screen: 'history', theme: 'dark', width: 1280 },
  { screen: 'bus', theme: 'light', width: 1280 },
  { screen: 'explain', theme: 'light', width: 1280 },
];

async function take(
  browser: Browser,
  gateway: PlayedGateway,
  { screen, theme, width }: Shot,
  folder: string,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 760 : 860 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  // A battery is too high for as long as it takes to see an alarm.
  const alarmed = screen === 'alarms';
  await gateway.ask('api/simulator/shunt', { pins: { voltage: alarmed ? 61.5 : null } });
  await page.goto(`${gateway.url}#/${SCREENS[screen]}`);
  await page.locator('main section, main form').first().waitFor();
  await page
    .locator(alarmed ? 'li.bad code' : '.verdict.good, main h1')
    .first()
    .waitFor();
  if (screen === 'meter') await page.locator('.slot-row').last().waitFor();
  if (screen === 'bus') await page.locator('.utterances li').nth(5).waitFor();
  // Charts are drawn when their data has come.
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(folder, `${screen}-${theme}-${width}.png`) });
  await context.close();
}

const [given] = process.argv.slice(2);
const folder = given ?? join(ROOT, 'docs/screenshots');
const shots =
  given === undefined
    ? BEST
    : (Object.keys(SCREENS) as Screen[]).flatMap((screen) =>
        (['light', 'dark'] as const).flatMap((theme) => WIDTHS.map((width) => ({ screen, theme, width }))),
      );
const chromium = findChromium();
if (chromium === undefined) process.exit(1);
await mkdir(folder, { recursive: true });
const gateway = await playedGateway({
  dashboard: join(ROOT, 'dist/dashboard'),
  hours: HOURS,
  outputs: {
    prometheus: { type: 'prometheus' },
    archive: { type: 'webhook', url: 'http://127.0.0.1:9/', what: ['alarms', 'readings'] },
  },
});
const browser = await openBrowser(chromium);
// A meter takes its time: until everything was read there is little to see.
for (;;) {
  const { members } = await gateway.ask<ApiState>('api/state');
  if (members.every(({ freshness }) => freshness === 'fresh')) break;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
try {
  for (const shot of shots) await take(browser, gateway, shot, folder);
  console.log(`${shots.length} pictures in ${folder}`);
} finally {
  await browser.close();
  await gateway.close();
}
