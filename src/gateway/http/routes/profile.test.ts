import { describe, expect, it } from 'vitest';
import { DAY, eventsOf, testApi } from '../../../../test/http/gateway.ts';

describe('a load profile', () => {
  it('comes day by day', async () => {
    const { ask } = testApi();
    const events = eventsOf(await ask('/api/members/meter/profile?days=1'));
    const day = JSON.parse(JSON.stringify(DAY)) as unknown;
    expect((await events.next()).data).toEqual({ what: 'day', day, done: 1, total: 2 });
    expect((await events.next()).data).toEqual({ what: 'day', day, done: 2, total: 2 });
    expect(await events.next()).toEqual({ event: 'end', data: { what: 'end', days: [day, day] } });
    await expect(events.next()).rejects.toThrow('the stream ended');
  });

  it('is cancelled by whoever goes', async () => {
    const { ask, done } = testApi();
    const events = eventsOf(await ask('/api/members/meter/profile?days=127'));
    await events.next();
    await events.cancel();
    await expect.poll(() => done.length).toBe(1);
    expect(done[0]).toMatch(/^profile cancelled after \d{1,2}$/);
  });

  it('is not there for a shunt, nor for more days than meters keep', async () => {
    const { ask } = testApi();
    expect((await ask('/api/members/shunt/profile')).status).toBe(404);
    expect((await ask('/api/members/meter/profile?days=128')).status).toBe(400);
  });
});
