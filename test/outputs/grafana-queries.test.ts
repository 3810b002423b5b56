import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { has, scratch, until } from '../links/harness.ts';
import { type GrafanaDashboard, type GrafanaTarget, published } from './grafana-files.ts';
import { type FedSite, fedSite } from './grafana-site.ts';
import { type Filling, filled, influxql, promql, type Span, sql } from './grafana-variables.ts';
import { freePort } from './mosquitto.ts';
import { hasPostgres, type PostgresServer, postgresServer } from './postgres-server.ts';
import { receiver } from './receiver.ts';
import { type Influxd, startInfluxd, startVictoria, type Victoria } from './time-series-servers.ts';

/**
 * Every query of every dashboard, with its variables filled in as Grafana does, asked of the real database. They hold
 * what a gateway read from a simulated device of every kind in the catalog, sent by the real outputs.
 */
const able =
  has('prometheus', ['--version'], 'queries of Grafana are') &&
  has('influxd', ['version'], 'queries of Grafana are (the package is influxdb)') &&
  has('victoria-metrics', ['-version'], 'queries of Grafana are') &&
  hasPostgres('queries of Grafana');

let prometheus = '';
let influx: Influxd;
let victoria: Victoria;
let postgres: PostgresServer;
let gateway: FedSite;
let started = 0;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (!able) return;
  const folder = await scratch();
  ends.push(() => folder.remove());
  influx = await startInfluxd(join(folder.path, 'influx'));
  ends.push(influx.kill);
  // It shows what is half a minute old, unless told otherwise.
  victoria = await startVictoria(join(folder.path, 'victoria'), '-search.latencyOffset=0s');
  ends.push(victoria.kill);
  postgres = await postgresServer();
  ends.push(postgres.remove);
  started = Date.now();
  gateway = await fedSite(folder.path, {
    influx: { type: 'influxdb', url: influx.url, version: 1, database: 'db' },
    victoria: { type: 'victoriametrics', url: victoria.url },
    postgres: { type: 'postgres', url: postgres.url },
  });
  ends.push(gateway.close);
  const port = await freePort();
  const config = join(folder.path, 'prometheus.yaml');
  const target = new URL(gateway.metrics).host;
  await writeFile(
    config,
    `scrape_configs:\n  - job_name: busbar\n    scrape_interval: 1s\n    static_configs:\n      - targets: ['${target}']\n`,
  );
  const server = await receiver(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    port,
  );
  ends.push(server.kill);
  prometheus = `http://127.0.0.1:${port}`;
  await until(() => gateway.missing().length === 0, 'every group to be read', 60_000);
  // Growth wants two of them, in points of their own.
  await until(async () => (await seen()) >= 2, 'energy to be read twice', 60_000);
}, 120_000);

afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
}, 30_000);

/** How often energy came: as the gateway counts it for each battery, and the reading of the meter that was read most. */
async function seen(): Promise<number> {
  const counts = async (field: string): Promise<number[]> =>
    (await influx.query(`SELECT count(${field}) FROM energy GROUP BY device`)).map(([, count]) =>
      Number(count),
    );
  const [meters, batteries] = [await counts('reactive_positive_total'), await counts('gap_time')];
  const [row] = await postgres
    .rows(
      `select min(n)::int as n from (select count(*) as n from busbar.reading where path = 'gap_time' group by member) c`,
    )
    .catch(() => []); // the tables are not there yet
  return Math.min(
    Number(row?.n ?? 0),
    Math.max(0, ...meters),
    batteries.length > 0 ? Math.min(...batteries) : 0,
  );
}

/** As in a panel that shows the last minutes in points of two seconds: nearer than a dashboard goes by itself. */
const span = (): Span => ({ from: started, to: Date.now(), interval: 2 });

/** The last value of each series, or of each row of a table; what is no number is NaN. */
type Found = readonly number[];

async function promQl(
  server: string,
  { expr = '', instant }: GrafanaTarget,
  values: Filling,
): Promise<Found> {
  const { from, to, interval } = span();
  const query = promql(filled(expr, values, 'promql'), span());
  const [start, end] = [String(from / 1000), String(to / 1000)];
  const isInstant = instant === true;
  const body = new URLSearchParams(
    isInstant ? { query, time: end } : { query, start, end, step: String(interval) },
  );
  const answer = await fetch(`${server}/api/v1/query${isInstant ? '' : '_range'}`, { method: 'POST', body });
  // The form of Prometheus' API, version 1.
  const said = (await answer.json()) as {
    data?: { result: { value?: [number, string]; values?: [number, string][] }[] };
    error?: string;
  };
  if (said.data === undefined) throw new Error(`${query}: ${said.error ?? ''}`);
  return said.data.result.map(({ value, values: all }) => Number((value ?? all?.at(-1))?.[1]));
}

async function influxQl({ query = '' }: GrafanaTarget, values: Filling): Promise<Found> {
  const q = influxql(filled(query, values, 'text'), span());
  const body = new URLSearchParams({ db: 'db', epoch: 'ms', q });
  const answer = await fetch(`${influx.url}/query`, { method: 'POST', body });
  // The form of the query API of InfluxDB 1.
  const { error, results = [] } = (await answer.json()) as {
    error?: string;
    results?: { error?: string; series?: { values: unknown[][] }[] }[];
  };
  const wrong = error ?? results[0]?.error;
  if (wrong !== undefined) throw new Error(`${q}: ${wrong}`);
  return (results[0]?.series ?? []).flatMap(({ values: rows }) => {
    const known = rows.filter(([, value]) => value !== null);
    return known.length === 0 ? [] : Number(known.at(-1)?.[1]);
  });
}

async function ofPostgres({ rawSql = '', format }: GrafanaTarget, values: Filling): Promise<Found> {
  const text = sql(filled(rawSql, values, 'text'), span());
  const rows = await postgres.rows(text).catch((error: unknown) => {
    throw new Error(`${text}: ${String(error)}`);
  });
  if (format === 'table') return rows.map(() => NaN);
  for (const row of rows.slice(0, 1)) expect(Object.keys(row).sort()).toEqual(['metric', 'time', 'value']);
  const latest = new Map<unknown, number>();
  for (const { metric, value } of rows) if (value !== null) latest.set(metric, Number(value));
  return [...latest.values()];
}

const ask: Readonly<Record<string, (target: GrafanaTarget, values: Filling) => Promise<Found>>> = {
  prometheus: (target, values) => promQl(prometheus, target, values),
  victoriametrics: (target, values) => promQl(victoria.url, target, values),
  influxdb: influxQl,
  postgres: ofPostgres,
};

/** Every dashboard and its database; those of devices also with VictoriaMetrics, which has the same metrics. */
const cases = [
  ...published.map((one) => ({ ...one, database: one.source })),
  ...published
    .filter(({ source, name }) => source === 'prometheus' && (name === 'battery' || name === 'meter'))
    .map((one) => ({ ...one, database: 'victoriametrics' })),
];

/**
 * Whether what a query names is there, so that it must not be empty. Words come and go, and a counter that was read once
 * has not grown.
 */
async function isThere({ expr, query }: GrafanaTarget, { device = [] }: Filling): Promise<boolean> {
  if (expr !== undefined && !/state|increase|alarm/.test(expr)) {
    const [name = ''] = /busbar_\w+/.exec(expr) ?? [];
    const lines = (await (await fetch(gateway.metrics)).text()).split('\n');
    return lines.some(
      (line) => line.startsWith(`${name}{`) && device.some((one) => line.includes(`device="${one}"`)),
    );
  }
  const asked = /(?:last|mean)\(("\w+")\).* FROM ((?:"\w+"(?:, )?)+)/.exec(query ?? '');
  if (asked === null || /!~|difference|"index" =~/.test(query ?? '')) return false;
  const [, field = '', measurements = ''] = asked;
  const found = await influx.query(
    `SELECT last(${field}) FROM ${measurements} WHERE ${device.map((one) => `device = '${one}'`).join(' OR ')}`,
  );
  return found.length > 0;
}

/** What a variable of a dashboard can be, as its own query tells. */
async function choices(database: string, query: string, values: Filling): Promise<string[]> {
  switch (database) {
    case 'prometheus':
    case 'victoriametrics': {
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
      const match = filled(selector, values, 'promql');
      const answer = await fetch(
        `${database === 'prometheus' ? prometheus : victoria.url}/api/v1/label/${label}/values?${new URLSearchParams({ 'match[]': match }).toString()}`,
      );
      return ((await answer.json()) as { data: string[] }).data; // the form of its API
    }
    case 'influxdb': {
      const rows = await influx.query(influxql(filled(query, values, 'text'), span()));
      return [...new Set(rows.map(([, value]) => String(value)))];
    }
    default: {
      const rows = await postgres.rows(filled(query, values, 'text'));
      return rows.map((row) => String(Object.values(row)[0]));
    }
  }
}

/** What every variable of a dashboard can be; there must be something. */
async function allChoices(database: string, { templating }: GrafanaDashboard): Promise<Filling> {
  const values: Record<string, readonly string[]> = {};
  for (const { name, type, query } of templating.list) {
    if (type !== 'query') continue;
    values[name] = await choices(database, query, values);
    expect(values[name], name).not.toEqual([]);
  }
  expect(values.site).toEqual(['farm-1']);
  return values;
}

describe.skipIf(!able).each(cases)('the dashboard $name with $database', ({ database, dashboard }) => {
  it('finds sites, devices and packs to choose from, and something in every panel', async () => {
    const values = await allChoices(database, dashboard);
    const found = async (target: GrafanaTarget): Promise<number> =>
      (await ask[database]?.(target, values))?.length ?? 0;
    const empty: string[] = [];
    for (const { type, title = '', targets = [] } of dashboard.panels) {
      if (type === 'row') continue;
      let series = 0;
      for (const target of targets) {
        let now = await found(target);
        // What a gateway has just begun to say is on its way.
        if (now === 0 && (await isThere(target, values))) {
          const what = `something in ${title}: ${target.expr ?? target.query ?? ''}`;
          await until(async () => (now = await found(target)) > 0, what);
        }
        series += now;
      }
      // Growth wants two readings, and a database may have heard of the second a little later than another.
      if (series === 0) {
        const any = async (): Promise<boolean> =>
          (await Promise.all(targets.map(found))).some((count) => count > 0);
        await until(any, title, 15_000).catch(() => empty.push(title));
      }
    }
    expect(empty).toEqual([]);
  }, 120_000);
});

describe.skipIf(!able)('a panel', () => {
  /** Values of one panel of the batteries in the unit that it says, from the least to the greatest. */
  async function shown(
    source: string,
    title: string,
  ): Promise<{ readonly unit?: string; readonly values: number[] }> {
    const one = published.find((other) => other.source === source && other.name === 'battery');
    const panel = one?.dashboard.panels.find((other) => other.title === title);
    if (one === undefined || panel === undefined) throw new Error(`${source} has no panel '${title}'`);
    const filling = await allChoices(source, one.dashboard);
    const all = await Promise.all(
      (panel.targets ?? []).map((target) => ask[source]?.(target, filling) ?? Promise.resolve([])),
    );
    const { unit } = panel.fieldConfig?.defaults ?? {};
    return { ...(unit === undefined ? {} : { unit }), values: all.flat().sort((a, b) => a - b) };
  }
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;

  it('shows the same of each database, in the unit that it says', async () => {
    // Loaded with 40 A, a battery changes by little from one reading to the next.
    for (const [title, base, other, factor, tolerance] of [
      ['State of charge', 'percentunit', 'percent', 100, 0.02],
      ['Voltage', 'volt', 'volt', 1, 0.02],
      ['Highest less lowest cell of each pack', 'mvolt', 'mvolt', 1, 0.3],
    ] as const) {
      const first = await shown('prometheus', title);
      expect(first.unit).toBe(base);
      expect(first.values.length).toBeGreaterThan(3);
      for (const source of ['influxdb', 'postgres']) {
        const { unit, values } = await shown(source, title);
        expect([source, unit, values.length]).toEqual([source, other, first.values.length]);
        expect(
          Math.abs(mean(values) / (mean(first.values) * factor) - 1),
          `${source}: ${title}`,
        ).toBeLessThan(tolerance);
      }
    }
  });
});
