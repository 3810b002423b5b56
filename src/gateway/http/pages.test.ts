import { describe, expect, it } from 'vitest';
import { testApi } from '../../../test/http/gateway.ts';
import type { OutputPage } from '../../core/site/index.ts';

const TOKEN = 'Token-of-programs-1';
const page = (more: Partial<OutputPage> = {}): OutputPage => ({
  path: '/metrics',
  type: 'text/plain; version=0.0.4; charset=utf-8',
  public: false,
  read: () => Promise.resolve('up 1\n'),
  ...more,
});

describe('a page of an output', () => {
  it('is served while the output is there, and no longer', async () => {
    const { ask, now } = testApi();
    expect((await ask('/metrics')).status).toBe(404);
    now.pages.push(page());
    const answer = await ask('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toBe('up 1\n');
    now.pages.pop();
    expect((await ask('/metrics')).status).toBe(404);
  });

  it('wants a login, unless its owner made it public', async () => {
    const { ask, now } = testApi({ token: TOKEN });
    now.pages.push(page());
    const answer = await ask('/metrics');
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('up 1');
    expect((await ask('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
    now.pages[0] = page({ public: true });
    expect((await ask('/metrics')).status).toBe(200);
  });

  it('cannot take the place of the API', async () => {
    const { ask, now } = testApi({ token: TOKEN });
    now.pages.push(page({ path: '/api/site' }), page({ path: '/healthz' }));
    expect((await ask('/api/site')).status).toBe(401);
    expect(await (await ask('/healthz')).text()).not.toContain('up 1');
  });

  it('is a fault of ours when it fails', async () => {
    const { ask, now, log } = testApi();
    now.pages.push(page({ read: () => Promise.reject(new Error('no registry')) }));
    expect((await ask('/metrics')).status).toBe(500);
    expect(log.join()).toContain('no registry');
  });
});
