import { describe, expect, it } from 'vitest';
import { answer, testApi } from '../../../../test/http/gateway.ts';

describe('a write', () => {
  it('is proposed, and confirmed by its token', async () => {
    const { ask, done } = testApi();
    const proposed = await answer(
      ask('/api/members/shunt/writes', { body: { field: 'output', value: 'off' } }),
    );
    expect(proposed).toMatchObject({ status: 200, body: { token: 'token-1', risk: 'high', value: 'off' } });
    expect(await answer(ask('/api/writes/token-1', { method: 'POST' }))).toEqual({
      status: 200,
      body: {
        field: 'output',
        requested: 'off',
        before: { 'measured.output': 'on' },
        after: { 'measured.output': null },
        acknowledgement: '":w10=1,2,\\r\\n"',
        outcome: 'shown',
      },
    });
    expect(done).toEqual(['propose shunt output=off by http:127.0.0.1', 'confirm token-1 by http:127.0.0.1']);
  });

  it.each([
    [null, 'off'],
    [12.5, '12.5'],
    [true, 'true'],
    [undefined, ''],
  ])('takes %s', async (value, typed) => {
    const { ask, done } = testApi();
    await ask('/api/members/shunt/writes', { body: { field: 'output', value } });
    expect(done).toEqual([`propose shunt output=${typed} by http:127.0.0.1`]);
  });

  it('that is not allowed says what to do', async () => {
    const { ask } = testApi();
    expect(await answer(ask('/api/members/shunt/writes', { body: { field: 'zero' } }))).toMatchObject({
      status: 409,
      body: { code: 'refused', hint: 'allow: [zero]' },
    });
    expect((await ask('/api/members/rack/writes', { body: { field: 'output' } })).status).toBe(404);
    expect((await ask('/api/writes/token-2', { method: 'POST' })).status).toBe(409);
    expect((await ask('/api/members/shunt/writes', { body: { field: 'output', value: [1] } })).status).toBe(
      400,
    );
  });
});
