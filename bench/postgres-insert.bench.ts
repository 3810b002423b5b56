/**
 * Values a second that PostgreSQL takes from the output (upsert by key, committed batch by batch) beside psql's \copy of
 * the same rows into the same empty table in one go, which can neither skip rows that exist nor name series.
 * Needs PostgreSQL (apt-get install postgresql). Ends with 1 below 50,000 values a second.
 */
import { spawnSync } from 'node:child_process';
import type { Entry, Member, OutputContext, SiteView } from '../src/core/site/index.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { postgresOutput } from '../src/outputs/postgres/index.ts';
import { postgresServer } from '../test/outputs/postgres-server.ts';

const BATCHES = 40;
const BATCH = 500;
const CELLS = 48;
const WANTED = 50_000;
const VALUES = BATCHES * BATCH * (CELLS + 2);

const server = await postgresServer();
const field = { title: 'x', kind: 'measurement', source: '' } as const;
const fields = [
  { ...field, name: 'voltage', quantity: 'voltage' },
  { ...field, name: 'direction', quantity: 'word', kind: 'state' },
  { ...field, name: 'cells', quantity: 'cell_voltage' },
] as const;
const member: Member = {
  name: 'rack',
  title: 'Rack',
  groups: [{ name: 'analog', title: 'Analog', period: 1, fields }],
  writables: [],
  simulated: false,
};
const view: SiteView = {
  site: 'bench',
  members: () => [member],
  state: () => ({ member, freshness: 'fresh', groups: {}, refused: {} }),
  alarms: () => [],
  subscribe: () => () => undefined,
};
const quiet = (): void => undefined;
const context: OutputContext = {
  name: 'postgres',
  view,
  clock: systemClock,
  random: () => 0,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  trouble: quiet,
  write: () => Promise.reject(new Error('nobody writes')),
  memory: { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
};
const START = Date.parse('2026-11-21T00:00:00Z');
const entries = (batch: number): Entry[] =>
  Array.from({ length: BATCH }, (_, place) => {
    const index = batch * BATCH + place;
    const cells = Array.from({ length: CELLS }, (_value, cell) => (3300 + ((index + cell) % 50)) / 1000);
    return {
      sequence: index,
      what: 'snapshot',
      snapshot: {
        device: 'rack',
        group: 'analog',
        at: START + index * 1000,
        values: { voltage: 52 + (index % 100) / 100, direction: 'charging', cells },
        kind: 'live',
      },
    };
  });
const never = new AbortController().signal;
const rate = (began: number): number => VALUES / ((performance.now() - began) / 1000);

try {
  const output = postgresOutput({ url: server.url, schema: 'busbar', timescale: 'never' }, context);
  await output.deliver?.([], never); // connected, tables made
  const before = process.memoryUsage().heapUsed;
  let began = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) await output.deliver?.(entries(batch), never);
  const ours = rate(began);
  const grown = (process.memoryUsage().heapUsed - before) / 1e6;
  began = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) await output.deliver?.(entries(batch), never);
  const again = rate(began);
  await output.close();

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
    const done = spawnSync('psql', [...args, '-c', command], {
      ...(input === undefined ? {} : { input }),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    if (done.status !== 0) throw new Error(`psql: ${done.stderr}`);
    return done.stdout;
  };
  const rows = psql('copy busbar.sample to stdout');
  const stored = rows.split('\n').length - 1;
  if (stored !== VALUES) throw new Error(`${stored} rows are there instead of ${VALUES}`);
  psql('truncate busbar.sample');
  began = performance.now();
  psql('\\copy busbar.sample from stdin', rows);
  const copy = rate(began);

  const shown = (value: number): string => Math.round(value).toLocaleString('en').padStart(9);
  console.log(`${VALUES.toLocaleString('en')} values           a second`);
  console.log(`output, new rows           ${shown(ours)}   heap ${grown.toFixed(0)} MB more`);
  console.log(`output, the same rows again ${shown(again).slice(1)}`);
  console.log(`psql \\copy                 ${shown(copy)}`);
  console.log(`ratio                      ${(ours / copy).toFixed(2).padStart(9)}`);
  process.exitCode = ours >= WANTED ? 0 : 1;
} finally {
  await server.remove();
}
