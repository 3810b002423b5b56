import { hostname } from 'node:os';
import process from 'node:process';
import { Fault } from '../core/fault.ts';
import { connect } from './connection.ts';
import { sqliteCode } from './trouble.ts';

/**
 * Makes sure that one gateway at a time works on a database; the returned function ends that. Throws a `config` fault
 * that names the holder.
 *
 * The lock is that of SQLite on a small file of its own beside the database. The operating system gives it up with the
 * process, however that ends, so there are no stale locks, and a process of the same number in another container is not
 * taken for the holder. Readers of the database itself are not hindered.
 */
export function lock(path: string): () => void {
  const file = `${path}.lock`;
  const connection = connect(file);
  try {
    connection.exec('pragma busy_timeout = 0; create table if not exists holder(who text)');
    connection.transaction(() => {
      connection.run('delete from holder');
      connection.run(
        'insert into holder(who) values (?)',
        JSON.stringify({ pid: process.pid, host: hostname() }),
      );
    });
    connection.exec('begin immediate');
    return () => {
      connection.close();
    };
  } catch (thrown) {
    const holder = sqliteCode(thrown) === BUSY ? holderOf(file) : undefined;
    connection.close();
    if (holder === undefined) throw thrown;
    throw new Fault('config', `${path} is in use by another gateway (${holder})`, {
      hint: 'stop that one first, or name another file under history.path',
      cause: thrown,
    });
  }
}

const BUSY = 5;

function holderOf(file: string): string {
  const connection = connect(file, { readOnly: true });
  try {
    const row = connection.get<{ who: string }>('select who from holder');
    if (row === undefined) return 'it has just begun';
    const { pid, host } = JSON.parse(row.who) as { pid: number; host: string }; // written by `lock`
    return `process ${pid} on ${host}`;
  } finally {
    connection.close();
  }
}
