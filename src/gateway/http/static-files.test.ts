import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApi } from '../../../test/http/gateway.ts';

const HTML = '<!doctype html><html><head lang="en"><title>busbar</title></head><body></body></html>';
const SCRIPT = `console.log(${'1,'.repeat(500)}1)`;

describe('the files of the dashboard', () => {
  let folder = '';
  beforeAll(() => {
    const root = mkdtempSync(join(tmpdir(), 'busbar-static-'));
    folder = join(root, 'dashboard');
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), HTML);
    writeFileSync(join(folder, 'assets', 'main-Bx12_aZ9.js'), SCRIPT);
    writeFileSync(join(folder, 'logo.svg'), '<svg/>');
    writeFileSync(join(root, 'secret.txt'), 'not this');
    symlinkSync(join(root, 'secret.txt'), join(folder, 'link.txt'));
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true }));
  const api = (options: Parameters<typeof testApi>[0] = {}) => testApi({ dashboard: folder, ...options });

  it('are kept for ever where their name has a hash, and asked for again where it has none', async () => {
    const { ask } = api();
    const script = await ask('/assets/main-Bx12_aZ9.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await script.text()).toBe(SCRIPT);
    const logo = await ask('/logo.svg');
    expect(logo.headers.get('cache-control')).toBe('no-cache');
    const etag = logo.headers.get('etag') ?? '';
    const again = await ask('/logo.svg', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  it('are sent compressed to whoever takes that', async () => {
    const response = await api().ask('/assets/main-Bx12_aZ9.js', {
      headers: { 'accept-encoding': 'br, gzip' },
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.length).toBeLessThan(SCRIPT.length / 2);
    expect(gunzipSync(bytes).toString()).toBe(SCRIPT);
  });

  it('have one page for all addresses that are not the API', async () => {
    const { ask } = api();
    for (const path of ['/', '/history', '/battery/rack/2', '/index.html']) {
      const response = await ask(path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(await response.text()).toContain('<base href="/">');
    }
    expect((await ask('/api/nothing')).status).toBe(404);
    expect((await ask('/history', { method: 'POST' })).status).toBe(404);
  });

  it('are there without a login, since they contain it', async () => {
    const { ask } = api({ password: 'correct horse' });
    expect((await ask('/history')).status).toBe(200);
    expect((await ask('/assets/main-Bx12_aZ9.js')).status).toBe(200);
    expect((await ask('/api/site')).status).toBe(401);
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/link.txt',
  ])('are all there is: %s', async (path) => {
    expect(await (await api().ask(path)).text()).not.toContain('not this');
  });

  it('stand below the path of a proxy, whether it takes that away or not', async () => {
    const { ask } = api({ base_path: '/busbar' });
    for (const path of ['/busbar', '/busbar/', '/busbar/history', '/history'])
      expect(await (await ask(path)).text()).toContain('<base href="/busbar/">');
    expect((await ask('/busbar/api/site')).status).toBe(200);
    expect((await ask('/api/site')).status).toBe(200);
    expect((await ask('/busbarx/api/site')).headers.get('content-type')).toContain('text/html');
    expect(await (await ask('/openapi.json')).json()).toMatchObject({ servers: [{ url: '/busbar' }] });
  });

  it('stand below the path of an ingress, and take no markup from it', async () => {
    const { ask } = api();
    const page = async (path: string): Promise<string> =>
      (await ask('/', { headers: { 'x-ingress-path': path } })).text();
    expect(await page('/api/hassio_ingress/A-b_c')).toContain('<base href="/api/hassio_ingress/A-b_c/">');
    for (const path of [
      '"><script>alert(1)</script>',
      '//evil.example',
      'https://evil.example',
      '/a"b',
      '/a b',
    ])
      expect(await page(path)).toContain('<base href="/">');
  });

  it('may be missing', async () => {
    const { ask } = api({ dashboard: join(folder, 'nowhere') });
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/api/site')).status).toBe(200);
  });
});
