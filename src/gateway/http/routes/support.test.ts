import { describe, expect, it } from 'vitest';
import { answer, ANSWER, testApi } from '../../../../test/http/gateway.ts';

describe('the gateway', () => {
  it('is well while it does its own work, whatever is away', async () => {
    const { ask, now, stored, measure } = testApi();
    expect(await answer(ask('/healthz'))).toEqual({
      status: 200,
      body: {
        status: 'degraded',
        reasons: ['shunt does not answer', 'meter does not answer', 'home does not answer'],
      },
    });
    measure({ voltage: 12.6 });
    now.line = { trouble: 'tcp://192.0.2.1:9999 is away' };
    now.output = { state: 'failing' };
    const degraded = await answer(ask('/healthz'));
    expect(degraded.status).toBe(200);
    expect(degraded.body).toMatchObject({
      reasons: [
        'line shed is away',
        'meter does not answer',
        'home does not answer',
        'output mqtt does not deliver',
      ],
    });
    stored.state.status = 'full';
    const failing = await answer(ask('/healthz'));
    expect(failing.status).toBe(503);
    expect(failing.body).toMatchObject({
      status: 'failing',
      reasons: expect.arrayContaining(['the disk is full: nothing is stored until there is room']) as unknown,
    });
  });

  it('gathers what helps to help', async () => {
    const { ask, say } = testApi();
    await say('<', ANSWER);
    const response = await ask('/api/support');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="busbar-support-home-2026-11-21.json"',
    );
    expect(await response.json()).toMatchObject({
      version: '1.2.3',
      machine: { node: process.version },
      lines: [{ name: 'shed' }],
      outputs: [{ name: 'mqtt' }],
      store: { state: 'ok' },
      events: [{ sequence: 7 }, { sequence: 3 }],
      frames: { shed: expect.stringContaining('r50=1,220,5366') as string },
    });
  });

  it('says what is not there, what is not possible, and nothing of its mistakes', async () => {
    const { ask, gateway, log } = testApi();
    expect(await answer(ask('/api/nothing'))).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const wrong = await ask('/api/members/shunt', { method: 'DELETE' });
    expect(wrong.headers.get('allow')).toBe('GET');
    expect(await answer(wrong)).toMatchObject({ status: 405, body: { code: 'method' } });

    Object.assign(gateway, {
      lines: () => {
        throw new Error('at /home/somebody: 42');
      },
    });
    const { status, body } = await answer(ask('/api/lines'));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('somebody');
    expect(log.join('\n')).toContain('at /home/somebody: 42');
  });
});
