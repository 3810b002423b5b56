import { type Command, Option } from 'commander';
import { Fault } from '../../core/fault.ts';
import type { HistoryOptions } from '../history.ts';
import { words } from '../values.ts';
import { command, EXIT } from './command.ts';

/** `busbar history`. */
export function addHistory(root: Command): void {
  command(
    root,
    'history <action>',
    'export stored data, or list its series; also while the gateway runs',
    'busbar history series\n' +
      '  busbar history export --series shunt.measured.voltage,rack --from 7d --level hour -o week.csv',
  )
    .option('-c, --config <file>', 'the configuration, which names the database', 'busbar.yaml')
    .option('--database <file>', 'the database itself')
    .option('--from <moment>', 'a date, an instant with its zone, or how long ago: 2026-11-01, 7d')
    .option('--to <moment>', 'end, not included')
    .option('--series <names>', 'series, groups or members, separated by commas; * is any one name', words)
    .addOption(
      new Option('--level <level>', 'as it was read, or condensed')
        .choices(['raw', 'minute', 'quarter', 'hour', 'day'])
        .default('raw'),
    )
    .option('--json', 'one JSON document instead of CSV')
    .option('--jsonl', 'one JSON object a line')
    .option('-o, --output <file>', 'a file instead of stdout')
    .option('--force', 'replace an existing file')
    .action((action: string, options: HistoryOptions) => {
      if (action !== 'export' && action !== 'series') {
        throw new Fault('config', `'${action}': expected export or series`);
      }
      return EXIT(import('../history.ts').then(({ history }) => history(action, options)));
    });
}
