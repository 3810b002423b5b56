import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Entry, type Output, pointsOf, type SiteEvent } from '../../src/core/site/index.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { postgresOutput, type PostgresOptions } from '../../src/outputs/postgres/index.ts';
import { proofs } from '../every-device/captures.ts';
import { has, never, scratch } from '../links/harness.ts';
import { certificates, freePort } from './mosquitto.ts';
import { hasPostgres, postgresServer, type PostgresServer, type PostgresSetting } from './postgres-server.ts';
import { memberOf, playedMemory, type PlayedSite, playedSite, readingsOf, stateOf } from './site.ts';

/** The PostgreSQL output against a real server, killed, frozen and restarted. */
const able = hasPostgres('the PostgreSQL output') && has('openssl', ['version'], 'PostgreSQL over TLS');

const NOW = Date.parse('2026-11-21T04:15:00.123Z');
const SORTED = 'order by member, group_name, path, time';

let server: PostgresServer;
const cleanup: (() => unknown)[] = [];
beforeAll(async () => {
  if (able) server = await postgresServer();
});
afterAll(() => (able ? server.remove() : undefined));
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function other(setting?: PostgresSetting): Promise<PostgresServer> {
  const made = await postgresServer(setting);
  cleanup.push(made.remove);
  return made;
}

let count = 0;
/** An output with a schema of its own. */
function opened(options: Partial<PostgresOptions> = {}, site: PlayedSite = playedSite()) {
  const schema = options.schema ?? `t${++count}`;
  const logged: string[] = [];
  const log = (text: string): void => void logged.push(text);
  const output = postgresOutput(
    { url: server.url, timescale: 'auto', ...options, schema },
    {
      name: 'postgres',
      view: site,
      clock: systemClock,
      random: () => 0,
      log: { debug: log, info: log, warn: log, error: log },
      trouble: () => undefined,
      write: () => Promise.reject(new Error('nobody writes')),
      memory: playedMemory(),
    },
  );
  cleanup.push(() => output.close());
  return { output, schema, logged, deliver: (entries: readonly Entry[]) => delivered(output, entries) };
}

const delivered = (output: Output, entries: readonly Entry[]): Promise<void> =>
  output.deliver?.(entries, never) ?? Promise.reject(new Error('it delivers nothing'));

let sequence = 0;
function snapshot(
  device: string,
  group: string,
  at: number,
  values: Values,
  kind: 'live' | 'archive' = 'live',
): Entry {
  return { sequence: ++sequence, what: 'snapshot', snapshot: { device, group, at, values, kind } };
}

const kg = proofs.find(({ name }) => name === 'kg.readme');
if (kg === undefined) throw new Error('the capture is gone');
const shunt = memberOf(kg.device, 'shunt');
function siteWithShunt(): PlayedSite {
  const site = playedSite();
  site.put(stateOf(shunt, {}, NOW));
  return site;
}

describe.skipIf(!able)('PostgreSQL', () => {
  it('holds every value of every captured reading, and the same after it came again', async () => {
    const site = playedSite();
    const entries: Entry[] = [];
    const expected = new Set<string>();
    for (const [index, proof] of proofs.entries()) {
      const name = `unit-${index}`;
      const member = memberOf(proof.device, name);
      site.put(stateOf(member, {}, NOW));
      for (const [group, values] of Object.entries(readingsOf(proof))) {
        const known = member.groups.find((one) => one.name === group);
        if (known === undefined) throw new Error(`${proof.name} has no group ${group}`);
        entries.push(snapshot(name, group, NOW + index, values));
        for (const { path, value, field } of pointsOf(known, values)) {
          if (field.kind !== 'raw') expected.add(JSON.stringify([name, group, path, NOW + index, value]));
        }
      }
    }
    const { deliver, schema } = opened({}, site);
    await deliver(entries);
    // Versions of rows included: what comes again rewrites nothing.
    const all = () =>
      server.rows(
        `select s.member, s.group_name, s.path, extract(epoch from time) * 1000 as at, value, text, flag, d.xmin::text
         from ${schema}.sample d join ${schema}.series s on s.id = d.series order by 1, 2, 3`,
      );
    const rows = await all();
    const stored = rows.map(({ member, group_name, path, at, value, text, flag }) =>
      JSON.stringify([member, group_name, path, Number(at), value ?? text ?? flag]),
    );
    expect(stored).toHaveLength(expected.size);
    expect(expected.size).toBeGreaterThan(1_000);
    expect(new Set(stored)).toEqual(expected);
    await deliver(entries);
    await opened({ schema }, site).deliver(entries.toReversed());
    expect(await all()).toEqual(rows);
  });

  it('keeps numbers, words, flags and what is known to be none, with unit and kind', async () => {
    const field = { title: 'One', kind: 'measurement', source: '' } as const;
    const fields = [
      { ...field, name: 'voltage', quantity: 'voltage' },
      { ...field, name: 'total', quantity: 'energy', kind: 'counter' },
      { ...field, name: 'mode', quantity: 'word', kind: 'state' },
      { ...field, name: 'open', quantity: 'flag', kind: 'state' },
      { ...field, name: 'limit', quantity: 'current', kind: 'setting' },
      { ...field, name: 'price', quantity: 'money', currency: 'EUR' },
      { ...field, name: 'code', quantity: 'number', kind: 'raw' },
    ] as const;
    const site = playedSite();
    site.put(
      stateOf(
        {
          ...shunt,
          groups: [{ name: 'g', title: 'G', period: 1, fields }],
          archives: [{ name: 'days', title: 'D', period: 0, fields }],
        },
        {},
        NOW,
      ),
    );
    const { deliver, schema } = opened({}, site);
    const text = 'a "quoted" \\ {word}, NULL, größer\n';
    const values = { voltage: -0.1, total: 1e21, mode: text, open: false, limit: null, price: 0.24, code: 7 };
    await deliver([
      snapshot('shunt', 'g', NOW, values),
      // Twice at one time in one batch: the later one counts.
      snapshot('shunt', 'g', NOW + 1, { voltage: 1 }),
      snapshot('shunt', 'g', NOW + 1, { voltage: 2 }),
    ]);
    // What a device kept, and what comes late.
    await deliver([
      snapshot('shunt', 'days', NOW - 86_400_000, { total: 5 }, 'archive'),
      snapshot('shunt', 'g', NOW - 1, { open: true }),
    ]);
    const row = (group_name: string, path: string, unit: string, kind: string, at: number, more: object) => ({
      ...{ site: 'home', member: 'shunt', group_name, path, unit, kind, time: new Date(at) },
      ...{ value: null, text: null, flag: null, ...more },
    });
    expect(await server.rows(`select * from ${schema}.reading ${SORTED}`)).toEqual([
      row('days', 'total', 'kWh', 'counter', NOW - 86_400_000, { value: 5 }),
      row('g', 'limit', 'A', 'setting', NOW, {}),
      row('g', 'mode', '', 'state', NOW, { text }),
      row('g', 'open', '', 'state', NOW - 1, { flag: true }),
      row('g', 'open', '', 'state', NOW, { flag: false }),
      row('g', 'price', 'EUR', 'measurement', NOW, { value: 0.24 }),
      row('g', 'total', 'kWh', 'counter', NOW, { value: 1e21 }),
      row('g', 'voltage', 'V', 'measurement', NOW, { value: -0.1 }),
      row('g', 'voltage', 'V', 'measurement', NOW + 1, { value: 2 }),
    ]);
    expect(
      await server.rows(`select path, time from ${schema}.latest where member = 'shunt' and path = 'open'`),
    ).toEqual([{ path: 'open', time: new Date(NOW) }]);
  });

  it('follows a series whose unit changes, and keeps what it knew of a device that left', async () => {
    const site = playedSite();
    const as = (quantity: 'charge' | 'energy') =>
      ({
        ...shunt,
        groups: [
          {
            name: 'g',
            title: 'G',
            period: 1,
            fields: [{ name: 'x', title: 'X', kind: 'counter', source: '', quantity }],
          },
        ],
      }) as const;
    const { deliver, schema } = opened({}, site);
    site.put(stateOf(as('charge'), {}, NOW));
    await deliver([snapshot('shunt', 'g', NOW, { x: 1 })]);
    site.put(stateOf(as('energy'), {}, NOW));
    await deliver([snapshot('shunt', 'g', NOW + 1, { x: 2 })]);
    site.remove('shunt');
    const left = { x: 3, packs: [{ address: 2, soc: 50, words: ['a', 'b'] }], cells: [3.1, 3.2], is: true };
    await deliver([snapshot('shunt', 'g', NOW + 2, left)]);
    const rows = await server.rows(
      `select path, unit, kind, value, text, flag from ${schema}.reading where time = '2026-11-21T04:15:00.125Z' order by path`,
    );
    expect(rows.map(({ path, unit, value, text, flag }) => [path, unit, value ?? text ?? flag])).toEqual([
      ['cells.1', '', 3.1],
      ['cells.2', '', 3.2],
      ['is', '', true],
      ['packs.2.address', '', 2],
      ['packs.2.soc', '', 50],
      ['packs.2.words', '', 'a, b'],
      ['x', 'kWh', 3],
    ]);
    expect(await server.rows(`select count(*)::int as n from ${schema}.series where path = 'x'`)).toEqual([
      { n: 1 },
    ]);
  });

  it('keeps events once', async () => {
    const { deliver, schema } = opened();
    const event: SiteEvent = {
      ...{ at: NOW, kind: 'alarm_raised', severity: 'critical', member: 'rack', subject: 'rack.hot' },
      ...{ text: "it's hot", detail: { limit: 40, by: null } },
    };
    const entries: Entry[] = [
      { sequence: 1, what: 'event', event },
      {
        sequence: 2,
        what: 'event',
        event: { at: NOW, kind: 'gateway', severity: 'info', subject: 'gateway', text: 'on' },
      },
    ];
    await deliver(entries);
    await deliver(entries);
    expect(await server.rows(`select * from ${schema}.event order by kind`)).toEqual([
      {
        site: 'home',
        time: new Date(NOW),
        kind: 'alarm_raised',
        severity: 'critical',
        member: 'rack',
        subject: 'rack.hot',
        text: "it's hot",
        detail: { limit: 40, by: null },
      },
      {
        site: 'home',
        time: new Date(NOW),
        kind: 'gateway',
        severity: 'info',
        member: null,
        subject: 'gateway',
        text: 'on',
        detail: null,
      },
    ]);
  });

  it('refuses values that PostgreSQL never takes, and writes nothing of their batch', async () => {
    const { deliver, schema } = opened();
    const good = snapshot('shunt', 'g', NOW, { x: 1 });
    for (const bad of [
      snapshot('shunt', 'g', NOW, { text: 'a\0b' }),
      snapshot('shunt', 'g', 9e18, { x: 1 }),
      {
        sequence: 1,
        what: 'event',
        event: { at: NOW, kind: 'loss', severity: 'info', subject: 's', text: 'a\0b' },
      },
    ] as const) {
      await expect(deliver([good, bad])).rejects.toMatchObject({ code: 'refused' });
    }
    expect(await server.rows(`select * from ${schema}.sample`)).toEqual([]);
    await deliver([good]);
    expect(await server.rows(`select value from ${schema}.sample`)).toEqual([{ value: 1 }]);
  });

  it('loses nothing and keeps the order while the server is killed in the middle of batches', async () => {
    const mine = await other();
    const { output, schema } = opened({ url: mine.url }, siteWithShunt());
    const TOTAL = 3_000;
    const entries = Array.from({ length: TOTAL }, (_, index) =>
      snapshot('shunt', 'measured', NOW + index, {
        voltage: index / 100,
        output: index % 2 === 0 ? 'on' : 'off',
      }),
    );
    const stored = async (): Promise<number[]> =>
      (await mine.rows(`select value from ${schema}.reading where path = 'voltage' order by time`)).map(
        ({ value }) => Number(value),
      );
    let broken = 0;
    for (let from = 0; from < TOTAL; from += 100) {
      const batch = entries.slice(from, from + 100);
      let isDown = from % 500 === 200;
      for (let done = false; !done;) {
        const under = delivered(output, batch);
        const killing = isDown ? mine.kill() : Promise.resolve();
        done = await under.then(
          () => true,
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'output' });
            broken++;
            return false;
          },
        );
        if (!isDown) continue;
        isDown = false;
        await killing;
        await mine.start();
        // A batch is there as a whole or not at all, and none that comes later.
        expect([from, from + 100]).toContain((await stored()).length);
      }
    }
    expect(broken).toBeGreaterThan(0);
    expect(await stored()).toEqual(entries.map((_, index) => index / 100));
  });

  it('gives up a server that hangs when it is told to, and goes on when it answers again', async () => {
    const mine = await other();
    const { output, schema } = opened({ url: mine.url }, siteWithShunt());
    await delivered(output, [snapshot('shunt', 'measured', NOW, { voltage: 1 })]);
    mine.freeze();
    const ended = AbortSignal.timeout(100);
    await expect(
      output.deliver?.([snapshot('shunt', 'measured', NOW + 1, { voltage: 2 })], ended),
    ).rejects.toMatchObject({ code: 'output' });
    mine.thaw();
    await delivered(output, [snapshot('shunt', 'measured', NOW + 1, { voltage: 2 })]);
    expect(await mine.rows(`select value from ${schema}.reading order by time`)).toEqual([
      { value: 1 },
      { value: 2 },
    ]);
  });

  it('makes its tables once, by several programs at a time, and leaves those of a newer one alone', async () => {
    const schema = `t${++count}`;
    const several = Array.from({ length: 4 }, () => opened({ schema }, siteWithShunt()));
    await Promise.all(
      several.map(({ deliver }, index) =>
        deliver([snapshot('shunt', 'measured', NOW + index, { voltage: index })]),
      ),
    );
    expect(await server.rows(`select count(*)::int as n from ${schema}.sample`)).toEqual([{ n: 4 }]);
    expect(await server.rows(`select version from ${schema}.format`)).toEqual([{ version: 1 }]);
    const [first] = several;
    expect(await first?.output.test(never)).toMatch(/^PostgreSQL \d+.* 1 series; this user may write$/);
    expect(first?.logged.join()).toContain('timescaledb is not in this database');
    await server.rows(`update ${schema}.format set version = 2`);
    await expect(opened({ schema }).deliver([])).rejects.toMatchObject({
      code: 'config',
      message: `the tables in schema ${schema} have format 2, this program knows 1`,
    });
  });

  it('works with a schema that somebody else made for it, and says which right is missing', async () => {
    const schema = `t${++count}`;
    await server.rows(`create role plain${count} login; create schema ${schema} authorization plain${count}`);
    const url = server.url.replace('admin', `plain${count}`);
    await opened({ url, schema }, siteWithShunt()).deliver([
      snapshot('shunt', 'measured', NOW, { voltage: 1 }),
    ]);
    await expect(opened({ url }).deliver([])).rejects.toThrow(/this user may not do that.*42501/);
  });

  it('speaks TLS with a certificate of its own and a password, and names what is wrong', async () => {
    const folder = await scratch();
    cleanup.push(() => folder.remove());
    const { ca, server: own, client } = certificates(folder.path);
    const mine = await other({
      tls: own,
      access: ['hostssl all me all scram-sha-256', 'host all me all reject'],
    });
    await mine.rows("create role me login password 'right'; create schema own authorization me");
    const url = `postgres://me:right@localhost:${mine.port}/busbar`;
    const text = (path: string): string => readFileSync(path, 'utf8');
    const tls = { ca: text(ca), cert: text(client[0]), key: text(client[1]), insecure: false };
    const tried = (more: Partial<PostgresOptions>) =>
      opened({ url, schema: 'own', ...more }).output.test(never);
    await expect(tried({})).rejects.toThrow(/pg_hba\.conf/);
    await expect(tried({ tls: { insecure: false } })).rejects.toThrow(
      /authority that is not known here: give that as tls\.ca/,
    );
    await expect(tried({ url: `${url}?sslmode=verify-full` })).rejects.toThrow(
      /authority that is not known here/,
    );
    await expect(tried({ url: url.replace('localhost', '127.0.0.1'), tls })).rejects.toThrow(
      /certificate is for another name/,
    );
    await expect(tried({ tls, password: 'wrong' })).rejects.toThrow(/the password is wrong/);
    expect(await tried({ tls })).toContain('may write');
    expect(await tried({ tls: { insecure: true } })).toContain('may write');
  });

  it('names what is not there, and never the password', async () => {
    const port = await freePort();
    await expect(
      opened({ url: `postgres://me:secret@localhost:${port}/x` }).deliver([]),
    ).rejects.toMatchObject({
      code: 'output',
      message: expect.stringMatching(/^postgres:\/\/localhost:\d+\/x: nothing listens there/) as string,
    });
    await expect(opened({ url: server.url.replace('/busbar', '/absent') }).deliver([])).rejects.toThrow(
      /no such database/,
    );
    for (const wrong of ['mysql://h/x', 'postgres://h/x?pool=1', 'postgres://h/x?sslmode=prefer']) {
      expect(() => opened({ url: wrong })).toThrow(/^(mysql|postgres):.*(no URL|not known|sslmode)/);
    }
  });
});
