import { describe, expect, it } from 'vitest';
import { ANSWER, eventsOf, testApi } from '../../../test/http/gateway.ts';
import kl from '../../devices/juntek/kl.ts';
import { QUEUE } from './event-stream.ts';

const PATH = '/api/lines/shed/frames/live';

describe('the live frames of a line', () => {
  it('do not wait for what is said next', async () => {
    const { ask, gateway, clock } = testApi();
    const events = eventsOf(await ask(PATH));
    gateway.frames('shed')?.note('<', ANSWER);
    await clock.advance(100);
    expect(await events.next()).toMatchObject({ id: '1' });
    await events.cancel();
    expect(clock.pending).toBe(0);
  });

  it('come explained, each with its number', async () => {
    const { ask, say } = testApi();
    await say('<', ANSWER);
    const events = eventsOf(await ask(PATH));
    await say('>', new TextEncoder().encode(':R50=1,2,1,\r\n'));
    await say('<', ANSWER);
    expect(await events.next()).toMatchObject({
      id: '2',
      event: 'frame',
      data: { number: 2, direction: '>' },
    });
    expect(await events.next()).toMatchObject({
      id: '3',
      data: { number: 3, frames: [{ device: 'juntek-kg', values: { voltage: 53.66 } }] },
    });
    await events.cancel();
  });

  it('are taken up where they were lost', async () => {
    const { ask, say } = testApi();
    for (let round = 0; round < 3; round++) await say('<', ANSWER);
    const events = eventsOf(await ask(PATH, { headers: { 'last-event-id': '1' } }));
    expect((await events.next()).id).toBe('2');
    expect((await events.next()).id).toBe('3');
    await events.cancel();
  });

  it('are explained once for all who watch, and not at all for nobody', async () => {
    const { ask, say, gateway } = testApi();
    let inspected = 0;
    const [kg] = gateway.devicesOn('shed');
    if (kg === undefined) throw new Error('the bus of the test has a device');
    const counting = [{ ...kg, inspector: () => (inspected++, kg.inspector()) }];
    Object.assign(gateway, { devicesOn: () => counting });
    await say('<', ANSWER);
    expect(inspected).toBe(0);
    const all = [eventsOf(await ask(PATH)), eventsOf(await ask(PATH))];
    await say('<', ANSWER);
    for (const one of all) await one.next();
    expect(inspected).toBe(1);
    for (const one of all) await one.cancel();
    await say('<', ANSWER);
    expect(inspected).toBe(1);
    // Found out to be another device, it is explained as that.
    Object.assign(gateway, { devicesOn: () => [kl] });
    const again = await (await ask('/api/lines/shed/frames?limit=1')).json();
    expect(again).toMatchObject([{ frames: [{ device: 'juntek-kl' }] }]);
  });

  it('are left out for whoever is too slow', async () => {
    const { ask, say } = testApi();
    const slow = eventsOf(await ask(PATH));
    const quick = eventsOf(await ask(PATH));
    let sent = 0;
    for (let round = 0; sent < QUEUE * 1.2; round++) {
      await say('<', ANSWER);
      const { data, id } = await quick.next();
      expect(id).toBe(String(round + 1));
      sent += JSON.stringify(data).length;
    }
    let last = 0;
    let gap = false;
    // What waited comes; then a gap, and on with what comes now.
    for (; !gap;) {
      const waiting = slow.next();
      await say('<', ANSWER);
      const { id } = await waiting;
      gap = Number(id) > last + 1;
      last = Number(id);
    }
    expect(gap).toBe(true);
    await slow.cancel();
    await quick.cancel();
  });
});
