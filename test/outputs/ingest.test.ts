import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memberBirth } from '../../src/core/site/birth.ts';
import { type Entry, STREAM_SCHEMA } from '../../src/core/site/index.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { ingest, type Ingested } from '../../src/outputs/ingest.ts';
import { mqttSource } from '../../src/outputs/mqtt/index.ts';
import { postgresOutput } from '../../src/outputs/postgres/index.ts';
import { proofs } from '../every-device/captures.ts';
import { has, never, scratch, until } from '../links/harness.ts';
import { bystander, type Mosquitto, mosquitto } from './mosquitto.ts';
import { entry, rig } from './mqtt-rig.ts';
import { pause } from './outage.ts';
import { hasPostgres, postgresServer, type PostgresServer } from './postgres-server.ts';
import { memberOf, playedMemory, playedSite, readingsOf, stateOf } from './site.ts';

/** From gateways through a real broker into a real database, with everything killed in between. */
const able = hasPostgres('busbar ingest') && has('mosquitto', ['-h'], 'busbar ingest');

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const NOW = Date.now();

let server: PostgresServer;
let folder = '';
const cleanup: (() => unknown)[] = [];
beforeAll(async () => {
  if (!able) return undefined;
  const made = await scratch();
  folder = made.path;
  server = await postgresServer();
  return () => made.remove();
});
afterAll(() => (able ? server.remove() : undefined));
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

let count = 0;
/** A broker that keeps everything for those who are away. */
async function broker(): Promise<Mosquitto> {
  const made = await mosquitto(join(folder, `broker-${++count}`), [
    'allow_anonymous true',
    'max_queued_messages 0',
    'max_inflight_messages 500',
    'set_tcp_nodelay true',
    'autosave_interval 1',
  ]);
  cleanup.push(made.kill);
  return made;
}

/** An ingest in this process. */
function running(url: string, { id = 'a', leave = false, to = server.url, schema = `i${count}` } = {}) {
  const stop = new AbortController();
  const logged: string[] = [];
  const log = (text: string): void => void logged.push(text);
  const logger = { debug: log, info: log, warn: log, error: log };
  const done = ingest(
    {
      from: mqttSource({ url, client_id: id, group: 'g', base: 'busbar/+', keep: 3_600 }, logger),
      to: { url: to, schema, timescale: 'auto' },
      leave,
    },
    systemClock,
    () => 0,
    logger,
    stop.signal,
  );
  const end = async (): Promise<Ingested> => {
    stop.abort();
    return done;
  };
  cleanup.push(end);
  const ready = (): Promise<void> =>
    until(() => logged.some((text) => text.includes('listening to $share')), 'the consumer to listen');
  return { schema, logged, done, end, ready };
}

const [proof] = proofs.filter(({ name }) => name === 'kg.readme');
if (proof === undefined) throw new Error('the capture is gone');
const shunt = memberOf(proof.device, 'shunt');

/** A gateway of a site with a shunt. */
async function gateway(url: string, site: string) {
  const played = playedSite(site);
  played.put(stateOf(shunt, {}, NOW));
  const made = await rig({ url, stream: true, backfill_rate: 100_000 }, { site: played, factor: 50 });
  cleanup.push(() => made.output.close());
  return made;
}

const measured = (sequence: number, values: Values): Entry =>
  entry(sequence, 'shunt', 'measured', NOW + sequence, values);

const one = async (schema: string, select: string): Promise<unknown> =>
  Object.values((await server.rows(`select ${select} from ${schema}.reading`))[0] ?? {})[0];

describe.skipIf(!able)('busbar ingest', () => {
  it('stores from the stream what the output would store directly, events included', async () => {
    const { url } = await broker();
    const consumer = running(url);
    await consumer.ready();
    const site = playedSite();
    const entries: Entry[] = [];
    for (const [index, one] of proofs.entries()) {
      const member = memberOf(one.device, `unit-${index}`);
      site.put(stateOf(member, {}, NOW));
      for (const [group, values] of Object.entries(readingsOf(one))) {
        entries.push(entry(entries.length + 1, member.name, group, NOW + index, values));
      }
    }
    entries.push({
      sequence: entries.length + 1,
      what: 'event',
      event: {
        at: NOW,
        kind: 'write',
        severity: 'info',
        member: 'unit-1',
        subject: 's',
        text: 't',
        detail: { by: 'me' },
      },
    });
    const direct = postgresOutput(
      { url: server.url, schema: 'direct', timescale: 'auto' },
      {
        ...{ name: 'postgres', view: site, clock: systemClock, random: () => 0, memory: playedMemory() },
        log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
        trouble: () => undefined,
        write: () => Promise.reject(new Error('nobody writes')),
      },
    );
    cleanup.push(() => direct.close());
    await direct.deliver?.(entries, never);
    const made = await rig({ url, stream: true }, { site, factor: 50 });
    cleanup.push(() => made.output.close());
    // Twice: as after a broken connection.
    await made.deliver(entries);
    await made.deliver(entries);
    const all = (schema: string) =>
      server.rows(`select * from ${schema}.reading order by member, group_name, path`);
    const expected = await all('direct');
    expect(expected.length).toBeGreaterThan(1_000);
    const events = () => server.rows(`select * from ${consumer.schema}.event`);
    await until(async () => (await events()).length > 0, 'the event');
    await until(
      async () => (await all(consumer.schema)).length === expected.length,
      'every value',
      5_000,
    ).catch(() => undefined);
    expect(await all(consumer.schema)).toEqual(expected);
    expect(await events()).toEqual(await server.rows('select * from direct.event'));
    expect(await server.rows(`select * from ${consumer.schema}.set_aside`)).toEqual([]);
    const { messages } = await consumer.end();
    expect(messages).toBe(entries.length * 2);
  });

  it('shares 10,000 messages of three sites, one of two killed in the middle: every reading is there once', async () => {
    const { url } = await broker();
    const schema = `i${count}`;
    const processes: ChildProcess[] = [];
    cleanup.push(() => processes.forEach((child) => child.kill('SIGKILL')));
    const start = async (id: string) => {
      const args = [
        'ingest',
        '--from',
        url,
        '--to',
        server.url,
        '--id',
        id,
        '--schema',
        schema,
        '--log-level',
        'info',
      ];
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      processes.push(child);
      let said = '';
      let printed = '';
      child.stderr.on('data', (data: Buffer) => (said += data.toString()));
      child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
      const ended = new Promise((resolve) => child.once('close', resolve));
      await until(() => said.includes('listening to $share'), `${id} to listen: ${said}`, 20_000);
      return {
        child,
        end: async (signal: NodeJS.Signals) => {
          child.kill(signal);
          await ended;
          return printed === '' ? undefined : (JSON.parse(printed) as Ingested);
        },
      };
    };
    const [first, second] = await Promise.all([start('first'), start('second')]);
    const sites = await Promise.all(['east', 'west', 'south'].map((site) => gateway(url, site)));
    const EACH = [3_334, 3_333, 3_333];
    const stored = async (): Promise<number> => Number(await one(schema, 'count(*)::int'));
    const sending = sites.map(async ({ deliver }, index) => {
      for (let from = 1; from <= (EACH[index] ?? 0); from += 100) {
        const size = Math.min(100, (EACH[index] ?? 0) - from + 1);
        await deliver(
          Array.from({ length: size }, (_, place) =>
            measured(from + place, { voltage: (from + place) / 100 }),
          ),
        );
      }
    });
    await until(async () => (await stored()) > 2_000, 'the middle', 30_000);
    await first.end('SIGKILL');
    expect(await stored()).toBeLessThan(10_000);
    await Promise.all(sending);
    // What the broker had assigned to it comes when it is back under its name.
    const again = await start('first');
    await until(async () => (await stored()) >= 10_000, 'every reading', 20_000).catch(() => undefined);
    const rows = await server.rows(
      `select site, count(*)::int as n, count(distinct time)::int as times, sum(round(value * 100))::int as sum
       from ${schema}.reading group by site order by site`,
    );
    // Values are 1, 2 ... n hundredths: their sum is n (n + 1) / 2.
    const expected = (site: string, n: number) => ({ site, n, times: n, sum: (n * (n + 1)) / 2 });
    expect(rows).toEqual([expected('east', 3_334), expected('south', 3_333), expected('west', 3_333)]);
    const [counted, countedAgain] = [await second.end('SIGTERM'), await again.end('SIGTERM')];
    // They shared: neither of them saw everything.
    expect(counted?.messages).toBeGreaterThan(0);
    expect(counted?.messages).toBeLessThan(10_000);
    expect(countedAgain?.set_aside).toBe(0);
  });

  it('sets aside what it cannot store, and stores it when its birth comes', async () => {
    const { url } = await broker();
    const consumer = running(url);
    await consumer.ready();
    const other = await bystander(url);
    cleanup.push(other.close);
    const stream = (values: Values, seq: number): string =>
      JSON.stringify({
        ...{
          schema: STREAM_SCHEMA,
          site: 'home',
          gateway: 'g',
          boot: 'b',
          seq,
          device: 'shunt',
          group: 'measured',
        },
        ...{ at: new Date(NOW + seq).toISOString(), kind: 'live', quality: 'good', values },
      });
    const topic = 'busbar/home/stream/shunt/measured';
    const say = (text: string, to = topic) => other.client.publishAsync(to, text, { qos: 1 });
    await say('{ no JSON');
    await say(stream({ voltage: 13 }, 1));
    const aside = () =>
      server.rows(
        `select topic, convert_from(payload, 'utf8') as payload, why, waits_for from ${consumer.schema}.set_aside order by id`,
      );
    await until(async () => (await aside()).length === 2, 'both to be set aside');
    expect(await aside()).toMatchObject([
      { topic, payload: '{ no JSON', why: 'a message of the stream is no JSON', waits_for: null },
      { topic, payload: stream({ voltage: 13 }, 1), waits_for: 'busbar/home/shunt' },
    ]);
    await other.client.publishAsync('busbar/home/shunt/birth', memberBirth(shunt, undefined), {
      qos: 1,
      retain: true,
    });
    await until(async () => (await aside()).length === 1, 'the waiting one to be stored');
    // Refused by the database, with good ones around it.
    await Promise.all([
      say(stream({ voltage: 14 }, 2)),
      say(stream({ output: 'a\0b' }, 3)),
      say(stream({ voltage: 15 }, 4)),
    ]);
    await until(async () => (await aside()).length === 2, 'the bad one to be set aside');
    expect(
      await server.rows(`select path, unit, value from ${consumer.schema}.reading order by time`),
    ).toEqual([13, 14, 15].map((value) => ({ path: 'voltage', unit: 'V', value })));
    expect((await aside())[1]).toMatchObject({ payload: stream({ output: 'a\0b' }, 3), waits_for: null });
    expect(consumer.logged.join()).toContain('set aside a message of busbar/home/stream/shunt/measured');
  });

  it('waits for a database that is killed, and for messages that came while it was away itself', async () => {
    const { url } = await broker();
    const mine = await postgresServer();
    cleanup.push(mine.remove);
    const first = running(url, { to: mine.url });
    await first.ready();
    const { deliver } = await gateway(url, 'home');
    const send = (from: number) =>
      deliver(Array.from({ length: 500 }, (_, place) => measured(from + place, { voltage: from + place })));
    const stored = async () =>
      (await mine.rows(`select value from ${first.schema}.reading order by time`)).map(({ value }) => value);
    await send(1);
    await until(async () => (await stored()).length === 500, 'the first ones');
    await mine.kill();
    await send(501);
    await until(() => first.logged.some((text) => text.includes('nothing listens there')), 'the trouble');
    await first.end();
    await send(1001);
    await mine.start();
    const again = running(url, { to: mine.url });
    await until(async () => (await stored()).length === 1_500, 'all of them');
    expect(await stored()).toEqual(Array.from({ length: 1_500 }, (_, index) => index + 1));
    expect((await again.end()).messages).toBeGreaterThanOrEqual(1_000);
  });

  it('leaves its group when it is told to: the others get everything', async () => {
    const { url } = await broker();
    const [stays, goes] = [running(url), running(url, { id: 'b' })];
    await Promise.all([stays.ready(), goes.ready()]);
    await goes.end();
    const { deliver } = await gateway(url, 'home');
    const send = (from: number) =>
      deliver(Array.from({ length: 100 }, (_, place) => measured(from + place, { voltage: from + place })));
    await send(1);
    // While it was away the broker kept its share; now it takes that and goes for good.
    await running(url, { id: 'b', leave: true }).done;
    await until(async () => (await one(stays.schema, 'count(*)::int')) === 100, 'the first ones');
    await send(101);
    await until(async () => (await one(stays.schema, 'count(*)::int')) === 200, 'the others');
  });

  it('loses nothing when the broker comes back while no consumer is there: it knows nobody then', async () => {
    const mine = await broker();
    const first = running(mine.url);
    await first.ready();
    const { output, deliver } = await gateway(mine.url, 'home');
    await deliver([measured(1, { voltage: 1 })]);
    await until(async () => (await one(first.schema, 'count(*)::int')) === 1, 'the first one');
    await first.end();
    // What is sent meanwhile the broker keeps for it; it saves once in a second, or two.
    await deliver([measured(2, { voltage: 2 })]);
    await pause(3_500);
    await mine.kill();
    await mine.start();
    // It acknowledges this and drops it: mosquitto 2.0 does not restore shared subscriptions.
    const entries = [measured(3, { voltage: 3 })];
    const lonely = async (): Promise<string> =>
      (await output.deliver?.(entries, never).catch(String)) ?? 'taken';
    await until(
      async () => (await lonely()).includes('nobody listens to busbar/home/stream/shunt/measured'),
      'it to be told',
    );
    const second = running(mine.url);
    await second.ready();
    await deliver(entries);
    await until(async () => (await one(second.schema, 'count(*)::int')) === 3, 'all of them');
  });

  it('warns of two gateways with one name, and refuses tables of a newer program', async () => {
    const { url } = await broker();
    const consumer = running(url);
    await consumer.ready();
    const [one, two] = [
      await gateway(url, 'home'),
      await rig({ url, stream: true, client_id: 'x' }, { site: playedSite('home'), factor: 50 }),
    ];
    cleanup.push(() => two.output.close());
    await one.deliver([measured(1, { voltage: 1 })]);
    await two.deliver([measured(2, { voltage: 2 })]);
    await until(
      () => consumer.logged.some((text) => text.includes('give them different names')),
      'the warning',
    );
    await consumer.end();
    await server.rows(`update ${consumer.schema}.format set version = 2`);
    await expect(running(url).done).rejects.toMatchObject({ code: 'config' });
    cleanup.splice(-1);
  });
});
