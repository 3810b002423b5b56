import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventsOf, LOOPBACK, testGateway, type TestGateway } from '../../../test/http/gateway.ts';
import type { ApiOptions } from './options.ts';
import { type RunningApi, startApi } from './server.ts';

const running: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of running.splice(0)) await close();
});

async function start(
  options: Partial<ApiOptions> = {},
): Promise<TestGateway & RunningApi & { log: string[] }> {
  const world = testGateway();
  const log: string[] = [];
  const note = (text: string): void => void log.push(text);
  const api = await startApi(world.gateway, {
    ...LOOPBACK,
    clock: world.clock,
    log: { debug: note, info: note, warn: note, error: note },
    ...options,
  });
  running.push(api.close);
  return { ...world, ...api, log };
}

/** Somebody who asks, and takes nothing. */
async function stalled(url: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  running.push(() => Promise.resolve(socket.destroy()));
  return socket;
}

const host = (name: string) => ({ listen: { host: name, port: 0 } });

describe('the server', () => {
  it('says where it is, answers there, and ends every connection', async () => {
    const { url, close } = await start({ base_path: '/busbar' });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/busbar\/$/);
    expect((await fetch(new URL('healthz', url))).status).toBe(200);
    const events = eventsOf(await fetch(new URL('api/live', url)));
    await events.next();
    await close();
    await expect(events.next()).rejects.toThrow(/the stream ended|terminated/);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it.each(['0.0.0.0', '::', '192.168.2.2', 'raspberrypi'])(
    'does not open %s to strangers, and says what to set',
    async (name) => {
      await expect(start(host(name))).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining('nobody has to log in') as string,
        hint: expect.stringContaining('http.password') as string,
      });
    },
  );

  it.each(['127.0.0.1', '127.0.0.2', 'localhost'])(
    'serves this machine at %s without a login',
    async (name) => {
      const { url } = await start(host(name));
      expect((await fetch(new URL('api/site', url))).status).toBe(200);
    },
  );

  it('serves others who log in', async () => {
    const { url } = await start({ ...host('0.0.0.0'), password: 'correct horse' });
    expect((await fetch(new URL('api/site', url))).status).toBe(401);
    const body = JSON.stringify({ password: 'correct horse' });
    const headers = { 'content-type': 'application/json' };
    const login = await fetch(new URL('api/login', url), { method: 'POST', body, headers });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await fetch(new URL('api/site', url), { headers: { cookie } })).status).toBe(200);
  });

  it('opens to other commands of this user, without asking anybody else for a login', async () => {
    const local = { local_token: 'made-at-this-start' };
    const asked = async (options: Partial<ApiOptions>): Promise<number[]> => {
      const { url } = await start(options);
      const site = new URL('api/site', url);
      const with_ = { headers: { authorization: `Bearer ${local.local_token}` } };
      return [(await fetch(site)).status, (await fetch(site, with_)).status];
    };
    expect(await asked(local)).toEqual([200, 200]);
    expect(await asked({ ...local, password: 'correct horse' })).toEqual([401, 200]);
    await expect(start({ ...host('0.0.0.0'), ...local })).rejects.toMatchObject({ code: 'config' });
  });

  it('says who may have the port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    running.push(() => new Promise((resolve) => other.close(resolve)));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(start({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'link',
      message: expect.stringContaining(`127.0.0.1:${port}`) as string,
      hint: expect.stringContaining('another program has this port') as string,
    });
  });

  it('serves TLS by the certificate given, and refuses one that is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-tls-'));
    running.push(() => rm(folder, { recursive: true }));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const words =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
    execFileSync(
      'openssl',
      [...words.split(' '), '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', certFile],
      { stdio: 'ignore' },
    );
    const tls = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    const { url } = await start({ tls });
    const status = await new Promise((resolve, reject) => {
      get(new URL('healthz', url), { ca: tls.cert }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
    await expect(start({ tls: { cert: 'x', key: 'y' } })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('http.tls') as string,
    });
  });
});

describe('a body', () => {
  /** Sends a request as it stands; brings the first line of the answer. */
  async function raw(url: string, head: string, body: string): Promise<string> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    running.push(() => Promise.resolve(socket.destroy()));
    socket.write(
      `POST /api/decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${head}\r\n\r\n${body}`,
    );
    for await (const chunk of socket) return String(chunk).split('\r\n')[0] ?? '';
    return 'nothing';
  }

  it('is bounded by its length, and has one', async () => {
    const { url, log } = await start();
    const long = JSON.stringify({ text: 'x'.repeat(256 * 1024) });
    expect(await raw(url, `Content-Length: ${long.length}`, long)).toContain('413');
    expect(await raw(url, 'Content-Length: 999999999999', '{')).toContain('413');
    expect(await raw(url, 'Transfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n')).toContain('411');
    expect(await raw(url, 'Content-Length: 13', '{"text":"ff"}')).toContain('200');
    expect(await raw(url, 'Content-Length: -1', '{}')).toContain('400');
    expect(await raw(url, 'Content-Length: 0', '')).toContain('400');
    expect(log.filter((text) => text.includes('Error'))).toEqual([]);
  });
});

describe('somebody who takes nothing', () => {
  it('of the live stream delays nobody, and costs no more than its queue', async () => {
    const { url, measure } = await start();
    const socket = await stalled(url, '/api/live');
    const quick = eventsOf(await fetch(new URL('api/live', url)));
    await quick.next();
    measure({ voltage: 0 });
    await quick.next();
    await quick.next();
    const note = 'x'.repeat(64 * 1024);
    // 32 MiB: what the system buffers for a connection on loopback is less (Linux: at most 4 MiB out and 6 MiB in).
    for (let round = 1; round <= 512; round++) {
      measure({ voltage: round, note });
      expect(await quick.next()).toMatchObject({ data: { snapshot: { values: { voltage: round } } } });
    }
    let bytes = 0;
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      bytes += chunk.length;
      text = (text + chunk).slice(-200_000);
    });
    socket.resume();
    // It is brought up to date by a state in which the last value stands.
    await expect.poll(() => /event: state\n[^\n]*"voltage":512\b/.test(text), { timeout: 10_000 }).toBe(true);
    expect(bytes).toBeLessThan(16 * 1024 * 1024);
    await quick.cancel();
  });

  it('of an export delays nobody, and the database is not asked for what nobody takes', async () => {
    const { url, stored } = await start();
    stored.state.rows = 1_000_000;
    const socket = await stalled(url, '/api/history/export');
    let before = -1;
    await expect
      .poll(
        () => {
          const still = stored.asked.exported === before && before > 0;
          before = stored.asked.exported;
          return still;
        },
        { interval: 100, timeout: 10_000 },
      )
      .toBe(true);
    expect(stored.asked.exported).toBeLessThan(stored.state.rows / 2);
    expect((await fetch(new URL('api/site', url))).status).toBe(200);
    socket.destroy();
    await expect.poll(() => stored.asked.returned).toBe(1);
  });
});

describe('an export', () => {
  it('is complete, as CSV that a spreadsheet takes for values, and as JSON', async () => {
    const { url } = await start();
    const csv = await fetch(new URL('api/history/export', url));
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="busbar-home-2026-11-21.csv"');
    // RFC 4180: a quote is written twice. The text would be a formula; an apostrophe makes it a text.
    expect(await csv.text()).toBe(
      [
        'time,series,unit,count,min,mean,max,last,first,delta',
        '2026-11-21T00:00:01.000Z,shunt.measured.voltage,V,1,,,,12.5,,',
        `2026-11-21T00:00:02.000Z,shunt.measured.voltage,V,1,,,,"'=1+1, ""x""",,`,
        '2026-11-21T00:00:03.000Z,shunt.measured.voltage,V,1,,,,12.5,,',
        '',
      ].join('\r\n'),
    );
    const json = await (await fetch(new URL('api/history/export?format=json', url))).json();
    expect(json).toHaveLength(3);
    expect(json).toMatchObject([
      { time: '2026-11-21T00:00:01.000Z', series: 'shunt.measured.voltage', last: 12.5 },
      {},
      {},
    ]);
  });

  it('that breaks off is seen to have broken off', async () => {
    const printed = vi.spyOn(console, 'error');
    const { url, stored, log } = await start();
    stored.state.breaks = true;
    const response = await fetch(new URL('api/history/export', url)).catch(() => undefined);
    await expect(response?.text() ?? Promise.reject(new Error('terminated'))).rejects.toThrow('terminated');
    expect(log.join('\n')).toContain('the disk is gone');
    expect(printed).not.toHaveBeenCalled();
  });
});

describe('work for somebody who goes', () => {
  it('is cancelled', async () => {
    const { url, done } = await start();
    const gone = new AbortController();
    const response = await fetch(new URL('api/members/meter/profile?days=127', url), { signal: gone.signal });
    await eventsOf(response).next();
    gone.abort();
    await expect.poll(() => done.join()).toMatch(/profile cancelled after \d+/);
  });
});
