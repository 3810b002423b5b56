import { catalog } from '../devices/index.ts';
import { isFamily } from '../core/catalog.ts';
import { Fault } from '../core/fault.ts';
import { systemClock } from '../node/clock-node.ts';
import { tcpHub } from '../node/tcp-hub.ts';
import { site } from '../simulator/index.ts';
import { read } from './read.ts';
import { isWatched, log } from './terminal.ts';

/** What `demo` takes. */
export interface DemoOptions {
  readonly port: number;
  readonly seed: number;
  readonly speed: number;
  readonly timeout: number;
}

/** The device that the demonstration plays. */
const SHOWN = 'juntek-kg';

/** How this program is called from a shell: in a checkout it is not installed. */
function self(): string {
  return import.meta.url.endsWith('.ts') ? 'npm run --silent busbar --' : 'busbar';
}

/** Plays a site on this computer and shows it live until interrupted. */
export async function demo(options: DemoOptions): Promise<number> {
  const device = catalog.find(SHOWN);
  if (isFamily(device)) throw new Fault('config', `${SHOWN} is a family`);
  const hub = await tcpHub(options.port);
  const world = site({
    clock: systemClock,
    devices: [
      {
        device,
        set: [
          ['full_capacity', 280],
          ['soc', 62],
        ],
        cells: 16,
      },
    ],
    seed: options.seed,
    speed: options.speed,
  });
  const link = `tcp://${hub.channel.peer}`;
  void world.serve(hub.channel);
  const banner = [
    'SIMULATED: none of this is a real battery.',
    `A ${device.title} answers at ${link}. In another terminal:`,
    `  ${self()} read ${link} --device ${device.id}`,
    'Ctrl-C ends it.',
  ];
  try {
    if (!isWatched()) banner.forEach((line) => log('error', line));
    return await read(link, {
      device: device.id,
      timeout: options.timeout,
      watch: 1000,
      mode: 'poll',
      ...(isWatched() ? { table: true, banner } : {}),
    });
  } finally {
    world.stop();
    await hub.channel.close();
  }
}
