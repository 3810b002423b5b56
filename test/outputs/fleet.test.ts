import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Running, start } from '../cli/harness.ts';
import { has, scratch, until } from '../links/harness.ts';
import { fleet, FLEET_BROKER, PERIOD, siteOf } from './fleet.ts';
import { mosquitto } from './mosquitto.ts';
import { pause, seeded } from './outage.ts';
import { hasPostgres, postgresServer } from './postgres-server.ts';

/** Many gateways, a real broker, two `busbar ingest` and a real database, of which everything is killed now and then. */
const able = hasPostgres('a fleet') && has('mosquitto', ['-h'], 'a fleet');

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const GATEWAYS = 50;
const SAMPLES = 100;

it.skipIf(!able)(
  'fifty gateways, broker and consumers killed at random: keys produced are keys stored',
  { timeout: 120_000 },
  async () => {
    const folder = await scratch();
    cleanup.push(() => folder.remove());
    const server = await postgresServer();
    cleanup.push(server.remove);
    const broker = await mosquitto(join(folder.path, 'mosquitto'), FLEET_BROKER);
    cleanup.push(broker.kill);
    const running = new Map<string, Running>();
    cleanup.push(() => running.forEach((one) => one.kill()));
    const consume = async (id: string): Promise<void> => {
      const one = start([
        'ingest',
        '--from',
        broker.url,
        '--to',
        server.url,
        '--id',
        id,
        '--log-level',
        'info',
      ]);
      running.set(id, one);
      await one.says('listening to $share');
    };
    await Promise.all(['one', 'two'].map(consume));
    // By then the broker has saved who listens.
    await pause(3_500);

    const begin = Date.UTC(2026, 10, 21);
    // A second is five: what is sent again after a failure, two minutes, is 24 s, and the broker saves each second.
    const gateways = await fleet(broker.url, { count: GATEWAYS, begin, factor: 5 });
    cleanup.push(gateways.close);
    const random = seeded(3);
    for (let blow = 0; gateways.made() < SAMPLES; blow++) {
      for (let left = 20; left > 0; left--) {
        gateways.sample();
        await pause(100 + random() * 50);
      }
      // One of them or both, the broker at times before them and at times after: it may come back and know nobody.
      const struck = random() < 0.5 ? ['one', 'two'] : [random() < 0.5 ? 'one' : 'two'];
      if (blow % 2 === 0) {
        await broker.kill();
        await pause(random() * 1_000);
      }
      for (const id of struck) running.get(id)?.kill();
      for (const id of struck) await running.get(id)?.done;
      await broker.start();
      await pause(random() * 1_500);
      await Promise.all(struck.map(consume));
    }
    await until(() => gateways.backlog() === 0, 'the gateways to be rid of everything', 60_000);
    const stored = async (): Promise<readonly Record<string, unknown>[]> =>
      server.rows(
        `select site, count(*)::int as n, count(distinct time)::int as times,
           round(extract(epoch from min(time)) * 1000)::bigint as first,
           round(extract(epoch from max(time)) * 1000)::bigint as last,
           sum(round(value * 1000))::bigint as sum
         from busbar.reading where path = 'voltage' group by site order by site`,
      );
    const all = SAMPLES * GATEWAYS;
    const count = async (): Promise<number> => (await stored()).reduce((sum, { n }) => sum + Number(n), 0);
    await until(async () => (await count()) >= all, 'every reading', 30_000).catch(() => undefined);
    // Each once: as many times as rows, from the first to the last; 10.001 V, 10.002 V ... by their numbers.
    expect(await stored()).toEqual(
      Array.from({ length: GATEWAYS }, (_, number) => ({
        site: siteOf(number),
        n: SAMPLES,
        times: SAMPLES,
        first: String(begin),
        last: String(begin + (SAMPLES - 1) * PERIOD),
        sum: String(10_000 * SAMPLES + (SAMPLES * (SAMPLES + 1)) / 2),
      })),
    );
    expect(await server.rows('select why from busbar.set_aside')).toEqual([]);
  },
);
