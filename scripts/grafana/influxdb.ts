import { calmWords, legend, lifetime, record, type Rows, type Source, type Target } from './source.ts';
import type { Shown } from './shown.ts';
import { shownUnit } from './units.ts';

const HERE = '"site" =~ /^${site:regex}$/ AND "device" =~ /^${device:regex}$/';
const within = (one: Shown): string =>
  one.list === undefined ? HERE : `${HERE} AND "${record(one)}" =~ /^\${pack:regex}$/`;
/** The present end of what is shown, and so many seconds before it. */
const until = (seconds: number): string => `time > \${__to}ms - ${seconds}s AND time <= \${__to}ms`;

/** Measurements in which a value stands: a group, its records, or places in them. */
const from = ({ groups, list, places, field }: Shown): string =>
  groups
    .map((group) => `"${[group, list, places ? field.name : undefined].filter(Boolean).join('_')}"`)
    .join(', ');
const key = ({ field, places }: Shown): string => (places ? '"value"' : `"${field.name}"`);
const tags = (one: Shown): string =>
  [
    '"device"',
    ...(one.list === undefined ? [] : [`"${record(one)}"`]),
    ...(one.places ? ['"index"'] : []),
  ].join(', ');

/** A query in InfluxQL. */
const query =
  (text: string, alias: string | undefined, limit = true): Target =>
  (refId) => ({
    build: () => ({
      refId,
      query: text,
      rawQuery: true,
      resultFormat: alias === undefined ? 'table' : 'time_series',
      ...(alias === undefined ? {} : { alias }),
      ...(limit ? {} : { limit: '' }),
      _implementsDataqueryVariant: () => undefined,
    }),
  });
const nameOf = (one: Shown): string => legend(one, (label) => `$tag_${label}`);
const times = (of: string, factor: number): string => (factor === 1 ? of : `${of} * ${factor}`);
const over = (one: Shown, what: string, more = '', fill = 'null'): string =>
  `SELECT ${what} FROM ${from(one)} WHERE ${within(one)}${more} AND $timeFilter GROUP BY time($__interval), ${tags(one)} fill(${fill})`;

/** One row for each of some tags: when it was heard last. */
function heard(having: readonly Shown[], by: readonly string[]): Rows {
  const kept = having.filter(({ list }) => list === undefined);
  return {
    targets: kept.map((one) =>
      query(
        `SELECT last(${key(one)}) AS "value" FROM ${from(one)} WHERE "site" =~ /^\${site:regex}$/ GROUP BY "site", "device"`,
        undefined,
      ),
    ),
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'groupBy',
        options: {
          fields: {
            ...Object.fromEntries(by.map((tag) => [tag, { operation: 'groupby', aggregations: [] }])),
            Time: { operation: 'aggregate', aggregations: ['max'] },
            ...(by.includes('device')
              ? {}
              : { device: { operation: 'aggregate', aggregations: ['distinctCount'] } }),
          },
        },
      },
      {
        id: 'organize',
        options: { renameByName: { 'Time (max)': 'Last sample', 'device (distinctCount)': 'Devices' } },
      },
    ],
    units: { 'Last sample': 'dateTimeFromNow' },
  };
}

/** InfluxDB by InfluxQL, which versions 1, 2 and 3 understand. */
export const influxdb: Source = {
  id: 'influxdb',
  title: 'InfluxDB',
  plugin: 'influxdb',
  unit: shownUnit,
  sites: (having) => `SHOW TAG VALUES FROM ${measurements(having)} WITH KEY = "site"`,
  devices: (having) =>
    `SHOW TAG VALUES FROM ${measurements(having)} WITH KEY = "device" WHERE "site" =~ /^\${site:regex}$/`,
  packs: (having) => `SHOW TAG VALUES FROM ${measurements(having)} WITH KEY = "pack" WHERE ${HERE}`,
  trend: (shown, factor = 1) =>
    shown.flatMap((one) => {
      const what = times(`mean(${key(one)})`, factor);
      if (!one.places) return query(over(one, what), nameOf(one));
      // InfluxDB sorts tags as texts: the second cell comes before the tenth when they are asked for one after the other.
      return ['.', '..'].map((digits) =>
        query(over(one, what, ` AND "index" =~ /^${digits}$/`), nameOf(one)),
      );
    }),
  spread: (shown, factor) =>
    shown.map((one) => {
      const by = `"device", "${record(one)}"`;
      const inner = over(one, `mean(${key(one)}) AS "one"`, '', 'none');
      return query(
        `SELECT (max("one") - min("one")) * ${factor} FROM (${inner}) WHERE $timeFilter GROUP BY time($__interval), ${by} fill(null)`,
        `$tag_device ${record(one)} $tag_${record(one)}`,
      );
    }),
  growth: (shown) =>
    shown.map((one) => query(over(one, `non_negative_difference(last(${key(one)}))`), nameOf(one))),
  now: (shown, factor = 1) =>
    shown.map((one) =>
      query(
        `SELECT ${times(`last(${key(one)})`, factor)} FROM ${from(one)} WHERE ${within(one)} AND ${until(lifetime(one))} GROUP BY ${tags(one)}`,
        nameOf(one),
      ),
    ),
  words: (shown) => shown.map((one) => query(over(one, `last(${key(one)})`), nameOf(one))),
  flags: (shown) => shown.map((one) => query(over(one, `last(${key(one)})`), nameOf(one))),
  conditions: (shown) =>
    shown.map((one) => {
      const calm = ['', ...calmWords(one)].join('|');
      return query(over(one, `last(${key(one)})`, ` AND ${key(one)} !~ /^((${calm})(, )?)*$/`), nameOf(one));
    }),
  deviceTable: (having) => heard(having, ['site', 'device']),
  fleetTable: (having) => heard(having, ['site']),
  alarms: {
    title: 'Events',
    targets: [
      query(
        'SELECT "text", "site", "device", "severity", "kind" FROM "events" WHERE "site" =~ /^${site:regex}$/ AND $timeFilter ORDER BY time DESC LIMIT 200',
        undefined,
      ),
    ],
    transformations: [],
    units: {},
  },
};

const measurements = (having: readonly Shown[]): string =>
  [...new Set(having.flatMap((one) => from(one).split(', ')))].join(', ');
