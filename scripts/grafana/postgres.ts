import { calmWords, lifetime, record, type Rows, type Source, type Target } from './source.ts';
import type { Shown } from './shown.ts';
import { shownUnit } from './units.ts';

const JOINED = 'from busbar.series s join busbar.sample d on d.series = s.id';
/** One of the chosen; also where nothing can be chosen, which would be wrong after `in`. */
const chosen = (column: string, variable: string): string =>
  `${column} = any(array[\${${variable}:sqlstring}]::text[])`;
const HERE = `${chosen('s.site', 'site')} and ${chosen('s.member', 'device')}`;

/** Series of values, all of which stand in records, in places of records, or in neither. */
function these(shown: readonly Shown[]): string {
  const [first] = shown;
  const names = [...new Set(shown.map(({ field }) => field.name))].join('|');
  const list = [...new Set(shown.flatMap(({ list: one }) => one ?? []))].join('|');
  const path = `${list === '' ? '' : `(${list})[.][0-9]+[.]`}(${names})${first?.places === true ? '[.][0-9]+' : ''}`;
  const groups = [...new Set(shown.flatMap((one) => one.groups))].map((group) => `'${group}'`).join(', ');
  const pack = list === '' ? '' : ` and ${chosen("split_part(s.path, '.', 2)", 'pack')}`;
  return `s.group_name in (${groups}) and s.path ~ '^${path}$'${pack}`;
}

function nameOf(shown: readonly Shown[]): string {
  const [first] = shown;
  if (first?.list === undefined) return "s.member || ': ' || s.title";
  const part = `s.member || ' ${record(first)} ' || split_part(s.path, '.', 2)`;
  // Two digits, so that the second cell comes before the tenth.
  return first.places
    ? `${part} || ' ' || lpad(split_part(s.path, '.', 4), 2, '0') || ': ' || s.title`
    : `${part} || ': ' || s.title`;
}

const query =
  (text: string, format: 'time_series' | 'table' = 'time_series'): Target =>
  (refId) => ({
    build: () => ({
      refId,
      rawSql: text,
      format,
      rawQuery: true,
      editorMode: 'code',
      _implementsDataqueryVariant: () => undefined,
    }),
  });

const BUCKET = '$__timeGroupAlias(d.time, $__interval, NULL)';
/** One query for values of one kind of place. */
const over = (shown: readonly Shown[], what: string, more = ''): readonly Target[] =>
  alike(shown).map((same) =>
    query(
      `select ${BUCKET}, ${nameOf(same)} as metric, ${what} as value ${JOINED} where $__timeFilter(d.time) and ${HERE} and ${these(same)}${more} group by 1, 2 order by 1`,
    ),
  );

/** Values in lists of their own: whole, records, places in records. */
function alike(shown: readonly Shown[]): readonly (readonly Shown[])[] {
  const kinds = new Map<string, Shown[]>();
  for (const one of shown) {
    const kind = `${one.list ?? ''}.${one.places}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  return [...kinds.values()];
}

const newest = (what: string): string => `(array_agg(${what} order by d.time desc))[1]`;
const times = (of: string, factor: number): string => (factor === 1 ? of : `${of} * ${factor}`);
const table = (text: string, units: Rows['units']): Rows => ({
  targets: [query(text, 'table')],
  transformations: [],
  units,
});
/** The last sample of each series, one step in the index for each; parts of packs left out. */
const HEARD = `busbar.latest l where ${chosen('l.site', 'site')} and l.kind in ('measurement', 'counter') and l.path !~ '[.]'`;

/** The tables that the PostgreSQL output and `busbar ingest` fill. */
export const postgres: Source = {
  id: 'postgres',
  title: 'PostgreSQL',
  plugin: 'grafana-postgresql-datasource',
  unit: shownUnit,
  sites: () => 'select distinct site from busbar.series order by 1',
  devices: (having) =>
    `select distinct s.member from busbar.series s where ${chosen('s.site', 'site')} and (${alike(having).map(these).join(' or ')}) order by 1`,
  packs: (having) =>
    `select distinct split_part(s.path, '.', 2) from busbar.series s where ${HERE} and s.path ~ '^(${[...new Set(having.map(({ list = '' }) => list))].join('|')})[.][0-9]+[.]' order by 1`,
  trend: (shown, factor = 1) => over(shown, times('avg(d.value)', factor)),
  spread: (shown, factor) =>
    alike(shown).map((same) => {
      const [first] = same;
      const part = `s.member || ' ${first === undefined ? '' : record(first)} ' || split_part(s.path, '.', 2)`;
      const each = `select $__timeGroup(d.time, $__interval, NULL) as bucket, ${part} as metric, s.id, avg(d.value) as one ${JOINED} where $__timeFilter(d.time) and ${HERE} and ${these(same)} group by 1, 2, 3`;
      return query(
        `select bucket as "time", metric, (max(one) - min(one)) * ${factor} as value from (${each}) cells group by 1, 2 order by 1`,
      );
    }),
  growth: (shown) =>
    alike(shown).map((same) => {
      const each = `select $__timeGroup(d.time, $__interval, NULL) as bucket, ${nameOf(same)} as metric, ${newest('d.value')} as one ${JOINED} where $__timeFilter(d.time) and ${HERE} and ${these(same)} group by 1, 2`;
      return query(
        `select bucket as "time", metric, greatest(one - lag(one) over (partition by metric order by bucket), 0) as value from (${each}) counters order by 1`,
      );
    }),
  now: (shown, factor = 1) =>
    alike(shown).map((same) => {
      const seconds = Math.max(...same.map(lifetime));
      const last = `select distinct on (s.id) d.time as "time", ${nameOf(same)} as metric, ${times('d.value', factor)} as value ${JOINED} where d.time > $__timeTo()::timestamptz - interval '${seconds} s' and d.time <= $__timeTo()::timestamptz and ${HERE} and ${these(same)} order by s.id, d.time desc`;
      return query(`select * from (${last}) newest where value is not null order by 1`);
    }),
  words: (shown, code) => {
    const words = [...new Set(shown.flatMap(({ field }) => field.words ?? []))];
    const number = `case d.text ${words.map((word) => `when '${word}' then ${code(word)}`).join(' ')} end`;
    return over(shown, newest(number));
  },
  flags: (shown) => over(shown, newest('d.flag::int')),
  conditions: (shown) =>
    alike(shown).map((same) => {
      const calm = [...new Set(['', ...same.flatMap(calmWords)])].map((word) => `'${word}'`).join(', ');
      return query(
        `select ${BUCKET}, ${nameOf(same)} || ': ' || word as metric, 1 as value ${JOINED} cross join lateral unnest(string_to_array(d.text, ', ')) word where $__timeFilter(d.time) and ${HERE} and ${these(same)} and word not in (${calm}) group by 1, 2 order by 1`,
      );
    }),
  deviceTable: () =>
    table(
      `select l.site, l.member as device, extract(epoch from now() - max(l.time))::float8 as "Last sample", count(*) as "Values" from ${HEARD} group by 1, 2 order by 1, 2`,
      { 'Last sample': 's' },
    ),
  fleetTable: () =>
    table(
      `select l.site, extract(epoch from now() - max(l.time))::float8 as "Last sample", count(distinct l.member) as "Devices", count(distinct l.member) filter (where l.time > now() - interval '5 minutes') as "Answering" from ${HEARD} group by 1 order by 2 desc`,
      { 'Last sample': 's' },
    ),
  alarms: {
    title: 'Events',
    ...table(
      `select e.time as "Time", e.site, e.member as device, e.severity, e.kind, e.text from busbar.event e where $__timeFilter(e.time) and ${chosen('e.site', 'site')} order by 1 desc limit 200`,
      {},
    ),
  },
};
