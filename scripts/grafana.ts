import prettier from 'prettier';
import { stringify } from 'yaml';
import { dashboards } from './grafana/dashboards.ts';
import { influxdb } from './grafana/influxdb.ts';
import { postgres } from './grafana/postgres.ts';
import { prometheus } from './grafana/prometheus.ts';
import type { Source } from './grafana/source.ts';

/** All databases that there are dashboards for. */
export const sources: readonly Source[] = [prometheus, influxdb, postgres];

const FOLDER = 'examples/grafana';
const HEAD = '# Written by `npm run generate`; see docs/grafana.md.\n';

/** Dashboards for Grafana and what it wants to find them, by path. */
export async function grafanaFiles(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const source of sources) {
    for (const [name, one] of Object.entries(dashboards(source))) {
      const text = JSON.stringify({ id: null, ...one });
      files[`${FOLDER}/dashboards/${source.id}/${name}.json`] = await prettier.format(text, {
        parser: 'json',
        printWidth: 110,
      });
    }
    files[`${FOLDER}/provisioning/datasources/busbar-${source.id}.yaml`] = await yaml({
      apiVersion: 1,
      datasources: [
        {
          name: `busbar ${source.title}`,
          type: source.plugin,
          uid: `busbar-${source.id}`,
          access: 'proxy',
          ...CONNECTIONS[source.id],
        },
      ],
    });
  }
  files[`${FOLDER}/provisioning/dashboards/busbar.yaml`] = await yaml({
    apiVersion: 1,
    providers: sources.map(({ id, title }) => ({
      name: `busbar ${title}`,
      folder: `busbar ${title}`,
      type: 'file',
      allowUiUpdates: false,
      updateIntervalSeconds: 60,
      options: { path: `/var/lib/grafana/dashboards/busbar/${id}` },
    })),
  });
  return files;
}

/** How Grafana reaches each; `$NAME` is taken from its environment. */
const CONNECTIONS: Readonly<Record<Source['id'], object>> = {
  prometheus: {
    url: 'http://localhost:9090',
    jsonData: { httpMethod: 'POST', timeInterval: '15s' },
  },
  influxdb: {
    url: 'http://localhost:8086',
    user: '$INFLUX_USER',
    jsonData: { version: 'InfluxQL', dbName: 'busbar', httpMode: 'POST' },
    secureJsonData: { password: '$INFLUX_PASSWORD' },
  },
  postgres: {
    url: 'localhost:5432',
    user: 'grafana',
    jsonData: { database: 'busbar', sslmode: 'disable', timescaledb: false },
    secureJsonData: { password: '$PG_PASSWORD' },
  },
};

function yaml(content: object): Promise<string> {
  return prettier.format(HEAD + stringify(content), { parser: 'yaml', singleQuote: true, printWidth: 110 });
}
