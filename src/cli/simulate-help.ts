import { isFamily } from '../core/catalog.ts';
import type { Device } from '../core/device.ts';
import { catalog } from '../devices/index.ts';
import { LINE_FAULTS } from '../simulator/line-faults.ts';

/**
 * What stands under the help of `simulate`: the names of all faults of a line and, where a device is named, its own
 * faults, options and other masters.
 * @param words of the command line
 */
export function simulateHelp(words: readonly string[]): string {
  const known = [...catalog.families, ...catalog.devices];
  const entry = known.find(({ id }) => words.includes(id));
  const devices = entry === undefined ? [] : isFamily(entry) ? entry.members.slice(0, 1) : [entry];
  const parts = [list('Faults of any line', LINE_FAULTS), ...devices.map(ofDevice)];
  if (devices.length === 0) parts.push('Faults of a device: busbar simulate <id> --help\n');
  return `\n${parts.join('\n')}`;
}

function ofDevice({ id, addresses, masters, station }: Device): string {
  const { faults, options = {} } = station({ address: addresses.usual, random: () => 0 });
  const titles = Object.fromEntries(Object.entries(masters).map(([name, { title }]) => [name, title]));
  return [
    list(`Faults of ${id}`, faults),
    list(`Options of ${id}`, options),
    list(`Masters beside ${id}`, titles),
  ].join('');
}

/** A heading with names and meanings; nothing where there are none. */
function list(heading: string, entries: Readonly<Record<string, string>>): string {
  const names = Object.keys(entries);
  if (names.length === 0) return '';
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const rows = Object.entries(entries).map(([name, says]) => `  ${name.padEnd(width)}${says}`);
  return `${heading}:\n${rows.join('\n')}\n`;
}
