import { describe, expect, it } from 'vitest';
import type { ApiMemberDetail } from '../../src/core/site/api.ts';
import { chromium, SOON, stage } from './stage.ts';

/** What goes wrong, and what is done about it. */
describe.skipIf(chromium === undefined)('trouble', { timeout: 60_000 }, () => {
  const { open, gateway } = stage();

  it('raises an alarm that a simulated device causes, takes note, and sees it clear', async () => {
    const page = await open('simulator');
    const card = page.locator('section.card', { has: page.getByRole('heading', { name: 'Shunt' }) });
    await card.getByText(/^Voltage:/).click();
    await card.getByRole('slider', { name: 'Voltage' }).fill('62');
    await page.getByRole('link', { name: '1 alarm' }).waitFor();
    await page.getByRole('link', { name: '1 alarm' }).click();
    await page.getByText('the battery is at more than 60 V').first().waitFor();
    const rule = page.locator('li', { hasText: 'shunt.voltage > 60 V' });
    await rule.locator('.badge.bad', { hasText: 'alarm' }).waitFor();
    await page.getByRole('button', { name: 'I have seen it' }).click();
    await page.getByText(/^seen .* by http:127\.0\.0\.1$/).waitFor();
    await page.goto(`${gateway().url}#/simulator`);
    await card.getByText(/^Voltage:/).click();
    await page.goto(`${gateway().url}#/alarms`);
    await page.getByText('No alarm stands').waitFor();
    await page.locator('.journal').getByText('cleared').first().waitFor();
    await rule.getByText('calm').waitFor();
  });

  it('switches a fault on: an alarm stands, the bus counts it; switches it off', async () => {
    const page = await open('simulator');
    const card = page.locator('section.card', { has: page.getByRole('heading', { name: 'Shunt' }) });
    await card.getByText('Faults', { exact: true }).click();
    await card.getByRole('checkbox', { name: 'silence' }).check();
    await card.getByRole('slider', { name: 'silence' }).fill('1');
    await page.getByRole('link', { name: '1 alarm' }).click();
    await page.getByText('the shunt is silent').first().waitFor();
    await page.goto(`${gateway().url}#/bus/shunt`);
    await page.locator('.badge.warn', { hasText: 'no answer in time' }).waitFor();
    await page.goto(`${gateway().url}#/simulator`);
    await card.getByText('Faults', { exact: true }).click();
    await card.getByRole('button', { name: 'No faults' }).click();
    await page.goto(`${gateway().url}#/alarms`);
    await page.getByText('No alarm stands').waitFor();
  });

  it('shows the frame before a write, and what was read back', async () => {
    const page = await open('devices/shunt');
    await page.getByRole('button', { name: 'Change… Full capacity' }).click();
    await page.getByRole('dialog').getByRole('spinbutton').fill('300');
    await page.getByRole('button', { name: 'Show what would be sent' }).click();
    await page.locator('.frame-shown').waitFor();
    const read = async (): Promise<unknown> =>
      (await gateway().ask<ApiMemberDetail>('api/members/shunt')).state.groups.configured?.values
        .full_capacity;
    expect(await read()).not.toBe(300);
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByText('Written, and read back as written.').waitFor();
    await expect.poll(read, SOON).toBe(300);
  });
});
