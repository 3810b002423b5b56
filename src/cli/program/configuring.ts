import type { Command } from 'commander';
import type { CheckOptions } from '../check.ts';
import type { InitOptions } from '../init.ts';
import { command, EXIT, time } from './command.ts';

const CONFIG = 'busbar.yaml';

/** `busbar check`. */
export function addCheck(root: Command): void {
  command(
    root,
    'check [file]',
    'say everything that is wrong in a configuration, each with its line',
    'busbar check -c /etc/busbar/busbar.yaml',
  )
    .option('-c, --config <file>', 'the configuration', CONFIG)
    .option('--json', 'one JSON document')
    .option('--schema', 'print the JSON Schema of configurations instead, for editors')
    .action((file: string | undefined, options: CheckOptions) =>
      EXIT(
        import('../check.ts').then(({ check }) =>
          check(file === undefined ? options : { ...options, config: file }),
        ),
      ),
    );
}

/** `busbar init`. */
export function addInit(root: Command): void {
  command(
    root,
    'init [links...]',
    'write a configuration with the devices found on these links, or on every serial port',
    'busbar init tcp://192.168.2.22:9999\n  busbar init --sample',
  )
    .option('-c, --config <file>', 'the file to write', CONFIG)
    .option('-d, --device <id>', 'look only for this')
    .option('--sample', 'look for nothing, write one with explanations')
    .option('--force', 'replace an existing file')
    .addOption(time('--budget <time>', 'longest time for the search', '60s'))
    .action((links: string[], options: InitOptions) =>
      EXIT(import('../init.ts').then(({ init }) => init(links, options))),
    );
}
