import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The dashboards as they are published. */

const FOLDER = join(import.meta.dirname, '../../examples/grafana');

/** A query of a panel: PromQL, InfluxQL or SQL. */
export interface GrafanaTarget {
  readonly refId: string;
  readonly expr?: string;
  readonly instant?: boolean;
  readonly query?: string;
  readonly rawSql?: string;
  readonly format?: string;
}

/** A panel of a dashboard, as far as the tests look at it. */
export interface GrafanaPanel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly interval?: string;
  readonly repeat?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly GrafanaTarget[];
  readonly panels?: readonly GrafanaPanel[];
  readonly fieldConfig?: {
    readonly defaults: Readonly<Record<string, unknown>> & {
      readonly unit?: string;
      readonly noValue?: string;
    };
  };
}

/** A dashboard, as far as the tests look at it. */
export interface GrafanaDashboard {
  readonly id: number | null;
  readonly uid: string;
  readonly title: string;
  readonly timezone: string;
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly tags: readonly string[];
  readonly panels: readonly GrafanaPanel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string;
      readonly current: { readonly value: unknown };
      readonly datasource?: { readonly uid: string };
    }[];
  };
}

/** A dashboard and where it stands. */
export interface PublishedDashboard {
  readonly source: string;
  readonly name: string;
  readonly text: string;
  readonly dashboard: GrafanaDashboard;
}

/** All of them. */
export const published: readonly PublishedDashboard[] = ['prometheus', 'influxdb', 'postgres'].flatMap(
  (source) =>
    readdirSync(join(FOLDER, 'dashboards', source)).map((file) => {
      const text = readFileSync(join(FOLDER, 'dashboards', source, file), 'utf8');
      // Its shape is what the tests are about.
      return {
        source,
        name: file.replace('.json', ''),
        text,
        dashboard: JSON.parse(text) as GrafanaDashboard,
      };
    }),
);

/** What is provisioned as sources: their plugin by uid. */
export const provisioned: ReadonlyMap<string, string> = new Map(
  readdirSync(join(FOLDER, 'provisioning/datasources')).flatMap((file) => {
    const text = readFileSync(join(FOLDER, 'provisioning/datasources', file), 'utf8');
    const { datasources } = parse(text) as { datasources: { uid: string; type: string }[] }; // Grafana's own form
    return datasources.map(({ uid, type }) => [uid, type] as const);
  }),
);
