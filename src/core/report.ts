import type { Device } from './device.ts';
import type { Fault } from './fault.ts';
import type { Field } from './field.ts';
import type { SiteGroup } from './site/member.ts';
import { isRecord, type Readings, type Value, type Values } from './snapshot.ts';

/** A reading and what it was read from, to be printed. */
export interface Report {
  readonly device: Pick<Device, 'id' | 'title'> & { readonly groups: readonly SiteGroup[] };
  readonly address: number;
  readonly at: number;
  readonly groups: Readings;
  /** By group, or by `group/unit` where only one unit of it failed. */
  readonly faults: Readonly<Record<string, Fault>>;
}

/** The JSON document of a reading: groups at the top level, unknown values left out, raw codes only when wanted. */
export function reportJson(report: Report, raw: boolean): Record<string, unknown> {
  const groups = report.device.groups.flatMap((group) => {
    const values = report.groups[group.name];
    return values === undefined ? [] : [[group.name, published(group.fields, values, raw)] as const];
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

/** Values in the order of their fields, without the raw ones; lists of records likewise. */
function published(fields: readonly Field[], values: Values, raw: boolean): Record<string, Value> {
  const out: Record<string, Value> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (value === undefined || (!raw && field.kind === 'raw')) continue;
    const { items } = field;
    out[field.name] =
      items === undefined || !Array.isArray(value)
        ? value
        : value.map((item: Value) => (isRecord(item) ? published(items, item, raw) : item));
  }
  return out;
}
