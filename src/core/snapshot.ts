/** One value of a device: a number, a word, a flag, null for "known to be none", a list, or a nested record (a pack). */
export type Value =
  number | string | boolean | null | readonly Value[] | { readonly [name: string]: Value | undefined };

/** Whether a value is a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is a nested record. */
export function isRecord(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** The list under a name; empty where there is none. */
export function listIn(values: Values | undefined, name: string): readonly Value[] {
  const found = values?.[name];
  return isList(found) ? found : [];
}

/** Values by field name. A field that is absent (or undefined) is unknown. */
export type Values = Readonly<Record<string, Value | undefined>>;

/** The latest values of each group of a device. */
export type Readings = Readonly<Record<string, Values | undefined>>;

/** What was read of one group at one moment: indivisible on its way to the journal and the outputs. */
export interface Snapshot {
  /** Name of the device on this site. */
  readonly device: string;
  readonly group: string;
  /** When it was measured: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  readonly values: Values;
  /** `live`: read when measured; `archive`: kept by the device and read later. */
  readonly kind: 'live' | 'archive';
}
