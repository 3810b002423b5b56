import type { Command } from 'commander';
import { fullChargeRule } from '../full-charge-rule.ts';
import type { ProfileOptions } from '../profile.ts';
import type { ReadOptions } from '../read.ts';
import { number, whole, zone } from '../values.ts';
import { command, EXIT, LINK_HELP, withDevice, withReading } from './command.ts';

/** `busbar read`. */
export function addRead(root: Command): void {
  withReading(
    command(
      root,
      'read <link>',
      'read a device once',
      'busbar read tcp://192.168.2.22:9999 --device juntek --groups measured',
    ),
  )
    .option('--watch [seconds]', 'read again and again', (text) => number(0.1, 86_400)(text) * 1000)
    .addHelpText('after', LINK_HELP)
    .action((link: string, options: ReadOptions) => EXIT(runRead(link, options)));
}

/** `busbar watch`: `read` again and again. */
export function addWatch(root: Command): void {
  withReading(
    command(
      root,
      'watch <link>',
      'follow a device; asks only when no display asks already',
      'busbar watch /dev/ttyUSB0 --device juntek-kg',
    ),
  )
    .option(
      '--every <seconds>',
      "pace of the fastest group; left out: the device's own",
      (text) => number(0.1, 86_400)(text) * 1000,
    )
    .option(
      '--sync-full <V,A,time>',
      'set 100 % when voltage and current have stayed there for so long (needs --confirm)',
      fullChargeRule,
    )
    .option('--sync-clear', 'with --sync-full: clear the counters as well')
    .option('--confirm', 'allow --sync-full to write')
    .addHelpText('after', LINK_HELP)
    .action((link: string, { every, ...options }: ReadOptions & { every?: number }) =>
      EXIT(runRead(link, { ...options, watch: every ?? true })),
    );
}

async function runRead(link: string, options: ReadOptions): Promise<number> {
  const { read } = await import('../read.ts');
  return read(link, options);
}

/** `busbar profile`. */
export function addProfile(root: Command): void {
  withDevice(
    command(
      root,
      'profile <link>',
      'read the load profile that a meter keeps, split by tariff and compared with its registers',
      'busbar profile tcp://192.168.2.22:8899 --device neva-mt3xx --days 30 --csv > profile.csv',
    ),
    true,
  )
    .option('--days <n>', 'days before today', whole(0, 127), 7)
    .option('--csv', 'one line a slot')
    .option('--json', 'one JSON document')
    .option('--table', 'one line a day')
    .option(
      '--append <file>',
      'add what is missing in a CSV file, in place of printing; reads only the days since',
    )
    .option('--no-reconcile', 'without the registers of each day: faster, and nothing is compared')
    .option('--zone <offset>', "zone of the meter's clock, such as +03:00: adds times in UTC", zone)
    .action((link: string, options: ProfileOptions) =>
      EXIT(import('../profile.ts').then(({ profile }) => profile(link, options))),
    );
}
