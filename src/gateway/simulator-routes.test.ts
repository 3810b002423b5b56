import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../core/virtual-clock.ts';
import kg from '../devices/juntek/kg.ts';
import { site } from '../simulator/index.ts';
import type { ApiEnv } from './http/index.ts';
import { simulatorRoutes } from './simulator-routes.ts';

function world() {
  const clock = virtualClock();
  const played = site({ clock, devices: [{ device: kg }], seed: 1 });
  const app = new OpenAPIHono<ApiEnv>();
  simulatorRoutes(app, [{ name: 'shunt', world: played }]);
  const post = (body: unknown, member = 'shunt') =>
    app.request(`/api/simulator/${member}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const measured = () => played.stations[0]?.readings().measured;
  return { clock, app, post, measured, played };
}

describe('the simulator of a demonstration', () => {
  it('holds what is wanted, and lets go', async () => {
    const { clock, app, post, measured } = world();
    expect((await post({ pins: { voltage: 12.5, current: -20 } })).status).toBe(200);
    await clock.advance(2_000);
    expect(measured()).toMatchObject({ voltage: 12.5, current: -20 });
    const { devices } = (await (await app.request('/api/simulator')).json()) as {
      devices: { pins: object }[];
    }; // its own document
    expect(devices[0]?.pins).toEqual({ voltage: 12.5, current: -20, temperature: null });
    await post({ pins: { current: null } });
    await clock.advance(120_000);
    expect(measured()?.current).not.toBe(-20);
    expect(measured()?.voltage).toBe(12.5);
  });

  it('makes things go wrong, and says what it does', async () => {
    const { post } = world();
    const answer = (await (await post({ faults: { noise: 0.5 } })).json()) as {
      faults: { name: string; rate: number }[];
    }; // its own document
    expect(answer.faults.find(({ name }) => name === 'noise')?.rate).toBe(0.5);
  });

  it.each([
    [{ faults: { nosie: 1 } }, 'shunt'],
    [{ pins: { voltage: 1 } }, 'rack'],
  ])('refuses %j of %s and changes nothing', async (body, member) => {
    const { app, post } = world();
    expect((await post(body, member)).ok).toBe(false);
    const text = await (await app.request('/api/simulator')).text();
    expect(text).toContain('"voltage":null');
  });

  it('takes no rate above 1 and no other key', async () => {
    const { post } = world();
    expect((await post({ faults: { noise: 2 } })).status).toBe(400);
    expect((await post({ pin: {} })).status).toBe(400);
  });
});
