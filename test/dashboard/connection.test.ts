import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { complaintsOf } from './browser.ts';
import { playedGateway } from './played-gateway.ts';
import { chromium, SOON, stage } from './stage.ts';

/** A reverse proxy that shows a gateway under a path of its own, and passes the path on. */
async function proxy(to: string) {
  const server = createServer((incoming, outgoing) => {
    const onward = ask(
      new URL(incoming.url ?? '/', to),
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, so that is what its address is
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Being let in, being cut off, being behind somebody. */
describe.skipIf(chromium === undefined)('the connection', { timeout: 60_000 }, () => {
  const { open, gateway, dashboard } = stage();

  it('says that the gateway is away, and takes it up again when it is back', async () => {
    const page = await open('');
    await page.getByText('What flows now').waitFor();
    const first = page.locator('section.glance .age').first();
    // It has to know something before it can remember it.
    await expect.poll(() => first.textContent(), SOON).toBe('now');
    await gateway().kill();
    try {
      await page.getByText('No connection to the gateway').waitFor();
      // What was known stays, and says its age.
      expect(await page.getByText('What flows now').count()).toBe(1);
      await expect.poll(() => first.textContent(), SOON).toMatch(/\d+\ss ago/);
    } finally {
      await gateway().start();
    }
    await page.getByText('No connection to the gateway').waitFor({ state: 'detached' });
    await expect.poll(() => first.textContent(), SOON).toBe('now');
  });

  it('opens from its own memory while the gateway is away', async () => {
    const page = await open('');
    await page.getByText('What flows now').waitFor();
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    // Once more, so that the worker has seen every file of the shell.
    await page.reload();
    await page.getByText('What flows now').waitFor();
    await gateway().kill();
    try {
      await page.reload();
      await page.getByText('The gateway cannot be reached').waitFor();
    } finally {
      await gateway().start();
    }
    await page.getByText('What flows now').waitFor();
  });

  it('asks for a login where the gateway wants one', async () => {
    const locked = await playedGateway({ dashboard: dashboard(), http: { password: 'correct horse' } });
    try {
      const page = await open('', { url: locked.url });
      await page.getByLabel('Password').fill('wrong password');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page
        .getByText(/password/i)
        .nth(1)
        .waitFor();
      expect(await page.getByText('What flows now').count()).toBe(0);
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
    const base = '/api/hassio_ingress/xyz';
    const below = await playedGateway({ dashboard: dashboard(), http: { base_path: base } });
    const front = await proxy(below.url);
    try {
      const page = await open('', { url: `${front.url}${base}/` });
      const complaints = complaintsOf(page);
      await page.getByText('What flows now').waitFor();
      await page.getByRole('link', { name: 'History' }).click();
      await page.getByText('Export CSV').waitFor();
      expect(page.url()).toBe(`${front.url}${base}/#/history`);
      expect(complaints).toEqual([]);
    } finally {
      await front.close();
      await below.close();
    }
  });

  it('is an app that can be installed', async () => {
    const page = await open('');
    await page.getByText('What flows now').waitFor();
    const session = await page.context().newCDPSession(page);
    // Chromium itself says what keeps a page from being installed.
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // Pages of a test are private ones; nothing else may be in the way.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
  });
});
