import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, findChromium, openBrowser } from '../dashboard/browser.ts';
import type { FakeSetup } from './fake-page.ts';
import {
  type BuiltPage,
  buildPage,
  type Opened,
  openPage,
  type Opening,
  readDevice,
  saved,
  valueShown,
} from './rig.ts';

/** The page that reads devices without a gateway: as a file, and in Debian's Chromium with a played adapter. */
const chromium = findChromium();

/** The whole page, compressed: every device, three languages. */
const LIMIT = 170 * 1024;

/** A recording of a real meter at its display, as its file has it. */
const CAPTURE = readFileSync(join(import.meta.dirname, '../../src/devices/juntek/kg.readme.cap'), 'utf8');

let built: BuiltPage;
beforeAll(async () => {
  built = await buildPage();
});
afterAll(() => built.remove());

describe('the file', () => {
  it('is below 170 KB compressed', () => {
    const size = gzipSync(built.text).length;
    process.stdout.write(`dist/page/index.html: ${(size / 1024).toFixed(1)} KB gzip\n`);
    expect(size).toBeGreaterThan(50_000);
    expect(size).toBeLessThan(LIMIT);
  });

  it('is alone: it names no other file and no other place', () => {
    expect(built.text).not.toMatch(/<(?:script|img)[^>]+src=/);
    const links = [...built.text.matchAll(/<link[^>]+href="([^"]{5})/g)].map(([, begin]) => begin);
    expect(links).toEqual(['data:']);
    const strangers = [...built.text.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([found]) => found);
    // Names of XML languages are no addresses that anybody fetches.
    expect(strangers.filter((one) => !one.startsWith('http://www.w3.org/'))).toEqual([]);
  });
});

describe.skipIf(chromium === undefined)('the page in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    browser = await openBrowser(chromium ?? '');
  });
  afterEach(async () => {
    for (const one of contexts.splice(0)) await one.close();
  });
  afterAll(() => browser.close());

  const open = async (opening: Opening = {}): Promise<Opened> => {
    const opened = await openPage(browser, built, opening);
    contexts.push(opened.context);
    return opened;
  };

  const reading = async (device: FakeSetup): Promise<Opened> => {
    const opened = await open({ device });
    await readDevice(opened.page, device.device);
    return opened;
  };

  it('reads through an adapter that hears itself', async () => {
    const { page } = await reading({ device: 'juntek-kg', set: [['voltage', 26.4]], echo: true });
    await valueShown(page, 'Voltage', '26.40 V');
  });

  it('saves a table, and shows every frame with its meaning', async () => {
    const { page } = await reading({ device: 'juntek-kg', set: [['voltage', 53.21]] });
    await valueShown(page, 'Voltage', '53.21 V');
    const table = await saved(page, 'Save as CSV');
    expect(table).toMatch(/^time,group,path,title,value,unit\r\n/);
    expect(table).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,measured,voltage,Voltage,53\.21,V\r$/m);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied: unknown = JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()'));
    expect(copied).toMatchObject({ device: { id: 'juntek-kg', address: 1 }, measured: { voltage: 53.21 } });
    await page.getByText('What went over the line').click();
    const answer = page.locator('.utterances .heard').first();
    await answer.getByText('whole, sums agree').waitFor();
    expect(await saved(page, 'Save as a capture')).toMatch(/^busbar-capture: 1\ndevice: juntek-kg\n/);
    // Reading goes on while a frame is looked at.
    await answer.getByRole('link', { name: 'Explain' }).click();
    await page.locator('.frame-view').first().waitFor();
    expect(await page.locator('.frame-view tbody tr').count()).toBeGreaterThan(5);
    await page.getByRole('link', { name: 'Read a device' }).click();
    await valueShown(page, 'Voltage', '53.21 V');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Read by USB serial port 1a86:7523' }).waitFor();
    await page.waitForFunction('fake.line() === undefined');
    await valueShown(page, 'Voltage', '53.21 V');
  });

  it('finds out what is there', async () => {
    const { page } = await open({ device: { device: 'pylontech', options: { packs: '2' } } });
    await page.getByRole('button', { name: 'Choose a port and search' }).click();
    await page.getByRole('heading', { name: '1 device answers' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await valueShown(page, 'Packs that answered', '2');
  });

  it('unplugged in the middle of an answer it says so, and goes on when the adapter is back', async () => {
    const { page, complaints } = await reading({ device: 'juntek-kg', set: [['voltage', 53.21]] });
    await valueShown(page, 'Voltage', '53.21 V');
    await page.evaluate('fake.unplugInAnswer()');
    await page.getByText('The adapter is gone. Plug it in again').waitFor();
    await page.evaluate('fake.plug()');
    await page.getByText('The adapter is gone. Plug it in again').waitFor({ state: 'detached' });
    await page.locator('.age.fresh').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('says what a wrong baud rate looks like', async () => {
    const { page } = await open({ device: { device: 'topbms' } });
    await page.locator('.ask select').first().selectOption('topbms');
    await page.locator('.ask select').nth(1).selectOption('19200');
    await page.getByRole('button', { name: 'Choose a port and read' }).click();
    await page.getByText('Something answers, but it cannot be read.').waitFor();
    expect(await page.evaluate('fake.line()')).toBe('19200 8N1');
  });

  it('says when nobody answers', async () => {
    const { page } = await open({ device: { device: 'juntek-kg', address: 7 } });
    await page.locator('.ask select').first().selectOption('juntek');
    await page.getByRole('button', { name: 'Choose a port and read' }).click();
    await page.getByText('The device does not answer.').waitFor();
    await page.getByLabel('search all addresses').check();
    await page.getByRole('button', { name: 'Read by' }).click();
    await page.getByText('address 7').first().waitFor();
  });

  it('says what is wrong with the port, and can be tried again', async () => {
    const { page } = await open({ device: { device: 'juntek-kg', set: [['voltage', 53.21]] } });
    await page.locator('.ask select').first().selectOption('juntek');
    const button = page.getByRole('button', { name: /^(Choose a port and read|Read by)/ });
    await page.evaluate('fake.chooseNone(true)');
    await button.click();
    await page.getByText('No port was chosen.').waitFor();
    await page.evaluate('fake.chooseNone(false)');
    await page.evaluate('fake.refuse(true)');
    await button.click();
    await page.getByText('another program uses it').waitFor();
    await page.evaluate('fake.refuse(false)');
    await button.click();
    await valueShown(page, 'Voltage', '53.21 V');
  });

  it('without Web Serial it says which browsers have it, and explains frames all the same', async () => {
    const { page, complaints } = await open({ without: true });
    await page.getByText('This browser cannot reach serial ports. Chrome, Edge, Opera').waitFor();
    expect(await page.getByRole('button', { name: 'Choose a port' }).isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'Explain a frame' }).click();
    await page.getByLabel(/^Paste frames/).fill(CAPTURE);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.locator('.frame-view').nth(1).waitFor();
    // What the recording's expected readings say: 53.66 V, and 54.10 A without sign.
    await page.locator('.frame-view td:text-is("53.66 V")').waitFor();
    await page.locator('.frame-view td:text-is("54.10 A")').waitFor();
    expect(page.url()).toContain('#/explain?frame=');
    await page.getByLabel(/^Paste frames/).fill('\\q');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText("bad escape '\\q'").waitFor();
    expect(complaints).toEqual([]);
  });

  it('has the serial ports of Chromium also where it is a file of this computer', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Choose a port and search' }).waitFor();
    expect(await page.evaluate('[location.protocol, isSecureContext, String(navigator.serial)]')).toEqual([
      'file:',
      true,
      '[object Serial]',
    ]);
    expect(await page.getByRole('button', { name: 'Choose a port' }).isDisabled()).toBe(false);
  });

  it('may connect to nothing', async () => {
    const { page } = await open();
    await page.context().setOffline(false);
    const said = await page.evaluate<string[]>(`Promise.all([
      fetch('https://example.org/').then(() => 'went out', (error) => error.message),
      new Promise((resolve) => document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))),
    ])`);
    expect(said[0]).not.toBe('went out');
    expect(said[1]).toBe('connect-src');
  });

  it.each([
    ['ru-RU', 'Чтение устройства', 'Заряжается', 'Напряжение'],
    ['fr-FR', 'Lire un appareil', 'En charge', 'Tension'],
  ])('speaks %s', async (locale, title, charging, voltage) => {
    const { page, complaints } = await open({
      // Left to itself it charges by day and discharges by night.
      device: {
        device: 'juntek-kg',
        set: [
          ['voltage', 53.21],
          ['current', 12],
        ],
      },
      locale,
    });
    await page.getByRole('heading', { name: title }).waitFor();
    await page.locator('.ask select').first().selectOption('juntek');
    await page.locator('form button.primary').click();
    await page.getByText(charging, { exact: true }).first().waitFor();
    await valueShown(page, voltage, '53,21 V');
    expect(complaints).toEqual([]);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
  });

  it('remembers language and theme', async () => {
    const { page } = await open();
    await page.getByLabel('Language').selectOption('fr');
    await page.getByLabel('Thème').selectOption('dark');
    await page.reload();
    await page.getByRole('heading', { name: 'Lire un appareil' }).waitFor();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  it.each([
    ['light', 1200],
    ['dark', 360],
  ] as const)('axe finds nothing serious, %s, %i pixels wide', async (scheme, width) => {
    const { page } = await open({
      device: { device: 'pylontech', cells: 15, options: { packs: '2' } },
      scheme,
      width,
    });
    const fits = (): Promise<boolean> =>
      page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
    await page.locator('.ask select').first().selectOption('pylontech');
    expect(await axeFindings(page)).toEqual([]);
    expect(await fits()).toBe(true);
    // By keyboard: the button that reads is reached, and pressed.
    await page.locator('.ask select').first().focus();
    for (let at = 0; at < 12; at++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate('document.activeElement.matches("button.primary")')) break;
    }
    await page.keyboard.press('Enter');
    await page.locator('.cell').first().waitFor();
    await page.getByText('What went over the line').click();
    await page.locator('.utterances .heard').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await fits()).toBe(true);
    await page.locator('.utterances a').first().click();
    await page.locator('.frame-view').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await fits()).toBe(true);
  });
});
