/**
 * Milliseconds that a scrape of 50,000 series takes, from the site's state to the text: our output, against prom-client
 * alone with the same series already in a registry, which is the least that a program on that package can do.
 *
 *     node bench/prometheus-scrape.bench.ts
 *
 * Ends with 1 when ours takes longer than 250 ms of processor time, or twice as long as the yardstick.
 */
import { Gauge, Registry } from 'prom-client';
import type { Field } from '../src/core/field.ts';
import type { MemberState, OutputContext, SiteView } from '../src/core/site/index.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { prometheusOutput } from '../src/outputs/prometheus.ts';

const MEMBERS = 160;
const PACKS = 19;
const CELLS = 16;
const WANTED = 250;
const ROUNDS = 7;

const field = (name: string, quantity: Field['quantity'], items?: readonly Field[]): Field => ({
  name,
  title: name,
  quantity,
  kind: items === undefined && quantity === 'count' ? 'identity' : 'measurement',
  source: '',
  ...(items === undefined ? {} : { items }),
});
const group = {
  name: 'analog',
  title: 'Measurements',
  period: 1,
  fields: [
    field('packs', 'count', [
      field('address', 'count'),
      field('volts', 'voltage'),
      field('cells', 'cell_voltage'),
    ]),
  ],
};
const states = new Map(
  Array.from({ length: MEMBERS }, (_, index): [string, MemberState] => {
    const name = `rack${index}`;
    const packs = Array.from({ length: PACKS }, (_, pack) => ({
      address: pack + 2,
      volts: 48 + pack / 10,
      cells: Array.from({ length: CELLS }, (_, cell) => 3.3 + cell / 1000),
    }));
    return [
      name,
      {
        member: { name, title: name, groups: [group], writables: [], simulated: false },
        freshness: 'fresh',
        groups: { analog: { at: 1, values: { packs }, freshness: 'fresh' } },
        refused: {},
      },
    ];
  }),
);
const view: SiteView = {
  site: 'bench',
  members: () => [...states.values()].map(({ member }) => member),
  state: (name) => states.get(name),
  alarms: () => [],
  subscribe: () => () => undefined,
};
const nothing = (): void => undefined;
const context: OutputContext = {
  name: 'prometheus',
  view,
  clock: systemClock,
  random: Math.random,
  log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  trouble: nothing,
  write: () => Promise.reject(new Error('nothing is written')),
  memory: { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
};
const { page } = prometheusOutput(
  { path: '/metrics', prefix: 'busbar', cells: true, public: false },
  context,
);
if (page === undefined) throw new Error('it serves nothing');

/** Milliseconds of processor time, the best of some rounds. */
async function cost(act: () => Promise<string>): Promise<{ readonly text: string; readonly time: number }> {
  let best = Infinity;
  let text = '';
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    text = await act();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return { text, time: best };
}

const ours = await cost(page.read);
const series = ours.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

const registry = new Registry();
const gauge = new Gauge({
  name: 'busbar_pack_cell_volts',
  help: 'cells',
  labelNames: ['site', 'device', 'group', 'pack', 'index'],
  registers: [registry],
});
for (const [place, line] of series.entries()) {
  const label = (name: string): string => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1] ?? '';
  // Unlike ones, so that it holds as many.
  gauge.set(
    {
      site: 'bench',
      device: label('device'),
      group: String(place),
      pack: label('pack'),
      index: label('index'),
    },
    3.3,
  );
}
const yardstick = await cost(() => registry.metrics());

console.log(`series: ${series.length}, text: ${(ours.text.length / 1e6).toFixed(1)} MB`);
console.log(`ours: ${ours.time.toFixed(0)} ms of processor time (wanted: at most ${WANTED})`);
console.log(`prom-client printing what it holds already: ${yardstick.time.toFixed(0)} ms`);
console.log(`ratio: ${(ours.time / yardstick.time).toFixed(2)}`);
if (series.length < 50_000) throw new Error('too few series');
process.exitCode = ours.time > WANTED || ours.time > 2 * yardstick.time ? 1 : 0;
