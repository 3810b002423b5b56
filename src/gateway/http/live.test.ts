import { describe, expect, it } from 'vitest';
import { BEGIN, eventsOf, testApi } from '../../../test/http/gateway.ts';
import { QUEUE } from './event-stream.ts';

const live = (last?: string, query = '') =>
  [`/api/live${query}`, last === undefined ? {} : { headers: { 'last-event-id': last } }] as const;

describe('the live stream', () => {
  it('begins with a full state, and goes on with every change, in order', async () => {
    const { ask, measure, state, gateway } = testApi();
    measure({ voltage: 12.6 });
    const response = await ask(...live());
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsOf(response);
    expect(await events.next()).toMatchObject({
      event: 'state',
      data: {
        what: 'state',
        at: BEGIN,
        alarms: [{ subject: 'shunt.low' }],
        members: [
          { name: 'shunt', groups: { measured: { values: { voltage: 12.6 } } } },
          { name: 'meter' },
          { name: 'home' },
        ],
      },
    });
    measure({ voltage: 12.7 });
    state.happened({
      at: BEGIN,
      kind: 'gateway',
      severity: 'info',
      subject: 'x',
      text: 'a line\nand another',
    });
    const [shunt] = gateway.view.members();
    if (shunt !== undefined) state.put(shunt);
    state.remove('meter');
    expect(await events.next()).toMatchObject({
      event: 'snapshot',
      data: {
        what: 'snapshot',
        sequence: 42,
        snapshot: { device: 'shunt', group: 'measured', at: BEGIN, values: { voltage: 12.7 }, kind: 'live' },
      },
    });
    expect(await events.next()).toMatchObject({
      event: 'event',
      data: { event: { text: 'a line\nand another' } },
    });
    const changed = await events.next();
    expect(changed).toMatchObject({ event: 'member', data: { name: 'shunt', member: { profile: false } } });
    expect(await events.next()).toMatchObject({ event: 'member', data: { what: 'member', name: 'meter' } });
    await events.cancel();
  });

  it('is taken up where it was lost', async () => {
    const { ask, measure } = testApi();
    const events = eventsOf(await ask(...live()));
    const { id } = await events.next();
    await events.cancel();
    measure({ voltage: 1 });
    measure({ voltage: 2 });
    const again = eventsOf(await ask(...live(id)));
    const seen = [await again.next(), await again.next(), await again.next()];
    // The first of them also made the group fresh, which is told before.
    expect(seen.map(({ event }) => event)).toEqual(['freshness', 'snapshot', 'snapshot']);
    const last = eventsOf(await ask(...live(seen[1]?.id)));
    expect(await last.next()).toEqual(seen[2]);
    // Nothing was missed: nothing comes before the next change.
    const idle = eventsOf(await ask(...live(seen[2]?.id)));
    measure({ voltage: 3 });
    expect(await idle.next()).toMatchObject({
      event: 'snapshot',
      data: { snapshot: { values: { voltage: 3 } } },
    });
    for (const one of [again, last, idle]) await one.cancel();
  });

  it.each([
    ['of another run', 'abc-1'],
    ['not yet there', `${BEGIN.toString(36)}-99999`],
    ['that is none', 'x'],
    ['too long ago', `${BEGIN.toString(36)}-1`],
  ])('begins anew after an event %s', async (_what, id) => {
    const { ask, measure } = testApi();
    // More than are kept (1024).
    for (let round = 0; round < 1_100; round++) measure({ voltage: round });
    const events = eventsOf(await ask(...live(id)));
    expect((await events.next()).event).toBe('state');
    await events.cancel();
  });

  it('repeats no more than a full state would be', async () => {
    const { ask, measure } = testApi();
    measure({ voltage: 1 });
    // A thousand of about 300 bytes each are more than 128 KiB.
    for (let round = 0; round < 1_000; round++) measure({ voltage: round, note: 'x'.repeat(200) });
    const events = eventsOf(await ask(...live(`${BEGIN.toString(36)}-10`)));
    expect((await events.next()).event).toBe('state');
    await events.cancel();
  });

  it('tells only of the members wanted, and of what concerns all', async () => {
    const { ask, measure, state } = testApi();
    const events = eventsOf(await ask(...live(undefined, '?members=meter,home')));
    expect(await events.next()).toMatchObject({
      data: { members: [{ name: 'meter' }, { name: 'home' }], alarms: [] },
    });
    measure({ voltage: 12.6 });
    state.happened({
      at: BEGIN,
      kind: 'write',
      severity: 'info',
      member: 'shunt',
      subject: 'x',
      text: 'not this',
    });
    state.happened({ at: BEGIN, kind: 'gateway', severity: 'info', subject: 'x', text: 'but this' });
    expect(await events.next()).toMatchObject({ data: { event: { text: 'but this' } } });
    await events.cancel();
    expect((await ask(...live(undefined, '?members=rack'))).status).toBe(404);
  });

  it('says every 15 seconds that it is there, and nothing once nobody listens', async () => {
    const { ask, clock } = testApi();
    const reader = ((await ask(...live())).body as ReadableStream<Uint8Array>).getReader(); // a stream has a body
    const read = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toMatch(/^retry: 2000\n\nid: \S+\nevent: state\n/);
    await clock.advance(15_000);
    expect(await read()).toBe(': still here\n\n');
    expect(clock.pending).toBe(1);
    await reader.cancel();
    expect(clock.pending).toBe(0);
  });

  it('drops what a slow listener does not take, holds nobody up, and brings it up to date', async () => {
    const { ask, measure } = testApi();
    const slow = eventsOf(await ask(...live()));
    const quick = eventsOf(await ask(...live()));
    await quick.next();
    measure({ voltage: 0 });
    await quick.next();
    await quick.next();
    // Each is more than 1 KiB, so that these are more than the queue holds.
    const rounds = QUEUE / 1024 + 10;
    for (let round = 1; round <= rounds; round++) {
      measure({ voltage: round, note: 'x'.repeat(1024) });
      expect(await quick.next()).toMatchObject({ data: { snapshot: { values: { voltage: round } } } });
    }
    const seen: string[] = [];
    let bytes = 0;
    let data: unknown;
    do {
      const next = await slow.next();
      seen.push(next.event);
      bytes += JSON.stringify(next.data).length;
      data = next.data;
    } while (seen.filter((event) => event === 'state').length < 2);
    expect(seen.length).toBeLessThan(rounds);
    // What waited, and the state instead of the rest.
    expect(bytes).toBeLessThan(QUEUE * 1.5);
    expect(data).toMatchObject({
      members: [{ groups: { measured: { values: { voltage: rounds } } } }, {}, {}],
    });
    measure({ voltage: -1 });
    expect(await slow.next()).toMatchObject({
      event: 'snapshot',
      data: { snapshot: { values: { voltage: -1 } } },
    });
    await slow.cancel();
    await quick.cancel();
  });

  it('writes each change once, for however many listeners, and not at all for nobody', async () => {
    const { ask, measure } = testApi();
    let written = 0;
    const counting = { voltage: { toJSON: () => ++written } } as unknown as Record<string, number>; // counts how often it is written
    measure(counting);
    expect(written).toBe(0);
    const all = await Promise.all([1, 2, 3].map(async () => eventsOf(await ask(...live()))));
    for (const one of all) await one.next();
    written = 0;
    measure(counting);
    for (const one of all) expect((await one.next()).event).toBe('snapshot');
    expect(written).toBe(1);
    for (const one of all) await one.cancel();
  });

  it('has room for a hundred, and again when one goes', async () => {
    const { ask } = testApi();
    const all = await Promise.all(Array.from({ length: 100 }, async () => eventsOf(await ask(...live()))));
    const refused = await ask(...live());
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('10');
    await all[0]?.cancel();
    const next = await ask(...live());
    expect(next.status).toBe(200);
    await next.body?.cancel();
    for (const one of all.slice(1)) await one.cancel();
  });

  it('ends with the gateway', async () => {
    const { ask, close, clock } = testApi();
    const events = eventsOf(await ask(...live()));
    await events.next();
    close();
    await expect(events.next()).rejects.toThrow('the stream ended');
    expect(clock.pending).toBe(0);
  });
});
