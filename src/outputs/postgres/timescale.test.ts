import { describe, expect, it } from 'vitest';
import { type Query, useTimescale } from './index.ts';

/** A database that answers some questions, and writes down what it is told. */
function played(answers: readonly (readonly [question: RegExp, rows: readonly Record<string, unknown>[]])[]) {
  const told: string[] = [];
  const query: Query = (sql) => {
    told.push(sql);
    return Promise.resolve(answers.find(([question]) => question.test(sql))?.[1] ?? []);
  };
  return { told, query };
}

/** Debian has no TimescaleDB: what would be sent is compared with its manual (API reference of version 2). */
describe('TimescaleDB', () => {
  const extension = [/from pg_extension/, [{ extversion: '2.17.2' }]] as const;

  it('makes new tables a hypertable by time, compressed series by series', async () => {
    const { told, query } = played([extension]);
    expect(await useTimescale(query, 'own')).toContain('TimescaleDB 2.17.2: samples are a hypertable now');
    expect(told.slice(3)).toEqual([
      `select create_hypertable('"own".sample', 'time', chunk_time_interval => interval '7 days', if_not_exists => true, migrate_data => true)`,
      `alter table "own".sample set (timescaledb.compress, timescaledb.compress_segmentby = 'series', timescaledb.compress_orderby = 'time')`,
      `select add_compression_policy('"own".sample', interval '30 days', if_not_exists => true)`,
    ]);
  });

  it('leaves hypertables and plain tables with rows alone, and says how to convert those', async () => {
    const made = played([extension, [/timescaledb_information\.hypertables/, [{}]]]);
    expect(await useTimescale(made.query, 'own')).toBe('TimescaleDB 2.17.2: samples are a hypertable');
    expect(made.told).toHaveLength(2);
    const full = played([extension, [/from "own"\.sample limit 1/, [{}]]]);
    expect(await useTimescale(full.query, 'own')).toMatch(
      /plain table with rows: to convert it, run select create_hypertable/,
    );
    expect(full.told.filter((sql) => !sql.startsWith('select 1') && !sql.includes('pg_extension'))).toEqual(
      [],
    );
  });

  it('asks nothing more where it is not there', async () => {
    const { told, query } = played([]);
    expect(await useTimescale(query, 'own')).toContain('plain tables');
    expect(told).toHaveLength(1);
  });
});
