import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { appendFile, chown, copyFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../links/harness.ts';
import { freePort } from './mosquitto.ts';

/** A PostgreSQL of our own on loopback. */
export interface PostgresServer {
  readonly port: number;
  /** Of its administrator, who needs no password. */
  readonly url: string;
  /** What a statement brings; by a connection of its own. */
  readonly rows: (sql: string) => Promise<readonly Record<string, unknown>[]>;
  /** As when the power fails. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops and goes on without closing its connections: a server that hangs. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Kills it and removes its files. */
  readonly remove: () => Promise<void>;
}

/** How it differs from the plain one. */
export interface PostgresSetting {
  /** Certificate and key: it speaks TLS too. */
  readonly tls?: readonly [cert: string, key: string];
  /** Lines of `pg_hba.conf`; absent: everybody on loopback is trusted. */
  readonly access?: readonly string[];
}

/** Folder of its programs; Debian keeps them off the path. */
const BIN = globSync('/usr/lib/postgresql/*/bin').sort().at(-1) ?? '';

/** True when the tests may run; where PostgreSQL is missing, says what is skipped, and with CI=true fails. */
export function hasPostgres(skipped: string): boolean {
  if (spawnSync(join(BIN, 'postgres'), ['--version'], { stdio: 'ignore' }).error === undefined) return true;
  const message = `postgres is not installed: ${skipped} not tested (apt-get install postgresql)`;
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`SKIPPED: ${message}\n`);
  return false;
}

/** Makes and starts one, with a database called `busbar`. PostgreSQL refuses root: then it runs as the user `postgres`. */
export async function postgresServer({ tls, access }: PostgresSetting = {}): Promise<PostgresServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'busbar-pg-'));
  const isRoot = process.getuid?.() === 0;
  const id = (which: string): number =>
    Number(spawnSync('id', [which, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  const owner: readonly [number, number] = isRoot ? [id('-u'), id('-g')] : [-1, -1];
  await chown(folder, ...owner);
  const own = async (path: string): Promise<void> => {
    await chmod(path, 0o600);
    await chown(path, ...owner);
  };
  const command = (program: string, args: readonly string[]): readonly [string, string[]] => {
    const path = join(BIN, program);
    return isRoot
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', path, ...args]]
      : [path, [...args]];
  };
  const data = join(folder, 'data');
  const [make, makeArgs] = command('initdb', ['-D', data, '-A', 'trust', '-U', 'admin', '-E', 'UTF8', '-N']);
  const made = spawnSync(make, makeArgs, { encoding: 'utf8', cwd: folder });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  // No fsync: a killed server loses nothing that the system has, and the tests are four times as fast.
  const lines = [
    `port = ${port}`,
    "listen_addresses = '127.0.0.1,::1'",
    "unix_socket_directories = ''",
    'fsync = off',
  ];
  if (tls !== undefined) {
    const [cert, key] = [join(data, 'server.crt'), join(data, 'server.key')];
    await copyFile(tls[0], cert);
    await copyFile(tls[1], key);
    await own(cert);
    await own(key);
    lines.push('ssl = on');
  }
  await appendFile(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`);
  if (access !== undefined) {
    await writeFile(join(data, 'pg_hba.conf'), `${['host all admin all trust', ...access].join('\n')}\n`);
  }
  let child: ChildProcess | undefined;
  const url = `postgres://admin@localhost:${port}/busbar`;
  const answers = async (database: string, sql: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client({ host: 'localhost', port, user: 'admin', database });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const start = async (): Promise<void> => {
    const [program, args] = command('postgres', ['-D', data]);
    child = spawn(program, args, { stdio: 'ignore', cwd: folder });
    await until(
      () =>
        answers('postgres', 'select 1').then(
          () => true,
          () => false,
        ),
      'PostgreSQL to answer',
      30_000,
    );
  };
  // Its children have sessions of their own, so a group cannot be signalled.
  const signal = (name: NodeJS.Signals): void => {
    const pid = child?.pid;
    if (pid === undefined) return;
    const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout;
    for (const one of [String(pid), ...children.trim().split(/\s+/)]) {
      try {
        if (one !== '') process.kill(Number(one), name);
      } catch {
        // It ended by itself meanwhile.
      }
    }
  };
  const kill = async (): Promise<void> => {
    const running = child;
    if (running === undefined) return;
    const exited = new Promise((resolve) => running.once('close', resolve));
    signal('SIGKILL');
    child = undefined;
    await exited;
  };
  await start();
  await answers('postgres', 'create database busbar');
  return {
    port,
    url,
    rows: (sql) => answers('busbar', sql),
    kill,
    start,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    remove: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
