import type { Query } from './session.ts';

/** Time that a chunk spans, and age at which it is compressed. */
const CHUNK = '7 days';
const COMPRESS_AFTER = '30 days';

/**
 * Makes the table of samples a compressed hypertable where TimescaleDB is in the database. Brings what it found, as a
 * sentence for the log. A table that has rows already is left alone: rewriting it could take hours, which its owner
 * chooses.
 */
export async function useTimescale(query: Query, schema: string): Promise<string> {
  const [extension] = await query(`select extversion from pg_extension where extname = 'timescaledb'`);
  if (extension === undefined) return 'plain tables: the extension timescaledb is not in this database';
  const [hypertable] = await query(
    `select 1 from timescaledb_information.hypertables where hypertable_schema = '${schema}' and hypertable_name = 'sample'`,
  );
  const version = `TimescaleDB ${String(extension.extversion)}`;
  if (hypertable !== undefined) return `${version}: samples are a hypertable`;
  const [row] = await query(`select 1 from "${schema}".sample limit 1`);
  const steps = [
    `select create_hypertable('"${schema}".sample', 'time', chunk_time_interval => interval '${CHUNK}', if_not_exists => true, migrate_data => true)`,
    `alter table "${schema}".sample set (timescaledb.compress, timescaledb.compress_segmentby = 'series', timescaledb.compress_orderby = 'time')`,
    `select add_compression_policy('"${schema}".sample', interval '${COMPRESS_AFTER}', if_not_exists => true)`,
  ];
  if (row !== undefined) {
    return `${version} is there, and samples are a plain table with rows: to convert it, run ${steps.join('; ')}`;
  }
  for (const step of steps) await query(step);
  return `${version}: samples are a hypertable now, compressed after ${COMPRESS_AFTER}`;
}
