import { describe, expect, it } from 'vitest';
import { chromium, SOON, stage } from './stage.ts';

/** Looking at what is, and at what was. */
describe.skipIf(chromium === undefined)('looking', { timeout: 60_000 }, () => {
  const { open } = stage({ hours: 1 });

  it('tells charging from discharging in words, and how old values are', async () => {
    const page = await open('');
    const card = page.locator('section.glance', { hasText: 'Battery rack' }).first();
    await card.getByText(/^(Charging|Discharging|Idle)$/).waitFor();
    await expect.poll(() => card.locator('.age').textContent(), SOON).toMatch(/^(now|\d+ s ago)$/);
  });

  it('shows the millivolts of every cell, and the day of the one chosen', async () => {
    const page = await open('battery/house');
    // Two packs of 16 cells.
    await expect.poll(() => page.locator('.cell').count(), SOON).toBe(32);
    expect(await page.locator('.cell', { hasText: '▼' }).count()).toBe(1);
    expect(await page.locator('.cell', { hasText: '▲' }).count()).toBe(1);
    await page.locator('.cell').nth(3).click();
    await page.getByText(/cell 4, pack \d+: last 24 hours/).waitFor();
    await page.locator('.chart canvas').first().waitFor();
  });

  it('zooms the history by dragging, and back', async () => {
    const page = await open('history');
    await page.getByRole('button', { name: 'Hour', exact: true }).click();
    const chart = page.locator('.u-over').first();
    await chart.waitFor();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => page.url(), SOON).toMatch(/from=\d+/);
    const query = new URL(page.url().replace('#/history', '')).searchParams;
    // Three tenths of an hour.
    const minutes = (Number(query.get('to')) - Number(query.get('from'))) / 60_000;
    expect(minutes).toBeGreaterThan(16);
    expect(minutes).toBeLessThan(20);
    await chart.waitFor();
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await expect.poll(() => page.url(), SOON).not.toMatch(/from=/);
  });

  it('exports what the history shows', async () => {
    const page = await open('history?series=shunt.measured.voltage&hours=1');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export CSV' }).click();
    const stream = await (await download).createReadStream();
    const text = (await stream.toArray()).join('');
    // Every half minute of an hour.
    expect(text.split('\n').length).toBeGreaterThan(100);
    expect(text).toContain('shunt');
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

  it('can be used with the keyboard alone', async () => {
    const page = await open('');
    await page.getByText('What flows now').waitFor();
    await page.keyboard.press('Tab');
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent'), SOON)
      .toBe('Skip to content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id'), SOON).toBe('main');
    await page.evaluate("location.hash = '#/devices/shunt'");
    await page
      .getByRole('button', { name: 'Change… Clear charge' })
      .or(page.getByRole('button', { name: /^(Change|Do it)/ }))
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});
