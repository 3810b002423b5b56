import { csvCell } from '../core/csv.ts';
import { reportJson } from '../core/report.ts';
import { pointsOf } from '../core/site/series.ts';
import { unitOf } from '../core/field.ts';
import type { Seen } from './seen.ts';

/** A reading as `busbar read --json` prints it. */
export function jsonOf(seen: Seen): string {
  const { device, address, at, values } = seen;
  return `${JSON.stringify(reportJson({ device, address, at, groups: values, faults: seen.faults }, false), null, 2)}\n`;
}

/** A reading as a table, a value a line, with the time at which its group was read. */
export function csvOf({ device, values, times }: Seen): string {
  const rows = device.groups.flatMap((group) => {
    const at = times[group.name];
    const points = pointsOf(group, values[group.name] ?? {}).filter(({ field }) => field.kind !== 'raw');
    return points.map(({ path, value, field }) => [
      at === undefined ? undefined : new Date(at).toISOString(),
      group.name,
      path,
      field.title,
      value ?? undefined,
      unitOf(field),
    ]);
  });
  return [['time', 'group', 'path', 'title', 'value', 'unit'], ...rows]
    .map((row) => `${row.map(csvCell).join(',')}\r\n`)
    .join('');
}
