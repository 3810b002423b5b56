import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openBrowser } from '../dashboard/browser.ts';
import { type BuiltPage, buildPage, openPage, readDevice, saved, valueShown } from './rig.ts';

/** Devices of each kind, played by the project's simulator behind a played adapter: the page says what they say. */
const chromium = findChromium();

describe.skipIf(chromium === undefined)('the page without a gateway', { timeout: 60_000 }, () => {
  let built: BuiltPage;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildPage();
    browser = await openBrowser(chromium ?? '');
  });
  afterAll(async () => {
    await browser.close();
    built.remove();
  });

  /** What of a saved document the device never said, and how many values were compared. */
  const compared = async (page: Page): Promise<{ readonly strange: string[]; readonly count: number }> => {
    const document: unknown = JSON.parse(await saved(page, 'Save as JSON'));
    const played = await page.evaluate<Record<string, string[]>>('fake.played()');
    const strange: string[] = [];
    let count = 0;
    const walk = (path: string, value: unknown): void => {
      if (typeof value === 'object' && value !== null) {
        for (const [name, inner] of Object.entries(value)) walk(`${path}/${name}`, inner);
        return;
      }
      const own = played[path];
      // The months of a meter's registers are counted back from its clock by whoever reads it.
      if (own === undefined) return;
      const said = JSON.stringify(value);
      if (path !== '/at' && !own.includes(said)) strange.push(`${path} ${said}`);
      count++;
    };
    walk('', document);
    return { strange, count };
  };

  it.each([
    [{ device: 'juntek-kg', cells: 16, set: [['voltage', 53.21]] }, '115200 8N1', ['Voltage', '53.21 V'], 25],
    [
      { device: 'pylontech', cells: 15, options: { packs: '3' }, set: [['voltage', 49.5]] },
      '115200 8N1',
      ['Packs that answered', '3'],
      60,
    ],
    [{ device: 'topbms', cells: 16 }, '9600 8N1', ['State of health', '100.0 %'], 40],
    [{ device: 'neva-mt3xx' }, '9600 7E1', ['Metering point', '0000000000000000'], 60],
  ] as const)('shows exactly what a %o plays', async (device, line, [title, text], least) => {
    const { page, context, complaints, requests } = await openPage(browser, built, { device });
    await readDevice(page, device.device);
    await valueShown(page, title, text);
    expect(await page.evaluate('fake.line()')).toBe(line);
    const { strange, count } = await compared(page);
    expect(strange).toEqual([]);
    expect(count).toBeGreaterThan(least);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    await context.close();
  });
});
