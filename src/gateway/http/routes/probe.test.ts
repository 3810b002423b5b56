import { describe, expect, it } from 'vitest';
import { testApi, WRONG } from '../../../../test/http/gateway.ts';

const wanted = { link: 'tcp://192.0.2.1:1', device: 'juntek-kg', address: 1 };

describe('POST /api/probe', () => {
  it('tells what answered, its values with their units, and what failed with a hint', async () => {
    const { ask, done } = testApi();
    const response = await ask('/api/probe', {
      body: { ...wanted, timing: { response: '800ms' }, line: { baud: 9600 }, budget: 5 },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      member: {
        name: 'probe',
        address: 1,
        make: { id: 'juntek-kg' },
        groups: [
          { name: 'info' },
          {
            name: 'measured',
            fields: expect.arrayContaining([
              expect.objectContaining({ name: 'voltage', unit: 'V' }),
            ]) as unknown,
          },
          { name: 'configured' },
        ],
      },
      line: '115200 8N1',
      values: { measured: { voltage: 12.6 } },
      faults: { configured: { code: 'timeout', hint: 'ask again' } },
    });
    expect(done).toEqual(['probe tcp://192.0.2.1:1 juntek-kg within 5000 ms']);
  });

  it.each([
    [{ ...wanted, budget: 1000 }, 'request', 'body.budget'],
    [{ ...wanted, devise: 'x' }, 'request', 'body.devise'],
    [{ link: 'tcp://192.0.2.1:1' }, 'request', 'body.device'],
    [{ ...wanted, timing: { response: '1h' } }, 'request', 'body.timing.response'],
    [{ ...wanted, device: 'juntek-kx' }, 'config', undefined],
  ])('refuses %j', async (body, code, where) => {
    const { ask, done } = testApi();
    const response = await ask('/api/probe', { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code, ...(where === undefined ? {} : { where }) });
    expect(done).toEqual([]);
  });

  it('does one at a time, and not too many', async () => {
    const { ask, clock, done, app } = testApi();
    const gone = new AbortController();
    const first = app.request(
      'http://localhost/api/probe',
      {
        method: 'POST',
        headers: { host: 'localhost', 'content-type': 'application/json' },
        body: JSON.stringify({ ...wanted, link: 'tcp://192.0.2.9:1' }),
        signal: gone.signal,
      },
      { incoming: { socket: { remoteAddress: '127.0.0.1' } } },
    );
    await expect.poll(() => done.length).toBe(1);
    expect((await ask('/api/probe', { body: wanted })).status).toBe(409);
    gone.abort();
    expect((await first).status).toBe(503);
    expect(done.at(-1)).toBe('probe cancelled');

    // Ten at once, of which one is gone; then one every three seconds.
    for (let more = 0; more < 9; more++) expect((await ask('/api/probe', { body: wanted })).status).toBe(200);
    const refused = await ask('/api/probe', { body: wanted });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('3');
    await clock.advance(3_000);
    expect((await ask('/api/probe', { body: wanted })).status).toBe(200);
  });

  it('sends no password for ten minutes where one was refused', async () => {
    const { ask, clock, done } = testApi();
    const meter = { link: 'tcp://192.0.2.1:1', device: 'neva-mt3xx' };
    const probe = async (more: object) => (await ask('/api/probe', { body: { ...meter, ...more } })).status;
    expect(await probe({ password: WRONG })).toBe(409);
    done.length = 0;

    await clock.advance(60_000);
    // The same, another, that from the factory; at the same place, however it is written.
    for (const more of [
      { password: WRONG },
      { password: '12345678' },
      {},
      { address: 0, device: 'neva' },
      { access: { password: '1' }, link: 'TCP://192.0.2.1:1' },
    ]) {
      const refused = await ask('/api/probe', { body: { ...meter, ...more } });
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('540');
      expect(await refused.json()).toMatchObject({
        code: 'too_many',
        message: expect.stringContaining('refused a password') as string,
        hint: expect.stringContaining('meters lock themselves') as string,
      });
    }
    expect(done).toEqual([]);

    // Meters elsewhere, and what takes no password, are asked.
    expect(await probe({ address: 201 })).toBe(200);
    expect(await probe({ link: 'tcp://192.0.2.2:1' })).toBe(200);
    expect(await probe({ device: 'juntek-kg', address: 1 })).toBe(200);
    await clock.advance(540_000);
    expect(await probe({ password: '12345678' })).toBe(200);
  });
});
