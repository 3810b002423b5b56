import { type Config, configSchema } from '../config/index.ts';
import { type Catalog, isFamily } from '../core/catalog.ts';
import { type Clock, sleep } from '../core/clock.ts';
import type { Device } from '../core/device.ts';
import { Fault } from '../core/fault.ts';
import type { Logger } from '../core/site/index.ts';
import { openLink } from '../node/parse-link.ts';
import { type TcpHub, tcpHub } from '../node/tcp-hub.ts';
import { type SimulatedDevice, type Site, site } from '../simulator/index.ts';
import { livePast } from './demo-past.ts';

/** What is played: a name on the site, what it is, and how it starts. */
interface Part extends Pick<SimulatedDevice, 'set' | 'options'> {
  readonly name: string;
  readonly title: string;
  readonly id: string;
  /** Addresses of several of its kind on its line; one at the usual address when left out. */
  readonly addresses?: readonly number[];
  /** Its converter calls the gateway, as those behind a mobile network do. */
  readonly dials?: boolean;
}

/** One of each family; the rack has a pack of each generation. */
const PARTS: readonly Part[] = [
  {
    name: 'shunt',
    title: 'Shunt',
    id: 'juntek-kg',
    set: [
      ['full_capacity', 280],
      ['soc', 62],
    ],
  },
  {
    name: 'rack',
    title: 'Battery rack',
    id: 'pylontech',
    options: { packs: '4', model: 'us5000+us3000c+us3000+us2000' },
  },
  { name: 'house', title: 'House battery', id: 'topbms', addresses: [1, 2] },
  { name: 'meter', title: 'Meter', id: 'neva-mt3xx', dials: true },
];

/** The sun brings each day what the loads take: a day of it is 7.6 hours of noon less clouds, and half of the time something big runs. */
const HOUSEHOLD = { sun: 0.2, load: 0.015 };

/** How a demonstration runs. */
export interface DemoSiteOptions {
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** Port of the first simulated line, the others follow; 0: any free ones. */
  readonly port: number;
  /** Where API and screens are served. */
  readonly listen: string;
  /** Path of the database; `:memory:` keeps nothing. */
  readonly history: string;
  readonly seed: number;
  /** Seconds that pass inside for each second outside. */
  readonly speed: number;
  /** Seconds that the site has lived already: readings of them are in the database, so that charts have something to show. */
  readonly past: number;
  readonly log: Logger;
  /** Ends the making of the past. */
  readonly signal?: AbortSignal;
}

/** A line that is played. */
export interface DemoLine {
  readonly name: string;
  readonly link: string;
  readonly device: Device;
  readonly world: Site;
}

/** A simulated site and the configuration that reads it. */
export interface DemoSite {
  readonly config: Config;
  readonly lines: readonly DemoLine[];
  readonly close: () => Promise<void>;
}

/**
 * Plays a device of each family, each behind a port of its own. Rejects with a `link` fault when a port is taken, and
 * with what aborts the signal.
 */
export async function demoSite(options: DemoSiteOptions): Promise<DemoSite> {
  const { clock, past } = options;
  const played: (DemoLine & { readonly hub: TcpHub; readonly dials: boolean })[] = [];
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(closing.map((end) => end()));
  };
  try {
    for (const [index, part] of PARTS.entries()) {
      const device = deviceOf(options.catalog, part.id);
      const hub = await tcpHub(options.port === 0 ? 0 : options.port + index);
      closing.push(() => hub.channel.close());
      const { dials = false } = part;
      const link = `${dials ? 'tcp-listen' : 'tcp'}://${hub.channel.peer}`;
      played.push({ name: part.name, link, device, world: worldOf(part, device, options), hub, dials });
    }
    const config = configOf(played, options);
    if (past > 0) await livePast(config, played, past, options);
    for (const { device, world, hub, dials } of played) {
      const { peer } = hub.channel;
      if (dials) {
        // The port was only tried: the gateway listens there.
        await hub.channel.close();
        closing.push(dialling(world, peer, device, clock));
        continue;
      }
      const served = world.serve(hub.channel);
      closing.push(async () => {
        world.stop();
        await hub.channel.close();
        await served;
      });
    }
    return { config, lines: played, close };
  } catch (error) {
    for (const { world } of played) world.stop();
    await close();
    throw error;
  }
}

/** What is played on a line, as it was before its past. */
function worldOf(part: Part, device: Device, { clock, seed, speed, past }: DemoSiteOptions): Site {
  return site({
    clock,
    seed,
    speed,
    date: clock.date() - past * 1000,
    devices: (part.addresses ?? [device.addresses.usual]).map((address) => ({
      device,
      address,
      cells: 16,
      household: HOUSEHOLD,
      ...(part.set === undefined ? {} : { set: part.set }),
      ...(part.options === undefined ? {} : { options: part.options }),
    })),
  });
}

/** Plays a converter that calls an address, again and again until the function that is brought ends it. */
function dialling(world: Site, peer: string, { line }: Device, clock: Clock): () => Promise<void> {
  const end = new AbortController();
  const { signal } = end;
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const call = async (): Promise<void> => {
    // It makes the parity of its serial side itself, and hands on plain characters.
    const channel = await openLink(`tcp://${peer}`).connect({ ...line, dataBits: 8, parity: 'none' }, signal);
    await Promise.race([world.serve(channel), ended]);
    await channel.close();
  };
  const calling = (async () => {
    while (!signal.aborted) {
      await call().catch(() => undefined); // nobody listens yet, or no more
      await sleep(clock, REDIAL, signal);
    }
  })();
  return async () => {
    end.abort();
    world.stop();
    await calling;
  };
}

/** Milliseconds between two calls. */
const REDIAL = 1_000;

function configOf(lines: readonly DemoLine[], { listen, history }: DemoSiteOptions): Config {
  return configSchema.parse({
    site: 'demo',
    title: 'Demonstration',
    buses: lines.map(({ name, link, device }, index) => ({
      name,
      link,
      devices: [
        {
          name,
          title: PARTS[index]?.title ?? name,
          device: device.id,
          simulated: true,
          allow: device.writables.filter(({ risk }) => risk !== 'high').map((one) => one.name),
          ...(device.profile === undefined ? {} : { profile: { days: 7 } }),
        },
      ],
    })),
    batteries: { batteries: { title: 'Both batteries', members: ['rack', 'house'] } },
    history: { path: history },
    http: { listen },
    tariffs: { currency: 'EUR', t1: 0.24, t2: 0.16, t3: 0.2, t4: 0.12 },
    alarms: [
      {
        name: 'cells_drift',
        when: 'rack.cell_voltage_spread > 0.1 for 5m',
        say: 'cells of the rack drift apart',
      },
    ],
    outputs: { prometheus: { type: 'prometheus' } },
  });
}

function deviceOf(catalog: Catalog, id: string): Device {
  const device = catalog.find(id);
  if (isFamily(device)) throw new Fault('config', `${id} is a family`);
  return device;
}
