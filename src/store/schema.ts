import { Fault } from '../core/fault.ts';
import { type Connection } from './connection.ts';

/** What each version of the format adds to the one before it; the first makes the tables. Never change an old one. */
const MIGRATIONS: readonly string[] = [
  `
  -- Facts about the database by name: highest sequence given, losses, whether it was closed well.
  create table meta(name text primary key, value any) without rowid;
  create table memory(name text primary key, text text not null) without rowid;
  -- A group of a member. Hours before "condensed" are in chunks; live entries up to "pruned" were deleted.
  create table stream(id integer primary key, member text not null, name text not null, fields text not null,
    period real not null, condensed integer, pruned integer, unique(member, name));
  create table series(id integer primary key, stream integer not null, path text not null, title text not null,
    quantity text not null, kind text not null, first integer not null, last integer not null, unique(stream, path));
  create table shape(id integer primary key, text text not null);
  -- source: 0 an event, 2 × stream a live snapshot, 2 × stream + 1 an archive. shape: 0 where data is plain JSON.
  create table journal(sequence integer primary key, source integer not null, at integer not null,
    shape integer not null, data text not null);
  create index journal_by_time on journal(source, at);
  -- Hours that got late entries after they were condensed, and the first sequence among those.
  create table dirty(stream integer, hour integer, since integer not null, primary key(stream, hour)) without rowid;
  -- Buckets of one series, level and span; see chunk.ts for the key and the data.
  create table chunk(id integer primary key, data blob not null);
  create table cursor(output text primary key, sequence integer not null) without rowid;
  create table quarantine(id integer primary key, output text not null, at integer not null, why text not null,
    entry text not null);
  `,
  `
  -- A lane of a group: its live entries are in the order of time. See lanes.ts.
  alter table stream rename to single;
  create table stream(id integer primary key, member text not null, name text not null, lane integer not null default 0,
    fields text not null, period real not null, condensed integer, pruned integer, unique(member, name, lane));
  insert into stream select id, member, name, 0, fields, period, condensed, pruned from single;
  drop table single;
  -- Where live entries go on in another lane, since the calendar was set back: the first entry after it, its lane and
  -- time; lane and time of the entry before it.
  create table seam(sequence integer primary key, stream integer not null, at integer not null,
    origin integer not null, until integer not null);
  `,
];

/** Version of the format that this program writes. */
export const FORMAT_VERSION = MIGRATIONS.length;

/** Marks a database as busbar's own: `busb` in ASCII. */
const APPLICATION = 0x62757362;

/**
 * Makes the tables of a database that is new, and brings one of an older version up to date. Throws a `config` fault
 * when it belongs to another program or to a newer version of this one.
 */
export function prepare(connection: Connection): void {
  const version = versionOf(connection);
  if (version === FORMAT_VERSION) return;
  if (version === 0) {
    // Takes effect only before the first table.
    connection.exec('pragma auto_vacuum = incremental');
  }
  connection.transaction(() => {
    for (const sql of MIGRATIONS.slice(version)) connection.exec(sql);
    connection.exec(`pragma application_id = ${APPLICATION}; pragma user_version = ${FORMAT_VERSION}`);
  });
}

/** The version of the format of a database; 0 when it is new and empty. Throws like `prepare`. */
export function versionOf(connection: Connection): number {
  const pragma = (name: string): number => {
    const row = connection.get<Record<string, number>>(`pragma ${name}`);
    return row?.[name] ?? 0;
  };
  const version = pragma('user_version');
  const application = pragma('application_id');
  const empty = connection.get('select 1 from sqlite_schema limit 1') === undefined;
  if (application !== APPLICATION && !empty) {
    throw new Fault('config', `${connection.path} is a database of another program`, {
      hint: 'name another file under history.path',
    });
  }
  if (version > FORMAT_VERSION) {
    throw new Fault(
      'config',
      `${connection.path} has format version ${version}, and this busbar knows versions up to ${FORMAT_VERSION}`,
      { hint: 'a newer busbar wrote it: run that one, or name another file under history.path' },
    );
  }
  return version;
}
