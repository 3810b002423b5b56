/**
 * A thousand simulated gateways at 0.2 Hz into a real mosquitto, two `busbar ingest`, a real PostgreSQL. First at their own
 * pace, with the processor time that this takes; then broker and consumers are killed; then as fast as it goes, beside
 * psql's \copy of the same rows into the same empty table, by the clock and by processor time. Needs PostgreSQL and
 * mosquitto (apt-get install postgresql mosquitto). Ends with 1 where a key is missing or there twice, or where the way from
 * gateways to rows takes more than a hundred times the clock of \copy.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fleet, FLEET_BROKER, PERIOD } from '../test/outputs/fleet.ts';
import { mosquitto } from '../test/outputs/mosquitto.ts';
import { pause } from '../test/outputs/outage.ts';
import { postgresServer } from '../test/outputs/postgres-server.ts';

const GATEWAYS = 1_000;
/** Samples of each gateway at its own pace, while things are killed, and as fast as it goes. */
const [PACED, STRUCK, BURST] = [8, 6, 40];
const WORST = 100;
/** Of the clock that Linux counts processor time by. */
const TICKS = 100;
const MAIN = join(import.meta.dirname, '../src/cli/main.ts');

const folder = await mkdtemp(join(tmpdir(), 'busbar-fleet-'));
const server = await postgresServer();
const broker = await mosquitto(join(folder, 'mosquitto'), FLEET_BROKER);
const consumers = new Map<string, ChildProcess>();

async function consume(id: string): Promise<void> {
  const args = ['ingest', '--from', broker.url, '--to', server.url, '--id', id, '--log-level', 'info'];
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  consumers.set(id, child);
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  while (!said.includes('listening to $share')) await pause(50);
}

/** Seconds of processor time that processes have used. */
const used = (ids: readonly (number | undefined)[]): number =>
  ids.reduce<number>((sum, id) => {
    const fields =
      readFileSync(`/proc/${id ?? 'self'}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS;
  }, 0);
const brokerId = (): number =>
  Number(
    spawnSync('pgrep', ['-f', join(folder, 'mosquitto', 'mosquitto.conf')], { encoding: 'utf8' }).stdout,
  );
const consumerIds = (): (number | undefined)[] => [...consumers.values()].map(({ pid }) => pid);

const psql = (command: string, input?: string): string => {
  const args = [
    '-h',
    'localhost',
    '-p',
    String(server.port),
    '-U',
    'admin',
    '-d',
    'busbar',
    '-v',
    'ON_ERROR_STOP=1',
  ];
  const done = spawnSync('psql', [...args, '-Atc', command], {
    ...(input === undefined ? {} : { input }),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (done.status !== 0) throw new Error(`psql: ${done.stderr}`);
  return done.stdout;
};
const stored = (): number => Number(psql(`select count(*) from busbar.reading where path = 'voltage'`));
const shown = (value: number): string => Math.round(value).toLocaleString('en').padStart(9);

try {
  await Promise.all(['one', 'two'].map(consume));
  await pause(2_500); // the broker has saved who listens
  const gateways = await fleet(broker.url, { count: GATEWAYS, begin: Date.UTC(2026, 10, 21) });
  const arrived = async (): Promise<void> => {
    const wanted = gateways.made() * GATEWAYS;
    for (let waited = 0; gateways.backlog() > 0 || stored() < wanted; waited++) {
      if (waited > 600) throw new Error(`${stored()} of ${wanted} samples are there`);
      await pause(500);
    }
  };
  gateways.sample(); // connected, tables made, series known
  await arrived();

  const before = { broker: used([brokerId()]), consumers: used(consumerIds()), gateways: used([undefined]) };
  for (let left = PACED; left > 0; left--) {
    gateways.sample();
    await pause(PERIOD);
  }
  await arrived();
  const seconds = (PACED * PERIOD) / 1000;
  const percent = (now: number, then: number): string =>
    (((now - then) / seconds) * 100).toFixed(1).padStart(6);
  console.log(`${GATEWAYS.toLocaleString('en')} gateways at 0.2 Hz       processor, % of one core`);
  console.log(`broker                       ${percent(used([brokerId()]), before.broker)}`);
  console.log(`two busbar ingest            ${percent(used(consumerIds()), before.consumers)}`);
  console.log(`the gateways themselves      ${percent(used([undefined]), before.gateways)}`);

  for (let left = STRUCK; left > 0; left--) {
    gateways.sample();
    await pause(Math.random() * 1_000);
    // One consumer or both, and every second time the broker, which may come back while nobody listens.
    const struck = Math.random() < 0.5 ? ['one', 'two'] : [left % 2 === 0 ? 'one' : 'two'];
    if (left % 2 === 0) await broker.kill();
    for (const id of struck) consumers.get(id)?.kill('SIGKILL');
    await pause(Math.random() * 2_000);
    await broker.start();
    await pause(Math.random() * 5_000);
    await Promise.all(struck.map(consume));
  }
  await arrived();

  const count = Number(psql('select count(*) from busbar.sample'));
  const cpu = used(consumerIds());
  const began = performance.now();
  for (let left = BURST; left > 0; left--) gateways.sample();
  await arrived();
  const took = (performance.now() - began) / 1000;
  const rows = Number(psql('select count(*) from busbar.sample')) - count;
  const cpuTook = used(consumerIds()) - cpu;
  const doubles = Number(
    psql(`select count(*) - count(distinct (site, time)) from busbar.reading where path = 'voltage'`),
  );
  const missing = gateways.made() * GATEWAYS - stored();
  await gateways.close();

  const all = psql('copy busbar.sample to stdout');
  psql('truncate busbar.sample');
  const copyBegan = performance.now();
  psql('\\copy busbar.sample from stdin', all);
  const copy = (all.split('\n').length - 1) / ((performance.now() - copyBegan) / 1000);
  console.log(
    `rows a second, by the clock ${shown(rows / took)}   gateways, broker, consumers and database on this machine`,
  );
  console.log(`by time of the consumers    ${shown(rows / cpuTook)}`);
  console.log(
    `psql \\copy                  ${shown(copy)}   ${(copy / (rows / took)).toFixed(1)} times as fast`,
  );
  console.log(`missing ${missing}, twice ${doubles}`);
  process.exitCode = missing === 0 && doubles === 0 && copy / (rows / took) < WORST ? 0 : 1;
} finally {
  for (const child of consumers.values()) child.kill('SIGKILL');
  await broker.kill();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
}
process.exit();
