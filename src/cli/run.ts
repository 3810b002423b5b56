import { existsSync, readFileSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import {
  type Config,
  diffConfig,
  jsonSchema,
  loadConfig,
  parseConfig,
  printProblem,
} from '../config/index.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { catalog } from '../devices/index.ts';
import { configFile } from '../gateway/config-file.ts';
import { type Log, logFile, textLog } from '../gateway/log.ts';
import { makeOutput } from '../gateway/output-makers.ts';
import { serve, type Served, type ServeOptions } from '../gateway/serve.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink } from '../node/parse-link.ts';
import { parseOptions } from './config-file.ts';
import { dashboardFolder } from './dashboard-folder.ts';
import { interruption, log, print } from './terminal.ts';
import { version } from './version.ts';

/** What `run` takes. */
export interface RunOptions {
  /** The configuration file. */
  readonly config: string;
  /** Milliseconds after which it stops by itself. */
  readonly timeout?: number;
}

/** The log of a gateway, as its configuration says. */
export function gatewayLog({ level, file }: Config['log']): Log {
  const write = file === undefined ? (line: string) => void process.stderr.write(line) : logFile(file);
  return textLog({ level, clock: systemClock, write });
}

/** What every gateway of this program is made of. */
export function gatewayParts(config: Config, said: Log): ServeOptions {
  const dashboard = dashboardFolder();
  return {
    config,
    catalog,
    clock: systemClock,
    version: version(),
    log: said.part,
    openLink,
    makeOutput: (options, context) => makeOutput(options, context, version()),
    schema: () => jsonSchema(catalog),
    ...(dashboard === undefined ? {} : { dashboard }),
  };
}

/** Runs the gateway until it is told to stop; returns the exit code. */
export async function run({ config: path, timeout }: RunOptions): Promise<number> {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new Fault('config', `${path} is not there`, {
      hint: 'busbar init writes one from what it finds; busbar demo shows a simulated site',
    });
  }
  const { config, warnings } = loadConfig(file, parseOptions);
  for (const warning of warnings) log('warn', printProblem(warning));
  const said = gatewayLog(config.log);
  const served = await serve({
    ...gatewayParts(config, said),
    configFile: (gateway) => configFile(file, parseOptions, gateway),
  });
  await print(`${served.url}\n`);
  const stop = interruption();
  const endReload = reloading(file, served, said);
  await ended(stop.signal, timeout);
  endReload();
  await served.close();
  said.flush();
  stop.release();
  return 0;
}

/** Milliseconds that a file must have been left alone before it is read: editors write in several steps. */
const SETTLED = 300;

/** Applies the configuration when its file was saved, and on SIGHUP; the returned function ends that. */
function reloading(file: string, { gateway }: Served, said: Log): () => void {
  const notes = said.part('config');
  let text = readFileSync(file, 'utf8');
  let working: Promise<void> = Promise.resolve();

  const reload = async (asked: boolean): Promise<void> => {
    let now: string;
    try {
      now = readFileSync(file, 'utf8');
    } catch (error) {
      notes.error(`${file} cannot be read, going on as before: ${faultOf(error, 'config').message}`);
      return;
    }
    if (now === text && !asked) return;
    text = now;
    const { config, problems } = parseConfig(now, { ...parseOptions, file });
    for (const problem of problems) notes.warn(printProblem(problem));
    if (config === undefined) {
      notes.error('the configuration has errors, going on as before');
      return;
    }
    const { restart } = diffConfig(gateway.config(), config);
    if (restart.length > 0) notes.warn(`changes of ${restart.join(', ')} take effect with the next start`);
    const { started, stopped } = await gateway.apply(config);
    notes.info(
      `applied; started: ${started.join(', ') || 'nothing'}; stopped: ${stopped.join(', ') || 'nothing'}`,
    );
  };
  // One after the other: two saves in a row must not be applied at once.
  const soon = (asked: boolean): void => {
    working = working
      .then(() => reload(asked))
      .catch((error: unknown) => notes.error(faultOf(error, 'config').message));
  };

  let timer: NodeJS.Timeout | undefined;
  // The folder, since editors replace the file by another one.
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== null && name !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => soon(false), SETTLED);
  });
  watcher.on('error', (error) => notes.warn(`saved changes are not noticed, send SIGHUP: ${error.message}`));
  const onHangUp = (): void => soon(true);
  process.on('SIGHUP', onHangUp);
  return () => {
    clearTimeout(timer);
    watcher.close();
    process.off('SIGHUP', onHangUp);
  };
}

/** Resolves when a signal has struck, or after so many milliseconds. */
export function ended(signal: AbortSignal, milliseconds?: number): Promise<void> {
  const either =
    milliseconds === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  return new Promise((done) => {
    if (either.aborted) done();
    else either.addEventListener('abort', () => done(), { once: true });
  });
}
