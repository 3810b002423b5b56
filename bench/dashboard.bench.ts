/**
 * The dashboard in Chromium, through the DevTools protocol, served by a real gateway that reads 16 packs of 16 cells
 * once a second:
 *
 * 1. What the page with all these cells costs: processor time of all processes of the browser for each second of data,
 *    at most a tenth of a core; beside it the same browser on an empty page.
 * 2. Frames: as many as the empty page draws in the same time, but for 2 of 100. The page asks for each frame here,
 *    which costs more than it does in life.
 * 3. The first screen on a processor that is throttled four times: usable in less than a second after the address was
 *    entered, in the best of some fresh contexts: whatever else the machine does only adds to it. Beside it a page of the
 *    same gateway that does nothing.
 *
 * `npm run build:dashboard && node bench/dashboard.bench.ts [seconds]`
 */
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { findChromium, openBrowser } from '../test/dashboard/browser.ts';
import { type PlayedGateway, playedGateway } from '../test/dashboard/played-gateway.ts';

const seconds = Number(process.argv[2] ?? 20);
const DASHBOARD = join(import.meta.dirname, '../dist/dashboard');
const THROTTLE = 4;
const STARTS = 7;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Seconds of processor time that all processes of the browser have used. */
async function spent(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** How often the rack was read so far. */
async function readings(gateway: PlayedGateway): Promise<number> {
  const lines = await gateway.ask<{ devices: { groups: Record<string, { read: number }> }[] }[]>('api/lines');
  return lines[0]?.devices[0]?.groups.telemetry?.read ?? 0;
}

interface Cost {
  /** Share of a core. */
  readonly core: number;
  /** Seconds of data, which is what the clock on the wall should have said. */
  readonly data: number;
}

/** What the browser costs while so many readings come in. */
async function costOf(browser: Browser, gateway: PlayedGateway): Promise<Cost> {
  const session = await browser.newBrowserCDPSession();
  const from = { spent: await spent(session), read: await readings(gateway) };
  let data = 0;
  while (data < seconds) {
    await pause(500);
    data = (await readings(gateway)) - from.read;
  }
  const core = ((await spent(session)) - from.spent) / data;
  await session.detach();
  return { core, data };
}

/** Frames that a page draws in so many milliseconds of its own clock. */
function frames(page: Page, milliseconds: number): Promise<number> {
  return page.evaluate<number>(`new Promise((done) => {
    let count = 0;
    const begin = performance.now();
    const next = (at) => {
      count++;
      if (at - begin < ${milliseconds}) requestAnimationFrame(next);
      else done(count * 1000 / (at - begin));
    };
    requestAnimationFrame(next);
  })`);
}

/** Milliseconds from entering an address to a page that can be used, on a slow processor and with nothing cached. */
async function start(browser: Browser, url: string, ready: string): Promise<number> {
  const context = await browser.newContext({
    viewport: { width: 412, height: 860 },
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  await page.addInitScript(`
    const look = () => {
      if (document.querySelector(${JSON.stringify(ready)}) === null) requestAnimationFrame(look);
      // After the frame that shows it.
      else requestAnimationFrame(() => setTimeout(() => { window.usable = performance.now(); }));
    };
    look();
  `);
  await page.goto(url);
  let took: number | undefined;
  // Asked from outside: the policy of the page forbids what playwright would wait with.
  while (took === undefined) {
    await pause(50);
    took = await page.evaluate<number | undefined>('window.usable');
  }
  await context.close();
  return took;
}

const chromium = findChromium();
if (chromium === undefined) process.exit(1);
const gateway = await playedGateway({ dashboard: DASHBOARD, site: 'big' });
let browser = await openBrowser(chromium);
try {
  const blank = await browser.newPage();
  await blank.goto(`${gateway.url}healthz`);
  const idle = await costOf(browser, gateway);
  const blankFrames = await frames(blank, 5_000);
  await browser.close();

  browser = await openBrowser(chromium);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 1600 } })).newPage();
  await page.goto(`${gateway.url}#/battery/big`);
  await page.locator('.cell').nth(255).waitFor({ timeout: 60_000 });
  await pause(2_000);
  const busy = await costOf(browser, gateway);
  const busyFrames = await frames(page, 10_000);
  await browser.close();

  browser = await openBrowser(chromium);
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    bare.push(await start(browser, `${gateway.url}healthz`, 'body'));
    ours.push(await start(browser, gateway.url, 'main .verdict .icon'));
  }

  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const checks = [busy.core < 0.1, busyFrames > blankFrames * 0.98, Math.min(...ours) < 1_000];
  console.log(`16 packs of 16 cells, ${busy.data} readings at 1 Hz`);
  console.log(`empty page     ${percent(idle.core)} of a core, ${blankFrames.toFixed(1)} frames a second`);
  console.log(
    `battery page   ${percent(busy.core)} of a core (at most 10), ${busyFrames.toFixed(1)} frames a second (98 % of the empty page)`,
  );
  console.log(
    `first screen   ${Math.min(...ours).toFixed(0)} ms, processor throttled ${THROTTLE} times (at most 1000); a page that does nothing ${Math.min(...bare).toFixed(0)} ms`,
  );
  console.log(
    `ratio          ${(Math.min(...ours) / Math.min(...bare)).toFixed(1)} of the page that does nothing`,
  );
  console.log(checks.every(Boolean) ? 'holds' : 'does not hold');
  process.exitCode = checks.every(Boolean) ? 0 : 1;
} finally {
  await browser.close();
  await gateway.close();
}
