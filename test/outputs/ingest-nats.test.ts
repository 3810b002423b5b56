import { afterEach, expect, it } from 'vitest';
import type { Entry } from '../../src/core/site/index.ts';
import { natsOutput } from '../../src/outputs/nats/index.ts';
import { busbar, type Running, start } from '../cli/harness.ts';
import { has, never, scratch, until } from '../links/harness.ts';
import { natsServer } from './nats-server.ts';
import { pause, shuntSite, voltsOf } from './outage.ts';
import { hasPostgres, postgresServer } from './postgres-server.ts';
import { contextOf, entry } from './receiver.ts';

/** From gateways through a real JetStream into a real database, with everything killed in between. */
const able = hasPostgres('busbar ingest from NATS') && has('nats-server', ['-v'], 'busbar ingest from NATS');

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const BEGIN = Date.UTC(2026, 10, 21);
const SITES = ['east', 'south', 'west'];
const SAMPLES = 1_500;
const BATCH = 100;

it.skipIf(!able)(
  'two consumers of one group store every sample once, whoever is killed: one of them, the server',
  { timeout: 120_000 },
  async () => {
    const folder = await scratch();
    cleanup.push(() => folder.remove());
    const database = await postgresServer();
    cleanup.push(database.remove);
    const server = await natsServer(folder.path, 'nats');
    cleanup.push(server.kill);
    const send = async (site: string, samples: readonly Entry[]): Promise<void> => {
      for (let attempt = 0; ; attempt++) {
        try {
          await outputs.get(site)?.deliver?.(samples, never);
          return;
        } catch (error) {
          if (attempt === 200) throw error;
          await pause(50);
        }
      }
    };
    const outputs = new Map(
      await Promise.all(
        SITES.map(async (site) => {
          const options = { servers: [server.url], prefix: 'busbar', stream: 'BUSBAR', create: true };
          const output = await natsOutput(options, contextOf(shuntSite(['shunt'], BEGIN, site)), '1.2.3');
          cleanup.push(() => output.close());
          return [site, output] as const;
        }),
      ),
    );
    // Makes the stream: a consumer waits for one that is not there.
    await send('east', []);
    const running = new Map<string, Running>();
    cleanup.push(() => running.forEach((one) => one.kill()));
    const consume = async (id: string): Promise<void> => {
      const args = ['--from', server.url, '--to', database.url, '--id', id, '--log-level', 'info'];
      const one = start(['ingest', ...args]);
      running.set(id, one);
      await one.says('taking from BUSBAR');
    };
    await Promise.all(['one', 'two'].map(consume));
    const stored = async (): Promise<number> =>
      Number((await database.rows(`select count(*) as n from busbar.reading where path = 'voltage'`))[0]?.n);
    const all = SITES.map(async (site) => {
      for (let from = 0; from < SAMPLES; from += BATCH) {
        const samples = Array.from({ length: BATCH }, (_, place) => {
          const number = from + place;
          return entry(number + 1, 'shunt', 'measured', BEGIN + number * 1000, { voltage: voltsOf(number) });
        });
        await send(site, samples);
      }
    });
    await until(async () => (await stored()) > 500, 'the first ones', 30_000);
    running.get('one')?.kill();
    await server.kill();
    await pause(300);
    await server.start();
    await Promise.all(all);
    // What was on its way to the one that is gone comes to the other, by and by.
    await until(async () => (await stored()) >= SAMPLES * SITES.length, 'every sample', 60_000).catch(
      () => undefined,
    );
    const rows = await database.rows(
      `select site, count(*)::int as n, count(distinct time)::int as times, sum(round(value * 1000))::int as sum
       from busbar.reading where path = 'voltage' group by site order by site`,
    );
    // 10.000 V, 10.001 V ... by their numbers.
    const sum = 10_000 * SAMPLES + (SAMPLES * (SAMPLES - 1)) / 2;
    expect(rows).toEqual(SITES.map((site) => ({ site, n: SAMPLES, times: SAMPLES, sum })));
    expect(await database.rows('select why from busbar.set_aside')).toEqual([]);
    const two = running.get('two');
    two?.interrupt();
    const outcome = await two?.done;
    expect(outcome?.code).toBe(0);
    expect(JSON.parse(outcome?.stdout ?? '')).toMatchObject({ set_aside: 0 });
  },
);

it('says what is wrong with what it takes from', async () => {
  const to = 'postgres://localhost/none';
  const bad = await busbar('ingest', '--from', 'http://me:secret@localhost', '--to', to);
  expect(bad).toMatchObject({ code: 2 });
  expect(bad.stderr).toContain(
    'http://localhost: expected mqtt://host, mqtts://host, nats://host or tls://host',
  );
  const leaving = await busbar('ingest', '--from', 'nats://localhost', '--to', to, '--leave');
  expect(leaving).toMatchObject({ code: 2 });
  expect(leaving.stderr).toContain('with NATS nobody of a group has anything of its own to leave');
});
