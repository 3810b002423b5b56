import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parseStreamMessage } from '../../src/core/site/index.ts';
import kg from '../../src/devices/juntek/kg.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { openStore } from '../../src/store/index.ts';
import { type Running, shed, start } from '../cli/harness.ts';
import { has, until } from '../links/harness.ts';
import { bystander, mosquitto } from './mosquitto.ts';
import { pause, seeded } from './outage.ts';
import { hasPostgres, postgresServer } from './postgres-server.ts';

/** A whole gateway, killed with -9 again and again while its receivers are away or not. */
const able = hasPostgres('a gateway that is killed') && has('mosquitto', ['-h'], 'a gateway that is killed');

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

it.skipIf(!able)(
  'a gateway that is killed loses nothing that was journalled, and nothing is there twice',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-killed-'));
    cleanup.push(() => rmSync(folder, { recursive: true }));
    const devices = await shed([1, 2].map((address) => ({ device: kg, address })));
    const silence = (): Promise<void> => devices.close();
    cleanup.push(silence);
    const server = await postgresServer();
    cleanup.push(server.remove);
    const broker = await mosquitto(join(folder, 'mosquitto'), [
      'allow_anonymous true',
      'max_queued_messages 0',
      'autosave_interval 1',
    ]);
    cleanup.push(broker.kill);
    const listener = await bystander(broker.url, {}, 'busbar/home/stream/#');
    cleanup.push(listener.close);
    const path = join(folder, 'busbar.db');
    const config = join(folder, 'busbar.yaml');
    const shunt = (name: string, address: number): string =>
      `{ name: ${name}, device: juntek-kg, address: ${address}, poll: { measured: 100ms } }`;
    writeFileSync(
      config,
      `site: home
timezone: UTC
buses:
  - { name: shed, link: "${devices.link}", devices: [${shunt('east', 1)}, ${shunt('west', 2)}] }
history: { path: ${path}, flush: 200ms }
http: { listen: "127.0.0.1:0" }
outputs:
  postgres: { type: postgres, url: "${server.url}" }
  mqtt: { type: mqtt, url: "${broker.url}", stream: true, backfill_rate: 10000 }
`,
    );
    let gateway: Running | undefined;
    const run = async (): Promise<void> => {
      gateway = start(['run', '-c', config]);
      await gateway.says('http://');
    };
    cleanup.push(() => gateway?.kill());
    const stored = async (): Promise<number> =>
      Number(
        (
          await server.rows(`select count(*) as n from busbar.reading where path = 'voltage'`).catch(() => [])
        )[0]?.n ?? 0,
      );
    // By then the broker has saved who listens, and keeps messages for them however often it is killed.
    await pause(2_500);
    const random = seeded(7);
    await run();
    await until(
      async () => (await stored()) > 10 && listener.heard.length > 10,
      'the first readings',
      30_000,
    );
    for (let blow = 0; blow < 4; blow++) {
      // With both receivers there, without the one, without the other, without both.
      const [isDatabaseAway, isBrokerAway] = [(blow & 1) !== 0, (blow & 2) !== 0];
      if (isDatabaseAway) await server.kill();
      if (isBrokerAway) await broker.kill();
      await pause(500 + random() * 1_000);
      gateway?.kill();
      await gateway?.done;
      await run();
      await pause(500 + random() * 1_000);
      if (isDatabaseAway) await server.start();
      if (isBrokerAway) await broker.start();
    }
    gateway?.kill();
    await gateway?.done;
    // What it left behind is what must arrive; the shunts are silent now, so that nothing new comes.
    cleanup.splice(cleanup.indexOf(silence), 1);
    await silence();
    const journal = await openStore({
      path,
      retention: {
        raw: 'forever',
        minutes: 'forever',
        quarters: 'forever',
        hours: 'forever',
        days: 'forever',
      },
      timezone: 'UTC',
      clock: systemClock,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    const kept = (await journal.read(0, 1_000_000))
      .flatMap((entry) => (entry.what === 'snapshot' && entry.snapshot.group === 'measured' ? [entry] : []))
      .map(({ sequence, snapshot }) => ({ sequence, name: `${snapshot.device} ${snapshot.at}` }));
    await journal.close();
    expect(kept.length).toBeGreaterThan(100);
    await run();
    await until(async () => (await stored()) >= kept.length, 'the database to have everything', 30_000).catch(
      () => undefined,
    );
    const rows = (
      await server.rows(
        `select member, round(extract(epoch from time) * 1000)::bigint as at from busbar.reading
         where group_name = 'measured' and path = 'voltage'`,
      )
    ).map(({ member, at }) => `${String(member)} ${String(at)}`);
    expect(rows.sort()).toEqual(kept.map(({ name }) => name).sort());

    const told = (): Map<number, string> =>
      new Map(
        listener.heard
          .map(({ text }) => parseStreamMessage(text))
          .filter(({ group }) => group === 'measured')
          .map(({ seq, device, at }) => [seq, `${device} ${Date.parse(at)}`]),
      );
    await until(() => told().size >= kept.length, 'the broker to have told everything', 30_000).catch(
      () => undefined,
    );
    const heard = [...told()].sort(([one], [other]) => one - other);
    expect(heard).toEqual(kept.map(({ sequence, name }) => [sequence, name]));
  },
);
