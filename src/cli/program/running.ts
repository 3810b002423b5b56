import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { DemoOptions } from '../demo.ts';
import type { DoctorOptions } from '../doctor.ts';
import type { RunOptions } from '../run.ts';
import { giveBack, keepMemorySmall } from '../small-memory.ts';
import { duration, whole } from '../values.ts';
import { command, EXIT } from './command.ts';

const CONFIG = 'busbar.yaml';

/** A gateway runs until it is told to stop; trials and scripts may want an end. */
const LASTS = ['--timeout <time>', 'stop by itself after so long', duration] as const;

/** `busbar run`. */
export function addRun(root: Command): void {
  command(
    root,
    'run [file]',
    'the gateway: polls, keeps history, sends, serves the dashboard; SIGHUP or a saved file applies changes',
    'busbar run -c /etc/busbar.yaml',
  )
    .option('-c, --config <file>', 'the configuration', CONFIG)
    .option(...LASTS)
    .action((file: string | undefined, options: RunOptions) =>
      run(file === undefined ? options : { ...options, config: file }),
    );
}

const run = (options: RunOptions): Promise<void> => {
  keepMemorySmall();
  return EXIT(
    import('../run.ts').then((code) => {
      giveBack();
      return code.run(options);
    }),
  );
};

/** `busbar doctor`. */
export function addDoctor(root: Command): void {
  command(
    root,
    'doctor',
    'what helps to find out why something does not work: versions, ports, configuration, the running gateway; without secrets',
    'busbar doctor -o doctor.json',
  )
    .option('-c, --config <file>', 'the configuration', CONFIG)
    .option('-o, --output <file>', 'write the whole bundle, with the last frames, to this file')
    .option('--json', 'print the whole bundle')
    .action((options: DoctorOptions) => EXIT(import('../doctor.ts').then(({ doctor }) => doctor(options))));
}

function withDemo(made: Command): Command {
  return made
    .option('--http <address:port>', 'where the dashboard is served', '127.0.0.1:8420')
    .option(
      '--port <n>',
      'where the first simulated device answers (0: any free ports)',
      whole(0, 65_530),
      9999,
    )
    .option('--seed <n>', 'the same number gives the same run', whole(0, 0xffff_ffff), 1)
    .option('--speed <n>', 'seconds that pass for each second', whole(1, 3600), 1)
    .option('--days <n>', 'days of history that it begins with (0: none)', whole(0, 14), 3)
    .option(...LASTS);
}

const demo = (options: DemoOptions): Promise<void> => {
  keepMemorySmall();
  return EXIT(
    import('../demo.ts').then((code) => {
      giveBack();
      return code.demo(options);
    }),
  );
};

/** `busbar demo`. */
export function addDemo(root: Command): void {
  withDemo(
    command(root, 'demo', 'a simulated site with gateway and dashboard on this computer', 'busbar demo'),
  ).action(demo);
}

/** `busbar start`: what `npm start` does. */
export function addStart(root: Command): void {
  withDemo(
    command(root, 'start', `run ${CONFIG} where there is one, otherwise the demonstration`, 'busbar start'),
  ).action((options: DemoOptions) =>
    existsSync(CONFIG) ? run({ ...options, config: CONFIG }) : demo(options),
  );
}
