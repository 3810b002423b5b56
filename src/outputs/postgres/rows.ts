import type { SiteEvent } from '../../core/site/index.ts';
import type { Reading } from './reading.ts';
import type { SeriesBook } from './series.ts';
import type { Query } from './session.ts';

/** An event and the site where it happened. */
export interface StoredEvent {
  readonly site: string;
  readonly event: SiteEvent;
}

/** Rows in one statement: some megabytes. */
const MOST = 20_000;

/**
 * Writes samples; those that are there already are left as they are, or take the newer value. Columns travel as arrays,
 * which PostgreSQL takes nearly as fast as COPY, and which, unlike COPY, may meet rows that exist.
 */
export async function writeSamples(
  query: Query,
  schema: string,
  book: Pick<SeriesBook, 'idsOf'>,
  readings: readonly Reading[],
): Promise<void> {
  let rows = columns();
  const flush = async (): Promise<void> => {
    if (rows.ids.length === 0) return;
    const { ids, times, values, texts, flags } = rows;
    rows = columns();
    await query(
      `insert into "${schema}".sample as s (series, time, value, text, flag)
       select distinct on (id, at) id, to_timestamp(at / 1000.0), value, text, flag
       from unnest($1::integer[], $2::float8[], $3::float8[], $4::text[], $5::boolean[])
         with ordinality as n (id, at, value, text, flag, place)
       order by id, at, place desc
       on conflict (series, time) do update set value = excluded.value, text = excluded.text, flag = excluded.flag
       where (s.value, s.text, s.flag) is distinct from (excluded.value, excluded.text, excluded.flag)`,
      [ids, times, values, texts, flags].map((column) => `{${column.join(',')}}`),
    );
  };
  for (const reading of readings) {
    const known = book.idsOf(reading);
    for (const { path, value } of reading.points) {
      const id = known.get(path)?.id;
      if (id === undefined)
        throw new Error(`series ${reading.member}.${reading.group}.${path} has no number`);
      const place = rows.ids.length;
      rows.ids.push(id);
      rows.times.push(reading.at);
      rows.values.push(typeof value === 'number' ? value : null_);
      // Columns end with their last value: what is missing behind it becomes null.
      if (typeof value === 'string') put(rows.texts, place, quoted(value));
      else if (typeof value === 'boolean') put(rows.flags, place, String(value));
    }
    if (rows.ids.length >= MOST) await flush();
  }
  await flush();
}

const null_ = 'NULL';

function put(column: string[], place: number, text: string): void {
  while (column.length < place) column.push(null_);
  column.push(text);
}

/** An element of an array as PostgreSQL reads it. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

function columns() {
  return {
    ids: [] as number[],
    times: [] as number[],
    values: [] as (number | typeof null_)[],
    texts: [] as string[],
    flags: [] as string[],
  };
}

/** Writes events; those that are there already are left as they are. */
export async function writeEvents(
  query: Query,
  schema: string,
  events: readonly StoredEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await query(
    `insert into "${schema}".event
     select site, to_timestamp(at / 1000.0), kind, severity, member, subject, text, detail
     from jsonb_to_recordset($1::jsonb) as n
       (site text, at float8, kind text, severity text, member text, subject text, text text, detail jsonb)
     on conflict do nothing`,
    [JSON.stringify(events.map(({ site, event }) => ({ site, ...event })))],
  );
}
