/**
 * Snapshots a second that a broker has acknowledged, from the journal's entries to the last acknowledgement: our output
 * with its window against a loop that waits for each message, over the same client package and the same mosquitto.
 *
 *     node bench/mqtt-publish.bench.ts
 *
 * On a machine that does other things as well the wall clock tells little: the rate by our own processor time is what one
 * core could do. Needs mosquitto (apt-get install mosquitto). Ends with 1 when ours is slower than one by one, or below
 * 20,000 a second of processor time.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as dial, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { type Entry, type OutputContext, type SiteView, streamMessage } from '../src/core/site/index.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { mqttOutput } from '../src/outputs/mqtt.ts';

const BATCHES = 50;
const BATCH = 2_000;
const ONE_BY_ONE = 10_000;
const WANTED = 20_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits until something listens. */
async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const probe = dial({ port, host: '127.0.0.1' });
      probe.once('connect', () => {
        probe.destroy();
        resolve(true);
      });
      probe.once('error', () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('mosquitto does not listen');
}

const folder = await mkdtemp(join(tmpdir(), 'busbar-bench-'));
const port = await freePort();
const config = join(folder, 'mosquitto.conf');
// As a broker for many sites is set: the packaged defaults are 20 at a time, and acknowledgements that wait 40 ms.
await writeFile(
  config,
  `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 1000\nset_tcp_nodelay true\n`,
);
const broker = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
const url = `mqtt://127.0.0.1:${port}`;

const values = { voltage: 13.27, current: -4.12, power: -54.7, soc: 81.5, temperature: 22 };
const entries = (from: number): Entry[] =>
  Array.from({ length: BATCH }, (_, index) => ({
    sequence: from + index,
    what: 'snapshot',
    snapshot: { device: 'shunt', group: 'measured', at: Date.now(), values, kind: 'live' },
  }));

/** A site without members: only the stream is measured. */
const view: SiteView = {
  site: 'bench',
  members: () => [],
  state: () => undefined,
  alarms: () => [],
  subscribe: () => () => undefined,
};
const quiet = (): void => undefined;
const context: OutputContext = {
  name: 'mqtt',
  view,
  clock: systemClock,
  random: () => 0,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  trouble: quiet,
  write: () => Promise.reject(new Error('nobody writes')),
  memory: { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
};

const never = new AbortController().signal;
/** Begins to measure; the returned function brings messages a second by the clock and by processor time. */
function stopwatch(): (count: number) => { readonly wall: number; readonly cpu: number } {
  const began = performance.now();
  const used = process.cpuUsage();
  return (count) => {
    const { user, system } = process.cpuUsage(used);
    return { wall: count / ((performance.now() - began) / 1000), cpu: count / ((user + system) / 1e6) };
  };
}
const shown = (rate: number): string => Math.round(rate).toLocaleString('en').padStart(8);

try {
  await listening(port);
  const output = await mqttOutput(
    {
      url,
      version: 5,
      prefix: 'busbar',
      keepalive: 30,
      retain: true,
      values_topics: false,
      commands: false,
      stream: true,
      keep_unheard: false, // nobody does
      backfill_rate: 100_000,
      homeassistant: false,
    },
    context,
    '0',
  );
  await output.deliver?.(entries(1), never); // warm, and connected
  const before = process.memoryUsage().heapUsed;
  const ourWatch = stopwatch();
  for (let batch = 1; batch <= BATCHES; batch++) await output.deliver?.(entries(batch * BATCH), never);
  const ours = ourWatch(BATCHES * BATCH);
  const grown = (process.memoryUsage().heapUsed - before) / 1e6;
  await output.close();

  const client = await connectAsync(url, { protocolVersion: 5 });
  const [first] = entries(1);
  const source = { site: 'bench', gateway: 'a', boot: 'b' };
  const theirWatch = stopwatch();
  for (let index = 0; index < ONE_BY_ONE; index++) {
    if (first?.what !== 'snapshot') throw new Error('no snapshot');
    const payload = JSON.stringify(streamMessage(first, source, undefined));
    const properties = { userProperties: { schema: '1', site: 'bench', key: `a/${index}` } };
    await client.publishAsync('busbar/bench/stream/shunt/measured', payload, { qos: 1, properties });
  }
  const theirs = theirWatch(ONE_BY_ONE);
  await client.endAsync();

  console.log('acknowledged a second   by the clock  by processor time');
  console.log(
    `with a window               ${shown(ours.wall)}           ${shown(ours.cpu)}   heap ${grown.toFixed(0)} MB more`,
  );
  console.log(`one by one                  ${shown(theirs.wall)}           ${shown(theirs.cpu)}`);
  console.log(
    `ratio                       ${(ours.wall / theirs.wall).toFixed(2).padStart(8)}           ${(ours.cpu / theirs.cpu).toFixed(2).padStart(8)}`,
  );
  process.exitCode = ours.cpu > theirs.cpu && ours.cpu >= WANTED ? 0 : 1;
} finally {
  broker.kill();
  await rm(folder, { recursive: true, force: true });
}
