import { describe, expect, it } from 'vitest';
import type { ApiConfig, ApiMemberDetail } from '../../src/core/site/api.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { tcpHub } from '../../src/node/tcp-hub.ts';
import kg from '../../src/devices/juntek/kg.ts';
import { site } from '../../src/simulator/index.ts';
import { chromium, SOON, stage } from './stage.ts';

/** Plays a coulomb meter behind a port of its own, and says where. */
async function shunt(address: number, voltage: number) {
  const hub = await tcpHub(0);
  const world = site({
    clock: systemClock,
    seed: 1,
    devices: [{ device: kg, address, set: [['voltage', voltage]] }],
  });
  const served = world.serve(hub.channel);
  return {
    place: `127.0.0.1:${hub.port}`,
    close: async () => {
      world.stop();
      await hub.channel.close();
      await served;
    },
  };
}

/** Setting up, and changing what was set up. */
describe.skipIf(chromium === undefined)('setting up', { timeout: 60_000 }, () => {
  const { open, gateway } = stage();

  it('finds a device, reads it, chooses outputs, shows the difference, and saves', async () => {
    const played = await shunt(1, 12.34);
    try {
      const page = await open('setup');
      await page.getByLabel('A TCP converter that we call').check();
      await page.getByLabel('Host and port').fill(played.place);
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByText('1 device found').waitFor();
      // Nobody has to wait until all protocols were tried.
      await page.getByRole('button', { name: 'That is all, go on' }).click();
      // The check reads it: 12.34 V is held there.
      await page.getByRole('heading', { name: 'Does it answer?' }).waitFor();
      await page.getByText('12.34 V').waitFor();
      await page.getByRole('button', { name: 'Next' }).click();
      // Every output of the schema is offered; what one needs is asked for.
      await page.getByLabel('zabbix', { exact: true }).waitFor();
      await page.getByLabel('prometheus', { exact: true }).check();
      await page.getByLabel('webhook', { exact: true }).check();
      await page.locator('input[name="webhook.url"]').fill('http://127.0.0.1:9/');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText(`+     link: tcp://${played.place}`).waitFor();
      await page.getByText('+   prometheus: {}').waitFor();
      await page.getByText('+   webhook: { url: http://127.0.0.1:9/ }').waitFor();
      await page.getByRole('button', { name: 'Save and start' }).click();
      await page.getByRole('heading', { name: 'It is read' }).waitFor();
      const link = page.locator('section.card h3 a');
      const name = (await link.getAttribute('href'))?.split('/').at(-1) ?? '';
      // It is part of the gateway now.
      await expect
        .poll(async () => {
          const { state } = await gateway().ask<ApiMemberDetail>(`api/members/${name}`);
          return state.groups.measured?.values.voltage;
        }, SOON)
        .toBe(12.34);
    } finally {
      await played.close();
    }
  });

  it('says when nothing answers, and goes on where that is wanted', async () => {
    const played = await shunt(1, 12);
    try {
      const page = await open('setup');
      await page.getByLabel('A TCP converter that we call').check();
      await page.getByLabel('Host and port').fill(played.place);
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('Choose by hand').click();
      await page.getByLabel('Device').selectOption('juntek-kg');
      await page.getByLabel(/^Address/).fill('9');
      await page.getByLabel(/^Name for it/).fill('lonely');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('button', { name: 'Go on all the same' }).waitFor();
      await page.locator('.notice.bad').waitFor();
      await page.getByRole('button', { name: 'Go on all the same' }).click();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('+       - { name: lonely, device: juntek-kg, address: 9 }').waitFor();
    } finally {
      await played.close();
    }
  });

  it('marks what is wrong with a configuration, and saves a good one', async () => {
    const page = await open('config');
    const editor = page.getByRole('textbox', { name: 'busbar.yaml' });
    await expect.poll(() => editor.inputValue(), SOON).toContain('device: juntek-kg');
    const good = await editor.inputValue();
    await editor.fill(good.replace('device: juntek-kg', 'devcie: juntek-kg'));
    const line = String(good.split('\n').findIndex((one) => one.includes('device: juntek-kg')) + 1);
    await page.getByRole('button', { name: new RegExp(`^${line}:`) }).waitFor();
    expect(await page.locator('.gutter .error').allTextContents()).toContain(line);
    expect(await page.getByRole('button', { name: 'Save and apply' }).isDisabled()).toBe(true);
    await editor.fill(good.replace('title: Demonstration', 'title: At the lake'));
    await page.getByText('Nothing is wrong with it').waitFor();
    await page.getByRole('button', { name: 'Save and apply' }).click();
    await page.getByText('Saved and applied').waitFor();
    expect((await gateway().ask<ApiConfig>('api/config')).text).toContain('title: At the lake');
  });
});
