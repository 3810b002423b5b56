import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  axeFindings,
  type Built,
  buildDashboard,
  complaintsOf,
  findChromium,
  openBrowser,
} from './browser.ts';
import { mockApi, type MockApi } from './mock-api.ts';

/** The dashboard in Debian's Chromium, against a gateway that is played. */
const chromium = findChromium();

/** Every screen by its address, with something that only it shows. */
const SCREENS = [
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
  ['outputs', 'does not deliver'],
  ['config', 'What you change'],
  ['simulator', 'What the simulated devices measure'],
  ['support', 'Support bundle'],
] as const;

describe.skipIf(chromium === undefined)('the dashboard in a browser', { timeout: 60_000 }, () => {
  let built: Built;
  let browser: Browser;
  let api: MockApi;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await openBrowser(chromium ?? '');
    api = await mockApi({ dashboard: built.folder });
  });
  afterEach(async () => {
    for (const one of contexts.splice(0)) await one.close();
  });
  afterAll(async () => {
    await browser.close();
    await api.close();
    built.remove();
  });

  const open = async (at: string, { width = 1200, url = api.url } = {}): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      reducedMotion: 'reduce',
      serviceWorkers: 'allow',
      locale: 'en-GB',
    });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${url}#/${at}`);
    return page;
  };

  it.each(SCREENS)(
    'shows %s without a complaint, and axe finds nothing serious, light and dark',
    async (at, text) => {
      const page = await open('');
      const complaints = complaintsOf(page);
      await page.goto(`${api.url}#/${at}`);
      await page.getByText(text).first().waitFor();
      api.tick(1);
      await page.getByText(text).first().waitFor();
      expect(await page.getByText('Simulated: none of this is a real device').count()).toBe(1);
      expect(await axeFindings(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      expect(await axeFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  it.each(SCREENS)('fits %s into 360 pixels in every language', async (at, text) => {
    const page = await open(at, { width: 360 });
    await page.getByText(text).first().waitFor();
    for (const language of ['en', 'ru', 'fr']) {
      await page.evaluate(`localStorage.setItem('busbar.language', '${language}')`);
      await page.reload();
      await page.locator(`html[lang=${language}] main h1`).waitFor();
      await page.locator('main section, main form').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
  });

  it('tells charging from discharging in words, and how old values are', async () => {
    const page = await open('');
    const card = page.locator('section.glance', { hasText: 'Rack' }).first();
    await card.getByText(/^(Charging|Discharging|Idle)$/).waitFor();
    await expect.poll(() => card.locator('.age').textContent()).toMatch(/^(now|\d+ s ago)$/);
  });

  it('shows the millivolts of every cell, and the day of the one chosen', async () => {
    const page = await open('battery/rack');
    await page.locator('.cell').first().waitFor();
    // Four packs of 15 cells.
    expect(await page.locator('.cell').count()).toBe(60);
    expect(await page.locator('.cell', { hasText: '▼' }).count()).toBe(1);
    expect(await page.locator('.cell', { hasText: '▲' }).count()).toBe(1);
    await page.locator('.cell').nth(3).click();
    await page.getByText('cell 4, pack 2: last 24 hours').waitFor();
  });

  it('reads the archive of a meter and draws its half hours', async () => {
    const page = await open('meter');
    await page.getByRole('button', { name: 'Read archive' }).click();
    // A week and today, 48 half hours each.
    await expect.poll(() => page.locator('.slot-row').count()).toBe(8);
    expect(await page.locator('.slot-row').first().locator('i').count()).toBe(48);
    expect(await page.locator('.slot-row i.gap').count()).toBeGreaterThan(0);
    // Today is not over: 25 half hours of 48.
    expect(await page.locator('.slot-row').first().locator('i.none').count()).toBe(23);
  });

  it('zooms the history by dragging, and back', async () => {
    const page = await open('history');
    const chart = page.locator('.u-over').first();
    await chart.waitFor();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toMatch(/from=\d+/);
    const query = new URL(page.url().replace('#/history', '')).searchParams;
    const hours = (Number(query.get('to')) - Number(query.get('from'))) / 3_600_000;
    // Three tenths of a day; the axis takes a little of the width.
    expect(hours).toBeGreaterThan(6.5);
    expect(hours).toBeLessThan(8);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await expect.poll(() => page.url()).not.toMatch(/from=/);
  });

  it('explains a frame, and keeps it in the address', async () => {
    const page = await open('explain');
    // The example of the manufacturer's manual: 13.78 V, 0.03 A.
    const frame = ':r50=1,53,1378,3,27728,40412,55726,419234,130,0,0,0,55456,0,';
    await page.getByRole('textbox').first().fill(frame);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('13.78 V').waitFor();
    await page.getByText('whole, sums agree').waitFor();
    const again = await open('');
    await again.goto(page.url());
    await again.getByText('13.78 V').waitFor();
  });

  it('shows frames live, pauses, and filters what is wrong', async () => {
    const page = await open('bus/shed');
    await page.locator('.utterances li').first().waitFor();
    const before = await page.locator('.utterances li').count();
    api.tick(1);
    await expect.poll(() => page.locator('.utterances li').count()).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Pause' }).click();
    api.tick(1);
    await page.getByText('more while paused').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByLabel('only what is wrong').check();
    await page.getByText('Nothing was said yet').waitFor();
  });

  it('shows an alarm that is raised, takes that it was seen, and lets it go', async () => {
    const page = await open('alarms');
    await page.getByText('No alarm stands').waitFor();
    api.raise({
      subject: 'rack.spread',
      severity: 'critical',
      member: 'rack',
      text: 'cells drift apart: 0.12 V',
      since: Date.now(),
    });
    await page.getByRole('link', { name: '1 alarm' }).waitFor();
    await page.getByRole('button', { name: 'I have seen it' }).click();
    await page.getByText(/^seen .* by http:127\.0\.0\.1$/).waitFor();
    api.clear('rack.spread');
    await page.getByText('No alarm stands').waitFor();
    await page.locator('.journal').getByText('cleared').first().waitFor();
  });

  it('shows the frame before a write, and what was read back', async () => {
    const page = await open('devices/shunt');
    await page.getByRole('button', { name: 'Change… Output' }).click();
    await page.getByRole('button', { name: 'Show what would be sent' }).click();
    await page.locator('.frame-shown').waitFor();
    expect(api.written).toEqual([]);
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByText('Written, and read back as written.').waitFor();
    expect(api.written).toEqual(['shunt.output="on"']);
  });

  it('tests an output, shows its backlog, and sees it drain', async () => {
    const page = await open('outputs');
    const influx = page.locator('section.card', { hasText: 'influxdb' });
    await influx.getByText('1,240').waitFor();
    await influx.getByRole('button', { name: 'Test' }).click();
    await influx.getByText('is it running?').waitFor();
    const place = api.outputs.findIndex(({ name }) => name === 'influxdb');
    api.outputs[place] = {
      name: 'influxdb',
      type: 'influxdb',
      state: 'delivering',
      backlog: 0,
      delivered: 91_352,
      quarantined: 2,
    };
    await influx.getByText('delivers', { exact: true }).waitFor();
    expect(await influx.getByText('1,240').count()).toBe(0);
  });

  it('marks what is wrong with a configuration, and saves a good one', async () => {
    const page = await open('config');
    const editor = page.getByRole('textbox', { name: 'busbar.yaml' });
    const good = await editor.inputValue();
    await editor.fill(good.replace('device: juntek-kg', 'devcie: juntek-kg'));
    // The sixth line of the text; the key begins in column 24.
    await page.getByRole('button', { name: '6:24' }).waitFor();
    expect(await page.locator('.gutter .error').textContent()).toBe('6');
    expect(await page.getByRole('button', { name: 'Save and apply' }).isDisabled()).toBe(true);
    await editor.fill(good.replace('site: home', 'site: cabin'));
    await page.getByText('Nothing is wrong with it').waitFor();
    await page.getByRole('button', { name: 'Save and apply' }).click();
    await page.getByText('Saved and applied').waitFor();
    await editor.fill(good);
    await page.getByText('Nothing is wrong with it').waitFor();
    await page.getByRole('button', { name: 'Save and apply' }).click();
    await page.getByText('Saved and applied').waitFor();
  });

  it('sets a device up: where, what, send to, save, first values', async () => {
    const page = await open('setup');
    await page.getByLabel('A TCP converter that we call').check();
    await page.getByLabel('Host and port').fill('127.0.0.1:9999');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('1 device found').waitFor();
    await page.getByRole('button', { name: 'Next' }).first().click();
    await page.getByLabel('Prometheus').check();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('+   - name: shed').waitFor();
    await page.getByText('+   prometheus: {}').waitFor();
    await page.getByRole('button', { name: 'Save and start' }).click();
    await page.getByRole('heading', { name: 'It is read' }).waitFor();
    await page.getByRole('link', { name: 'Shunt in the shed' }).waitFor();
  });

  it('speaks another language at once, and remembers it', async () => {
    const page = await open('');
    await page.getByLabel('Language').selectOption('ru');
    await page.getByRole('heading', { name: 'Обзор' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('ru');
    await page.reload();
    await page.getByRole('heading', { name: 'Обзор' }).waitFor();
    await page.getByLabel('Язык').selectOption('fr');
    await page.getByRole('heading', { name: 'Vue d’ensemble' }).waitFor();
  });

  it('says that the connection is lost, and takes it up again', async () => {
    const page = await open('');
    await page.getByText('What flows now').waitFor();
    api.setReachable(false);
    await page.getByText('No connection to the gateway').waitFor();
    // What was known stays, and says its age.
    expect(await page.getByText('What flows now').count()).toBe(1);
    api.setReachable(true);
    await page.getByText('No connection to the gateway').waitFor({ state: 'detached' });
  });

  it('opens from its own memory while the gateway is away', async () => {
    const page = await open('');
    await page.getByText('What flows now').waitFor();
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    // Once more, so that the worker has seen every file of the shell.
    await page.reload();
    await page.getByText('What flows now').waitFor();
    api.setReachable(false);
    try {
      await page.reload();
      await page.getByText('The gateway cannot be reached').waitFor();
    } finally {
      api.setReachable(true);
    }
    await page.getByText('What flows now').waitFor();
  });

  it('asks for a login where the gateway wants one', async () => {
    const locked = await mockApi({ dashboard: built.folder, password: 'correct horse', days: 0 });
    try {
      const page = await open('', { url: locked.url });
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('the password is wrong').waitFor();
      await page.getByLabel('Password').fill('correct horse');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('What flows now').waitFor();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByLabel('Password').waitFor();
    } finally {
      await locked.close();
    }
  });

  it('works below a path of a proxy', async () => {
    const below = await mockApi({ dashboard: built.folder, base: '/api/hassio_ingress/xyz', days: 0 });
    try {
      const page = await open('', { url: below.url });
      const complaints = complaintsOf(page);
      await page.getByText('What flows now').waitFor();
      await page.getByRole('link', { name: 'History' }).click();
      await page.getByText('Export CSV').waitFor();
      expect(page.url()).toBe(`${below.url}#/history`);
      expect(complaints).toEqual([]);
    } finally {
      await below.close();
    }
  });

  it('can be used with the keyboard alone', async () => {
    const page = await open('');
    await page.getByText('What flows now').waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    await page.goto(`${api.url}#/devices/shunt`);
    await page.getByRole('button', { name: 'Change… Output' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});
