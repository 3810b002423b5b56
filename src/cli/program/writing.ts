import type { Command } from 'commander';
import { Fault } from '../../core/fault.ts';
import type { ObisOptions } from '../obis.ts';
import { whole } from '../values.ts';
import type { WriteOptions } from '../write.ts';
import { command, EXIT, time, withDevice } from './command.ts';

/** `busbar write`. */
export function addWrite(root: Command): void {
  withDevice(
    command(
      root,
      'write <link> <field=value...>',
      'change settings; shows what it would send unless --confirm is given',
      'busbar write /dev/ttyUSB0 --device juntek-kg full_capacity=280 soc=100 --confirm',
    ),
    true,
  )
    .option('--confirm', 'send it, read it back and report')
    .option('--json', 'one JSON document')
    .action((link: string, assignments: string[], options: WriteOptions) =>
      EXIT(import('../write.ts').then(({ write }) => write(link, assignments, options))),
    );
}

/** `busbar obis`. */
export function addObis(root: Command): void {
  command(
    root,
    'obis <link> <action> <codes...>',
    'get or set single registers of an electricity meter by their codes',
    "busbar obis tcp://192.168.2.22:8899 get '60.01.04*FF' 1-0:32.7.0\n" +
      "  busbar obis /dev/ttyUSB0 set '60.01.0A*FF=0000000000000012' --confirm",
  )
    .option('-a, --address <text>', 'address of the meter; left out: whoever hears', '')
    .option('--password <text>', 'left out: 00000000, or none where the model has none')
    .option('--start <baud>', 'baud rate of the sign-on; left out: 9600, then 300', whole(300, 19_200))
    .addOption(time('--timeout <time>', 'longest time for one session', '30s'))
    .option('--confirm', 'set: send it, and read it back')
    .option('--json', 'one JSON document')
    .action((link: string, action: string, codes: string[], options: ObisOptions) => {
      if (action !== 'get' && action !== 'set') {
        throw new Fault('config', `'${action}': expected get or set`);
      }
      return EXIT(import('../obis.ts').then(({ obis }) => obis(link, action, codes, options)));
    });
}
