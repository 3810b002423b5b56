/**
 * A gateway of its own process, with the devices that it reads: what `busbar demo` is, with a configuration file that
 * screens can change. Prints its address; lives until it is killed.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { gatewayLog, gatewayParts } from '../../src/cli/run.ts';
import { parseOptions } from '../../src/cli/config-file.ts';
import { type ConfigInput, loadConfig } from '../../src/config/index.ts';
import { configFile } from '../../src/gateway/config-file.ts';
import { serve } from '../../src/gateway/serve.ts';
import { simulatorRoutes } from '../../src/gateway/simulator-routes.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { tcpHub } from '../../src/node/tcp-hub.ts';
import { site } from '../../src/simulator/index.ts';
import { playPast } from './past.ts';
import { BIG, configFor, playersOf, SITE } from './played-site.ts';

/** How it runs; given as JSON. */
export interface ProcessOptions {
  /** Where configuration and database are. */
  readonly folder: string;
  /** The built dashboard. */
  readonly dashboard: string;
  readonly site: 'usual' | 'big';
  /** Hours of history that there are before it begins. */
  readonly hours: number;
  /** What differs in the configuration. */
  readonly more: Partial<ConfigInput>;
}

// The border to the process that started this one: the same types.
const options = JSON.parse(process.argv[2] ?? '') as ProcessOptions;
const { folder, dashboard } = options;
const cast = options.site === 'big' ? BIG : SITE;
const history = { path: join(folder, 'busbar.db'), flush: '1s' };
// Devices keep what they counted: a meter that begins anew would not be believed.
const past =
  options.hours > 0 && !existsSync(history.path)
    ? await playPast(cast, options.hours, { ...options.more, history })
    : undefined;
const played = await Promise.all(
  cast.map(async (line, index) => {
    const hub = await tcpHub(0);
    const world =
      past?.worlds[index] ?? site({ clock: systemClock, seed: index + 1, devices: playersOf(line) });
    void world.serve(hub.channel);
    return { name: line.name, link: `tcp://${hub.channel.peer}`, world };
  }),
);
past?.live();
const path = join(folder, 'busbar.yaml');
const linkOf = (name: string): string => played.find((one) => one.name === name)?.link ?? '';
writeFileSync(path, stringify({ ...configFor(cast, linkOf, options.more), history }));
const { config } = loadConfig(path, parseOptions);
const { url } = await serve({
  ...gatewayParts(config, gatewayLog({ level: 'error' })),
  dashboard,
  configFile: (gateway) => configFile(path, parseOptions, gateway),
  extensions: (app) => simulatorRoutes(app, played),
});
process.stdout.write(`${url}\n`);
process.on('disconnect', () => process.exit());
