import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificates, freePort } from './mosquitto.ts';
import { until } from '../links/harness.ts';

/** A Zabbix server of Debian with its database and its API, on loopback. */
export interface ZabbixServer {
  /** Port of the trapper. */
  readonly port: number;
  /** Where external checks are looked for. */
  readonly scripts: string;
  readonly api: (method: string, params: unknown) => Promise<unknown>;
  /** Imports templates as the front end does. */
  readonly load: (yaml: string) => Promise<void>;
  /** A host with a template, and its id. */
  readonly host: (name: string, template: string, more?: object) => Promise<string>;
  /** Items of a host by key. */
  readonly items: (host: string) => Promise<ReadonlyMap<string, ZabbixItem>>;
  /** Ends it as when the power fails, and starts it again. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops and goes on without closing its connections. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Its authority, its own certificate, and one for who sends. */
  readonly certificates: ReturnType<typeof certificates>;
  readonly close: () => Promise<void>;
}

/** An item as the API tells it; the server's own words. */
export interface ZabbixItem {
  readonly itemid: string;
  readonly key_: string;
  readonly name: string;
  readonly units: string;
  readonly value_type: string;
  readonly lastvalue: string;
  readonly lastclock: string;
  readonly state: string;
  readonly error: string;
}

const PG = '/usr/lib/postgresql/15/bin';
const SCHEMA = '/usr/share/zabbix-server-pgsql';
const FRONT = '/usr/share/zabbix';

/** What is missing to run one; undefined: nothing. */
export function zabbixMissing(): string | undefined {
  const programs = ['zabbix_server', 'zabbix_sender', 'php', 'psql', 'openssl'].filter(
    (name) => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${name}`]).status !== 0,
  );
  const files = [`${PG}/initdb`, `${SCHEMA}/schema.sql.gz`, `${FRONT}/api_jsonrpc.php`].filter(
    (path) => !existsSync(path),
  );
  const missing = [...programs, ...files];
  return missing.length === 0
    ? undefined
    : `not installed: ${missing.join(', ')} (apt-get install postgresql zabbix-server-pgsql zabbix-frontend-php zabbix-agent php-cli php-pgsql php-curl php-xml php-mbstring php-gd php-bcmath)`;
}

/** Starts one; takes about half a minute. */
export async function zabbixServer(): Promise<ZabbixServer> {
  const folder = await mkdtemp(join(tmpdir(), 'zbx-'));
  await chmod(folder, 0o777);
  const scripts = join(folder, 'scripts');
  await mkdir(scripts);
  const [database, web, port] = [await freePort(), await freePort(), await lowPort()];
  // A database does not run as root.
  const isRoot = process.getuid?.() === 0;
  const id = (which: string): number => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  const as = isRoot ? { uid: id('-u'), gid: id('-g') } : {};
  const quiet = { ...as, cwd: folder, stdio: 'ignore' as const };
  execFileSync(
    `${PG}/initdb`,
    ['-D', join(folder, 'pg'), '-A', 'trust', '-U', 'zabbix', '-N', '-E', 'UTF8', '--locale=C.UTF-8'],
    quiet,
  );
  const settings = [
    `port=${database}`,
    `unix_socket_directories=${folder}`,
    'listen_addresses=127.0.0.1',
    'fsync=off',
    'synchronous_commit=off',
  ];
  const postgres = spawn(
    `${PG}/postgres`,
    ['-D', join(folder, 'pg'), ...settings.flatMap((one) => ['-c', one])],
    quiet,
  );
  const psql = ['-q', '-h', '127.0.0.1', '-p', String(database), '-U', 'zabbix'];
  await until(
    () => spawnSync('psql', [...psql, '-c', 'select 1', 'postgres'], { stdio: 'ignore' }).status === 0,
    'the database',
    30_000,
  );
  execFileSync('psql', [...psql, '-c', 'create database zabbix', 'postgres']);
  for (const file of ['schema', 'images', 'data'])
    execFileSync(
      'sh',
      ['-c', `zcat ${SCHEMA}/${file}.sql.gz | psql ${psql.join(' ')} -1 zabbix >/dev/null 2>&1`],
      { cwd: folder },
    );
  // The host that comes with it checks the server itself; here it would only make noise.
  execFileSync('psql', [...psql, '-c', "update hosts set status = 1 where host = 'Zabbix server'", 'zabbix']);

  // Zabbix with GnuTLS, as Debian has it, offers no ciphers for keys of elliptic curves.
  const pki = certificates(folder, 'rsa');
  const config = join(folder, 'zs.conf');
  const lines = {
    ListenPort: port,
    ListenIP: '127.0.0.1',
    LogFile: join(folder, 'zs.log'),
    PidFile: join(folder, 'zs.pid'),
    SocketDir: folder,
    DBHost: '127.0.0.1',
    DBPort: database,
    DBName: 'zabbix',
    DBUser: 'zabbix',
    ExternalScripts: scripts,
    Timeout: 20,
    StartPollers: 1,
    StartTrappers: 2,
    StartPingers: 0,
    StartDiscoverers: 0,
    StartHTTPPollers: 0,
    CacheUpdateFrequency: 1,
    AllowRoot: 1,
    TLSCAFile: pki.ca,
    TLSCertFile: pki.server[0],
    TLSKeyFile: pki.server[1],
  };
  await writeFile(
    config,
    Object.entries(lines)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    // In a group of its own, so that its many processes end together.
    server = spawn('/usr/sbin/zabbix_server', ['-f', '-c', config], {
      cwd: folder,
      stdio: 'ignore',
      detached: true,
    });
    await until(
      async () => {
        const log = await readFile(lines.LogFile, 'utf8').catch(() => '');
        if (server?.exitCode !== null) throw new Error(`the server ended: ${log}`);
        return log.includes('[trapper #1]');
      },
      'the server',
      30_000,
    );
  };
  const signal = (name: NodeJS.Signals): void => {
    if (server?.pid !== undefined) process.kill(-server.pid, name);
  };
  const kill = async (): Promise<void> => {
    const { pid } = server ?? {};
    if (server === undefined || pid === undefined || server.exitCode !== null) return;
    const exited = new Promise((resolve) => server?.once('close', resolve));
    process.kill(-pid, 'SIGKILL');
    await exited;
    server = undefined;
    // Its children end a little later, and a server that meets one of their sockets alive does not start.
    await until(async () => !(await answers(join(folder, 'zabbix_server_rtc.sock'))), 'its processes to end');
    await rm(lines.LogFile);
  };
  await start();

  // The front end of Debian reads its settings from one place; a copy of it reads them from ours.
  const front = join(folder, 'front');
  execFileSync('cp', ['-a', FRONT, front]);
  const place = join(front, 'include/classes/core/CConfigFile.php');
  await writeFile(place, (await readFile(place, 'utf8')).replace('/etc/zabbix/', `${folder}/`));
  await writeFile(
    join(folder, 'zabbix.conf.php'),
    `<?php $DB = ['TYPE'=>'POSTGRESQL','SERVER'=>'127.0.0.1','PORT'=>'${database}','DATABASE'=>'zabbix','USER'=>'zabbix','PASSWORD'=>'','SCHEMA'=>'','ENCRYPTION'=>false,'KEY_FILE'=>'','CERT_FILE'=>'','CA_FILE'=>'','VERIFY_HOST'=>false,'CIPHER_LIST'=>'','VAULT_URL'=>'','VAULT_DB_PATH'=>'','VAULT_TOKEN'=>'','DOUBLE_IEEE754'=>true];
$ZBX_SERVER='127.0.0.1'; $ZBX_SERVER_PORT='${port}'; $ZBX_SERVER_NAME=''; $IMAGE_FORMAT_DEFAULT=IMAGE_FORMAT_PNG;`,
  );
  const php = spawn('php', ['-S', `127.0.0.1:${web}`], { cwd: front, stdio: 'ignore' });

  let auth: unknown = null;
  const api = async (method: string, params: unknown): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${web}/api_jsonrpc.php`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json-rpc' },
      body: JSON.stringify({ jsonrpc: '2.0', method, params, auth, id: 1 }),
    });
    // as the documentation of the API has it
    const { result, error } = (await answer.json()) as { result?: unknown; error?: unknown };
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  await until(
    () =>
      fetch(`http://127.0.0.1:${web}/robots.txt`).then(
        ({ ok }) => ok,
        () => false,
      ),
    'the front end',
  );
  auth = await api('user.login', { username: 'Admin', password: 'zabbix' });

  const hosts = new Map<string, string>();
  return {
    port,
    scripts,
    api,
    load: async (yaml) => {
      const all = { createMissing: true, updateExisting: true };
      await api('configuration.import', {
        format: 'yaml',
        source: yaml,
        rules: {
          templates: all,
          groups: { createMissing: true },
          items: all,
          discoveryRules: all,
          triggers: all,
          valueMaps: all,
        },
      });
    },
    host: async (name, template, more = {}) => {
      // as the documentation of the API has it
      const [found] = (await api('template.get', { filter: { host: template } })) as { templateid: string }[];
      const [group] = (await api('hostgroup.get', { filter: { name: 'Linux servers' } })) as {
        groupid: string;
      }[];
      if (found === undefined || group === undefined) throw new Error(`no template ${template}`);
      // One of a first attempt at a test would be in the way of the second.
      const old = (await api('host.get', { filter: { host: name } })) as { hostid: string }[];
      if (old.length > 0)
        await api(
          'host.delete',
          old.map(({ hostid }) => hostid),
        );
      const made = (await api('host.create', {
        host: name,
        groups: [{ groupid: group.groupid }],
        templates: [{ templateid: found.templateid }],
        ...more,
      })) as { hostids: string[] };
      const [hostid = ''] = made.hostids;
      hosts.set(name, hostid);
      return hostid;
    },
    items: async (host) => {
      const of = {
        hostids: hosts.get(host),
        output: ['itemid', 'key_', 'name', 'units', 'value_type', 'lastvalue', 'lastclock', 'state', 'error'],
      };
      const all = (await api('item.get', of)) as ZabbixItem[]; // as asked for
      return new Map(all.map((item) => [item.key_, item]));
    },
    kill,
    start,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    certificates: pki,
    close: async () => {
      php.kill();
      await kill();
      const ended = new Promise((resolve) => postgres.once('close', resolve));
      postgres.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether somebody listens on a Unix socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const tell = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', tell(true)).once('error', tell(false));
  });
}

/** The server takes ports up to 32767 only. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => probe.close(resolve));
    if (isFree) return port;
  }
}
