import { describe, expect, it } from 'vitest';
import { answer, testApi } from '../../../../test/http/gateway.ts';

describe('pasted frames', () => {
  // The readme of juntek_kl prints this reply; 1378 hundredths are 13.78 V.
  const text = ':r50=1,53,1378,3,27728,40412,55726,419234,130,0,0,0,55456,0,';

  it('are explained part by part, as text or as hex pairs', async () => {
    const { ask } = testApi();
    const pairs = [...new TextEncoder().encode(`${text}\r\n`)].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    for (const typed of [text, pairs.join(' '), `busbar-capture: 1\n\n0.0 < "${text}\\r\\n"\n`]) {
      const { status, body } = await answer(
        ask('/api/decode', { body: { text: typed, device: 'juntek-kl' } }),
      );
      expect(status).toBe(200);
      expect(body).toMatchObject([
        {
          frame: text,
          protocol: 'juntek',
          device: 'juntek-kl',
          kind: 'measured',
          verdict: 'ok',
          values: { voltage: 13.78 },
        },
      ]);
      const [{ parts }] = body as [
        { parts: { title?: string; start: number; end: number; value: unknown }[] },
      ];
      const voltage = parts.find(({ title }) => title === 'Voltage');
      expect(voltage).toMatchObject({ value: 13.78, quantity: 'voltage' });
      expect(text.slice(voltage?.start, voltage?.end)).toMatch(/^1378,?$/);
    }
  });

  it.each([
    [{ text: '' }, 'request', 'body.text'],
    [{ text: 'x'.repeat(128 * 1024 + 1) }, 'request', 'body.text'],
    [{ text: ':r50=1\\q' }, 'config', undefined],
    [{ text: ':r50=1,', device: 'juntek-kx' }, 'config', undefined],
    [{ text: ':r50=1,', devise: 'juntek-kl' }, 'request', 'body.devise'],
    [{}, 'request', 'body.text'],
  ])('are refused with a reason: %j', async (body, code, where) => {
    const given = await answer(testApi().ask('/api/decode', { body }));
    expect(given.status).toBe(400);
    expect(given.body).toMatchObject({ code, ...(where === undefined ? {} : { where }) });
  });
});
