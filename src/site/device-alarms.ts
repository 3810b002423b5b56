import type { AlarmMark, Field } from '../core/field.ts';
import { recordKey, type Severity, type SiteGroup } from '../core/site/index.ts';
import { isList, isRecord, type Value, type Values } from '../core/snapshot.ts';

/** Something that a device says is wrong. */
export interface Trouble {
  /** Where it stands and which word it is: `packs.2.protections.cell_under_voltage`, `output.over_voltage`. */
  readonly path: string;
  readonly severity: Severity;
  /** `Protections: cell_under_voltage (packs 2)`. */
  readonly text: string;
}

/** What a group says of alarms. */
export interface Reported {
  readonly troubles: readonly Trouble[];
  /** Whether the place of a trouble was read this time: what was not may still be wrong. */
  readonly told: (path: string) => boolean;
}

const SEVERITIES = {
  warning: 'warning',
  protection: 'critical',
  fault: 'critical',
} as const satisfies Readonly<Record<AlarmMark['means'], Severity>>;

/** Whether a group has any field that reports alarms. */
export function reportsAlarms(group: SiteGroup): boolean {
  const marked = ({ alarm, items }: Field): boolean => alarm !== undefined || (items?.some(marked) ?? false);
  return group.fields.some(marked);
}

/** What the marked fields of a group report. */
export function troublesIn(group: SiteGroup, values: Values): Reported {
  const troubles: Trouble[] = [];
  const read = new Set<string>();
  for (const field of group.fields) {
    if (field.alarm === undefined && field.items === undefined) continue;
    look(field, values[field.name], field.name, '', troubles, read);
  }
  return {
    troubles,
    told: (path) => read.has(path) || read.has(path.slice(0, path.lastIndexOf('.'))),
  };
}

function look(
  field: Field,
  value: Value | undefined,
  path: string,
  place: string,
  troubles: Trouble[],
  read: Set<string>,
): void {
  const { items, alarm } = field;
  if (items !== undefined) {
    for (const [index, record] of (isList(value) ? value : []).entries()) {
      if (!isRecord(record)) continue;
      const key = recordKey(record, items, index);
      for (const item of items) {
        look(
          item,
          record[item.name],
          `${path}.${key}.${item.name}`,
          ` (${field.name} ${key})`,
          troubles,
          read,
        );
      }
    }
    return;
  }
  // null: a code that nobody has named, so nobody can say whether it is well.
  if (alarm === undefined || value === undefined || value === null) return;
  const severity = SEVERITIES[alarm.means];
  const report = (at: string, says: string): void =>
    void troubles.push({ path: at, severity, text: `${field.title}: ${says}${place}` });
  if (!isList(value)) {
    read.add(path);
    if (value === true) report(path, 'yes');
    else if (typeof value === 'string' && alarm.calm?.includes(value) !== true)
      report(`${path}.${value}`, value);
    return;
  }
  if (alarm.calm === undefined) {
    // A list of what is wrong: all that is not in it is well.
    read.add(path);
    for (const one of value) {
      if (typeof one === 'string' || typeof one === 'number') report(`${path}.${one}`, String(one));
    }
    return;
  }
  for (const [index, one] of value.entries()) {
    if (typeof one !== 'string') continue;
    read.add(`${path}.${index + 1}`);
    if (!alarm.calm.includes(one)) report(`${path}.${index + 1}.${one}`, `${one} at ${index + 1}`);
  }
}
