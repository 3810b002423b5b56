import { describe, expect, it } from 'vitest';
import { answer, BEGIN, testApi } from '../../../../test/http/gateway.ts';

describe('alarms', () => {
  it('are acknowledged while they stand, in the name of who asked', async () => {
    const { ask, done, now } = testApi();
    const path = `/api/alarms/${encodeURIComponent('shunt.low')}/acknowledge`;
    expect(await answer(ask(path, { method: 'POST', from: '192.0.2.7' }))).toMatchObject({
      status: 200,
      body: { subject: 'shunt.low', acknowledged: { at: BEGIN, by: 'http:192.0.2.7' } },
    });
    now.alarms = [];
    expect((await ask(path, { method: 'POST' })).status).toBe(404);
    expect(done).toEqual(['acknowledge shunt.low by http:192.0.2.7']);
    expect(await answer(ask('/api/alarms'))).toEqual({ status: 200, body: [] });
  });

  it('are dismissed where nothing tells that they are over', async () => {
    const { ask, done } = testApi();
    const path = '/api/alarms/shunt.low/dismiss';
    expect(await answer(ask(path, { method: 'POST' }))).toEqual({ status: 200, body: [] });
    expect((await ask(path, { method: 'POST' })).status).toBe(404);
    expect(done).toEqual(['dismiss shunt.low by http:127.0.0.1']);
  });

  it('have rules, of which each says how it stands', async () => {
    expect((await answer(testApi().ask('/api/alarms/rules'))).body).toEqual([
      {
        subject: 'low',
        when: 'shunt.voltage < 11.5 for 5m',
        say: 'the battery is low',
        severity: 'warning',
        state: 'pending',
        because: 'shunt.voltage is 11.2 V',
      },
    ]);
  });
});
