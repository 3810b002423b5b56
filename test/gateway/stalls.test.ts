import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Entry, Output } from '../../src/core/site/index.ts';
import { eventsOf } from '../http/gateway.ts';
import { readings, rig, type Rig, type RigOptions, shunt, testClock } from './rig.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: RigOptions): Promise<Rig> {
  const made = await rig(options);
  ends.push(made.close);
  return made;
}

/** What never comes to an end, and does not care for signals. */
const never = (): Promise<never> => new Promise(() => undefined);

/** A receiver that takes everything at once. */
function quick(): { readonly output: Partial<Output>; readonly taken: Entry[] } {
  const taken: Entry[] = [];
  return {
    taken,
    output: {
      deliver: (entries) => {
        taken.push(...entries);
        return Promise.resolve();
      },
    },
  };
}

describe('an output that hangs', () => {
  it('delays no other output, no line and not the journal; it is shown, tried again, and an alarm', async () => {
    const { output, taken } = quick();
    let attempts = 0;
    const one = await start({
      clock: testClock(),
      buses: [shunt('a')],
      outputs: {
        dead: {
          deliver: () => {
            attempts++;
            return never();
          },
        },
        good: output,
      },
    });
    await one.pass(11 * MINUTE, 1_000);
    // Read once a second for eleven minutes.
    expect(readings(one, 'a')).toBeGreaterThanOrEqual(655);
    const measured = taken.filter(
      (entry) => entry.what === 'snapshot' && entry.snapshot.group === 'measured',
    );
    // What the journal has taken is delivered within two flushes of a second.
    expect(measured.length).toBeGreaterThanOrEqual(readings(one, 'a') - 4);
    expect(taken.map(({ sequence }) => sequence)).toEqual(
      taken.map(({ sequence }) => sequence).sort((x, y) => x - y),
    );
    const [dead, good] = one.gateway.outputs();
    expect(dead).toMatchObject({ name: 'dead', state: 'failing', delivered: 0 });
    expect(dead?.trouble?.message).toContain('did not answer within 60 s');
    expect(dead?.backlog).toBeGreaterThanOrEqual(650);
    expect(good?.backlog).toBeLessThanOrEqual(6);
    // A minute for each attempt, then pauses of 1, 2, 4, 8 ... 64 s (a quarter more or less): nine begin in eleven minutes.
    expect(attempts).toBeGreaterThanOrEqual(6);
    expect(attempts).toBeLessThanOrEqual(11);
    expect(one.gateway.view.alarms().map(({ subject }) => subject)).toEqual([
      expect.stringContaining('dead'),
    ]);
  });

  it('neither holds up a change of configuration nor the end, not even when it does not say goodbye', async () => {
    const { output, taken } = quick();
    const clock = testClock();
    const one = await start({
      clock,
      buses: [shunt('a')],
      outputs: { dead: { deliver: never, close: never }, good: output },
    });
    await one.pass(5 * SECOND);
    const config = one.gateway.config();
    const good = config.outputs.good;
    if (good === undefined) throw new Error('there is an output of that name');
    const before = clock.now();
    await one.during(one.gateway.apply({ ...config, outputs: { good } }));
    // Three seconds of patience; the rest is the clock that runs ahead of the thread of the database.
    expect(clock.now() - before).toBeLessThan(30 * SECOND);
    const count = taken.length;
    await one.pass(5 * SECOND);
    expect(taken.length).toBeGreaterThanOrEqual(count + 3);
    // `close` at the end of the test is bounded too: ten minutes of the clock at most.
  });

  it('does not keep the lines from being read while it is being made', async () => {
    const { output, taken } = quick();
    const one = await start({
      clock: testClock(),
      buses: [shunt('a')],
      outputs: { dead: never, good: output },
    });
    await one.pass(30 * SECOND);
    expect(readings(one, 'a')).toBeGreaterThanOrEqual(28);
    expect(taken.length).toBeGreaterThanOrEqual(25);
    expect(one.gateway.outputs().find(({ name }) => name === 'dead')).toMatchObject({ state: 'failing' });
  });
});

describe('a line', () => {
  it('whose device is silent delays no other line', async () => {
    const dead = { ...shunt('dead'), answers: [] };
    const one = await start({ clock: testClock(), buses: [dead, shunt('a'), shunt('b')] });
    await one.pass(2 * MINUTE);
    for (const name of ['a', 'b']) expect(readings(one, name)).toBeGreaterThanOrEqual(118);
    expect(readings(one, 'dead')).toBe(0);
    expect(one.gateway.view.state('dead')?.freshness).toBe('unknown');
  });

  it('whose connections are refused delays no other line', async () => {
    const one = await start({ clock: testClock(), buses: [shunt('dead'), shunt('a')] });
    await one.pass(10 * SECOND);
    one.wire('dead').cut('the plug was pulled');
    one.wire('dead').refuse('nobody there');
    const before = [readings(one, 'dead'), readings(one, 'a')] as const;
    await one.pass(MINUTE);
    expect(readings(one, 'dead')).toBeLessThanOrEqual(before[0] + 1);
    expect(readings(one, 'a')).toBeGreaterThanOrEqual(before[1] + 58);
    expect(one.gateway.lines()[0]?.trouble).toContain('nobody there');
    one.wire('dead').refuse(undefined);
    await one.pass(MINUTE + 10 * SECOND);
    expect(one.gateway.view.state('dead')?.freshness).toBe('fresh');
  });

  it('whose peer takes a connection and then nothing more delays no other line', async () => {
    // Real sockets: the peer neither reads nor answers, as one whose power went away.
    const sockets: Socket[] = [];
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      socket.on('error', () => undefined);
      sockets.push(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const half = { ...shunt('half'), link: `tcp://127.0.0.1:${port}` };
    const one = await start({ clock: testClock(), buses: [half, shunt('a')] });
    await one.pass(2 * MINUTE);
    expect(readings(one, 'a')).toBeGreaterThanOrEqual(118);
    expect(readings(one, 'half')).toBe(0);
    // Three silent requests in a row are taken for a half-open connection, which is made anew.
    expect(sockets.length).toBeGreaterThanOrEqual(2);
    // The old ones are given up, not gathered.
    const open = (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    for (const socket of sockets) socket.resume();
    await expect.poll(open).toBeLessThanOrEqual(1);
  });
});

describe('a client of the API', () => {
  /** Somebody who asks, and takes nothing. */
  async function stalled(url: string, path: string): Promise<Socket> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
    ends.push(() => Promise.resolve(socket.destroy()));
    return socket;
  }

  it('that takes nothing of the live stream, or of an export, delays nobody', async () => {
    const { output, taken } = quick();
    const one = await start({ clock: testClock(), buses: [shunt('a')], outputs: { good: output } });
    // So much history that its export does not fit into the buffers of a connection (Linux: at most 10 MiB).
    const { store, config } = one.gateway;
    expect(config().site).toBe('test');
    const from = Date.UTC(2026, 10, 20);
    for (let batch = 0; batch < 20; batch++) {
      await one.during(
        store.append(
          Array.from({ length: 1_000 }, (_, index) => ({
            what: 'snapshot' as const,
            snapshot: {
              device: 'a',
              group: 'measured',
              at: from + (batch * 1_000 + index) * SECOND,
              values: one.gateway.view.state('a')?.groups.measured?.values ?? {},
              kind: 'live' as const,
            },
          })),
        ),
      );
    }
    const { url } = await one.serve();
    const exported = await stalled(url, '/api/history/export?level=raw');
    await stalled(url, '/api/live');
    const live = eventsOf(await fetch(new URL('api/live', url)));
    await live.next();
    const before = { read: readings(one, 'a'), taken: taken.length };
    let heard = 0;
    const listening = (async () => {
      for (;;) {
        const { event, data } = await live.next();
        if (event === 'snapshot' && (data as { snapshot: { group: string } }).snapshot.group === 'measured')
          heard++; // a document of ours
      }
    })().catch(() => undefined);
    await one.pass(MINUTE);
    const read = readings(one, 'a') - before.read;
    expect(read).toBeGreaterThanOrEqual(58);
    await expect.poll(() => heard).toBeGreaterThanOrEqual(read - 1);
    expect(taken.length).toBeGreaterThanOrEqual(before.taken + read - 4);
    // Others are answered, also from the database that the export reads.
    for (const path of ['api/state', 'api/history?series=a.measured.voltage&from=-1h', 'healthz'])
      expect((await fetch(new URL(path, url))).status).toBe(200);
    expect(exported.bytesRead).toBeLessThan(15_000_000);
    await live.cancel();
    await listening;
  });
});
