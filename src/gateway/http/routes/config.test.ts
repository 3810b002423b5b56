import { describe, expect, it } from 'vitest';
import { answer, testApi } from '../../../../test/http/gateway.ts';
import type { ConfigFile } from '../options.ts';

describe('the configuration', () => {
  function file(): ConfigFile & { readonly saved: string[] } {
    const saved: string[] = [];
    return {
      saved,
      text: () =>
        Promise.resolve({ text: 'site: home\n', parsed: { site: 'home' }, etag: `v${saved.length}` }),
      check: (text) =>
        Promise.resolve(
          text.startsWith('site:')
            ? []
            : [{ severity: 'error' as const, message: 'unknown key', line: 1, column: 1 }],
        ),
      save: (text, etag) => {
        if (etag !== `v${saved.length}`) return Promise.resolve({ outcome: 'changed' });
        if (!text.startsWith('site:'))
          return Promise.resolve({
            outcome: 'invalid',
            problems: [{ severity: 'error', message: 'unknown key' }],
          });
        saved.push(text);
        return Promise.resolve({
          outcome: 'applied',
          etag: `v${saved.length}`,
          applied: { started: ['rack'], stopped: [], untouched: ['shed'] },
        });
      },
    };
  }
  const put = (text: string, etag?: string) => ({
    method: 'PUT',
    body: { text },
    headers: etag === undefined ? {} : { 'if-match': etag },
  });

  it('is shown, checked and replaced by whoever saw it last', async () => {
    const config = file();
    const { ask } = testApi({ config });
    const shown = await ask('/api/config');
    const etag = shown.headers.get('etag') ?? '';
    expect(await shown.json()).toEqual({ text: 'site: home\n', parsed: { site: 'home' }, writable: true });

    expect(await answer(ask('/api/config/check', { body: { text: 'sight: home' } }))).toEqual({
      status: 200,
      body: { valid: false, problems: [{ severity: 'error', message: 'unknown key', line: 1, column: 1 }] },
    });
    expect((await answer(ask('/api/config/check', { body: { text: 'site: x' } }))).body).toEqual({
      valid: true,
      problems: [],
    });

    expect(await answer(ask('/api/config', put('site: x')))).toMatchObject({
      status: 428,
      body: { code: 'changed' },
    });
    expect(await answer(ask('/api/config', put('sight: x', etag)))).toMatchObject({
      status: 400,
      body: { code: 'config', problems: [{ message: 'unknown key' }] },
    });
    const applied = await ask('/api/config', put('site: x', etag));
    expect(await answer(applied)).toEqual({
      status: 200,
      body: { started: ['rack'], stopped: [], untouched: ['shed'] },
    });
    expect(applied.headers.get('etag')).toBe('"v1"');
    expect(await answer(ask('/api/config', put('site: y', etag)))).toMatchObject({ status: 412 });
    expect(config.saved).toEqual(['site: x']);
  });

  it('may be one that cannot be written, or none', async () => {
    const fixed = testApi({
      config: { ...file(), text: async () => ({ ...(await file().text()), readonly: 'a read-only disk' }) },
    });
    expect((await answer(fixed.ask('/api/config'))).body).toMatchObject({
      writable: false,
      hint: 'a read-only disk',
    });
    const without = testApi();
    expect((await without.ask('/api/config')).status).toBe(404);
    expect((await without.ask('/api/schema')).status).toBe(404);
    const schema = (): object => ({ type: 'object' });
    expect((await answer(testApi({ schema }).ask('/api/schema'))).body).toEqual(schema());
  });
});
