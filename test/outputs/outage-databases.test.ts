import { join } from 'node:path';
import { afterEach, beforeAll, it } from 'vitest';
import { influxdbOutput } from '../../src/outputs/influxdb.ts';
import { postgresOutput } from '../../src/outputs/postgres/index.ts';
import { victoriametricsOutput } from '../../src/outputs/victoriametrics.ts';
import { has, scratch } from '../links/harness.ts';
import { byDevice, type Case, survives } from './outage.ts';
import { hasPostgres, postgresServer } from './postgres-server.ts';
import { startInfluxd, startVictoria } from './time-series-servers.ts';

/** Databases that are away for an hour, killed and frozen: in the end everything is there, once. */
const cleanup: (() => unknown)[] = [];
let folder = '';
beforeAll(async () => {
  const made = await scratch();
  folder = made.path;
  return () => made.remove();
});
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const CASES: readonly Case[] = [
  {
    name: 'PostgreSQL',
    able: hasPostgres('an outage of PostgreSQL'),
    start: async () => {
      const server = await postgresServer();
      cleanup.push(server.remove);
      return {
        ...server,
        output: (context) =>
          postgresOutput({ url: server.url, schema: 'busbar', timescale: 'auto' }, context),
        samples: async () =>
          byDevice(
            (
              await server.rows(
                `select member, extract(epoch from time) * 1000 as at, value from busbar.reading
                 where path = 'voltage' order by member, time`,
              )
            ).map(({ member, at, value }) => [String(member), Math.round(Number(at)), Number(value)]),
          ),
      };
    },
  },
  {
    name: 'InfluxDB',
    able: has('influxd', ['version'], 'an outage of InfluxDB is (the package is influxdb)'),
    start: async () => {
      const server = await startInfluxd(join(folder, 'influx'));
      cleanup.push(server.kill);
      return {
        ...server,
        output: (context) =>
          influxdbOutput(
            { url: server.url, version: 1, database: 'db', precision: 'ms', gzip: true },
            context,
            '1.2.3',
          ),
        samples: async () =>
          byDevice(
            (await server.query('SELECT device, voltage FROM measured')).map(([at, device, value]) => [
              String(device),
              Number(at),
              Number(value),
            ]),
          ),
      };
    },
  },
  {
    name: 'VictoriaMetrics',
    able: has('victoria-metrics', ['-version'], 'an outage of VictoriaMetrics is'),
    start: async () => {
      const server = await startVictoria(
        join(folder, 'vm'),
        '-dedup.minScrapeInterval=1ms',
        '-retentionPeriod=100y',
      );
      cleanup.push(server.kill);
      return {
        ...server,
        output: (context) =>
          victoriametricsOutput(
            { url: server.url, prefix: 'busbar', labels: {}, gzip: true },
            context,
            '1.2.3',
          ),
        settle: () => fetch(`${server.url}/snapshot/create`),
        samples: async () => {
          await fetch(`${server.url}/internal/force_flush`);
          const query = 'match[]={__name__="busbar_voltage_volts"}';
          const text = await (await fetch(`${server.url}/api/v1/export?${query}`)).text();
          const rows = text
            .split('\n')
            .filter((line) => line !== '')
            // The form of the export: the same as that of the import.
            .map(
              (line) =>
                JSON.parse(line) as { metric: { device: string }; values: number[]; timestamps: number[] },
            )
            .flatMap(({ metric, values, timestamps }) =>
              timestamps.map((at, place) => [metric.device, at, values[place] ?? NaN] as const),
            );
          return byDevice(rows.sort((one, other) => one[1] - other[1]));
        },
      };
    },
  },
];

it.each(CASES.filter(({ able }) => able))(
  'an hour without $name, then random blows: every sample is there once, in order',
  { timeout: 120_000 },
  async ({ start }) => survives(await start()),
);
