import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Names of the fields of a device that are lists of plain values, as its captures have them. */
export function listsOf(id: string): ReadonlySet<string> {
  const lists = new Set<string>();
  const base = join(import.meta.dirname, '../src/devices');
  const look = (value: unknown, name: string): void => {
    if (Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null))
      lists.add(name);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) look(one, Array.isArray(value) ? name : key);
  };
  for (const file of readdirSync(base, { recursive: true, encoding: 'utf8' })) {
    const [of] = basename(file).split('.');
    if (file.endsWith('.json') && (of === id || id.endsWith(`-${of ?? ''}`)))
      look(JSON.parse(readFileSync(join(base, file), 'utf8')), '');
  }
  return lists;
}
