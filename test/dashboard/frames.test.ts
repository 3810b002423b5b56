import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCapture } from '../../src/core/capture.ts';
import { chromium, SOON, stage } from './stage.ts';

/** What goes over lines, and what it means. */
describe.skipIf(chromium === undefined)('frames', { timeout: 60_000 }, () => {
  const { open } = stage();

  it('explains a frame, and keeps it in the address', async () => {
    const page = await open('explain');
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') asked.push(request.url());
    });
    // The example of the manufacturer's manual: 13.78 V, 0.03 A.
    const frame = ':r50=1,53,1378,3,27728,40412,55726,419234,130,0,0,0,55456,0,';
    await page.getByRole('textbox').first().fill(frame);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('13.78 V').waitFor();
    await page.getByText('whole, sums agree').waitFor();
    const again = await open('');
    await again.goto(page.url());
    await again.getByText('13.78 V').waitFor();
    expect(asked).toEqual([]);
  });

  it('shows frames live, holds them, and filters what is wrong', async () => {
    const page = await open('bus/shunt');
    await page.locator('.utterances li').first().waitFor();
    const before = await page.locator('.utterances li').count();
    await expect.poll(() => page.locator('.utterances li').count(), SOON).toBeGreaterThan(before);
    await page.locator('.histogram').first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('more while paused').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByLabel('Filter').first().fill('no frame has this in it');
    await page.getByText('Nothing fits the filter').waitFor();
  });

  it('records a line, and plays the recording without the gateway', async () => {
    const page = await open('bus/shunt');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByText(/^([4-9]|\d\d+) frames recorded$/).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Stop and keep' }).click();
    const path = await (await download).path();
    const capture = parseCapture(await readFile(path, 'utf8'));
    expect(capture.header.device).toBe('juntek-kg');
    expect(capture.entries.length).toBeGreaterThanOrEqual(4);

    await page.getByLabel('Recording (.cap)').setInputFiles(path);
    const replay = page.locator('section', { has: page.getByRole('heading', { name: 'Replay' }) });
    const all = capture.entries.length;
    await replay.getByText(`Frame ${all} of ${all}`).waitFor();
    expect(await replay.locator('.utterances li').count()).toBe(all);
    expect(await replay.locator('.badge.bad').count()).toBe(0);
    await replay.getByRole('button', { name: 'Play' }).click();
    await replay.getByText(`Frame 1 of ${all}`).waitFor();
    await replay.getByText(`Frame ${all} of ${all}`).waitFor();
  });

  it('plays a recording of somebody else, and says what is none', async () => {
    const page = await open('bus/shunt');
    const folder = join(import.meta.dirname, '../../src/devices/pylontech');
    await page.getByLabel('Recording (.cap)').setInputFiles(join(folder, 'pylontech.one-of-all.cap'));
    const replay = page.locator('section', { has: page.getByRole('heading', { name: 'Replay' }) });
    await replay.locator('.utterances li').first().waitFor();
    await page.getByLabel('Recording (.cap)').setInputFiles(join(folder, 'pylontech.ts'));
    await replay.getByText("a recording begins with 'busbar-capture: 1'").waitFor();
  });
});
