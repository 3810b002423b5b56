import { isFamily } from '../core/catalog.ts';
import type { Device } from '../core/device.ts';
import { Fault } from '../core/fault.ts';
import { catalog } from '../devices/index.ts';
import { systemClock } from '../node/clock-node.ts';
import { tcpHub } from '../node/tcp-hub.ts';
import { type SimulatedDevice, site } from '../simulator/index.ts';
import { read } from './read.ts';
import { isWatched, log } from './terminal.ts';

/** What `demo` takes. */
export interface DemoOptions {
  readonly port: number;
  readonly seed: number;
  readonly speed: number;
  readonly timeout: number;
}

/** What is played, each behind a port of its own; the first is shown. */
const SHED: readonly (Pick<SimulatedDevice, 'set'> & { readonly id: string })[] = [
  {
    id: 'juntek-kg',
    set: [
      ['full_capacity', 280],
      ['soc', 62],
    ],
  },
  { id: 'pylontech' },
  { id: 'topbms' },
  { id: 'neva-mt3xx' },
];

/** A simulated device behind a port of this computer. */
interface Stand {
  readonly device: Device;
  readonly link: string;
  close(): Promise<void>;
}

/** Plays a site on this computer and shows it live until interrupted. */
export async function demo(options: DemoOptions): Promise<number> {
  const stands: Stand[] = [];
  try {
    for (const [index, { id, set = [] }] of SHED.entries()) {
      const port = options.port === 0 ? 0 : options.port + index;
      stands.push(await stand({ device: deviceOf(id), cells: 16, set }, port, options));
    }
    const [shown] = stands;
    if (shown === undefined) throw new Fault('config', 'there is nothing to show');
    const banner = [
      'SIMULATED: none of this is a real battery. In another terminal:',
      ...stands.map(({ device, link }) => `  ${self()} read ${link} --device ${device.id}`),
      'Ctrl-C ends it.',
    ];
    if (!isWatched()) banner.forEach((line) => log('error', line));
    return await read(shown.link, {
      device: shown.device.id,
      timeout: options.timeout,
      watch: 1000,
      mode: 'poll',
      ...(isWatched() ? { table: true, banner } : {}),
    });
  } finally {
    for (const one of stands) await one.close();
  }
}

async function stand(of: SimulatedDevice, port: number, { seed, speed }: DemoOptions): Promise<Stand> {
  const hub = await tcpHub(port);
  const world = site({ clock: systemClock, devices: [of], seed, speed });
  const served = world.serve(hub.channel);
  return {
    device: of.device,
    link: `tcp://${hub.channel.peer}`,
    close: async () => {
      world.stop();
      await hub.channel.close();
      await served;
    },
  };
}

function deviceOf(id: string): Device {
  const device = catalog.find(id);
  if (isFamily(device)) throw new Fault('config', `${id} is a family`);
  return device;
}

/** How this program is called from a shell: in a checkout it is not installed. */
function self(): string {
  return import.meta.url.endsWith('.ts') ? 'npm run --silent busbar --' : 'busbar';
}
