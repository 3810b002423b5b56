import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect as dial, createServer } from 'node:net';
import { join } from 'node:path';
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { until } from '../links/harness.ts';

/** A mosquitto of our own on loopback. */
export interface Mosquitto {
  readonly port: number;
  readonly url: string;
  /** As when the power fails. */
  readonly kill: () => Promise<void>;
  /** Does nothing while it runs. */
  readonly start: () => Promise<void>;
  /** Stops and goes on without closing its connections: a broker that hangs. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/** A port of loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/**
 * Starts one.
 * @param folder for its file and its data
 * @param lines of its configuration besides listener and persistence; absent: everybody may do everything
 */
export async function mosquitto(
  folder: string,
  lines: readonly string[] = ['allow_anonymous true'],
  scheme = 'mqtt',
): Promise<Mosquitto> {
  const port = await freePort();
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'mosquitto.conf');
  // As root it would become the user mosquitto, who may not read our files.
  const common = ['persistence true', `persistence_location ${folder}/`, 'user root', 'log_type error'];
  await writeFile(config, [...common, `listener ${port} 127.0.0.1`, ...lines, ''].join('\n'));
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    if (child !== undefined) return;
    child = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
    await until(() => listens(port), 'mosquitto to listen');
  };
  await start();
  return {
    port,
    url: `${scheme}://localhost:${port}`,
    start,
    kill: async () => {
      const running = child;
      child = undefined;
      if (running === undefined) return;
      const exited = new Promise((resolve) => running.once('close', resolve));
      running.kill('SIGKILL');
      await exited;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = dial({ port, host: '127.0.0.1' });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/** Somebody who listens and speaks beside us. */
export interface Bystander {
  readonly client: MqttClient;
  /** Everything heard, in its order. */
  readonly heard: readonly Heard[];
  /** The latest of a topic; undefined where nothing was heard. */
  readonly latest: (topic: string) => string | undefined;
  readonly close: () => Promise<void>;
}

/** A message as it arrived. */
export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
  readonly properties: IPublishPacket['properties'];
}

/** Connects and listens to everything. It comes back when the broker does, and loses nothing then. */
export async function bystander(url: string, options: IClientOptions = {}, filter = '#'): Promise<Bystander> {
  const client = connect(url, {
    protocolVersion: 5,
    clean: false,
    clientId: `bystander-${Math.trunc(performance.now() * 1000)}`,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: 50,
    ...options,
  });
  // Refused while the broker is down: it tries again.
  client.on('error', () => undefined);
  const heard: Heard[] = [];
  client.on('message', (topic, payload, { retain, properties }) =>
    heard.push({ topic, text: payload.toString(), retained: retain, properties }),
  );
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  await client.subscribeAsync(filter, { qos: 1 });
  return {
    client,
    heard,
    latest: (topic) => heard.findLast((one) => one.topic === topic)?.text,
    close: () => client.endAsync(true),
  };
}

/**
 * An authority, and certificates of a server and of a client by it, as files in a folder.
 * @param names whom the server's is for, as OpenSSL writes it
 */
export function certificates(
  folder: string,
  kind: 'ec' | 'rsa' = 'ec',
  names = 'DNS:localhost',
): {
  readonly ca: string;
  readonly server: readonly [cert: string, key: string];
  readonly client: readonly [cert: string, key: string];
} {
  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args[0] ?? ''}: ${stderr}`);
  };
  const key = kind === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const fresh = ['-newkey', ...key, '-nodes'];
  openssl(
    'req',
    '-x509',
    ...fresh,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=Our authority',
    '-days',
    '2',
  );
  const issue = (name: string, subject: string, more: readonly string[]): readonly [string, string] => {
    openssl('req', ...fresh, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject, ...more);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-out', `${name}.crt`, '-copy_extensions', 'copy'],
    );
    return [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  };
  return {
    ca: join(folder, 'ca.crt'),
    server: issue('server', '/CN=localhost', ['-addext', `subjectAltName=${names}`]),
    client: issue('client', '/CN=busbar', []),
  };
}
