import { describe, expect, it } from 'vitest';
import { answer, BEGIN, testApi } from '../../../../test/http/gateway.ts';

describe('an output', () => {
  it('tells how it stands, and is tested', async () => {
    const { ask, now } = testApi();
    now.output = { state: 'failing', trouble: { code: 'output', message: 'away', at: BEGIN }, oldest: BEGIN };
    expect((await answer(ask('/api/outputs'))).body).toEqual([
      {
        name: 'mqtt',
        type: 'mqtt',
        state: 'failing',
        backlog: 0,
        oldest: BEGIN,
        delivered: 12,
        quarantined: 0,
        trouble: { code: 'output', message: 'away', at: BEGIN },
        next_attempt: BEGIN + 1000,
      },
    ]);
    expect(await answer(ask('/api/outputs/mqtt/test', { method: 'POST' }))).toEqual({
      status: 200,
      body: { message: 'mqtt has taken it' },
    });
    expect((await ask('/api/outputs/influx/test', { method: 'POST' })).status).toBe(404);
  });
});
