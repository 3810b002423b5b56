import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ascii } from '../../core/bytetext.ts';
import { eventsOf, testApi } from '../../../test/http/gateway.ts';

const PASSWORD = 'Correct Horse 1';
const TOKEN = 'Token-of-programs-1';
const locked = { password: PASSWORD, token: TOKEN };

/** The cookie of an answer, as a browser sends it back. */
function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

describe('without a login', () => {
  it('nothing is told but that a login is wanted, how the gateway is, and what the API looks like', async () => {
    const { ask, app } = testApi({
      ...locked,
      extensions: (own) => void own.get('/metrics', (c) => c.text('m')),
    });
    const open = new Set(['/healthz', '/openapi.json', '/api/session', '/api/login']);
    const routes = app.routes.filter(
      ({ path, method }) => path !== '/*' && method !== 'ALL' && !open.has(path),
    );
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.map(({ path }) => path)).toContain('/metrics');
    for (const { method, path } of routes) {
      const response = await ask(path.replaceAll(/:\w+/g, 'shunt'), { method });
      expect(response.status, path).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ code: 'login' });
    }
    expect(await (await ask('/api/session')).json()).toEqual({ login_required: true, logged_in: false });
    expect((await ask('/healthz')).status).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['an empty one', 'Bearer '],
    ['a beginning', `Bearer ${TOKEN.slice(0, -1)}`],
    ['more', `Bearer ${TOKEN}1`],
    ['another case', `Bearer ${TOKEN.toLowerCase()}`],
    ['another scheme', `Basic ${TOKEN}`],
    ['the password', `Bearer ${PASSWORD}`],
    ['a name of objects', 'Bearer __proto__'],
  ])('no token opens: %s', async (_what, authorization) => {
    expect((await testApi(locked).ask('/api/site', { headers: { authorization } })).status).toBe(401);
  });

  it('the right token opens, and no session is made of it', async () => {
    const response = await testApi(locked).ask('/api/site', {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['', 401],
    [PASSWORD.slice(0, -1), 401],
    [`${PASSWORD} `, 401],
    [PASSWORD.toUpperCase(), 401],
    [PASSWORD, 200],
    [TOKEN, 200],
  ])('the password %j is answered with %i', async (password, status) => {
    const response = await testApi(locked).ask('/api/login', { body: { password } });
    expect(response.status).toBe(status);
    expect(response.headers.has('set-cookie')).toBe(status === 200);
  });

  it('a password that is no text is refused', async () => {
    const { ask } = testApi(locked);
    for (const password of [null, 1, true, ['x'], { length: 15 }]) {
      expect((await ask('/api/login', { body: { password } })).status).toBe(400);
    }
  });
});

describe('a session', () => {
  it('lasts thirty days, survives a restart, and ends with logging out', async () => {
    const { ask, clock, stored } = testApi(locked);
    const login = await ask('/api/login', { body: { password: PASSWORD } });
    expect(login.headers.get('set-cookie')).toMatch(
      /^busbar_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const headers = { cookie: cookieOf(login) };
    expect((await ask('/api/site', { headers })).status).toBe(200);
    expect((await ask('/api/site', { headers: { cookie: `${headers.cookie}x` } })).status).toBe(401);
    // What is stored opens nothing.
    const kept = [...stored.texts.values()].join();
    expect(kept).not.toContain(headers.cookie.split('=')[1]);

    const restarted = testApi(locked);
    restarted.stored.texts.set('http_sessions', stored.texts.get('http_sessions') ?? '');
    expect((await restarted.ask('/api/site', { headers })).status).toBe(200);
    const changed = testApi({ ...locked, password: 'another password' });
    changed.stored.texts.set('http_sessions', stored.texts.get('http_sessions') ?? '');
    expect((await changed.ask('/api/site', { headers })).status).toBe(401);

    await clock.advance(30 * 24 * 3600_000 + 1);
    expect((await ask('/api/site', { headers })).status).toBe(401);
  });

  it('ends when somebody logs out', async () => {
    const { ask } = testApi(locked);
    const headers = { cookie: cookieOf(await ask('/api/login', { body: { password: PASSWORD } })) };
    expect((await ask('/api/logout', { method: 'POST', headers })).status).toBe(200);
    expect((await ask('/api/site', { headers })).status).toBe(401);
  });

  it('is only sent by TLS where it came by TLS', async () => {
    const login = await testApi(locked).ask('/api/login', {
      body: { password: PASSWORD },
      headers: { 'x-forwarded-proto': 'https' },
    });
    expect(login.headers.get('set-cookie')).toContain('; Secure');
  });
});

describe('guessing', () => {
  it('is stopped after five tries, also for the right one, and only for who guesses', async () => {
    const { ask, clock } = testApi(locked);
    const guess = (password: string, from = '192.0.2.66') => ask('/api/login', { body: { password }, from });
    for (let round = 0; round < 5; round++) expect((await guess(`guess ${round}`)).status).toBe(401);
    const stopped = await guess(PASSWORD);
    expect(stopped.status).toBe(429);
    expect(stopped.headers.get('retry-after')).toBe('10');
    expect((await guess(PASSWORD, '192.0.2.67')).status).toBe(200);
    await clock.advance(10_000);
    // Whoever gets in may do so again.
    for (let round = 0; round < 7; round++) expect((await guess(PASSWORD)).status).toBe(200);
  });

  it('is told apart behind a proxy that is believed, and by nobody else', async () => {
    const { ask } = testApi({ ...locked, trusted_proxies: ['192.0.2.1'] });
    const guess = (forwarded: string, from: string) =>
      ask('/api/login', { body: { password: 'x' }, from, headers: { 'x-forwarded-for': forwarded } });
    // Whoever is no proxy may say what it wants; who says it is at the end of the way, put there by the proxy.
    for (let round = 0; round < 5; round++) await guess(`198.51.100.${round}`, '192.0.2.66');
    expect((await guess('198.51.100.9', '192.0.2.66')).status).toBe(429);
    for (let round = 0; round < 5; round++) await guess(`198.51.100.${round}, 203.0.113.5`, '192.0.2.1');
    expect((await guess('198.51.100.9, 203.0.113.5', '192.0.2.1')).status).toBe(429);
    expect((await guess('203.0.113.6', '192.0.2.1')).status).toBe(401);
  });
});

describe('what would be no protection', () => {
  it.each([
    [{ password: 'short' }, 'http.password'],
    [{ token: 'short' }, 'http.token'],
    [{ password: '' }, 'http.password'],
  ])('is refused at the start: %j', (settings, what) => {
    expect(() => testApi(settings)).toThrow(what);
  });
});

describe('pages of others', () => {
  it.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['http://localhost.evil.example:8420', 403],
    ['http://localhost:9999', 403],
    ['http://localhost:8420', 200],
  ])('at %s get %i for a change', async (origin, status) => {
    const { ask } = testApi();
    const response = await ask('/api/alarms/shunt.low/acknowledge', { method: 'POST', headers: { origin } });
    expect(response.status).toBe(status);
  });

  it('are told by the browser too, and then may not even read', async () => {
    const { ask } = testApi();
    const from = (site: string, mode = 'no-cors') =>
      ask('/api/site', { headers: { 'sec-fetch-site': site, 'sec-fetch-mode': mode } });
    expect((await from('cross-site')).status).toBe(403);
    expect((await from('same-site')).status).toBe(403);
    expect((await from('same-origin')).status).toBe(200);
    expect((await from('none')).status).toBe(200);
    // A link that somebody follows.
    expect((await from('cross-site', 'navigate')).status).toBe(200);
  });

  it('are not ours because a proxy hides the name, unless it says so', async () => {
    const { ask } = testApi();
    const change = (headers: Record<string, string>) =>
      ask('/api/alarms/shunt.low/acknowledge', {
        method: 'POST',
        headers: { origin: 'https://home.example', ...headers },
      });
    expect((await change({})).status).toBe(403);
    expect((await change({ 'x-forwarded-host': 'home.example' })).status).toBe(200);
  });

  it('gain nothing by a name that leads here', async () => {
    const { ask } = testApi({ hosts: ['pi.lan'] });
    const by = (host: string) => ask('/api/site', { headers: { host } });
    for (const host of [
      'localhost',
      '127.0.0.1:8420',
      '[::1]:8420',
      '192.168.1.5',
      'pi.lan',
      'PI.lan:80',
      `${hostname()}.local:8420`,
    ])
      expect((await by(host)).status, host).toBe(200);
    const refused = await by('evil.example:8420');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ hint: expect.stringContaining('evil.example') as string });
    // With a login a name alone opens nothing, so that any may be used.
    const withLogin = testApi(locked);
    const headers = { host: 'busbar.example', authorization: `Bearer ${TOKEN}` };
    expect((await withLogin.ask('/api/site', { headers })).status).toBe(200);
  });

  it('may not frame ours, and every answer says what a page may load', async () => {
    const { ask } = testApi();
    for (const path of ['/api/site', '/api/nothing', '/healthz']) {
      const { headers } = await ask(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'self'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('bodies', () => {
  it.each([
    ['{"text":"x","__proto__":{"polluted":1}}', 'body.__proto__'],
    ['{"text":"x","constructor":{"prototype":{"polluted":1}}}', 'body.constructor'],
    ['{"text":', undefined],
    ['[]', 'body'],
    ['null', 'body'],
  ])('that are not as they should be are refused: %s', async (body, where) => {
    const response = await testApi().ask('/api/decode', { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'request',
      ...(where === undefined ? {} : { where }),
    });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('of a kind that a form of another page can send are refused', async () => {
    const { ask } = testApi();
    for (const kind of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const response = await ask('/api/decode', { body: '{"text":"x"}', headers: { 'content-type': kind } });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ code: 'request' });
    }
  });
});

describe('a proxy that logs people in itself', () => {
  it('needs no login, and whoever only says to be it does', async () => {
    const { ask } = testApi({ ...locked, ingress: ['172.30.32.2'] });
    const headers = { 'x-ingress-path': '/api/hassio_ingress/abc', 'x-forwarded-for': '172.30.32.2' };
    expect((await ask('/api/site', { from: '172.30.32.2', headers })).status).toBe(200);
    expect((await ask('/api/site', { from: '::ffff:172.30.32.2', headers })).status).toBe(200);
    expect((await ask('/api/site', { from: '172.30.32.3', headers })).status).toBe(401);
    expect(await (await ask('/api/session', { from: '172.30.32.2' })).json()).toEqual({
      login_required: true,
      logged_in: true,
    });
  });
});

describe('routes that somebody adds', () => {
  it('want a login whatever way they are added, or do not start', async () => {
    const { ask } = testApi({
      ...locked,
      extensions: (app) => void app.all('/metrics', (c) => c.text('secret')),
    });
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
    expect(() => testApi({ extensions: (app) => void app.get('/sim/:name', (c) => c.text('x')) })).toThrow(
      'fixed path',
    );
  });
});

describe('secrets', () => {
  const CANARIES = ['canary-broker-1', 'canary "quoted" 2', 'kanarienvögel/3'];
  const [broker = '', quoted = '', odd = ''] = CANARIES;
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-canary-'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><head></head>');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are in no answer, wherever they were planted', async () => {
    const world = testApi({
      ...locked,
      dashboard: folder,
      secrets: () => [...CANARIES, PASSWORD, TOKEN],
      schema: () => ({ default: quoted }),
      config: {
        text: () =>
          Promise.resolve({ text: `password: ${broker}`, parsed: { password: quoted }, etag: 'v1' }),
        check: (text) => Promise.resolve([{ severity: 'error', message: text, hint: odd }]),
        save: () =>
          Promise.resolve({ outcome: 'invalid', problems: [{ severity: 'error', message: broker }] }),
      },
      scan: (_wanted, { step }) => {
        step(`tcp://user:${encodeURIComponent(odd)}@host`);
        return Promise.reject(new Error(broker));
      },
    });
    const { ask, say, now, measure, state, app } = world;
    now.line = { link: `tcp://user:${encodeURIComponent(odd)}@host`, trouble: `refused: ${quoted}` };
    now.output = { trouble: { code: 'output', message: `login with ${broker} refused`, at: 1 } };
    now.alarms = [{ subject: broker, severity: 'info', text: odd, since: 1 }];
    measure({ serial_number: broker });
    state.happened({ at: 1, kind: 'gateway', severity: 'info', subject: 'x', text: quoted });
    // A meter's password goes over the line in the clear (IEC 62056-21, 6.3.1).
    await say('>', ascii(`\x01P1\x02(${broker})\x03`));
    await say(
      '>',
      Uint8Array.from([0xff, 0xfe, 0x00, ...ascii(broker), 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86]),
    );

    const headers = { authorization: `Bearer ${TOKEN}` };
    const answers: string[] = [];
    const paths = app.routes
      .filter(({ method, path }) => method === 'GET' && path !== '/*')
      .map(({ path }) => path);
    for (const path of [...paths, '/', `/api/members/${broker}`, `/api/history?series=${broker}`]) {
      const response = await ask(path.replace(':bus', 'shed').replace(':name', 'shunt'), { headers });
      answers.push(JSON.stringify([...response.headers]));
      if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
        const events = eventsOf(response);
        if (path === '/api/live') answers.push(JSON.stringify(await events.next()));
        if (path.endsWith('frames/live')) {
          await say('>', ascii(`(${broker})`));
          answers.push(JSON.stringify(await events.next()));
        }
        await events.cancel();
      } else answers.push(await response.text());
    }
    for (const [path, body] of [
      ['/api/config/check', { text: broker }],
      ['/api/decode', { text: `~${broker}` }],
      ['/api/login', { password: broker }],
    ] as const)
      answers.push(await (await ask(path, { body, headers })).text());
    answers.push(
      await (
        await ask('/api/config', {
          method: 'PUT',
          body: { text: 'x' },
          headers: { ...headers, 'if-match': '"v1"' },
        })
      ).text(),
    );
    const scan = eventsOf(await ask('/api/scan', { body: {}, headers }));
    answers.push(JSON.stringify([await scan.next(), await scan.next()]));

    const all = answers.join('\n');
    expect(all.length).toBeGreaterThan(50_000);
    const pairs = (text: string): string =>
      [...Buffer.from(text)].map((one) => one.toString(16).toUpperCase().padStart(2, '0')).join(' ');
    const forms = [...CANARIES, PASSWORD, TOKEN].flatMap((one) => [
      one,
      encodeURIComponent(one),
      JSON.stringify(one).slice(1, -1),
      JSON.stringify(JSON.stringify(one)).slice(3, -3),
      pairs(one),
    ]);
    expect(forms.filter((form) => all.includes(form))).toEqual([]);
    // They would have been there.
    expect(all).toContain('login with ••• refused');
    expect(all).toContain(pairs('*'.repeat(broker.length)));
  });
});
