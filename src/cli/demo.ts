import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listening } from '../config/scalars.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { catalog } from '../devices/index.ts';
import { demoSite, type DemoSite } from '../gateway/demo-site.ts';
import { serve, type Served } from '../gateway/serve.ts';
import { simulatorRoutes } from '../gateway/simulator-routes.ts';
import { systemClock } from '../node/clock-node.ts';
import { ended, gatewayLog, gatewayParts } from './run.ts';
import { interruption, print } from './terminal.ts';

/** What `demo` takes. */
export interface DemoOptions {
  /** Where the dashboard is served. */
  readonly http: string;
  readonly port: number;
  readonly seed: number;
  readonly speed: number;
  /** Days of history that it begins with. */
  readonly days: number;
  /** Milliseconds after which it stops by itself. */
  readonly timeout?: number;
}

/** Plays a site on this computer and runs the gateway on it until interrupted; leaves nothing behind. */
export async function demo(options: DemoOptions): Promise<number> {
  await checkFree(options.http);
  const folder = mkdtempSync(join(tmpdir(), 'busbar-demo-'));
  const stop = interruption();
  let site: DemoSite | undefined;
  let served: Served | undefined;
  try {
    if (options.days > 0)
      await print(`The simulated site lives through its last ${options.days} days first...\n`);
    const said = gatewayLog({ level: 'warn' });
    site = await demoSite({
      ...options,
      past: options.days * 86_400,
      catalog,
      clock: systemClock,
      listen: options.http,
      history: join(folder, 'busbar.db'),
      log: said.part('past'),
      signal: stop.signal,
    }).catch((error: unknown) => {
      throw otherPort(error, options.port);
    });
    const { lines } = site;
    served = await serve({
      ...gatewayParts(site.config, said),
      extensions: (app) => simulatorRoutes(app, lines),
    });
    await print(welcome(site, served.url));
    await ended(stop.signal, options.timeout);
    said.flush();
  } catch (error) {
    // Ended while its past was made: as it was asked to.
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.release();
    await served?.close();
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

/** Before the past is lived through: whether the dashboard can be served there. */
async function checkFree(http: string): Promise<void> {
  const { data: at } = listening('').safeParse(http);
  if (at === undefined) {
    throw new Fault('config', `--http ${http}: expected address and port, such as 127.0.0.1:8420`);
  }
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at.port, at.host, resolve);
    });
  } catch (error) {
    throw new Fault('link', `the dashboard cannot be served: ${faultOf(error, 'link').message}`, {
      hint: `perhaps a gateway runs already; --http names another place, such as --http 127.0.0.1:${at.port + 1}`,
    });
  }
  await new Promise((resolve) => server.close(resolve));
}

/** What a taken port means to somebody who only wants to look. */
function otherPort(error: unknown, port: number): unknown {
  if (!(error instanceof Fault) || error.code !== 'link') return error;
  return new Fault('link', error.message, {
    hint: `the simulated devices take the ports from ${port} on: --port names others, --port 0 takes any that are free`,
    cause: error,
  });
}

function welcome({ lines }: DemoSite, url: string): string {
  return [
    'A SIMULATED site: none of this is a real battery.',
    '',
    `  ${url}`,
    '',
    'The simulated devices, to be read from another terminal:',
    ...lines.map(({ link, device }) => `  ${self()} read ${link} --device ${device.id}`),
    '',
    'Ctrl-C ends it and leaves nothing behind.',
    '',
  ].join('\n');
}

/** How this program is called from a shell: in a checkout it is not installed. */
function self(): string {
  return import.meta.url.endsWith('.ts') ? 'npm run --silent busbar --' : 'busbar';
}
