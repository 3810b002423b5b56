import type { Device } from '../core/device.ts';
import type { Fault } from '../core/fault.ts';
import { format } from '../core/quantity.ts';
import type { Readings, Value, Values } from '../core/snapshot.ts';

/** What is printed of a reading. */
export interface Report {
  readonly device: Device;
  readonly address: number;
  readonly at: number;
  readonly groups: Readings;
  readonly faults: Readonly<Record<string, Fault>>;
}

/** The JSON document of a reading: groups at the top level, unknown values left out, raw codes only when wanted. */
export function reportJson(report: Report, raw: boolean): Record<string, unknown> {
  const groups = report.device.groups.flatMap((group) => {
    const values = report.groups[group.name];
    return values === undefined
      ? []
      : [[group.name, published(report.device, group.name, values, raw)] as const];
  });
  const faults = Object.entries(report.faults).map(
    ([name, { code, message }]) => [name, { code, message }] as const,
  );
  return {
    device: { id: report.device.id, address: report.address },
    at: new Date(report.at).toISOString(),
    ...Object.fromEntries(groups),
    ...(faults.length === 0 ? {} : { faults: Object.fromEntries(faults) }),
  };
}

function published(device: Device, group: string, values: Values, raw: boolean): Record<string, Value> {
  const fields = device.groups.find((one) => one.name === group)?.fields ?? [];
  const out: Record<string, Value> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (value !== undefined && (raw || field.kind !== 'raw')) out[field.name] = value;
  }
  return out;
}

/** Seconds from which on a group is slow: settings and identity need not fill a live screen. */
const SLOW = 60;

/**
 * The reading as a table for a terminal.
 * @param live whether it is drawn again and again: then slow groups are left out, unless there is nothing else
 */
export function reportTable(report: Report, raw: boolean, live = false): string {
  const time = new Date(report.at).toLocaleTimeString('en-GB');
  const lines = [`${report.device.title}, address ${report.address}    ${time}`];
  const width = Math.max(
    ...report.device.groups.flatMap((group) => group.fields.map((field) => field.title.length)),
  );
  const present = report.device.groups.filter(
    (group) => group.name in report.groups || group.name in report.faults,
  );
  const fast = present.filter((group) => group.period < SLOW || group.name in report.faults);
  for (const group of live && fast.length > 0 ? fast : present) {
    const values = report.groups[group.name];
    const fault = report.faults[group.name];
    lines.push('', `${group.title}${fault === undefined ? '' : `  ✗ ${fault.code}: ${fault.message}`}`);
    for (const field of values === undefined ? [] : group.fields) {
      if (field.kind === 'raw' && !raw) continue;
      const value = values?.[field.name];
      const shown = value === null && field.kind === 'setting' ? 'off' : format(value, field.quantity);
      lines.push(`  ${field.title.padEnd(width)}  ${shown}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
