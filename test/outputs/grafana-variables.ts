/** Fills the variables of a query as Grafana does before it asks a database. */

/** What stands for the variables: lists for those of a dashboard. */
export type Filling = Readonly<Record<string, readonly string[]>>;

/** The time that is shown, milliseconds since 1970, and the width of a point in seconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly interval: number;
}

/** `$name`, `${name}` and `${name:format}`; what is no variable stays. */
const VARIABLE = /\$(?:\{(\w+)(?::(\w+))?\}|(\w+))/g;

/** Names of the variables in a text that are neither Grafana's own nor the groups of a regular expression. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)]
    .map((found) => found[1] ?? found[3] ?? '')
    .filter(
      (name) =>
        !name.startsWith('__') && !/^\d+$/.test(name) && name !== 'timeFilter' && !name.startsWith('tag_'),
    );
}

/** Fills what the dashboard defines. */
export function filled(text: string, values: Filling, plain: 'promql' | 'text'): string {
  return text.replace(
    VARIABLE,
    (whole, braced: string | undefined, format: string | undefined, bare: string | undefined) => {
      const found = values[braced ?? bare ?? ''];
      return found === undefined ? whole : written(found, format ?? plain);
    },
  );
}

function written(values: readonly string[], format: string): string {
  switch (format) {
    case 'sqlstring':
      return values.map((one) => `'${one.replaceAll("'", "''")}'`).join(',');
    case 'regex':
      return pattern(values, '\\$&');
    case 'promql':
      // A backslash in a quoted text is written twice.
      return pattern(values, '\\\\$&');
    case 'text':
      return values.join(' + ');
    default:
      throw new Error(`the format ${format} is unknown here`);
  }
}

function pattern(values: readonly string[], escaped: string): string {
  const each = values.map((one) => one.replace(/[\\^$.*+?()[\]{}|/]/g, escaped));
  return each.length === 1 ? (each[0] ?? '') : `(${each.join('|')})`;
}

/** What Grafana itself knows, for PromQL. */
export function promql(text: string, { from, to, interval }: Span): string {
  return text
    .replaceAll('$__rate_interval', `${Math.max(4 * interval, 15)}s`)
    .replaceAll('$__interval', `${interval}s`)
    .replaceAll('$__range', `${Math.round((to - from) / 1000)}s`);
}

/** What Grafana itself knows, for InfluxQL. */
export function influxql(text: string, { from, to, interval }: Span): string {
  return text
    .replaceAll('$timeFilter', `time >= ${from}ms and time <= ${to}ms`)
    .replaceAll('$__interval', `${interval}s`)
    .replaceAll('${__to}', String(to));
}

/** What Grafana itself knows, for PostgreSQL: its macros as pkg/tsdb/grafana-postgresql-datasource/macros.go expands them. */
export function sql(text: string, { from, to, interval }: Span): string {
  const quoted = (at: number): string => `'${new Date(at).toISOString()}'`;
  const group = (column: string): string => `floor(extract(epoch from ${column})/${interval})*${interval}`;
  return text
    .replaceAll('$__interval', `${interval}s`)
    .replace(/\$__timeGroupAlias\(([^,)]+),[^)]*\)/g, (_, column: string) => `${group(column)} AS "time"`)
    .replace(/\$__timeGroup\(([^,)]+),[^)]*\)/g, (_, column: string) => group(column))
    .replace(
      /\$__timeFilter\(([^)]+)\)/g,
      (_, column: string) => `${column} BETWEEN ${quoted(from)} AND ${quoted(to)}`,
    )
    .replaceAll('$__timeTo()', quoted(to))
    .replaceAll('$__timeFrom()', quoted(from));
}
