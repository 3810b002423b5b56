import { Fault } from '../../core/fault.ts';
import { type Query, transaction } from './session.ts';

/**
 * The tables, as steps from one format to the next: `STEPS[0]` makes format 1 of nothing. A step that was published is
 * never changed. `{s}` is our schema.
 */
const STEPS: readonly string[] = [
  `
  create table {s}.format (version integer not null);
  insert into {s}.format values (0);

  create table {s}.series (
    id integer generated always as identity primary key,
    site text not null,
    member text not null,
    group_name text not null,
    path text not null,
    title text not null,
    quantity text not null,
    unit text not null,
    kind text not null,
    unique (site, member, group_name, path)
  );
  comment on table {s}.series is 'one row for each value of each device';
  comment on column {s}.series.path is 'name in the group: voltage, cell_voltages.3, packs.2.soc';
  comment on column {s}.series.kind is 'measurement, counter, state, setting or identity';

  create table {s}.sample (
    series integer not null,
    time timestamptz not null,
    value double precision,
    text text,
    flag boolean,
    primary key (series, time)
  );
  comment on table {s}.sample is 'one of value, text, flag; none of them: known to be none (a limit that is off)';
  create index sample_time on {s}.sample using brin (time);

  create table {s}.event (
    site text not null,
    time timestamptz not null,
    kind text not null,
    severity text not null,
    member text,
    subject text not null,
    text text not null,
    detail jsonb
  );
  create unique index event_key on {s}.event (site, time, kind, subject, md5(text));

  create table {s}.set_aside (
    id bigint generated always as identity primary key,
    since timestamptz not null default now(),
    topic text not null,
    payload bytea not null,
    why text not null,
    waits_for text
  );
  comment on table {s}.set_aside is 'messages that busbar ingest could not store; waits_for: whose description is missing';
  create index set_aside_waiting on {s}.set_aside (waits_for) where waits_for is not null;

  create view {s}.reading as
    select s.site, s.member, s.group_name, s.path, s.unit, s.kind, d.time, d.value, d.text, d.flag
    from {s}.series s join {s}.sample d on d.series = s.id;
  create view {s}.latest as
    select s.site, s.member, s.group_name, s.path, s.unit, s.kind, d.time, d.value, d.text, d.flag
    from {s}.series s
    cross join lateral (select * from {s}.sample where series = s.id order by time desc limit 1) d;
  `,
];

/** Format of the tables that this program makes and knows. */
export const FORMAT = STEPS.length;

/**
 * Brings the tables of a schema to our format; several programs may do it at once. Rejects with `config` when they are of
 * a newer one.
 * @param schema lower-case letters, digits and _
 */
export async function migrate(query: Query, schema: string): Promise<void> {
  await transaction(query, async () => {
    await query(`select pg_advisory_xact_lock(hashtext('busbar'), hashtext('${schema}'))`);
    const [there] = await query(
      `select to_regnamespace('"${schema}"') is null as no_schema, to_regclass('"${schema}".format') is null as no_format`,
    );
    // "if not exists" wants the right to create one also where there is one.
    if (there?.no_schema === true) await query(`create schema "${schema}"`);
    const found =
      there?.no_format === true ? 0 : (await query(`select version from "${schema}".format`))[0]?.version;
    if (typeof found !== 'number' || found > FORMAT) {
      throw new Fault(
        'config',
        `the tables in schema ${schema} have format ${String(found)}, this program knows ${FORMAT}`,
        { hint: 'a newer busbar made them: update this one, or give it another schema' },
      );
    }
    if (found === FORMAT) return;
    for (const step of STEPS.slice(found)) await query(step.replaceAll('{s}', `"${schema}"`));
    await query(`update "${schema}".format set version = ${FORMAT}`);
  });
}
