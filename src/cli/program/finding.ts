import type { Command } from 'commander';
import type { ScanOptions } from '../scan.ts';
import { command, EXIT, time } from './command.ts';

/** `busbar devices`. */
export function addDevices(root: Command): void {
  command(
    root,
    'devices [id]',
    'what busbar knows: devices, groups, fields, units, writable ranges',
    'busbar devices juntek-kg',
  )
    .option('--json', 'one JSON document')
    .action((id: string | undefined, options: { readonly json?: boolean }) =>
      EXIT(import('../devices.ts').then(({ devices }) => devices(id, options))),
    );
}

/** `busbar scan`. */
export function addScan(root: Command): void {
  command(
    root,
    'scan [links...]',
    'look for devices on these links, or on every serial port; only asks, never writes',
    'busbar scan tcp://192.168.2.22:9999',
  )
    .option('-d, --device <id>', 'look only for this')
    .option('--json', 'one JSON document instead of a busbar.yaml')
    .addOption(time('--budget <time>', 'longest time for all of it', '60s'))
    .action((links: string[], options: ScanOptions) =>
      EXIT(import('../scan.ts').then(({ scan }) => scan(links, options))),
    );
}
