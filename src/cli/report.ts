import type { Field } from '../core/field.ts';
import { format, quantity, type QuantityName } from '../core/quantity.ts';
import type { Report } from '../core/report.ts';
import { isRecord, type Value, type Values } from '../core/snapshot.ts';

/** Seconds from which on a group is slow: settings and identity need not fill a live screen. */
const SLOW = 60;

/**
 * The reading as a table for a terminal.
 * @param live whether it is drawn again and again: then slow groups are left out, unless there is nothing else
 */
export function reportTable(report: Report, raw: boolean, live = false): string {
  const time = new Date(report.at).toLocaleTimeString('en-GB');
  const lines = [`${report.device.title}, address ${report.address}    ${time}`];
  const faultsOf = (name: string) =>
    Object.entries(report.faults).filter(([place]) => place === name || place.startsWith(`${name}/`));
  const present = report.device.groups.filter(
    ({ name }) => name in report.groups || faultsOf(name).length > 0,
  );
  const fast = present.filter(({ name, period }) => period < SLOW || faultsOf(name).length > 0);
  const titles = report.device.groups.flatMap((group) =>
    group.fields.flatMap((field) => [field, ...(field.items ?? [])].map(({ title }) => title.length)),
  );
  const width = Math.max(0, ...titles);
  for (const group of live && fast.length > 0 ? fast : present) {
    lines.push('', group.title);
    for (const [place, fault] of faultsOf(group.name)) {
      const unit = place.slice(group.name.length + 1);
      lines.push(`  ✗ ${unit === '' ? '' : `${unit}: `}${fault.code}: ${fault.message}`);
    }
    const values = report.groups[group.name];
    for (const field of values === undefined ? [] : group.fields) {
      if (field.kind === 'raw' && !raw) continue;
      lines.push(...fieldLines(field, values?.[field.name], width, raw));
    }
  }
  return `${lines.join('\n')}\n`;
}

function fieldLines(field: Field, value: Value | undefined, width: number, raw: boolean): string[] {
  if (field.items !== undefined && Array.isArray(value)) {
    return recordLines(field.items, value.filter(isRecord), width, raw);
  }
  return [`  ${field.title.padEnd(width)}  ${shown(field, value)}`];
}

/** Records side by side: a row for each field, a column for each record. */
function recordLines(
  items: readonly Field[],
  records: readonly Values[],
  width: number,
  raw: boolean,
): string[] {
  const rows = items
    .filter((item) => raw || item.kind !== 'raw')
    .map((item) => ({ title: item.title, cells: records.map((record) => shown(item, record[item.name])) }))
    .filter((row) => row.cells.some((cell) => cell !== UNKNOWN));
  const columns = records.map((_, index) => Math.max(0, ...rows.map((row) => row.cells[index]?.length ?? 0)));
  return rows.map(({ title, cells }) => {
    const padded = cells.map((cell, index) => cell.padEnd(columns[index] ?? 0));
    return `  ${title.padEnd(width)}  ${padded.join('  ')}`.trimEnd();
  });
}

const UNKNOWN = format(undefined, 'number');
/** Longer lists are shown by their count and range. */
const MOST_LISTED = 4;

function shown(field: Field, value: Value | undefined): string {
  if (value === null && field.kind === 'setting') return 'off';
  if (!Array.isArray(value)) return format(value, field.quantity);
  return list(value, field.quantity);
}

/** A long list of numbers as its range, one of words as how often each stands in it. */
function list(values: readonly Value[], of: QuantityName): string {
  if (values.length === 0) return 'none';
  const printed = values.map((value) => format(value, of));
  if (values.length <= MOST_LISTED) return printed.join(' ');
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length) {
    const { unit, digits } = quantity(of);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return `${values.length}: ${low.toFixed(digits)} to ${high.toFixed(digits)} ${unit}`.trimEnd();
  }
  const counts = new Map<string, number>();
  for (const one of printed) counts.set(one, (counts.get(one) ?? 0) + 1);
  if (counts.size === values.length) return printed.join(' ');
  return [...counts].map(([one, count]) => `${count} ${one}`).join(', ');
}
