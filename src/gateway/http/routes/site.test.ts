import { describe, expect, it } from 'vitest';
import { answer, BEGIN, testApi } from '../../../../test/http/gateway.ts';
import { catalog } from '../../../devices/index.ts';

describe('the site', () => {
  it('tells members with groups, fields, units and what may be written, and no functions or bytes', async () => {
    const { ask, gateway } = testApi();
    const { status, body } = await answer(ask('/api/site'));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      site: 'home',
      title: 'At home',
      timezone: 'Europe/Berlin',
      tariffs: { currency: 'EUR', prices: [0.24] },
      version: '1.2.3',
      started_at: BEGIN,
      simulated: true,
      buses: ['shed'],
    });
    const { members } = body as { members: Record<string, unknown>[] };
    expect(members.map(({ name, simulated, profile }) => ({ name, simulated, profile }))).toEqual([
      { name: 'shunt', simulated: false, profile: false },
      { name: 'meter', simulated: true, profile: true },
      { name: 'home', simulated: false, profile: false },
    ]);
    expect(Object.keys(members[0]?.make ?? {})).toEqual(['id', 'title', 'vendor', 'models', 'protocol']);
    expect(members[0]).toMatchObject({
      groups: [
        { name: 'info' },
        {
          name: 'measured',
          period: 1,
          fields: expect.arrayContaining([
            expect.objectContaining({ name: 'voltage', quantity: 'voltage', unit: 'V', digits: 2 }),
          ]) as unknown,
        },
        { name: 'configured' },
      ],
    });
    expect((members[0]?.writables as unknown[]).length).toBe(gateway.view.members()[0]?.writables.length);
    expect(members[2]).toEqual({
      name: 'home',
      title: 'Home',
      groups: [],
      writables: [],
      simulated: false,
      profile: false,
    });
  });

  it('tells the latest of all, and of one', async () => {
    const { ask, measure } = testApi();
    measure({ voltage: 12.6 });
    const measured = { at: BEGIN, values: { voltage: 12.6 }, freshness: 'fresh' };
    const { body } = await answer(ask('/api/state'));
    expect(body).toMatchObject({ at: BEGIN, alarms: [{ subject: 'shunt.low', since: BEGIN }] });
    const { members } = body as { members: { name: string; groups: unknown }[] };
    expect(members.map(({ name }) => name)).toEqual(['shunt', 'meter', 'home']);
    expect(members[0]?.groups).toMatchObject({
      measured,
      info: { values: {}, freshness: 'unknown' },
    });
    const one = await answer(ask('/api/members/shunt'));
    expect(one.body).toMatchObject({
      member: { name: 'shunt' },
      state: { name: 'shunt', freshness: 'fresh', groups: { measured } },
    });
    expect(await answer(ask('/api/members/rack'))).toEqual({
      status: 404,
      body: {
        code: 'not_found',
        message: "there is no member 'rack'",
        hint: 'there are shunt, meter, home',
        where: 'member',
      },
    });
  });

  it('begins anew with a device that was left alone', async () => {
    const { ask, done } = testApi();
    expect(await answer(ask('/api/members/shunt/retry', { method: 'POST' }))).toEqual({
      status: 200,
      body: { message: 'shunt is asked again' },
    });
    expect((await ask('/api/members/home/retry', { method: 'POST' })).status).toBe(409);
    expect((await ask('/api/members/rack/retry', { method: 'POST' })).status).toBe(404);
    expect(done).toEqual(['retry shunt']);
  });

  it('does so once in ten minutes for each device, since meters lock themselves', async () => {
    const { ask, clock, done } = testApi();
    const retry = (member: string) => ask(`/api/members/${member}/retry`, { method: 'POST' });
    await retry('meter');
    await clock.advance(200_500);
    const refused = await retry('meter');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '400']);
    expect(await refused.json()).toMatchObject({
      code: 'too_many',
      message: 'meter was tried again already: the next try may follow in 400 s',
      hint: expect.stringContaining('lock themselves') as string,
    });
    expect((await retry('shunt')).status).toBe(200);
    await clock.advance(399_000);
    expect((await retry('meter')).status).toBe(429);
    await clock.advance(500);
    expect((await retry('meter')).status).toBe(200);
    expect(done).toEqual(['retry meter', 'retry shunt', 'retry meter']);
  });

  it('lists every device of the catalogue', async () => {
    const { body } = await answer(testApi().ask('/api/devices'));
    expect((body as { id: string }[]).map(({ id }) => id)).toEqual(catalog.devices.map(({ id }) => id));
  });
});
