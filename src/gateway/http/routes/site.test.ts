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

  it('acknowledges an alarm that stands, in the name of who asked', async () => {
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

  it('lists every device of the catalogue', async () => {
    const { body } = await answer(testApi().ask('/api/devices'));
    expect((body as { id: string }[]).map(({ id }) => id)).toEqual(catalog.devices.map(({ id }) => id));
  });
});
