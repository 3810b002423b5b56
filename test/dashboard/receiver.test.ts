import { createServer, type Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { freePort } from '../outputs/mosquitto.ts';
import { chromium, SOON, stage } from './stage.ts';

/** A receiver of readings that can be stopped and started again at its place; counts what it has taken. */
function receiver(port: number) {
  let taken = 0;
  let server: Server | undefined;
  return {
    taken: () => taken,
    start: async () => {
      const opened = createServer((request, response) => {
        request.on('data', () => undefined);
        request.on('end', () => {
          taken++;
          response.end();
        });
      });
      server = opened;
      await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
    },
    stop: async () => {
      const running = server;
      server = undefined;
      running?.closeAllConnections();
      await new Promise<void>((resolve) =>
        running === undefined ? resolve() : running.close(() => resolve()),
      );
    },
  };
}

const port = await freePort();

describe.skipIf(chromium === undefined)('a receiver that is away', { timeout: 60_000 }, () => {
  const { open } = stage({
    outputs: { hook: { type: 'webhook', url: `http://127.0.0.1:${port}/`, what: ['alarms', 'readings'] } },
  });

  it('shows how the backlog of a receiver grows while it is away, and drains when it is back', async () => {
    const hook = receiver(port);
    const page = await open('outputs');
    const card = page.locator('section.card', { has: page.getByRole('heading', { name: 'hook' }) });
    const backlog = async (): Promise<number> =>
      Number(((await card.locator('dd').first().textContent()) ?? '').replace(/[^\d].*$/, ''));
    await card.getByText('does not deliver').waitFor();
    const before = await backlog();
    await expect.poll(backlog, SOON).toBeGreaterThan(before);
    await card.getByRole('button', { name: 'Test' }).click();
    await card.getByText('ECONNREFUSED').first().waitFor();
    await hook.start();
    try {
      await card.getByText('delivers', { exact: true }).waitFor();
      await expect.poll(backlog, SOON).toBeLessThan(before);
      expect(hook.taken()).toBeGreaterThan(0);
    } finally {
      await hook.stop();
    }
    await card.getByText('does not deliver').waitFor();
  });
});
