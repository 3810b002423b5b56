import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterEach, describe, expect, it } from 'vitest';
import { listenerOf } from './listener.ts';
import type { ApiApp, ApiEnv } from './options.ts';

const closing: (() => unknown)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** Serves some routes; what went wrong is in `faults`. */
async function served(add: (app: ApiApp) => void): Promise<{ port: number; faults: unknown[] }> {
  const app: ApiApp = new OpenAPIHono<ApiEnv>();
  add(app);
  const faults: unknown[] = [];
  const server = createServer(listenerOf(app, (error) => faults.push(error)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, faults }; // of a TCP server
}

/** What comes back for the bytes of a request, until the connection ends. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
    socket.on('error', () => undefined).on('close', () => resolve(said));
  });
}

describe('a request', () => {
  it('comes with its path, its headers joined, and its body', async () => {
    const { port } = await served((app) =>
      app.post('/echo', async (c) =>
        c.json({
          url: c.req.url,
          many: c.req.header('x-many'),
          cookie: c.req.header('cookie'),
          text: await c.req.text(),
        }),
      ),
    );
    const body = 'the body';
    const said = await raw(
      port,
      `POST /a/../echo?x=1 HTTP/1.1\r\nHost: here:81\r\nX-Many: 1\r\nX-Many: 2\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(JSON.parse(said.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      url: 'http://here:81/echo?x=1',
      many: '1, 2',
      cookie: 'a=1; b=2',
      text: body,
    });
    expect(said).toMatch(/^HTTP\/1\.1 200 /);
    expect(said).toMatch(/\r\ncontent-length: \d+\r\n/i);
  });

  it.each([
    ['no name', 'GET / HTTP/1.0\r\n\r\n'],
    ['a path in the name', 'GET / HTTP/1.1\r\nHost: here/api\r\nConnection: close\r\n\r\n'],
    ['a user in the name', 'GET / HTTP/1.1\r\nHost: me@here\r\nConnection: close\r\n\r\n'],
    ['a backslash', 'GET /\\api HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n'],
    ['no path', 'OPTIONS * HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n'],
  ])('with %s is none', async (_what, text) => {
    const { port } = await served((app) => app.all('*', (c) => c.text('reached')));
    expect(await raw(port, text)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('whose sender goes is aborted', async () => {
    const why: string[] = [];
    const { port } = await served((app) =>
      app.get('/long', async (c) => {
        const { signal } = c.req.raw;
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        why.push(String(signal.reason));
        return c.text('too late');
      }),
    );
    const asking = request({ port, path: '/long' }).on('error', () => undefined);
    asking.end();
    asking.once('socket', (socket) => socket.once('connect', () => setTimeout(() => asking.destroy(), 50)));
    await expect.poll(() => why).toEqual([expect.stringContaining('has gone')]);
  });
});

describe('an answer', () => {
  it('keeps each cookie, has no body for HEAD, and none for 304', async () => {
    const { port } = await served((app) => {
      app.get('/two', (c) => {
        c.header('Set-Cookie', 'a=1; Expires=Sat, 01 Jan 2050 00:00:00 GMT', { append: true });
        c.header('Set-Cookie', 'b=2', { append: true });
        return c.body('two');
      });
      app.get('/same', (c) => c.body(null, 304, { ETag: '"x"' }));
    });
    const base = `http://127.0.0.1:${port}`;
    const two = await fetch(`${base}/two`);
    expect(two.headers.getSetCookie()).toEqual(['a=1; Expires=Sat, 01 Jan 2050 00:00:00 GMT', 'b=2']);
    expect(await two.text()).toBe('two');
    const head = await fetch(`${base}/two`, { method: 'HEAD' });
    expect([head.status, head.headers.getSetCookie().length, await head.text()]).toEqual([200, 2, '']);
    const same = await fetch(`${base}/same`);
    expect([same.status, same.headers.get('etag'), await same.text()]).toEqual([304, '"x"', '']);
  });

  it('to HEAD holds no stream open', async () => {
    let ended = 0;
    const { port } = await served((app) =>
      app.get('/live', (c) =>
        c.body(
          new ReadableStream({
            cancel: () => {
              ended++;
            },
          }),
        ),
      ),
    );
    await fetch(`http://127.0.0.1:${port}/live`, { method: 'HEAD' });
    await expect.poll(() => ended).toBe(1);
  });

  it('that fails on its way is cut off, and told', async () => {
    const { port, faults } = await served((app) =>
      app.get('/half', (c) =>
        c.body(
          new ReadableStream({
            pull: (to) => {
              to.enqueue(new TextEncoder().encode('first'));
              to.error(new Error('no more'));
            },
          }),
        ),
      ),
    );
    await expect(fetch(`http://127.0.0.1:${port}/half`).then((answer) => answer.text())).rejects.toThrow();
    await expect.poll(() => String(faults[0])).toMatch('no more');
  });

  it('is not made of what no header can be', async () => {
    const { port } = await served((app) => {
      app.onError((error, c) => c.text(error.name, 500));
      app.get('/split', (c) => c.body('x', 200, { Location: '/\r\nSet-Cookie: a=1' }));
    });
    const answer = await fetch(`http://127.0.0.1:${port}/split`);
    expect([answer.status, await answer.text(), answer.headers.get('set-cookie')]).toEqual([
      500,
      'TypeError',
      null,
    ]);
  });
});
