import { describe, expect, it } from 'vitest';
import { chromium, SOON, stage } from './stage.ts';

/** Half hours that a meter keeps: reading them takes its time, on a line as slow as a real one. */
describe.skipIf(chromium === undefined)('the archive of a meter', { timeout: 90_000 }, () => {
  const { open } = stage();

  it('reads the archive of a meter, draws its half hours, and still has them after a reload', async () => {
    const page = await open('meter');
    await page.getByRole('button', { name: 'Read archive' }).click();
    await page.getByText(/Day \d+ of 8/).waitFor();
    // A week and today, 48 half hours each; what the registers say of them comes with the reading alone.
    await page.getByRole('button', { name: 'Read archive' }).waitFor();
    await expect.poll(() => page.locator('.slot-row').count(), SOON).toBe(8);
    expect(await page.locator('.slot-row').nth(1).locator('i').count()).toBe(48);
    expect(await page.getByRole('cell', { name: 'agrees' }).count()).toBeGreaterThan(0);
    const rows = async (): Promise<(string | null)[]> =>
      Promise.all((await page.locator('.slot-row').all()).map((row) => row.getAttribute('aria-label')));
    const before = await rows();
    await page.reload();
    await expect.poll(() => page.locator('.slot-row').count(), SOON).toBe(8);
    expect((await rows()).slice(1, 7)).toEqual(before.slice(1, 7));
    expect(await page.getByRole('cell', { name: 'agrees' }).count()).toBe(0);
  });
});
