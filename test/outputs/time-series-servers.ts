import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './mosquitto.ts';
import { receiver, type Receiver } from './receiver.ts';

/** An InfluxDB 1 of our own on loopback, with a database called `db`. */
export interface Influxd extends Receiver {
  readonly url: string;
  /** Rows that a query brings, with times in milliseconds. */
  readonly query: (q: string) => Promise<(string | number | boolean | null)[][]>;
}

/** Starts one. @param home a folder that is not there yet */
export async function startInfluxd(home: string): Promise<Influxd> {
  await mkdir(home);
  const [port, rpc] = [await freePort(), await freePort()];
  const config = join(home, 'influxdb.conf');
  await writeFile(
    config,
    [
      'reporting-disabled = true',
      `bind-address = "127.0.0.1:${rpc}"`,
      `[meta]\ndir = "${home}/meta"`,
      `[data]\ndir = "${home}/data"\nwal-dir = "${home}/wal"`,
      `[http]\nbind-address = "127.0.0.1:${port}"\n`,
    ].join('\n'),
  );
  const made = await receiver('influxd', ['-config', config], port);
  const url = `http://127.0.0.1:${port}`;
  const query: Influxd['query'] = async (q) => {
    const body = new URLSearchParams({ db: 'db', epoch: 'ms', q });
    // The form of the query API of InfluxDB 1.
    const { results } = (await (await fetch(`${url}/query`, { method: 'POST', body })).json()) as {
      results: { series?: { values: (string | number | boolean | null)[][] }[] }[];
    };
    return results.flatMap(({ series = [] }) => series.flatMap(({ values }) => values));
  };
  await query('CREATE DATABASE db');
  return { ...made, url, query };
}

/** A VictoriaMetrics of our own on loopback. */
export interface Victoria extends Receiver {
  readonly url: string;
}

/** Starts one. @param home a folder for its data */
export async function startVictoria(home: string, ...more: readonly string[]): Promise<Victoria> {
  const port = await freePort();
  const args = [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${home}`, ...more];
  return {
    ...(await receiver('victoria-metrics', args, port)),
    url: `http://127.0.0.1:${port}`,
  };
}
