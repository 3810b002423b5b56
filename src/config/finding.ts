/** The way to a value: keys of mappings, places in lists from 0. */
export type Path = readonly (string | number)[];

/** Something wrong at a place of a configuration, before its line is looked up. */
export interface Finding {
  /** Absent: an error, so that the configuration is not taken. */
  readonly severity?: 'warning';
  readonly path: Path;
  /** Whether the key is meant or its value; absent: the value. */
  readonly on?: 'key';
  readonly message: string;
  readonly hint?: string;
}

/** Two paths are the same when these texts are. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** A mapping in data of unknown shape, or undefined. */
export function mapping(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>) // all its keys are texts: it comes from YAML
    : undefined;
}

/** A list in data of unknown shape; empty where it is none. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text in data of unknown shape, or undefined. */
export function textIn(value: unknown, key: string): string | undefined {
  const found = mapping(value)?.[key];
  return typeof found === 'string' ? found : undefined;
}

/** The value at a path, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === 'number') at = at[key];
    else {
      const record = mapping(at);
      at = record !== undefined && Object.hasOwn(record, key) ? record[String(key)] : undefined;
    }
  }
  return at;
}
