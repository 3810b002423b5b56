import { Fault } from '../core/fault.ts';
import { isList, isRecord, type Value, type Values } from '../core/snapshot.ts';

/**
 * Reads what was kept over a restart. Throws a `format` fault that says what is broken: to begin at nothing silently
 * would lose what people counted for years.
 * @param what whose it is: `energy of shunt`
 */
export function readState(text: string, what: string): Values {
  let read: Value;
  try {
    read = JSON.parse(text) as Value; // JSON has no other values
  } catch (cause) {
    throw broken(what, 'it is no JSON', cause);
  }
  if (!isRecord(read)) throw broken(what, 'it is no record');
  if (read.version !== 1) throw broken(what, `version ${JSON.stringify(read.version)} is not known here`);
  return read;
}

function broken(what: string, why: string, cause?: unknown): Fault {
  return new Fault('format', `what was kept of the ${what} cannot be read: ${why}`, {
    hint: 'restore it from a copy of the database, or remove it to begin anew',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Reads parts of a kept record; each throws the same fault where the part is not what it must be. */
export interface Parts {
  readonly number: (name: string) => number;
  /** Undefined where it is null or absent. */
  readonly maybeNumber: (name: string) => number | undefined;
  readonly text: (name: string) => string;
  readonly maybeText: (name: string) => string | undefined;
  /** So many numbers, null where one is unknown; fewer are filled up with null, as when a tariff was added. */
  readonly numbers: (name: string, count: number) => (number | null)[];
  readonly part: (name: string) => Parts;
  readonly maybePart: (name: string) => Parts | undefined;
  readonly list: (name: string) => Parts[];
}

/** The parts of a kept record. */
export function partsOf(values: Values, what: string): Parts {
  const wrong = (name: string): Fault => broken(what, `'${name}' is ${JSON.stringify(values[name])}`);
  const number = (name: string): number => {
    const value = values[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name);
    return value;
  };
  const text = (name: string): string => {
    const value = values[name];
    if (typeof value !== 'string') throw wrong(name);
    return value;
  };
  const list = (name: string): readonly Value[] => {
    const value = values[name];
    if (!isList(value)) throw wrong(name);
    return value;
  };
  const absent = (name: string): boolean => values[name] === undefined || values[name] === null;
  const part = (name: string): Parts => {
    const value = values[name];
    if (!isRecord(value)) throw wrong(name);
    return partsOf(value, what);
  };
  return {
    number,
    maybeNumber: (name) => (absent(name) ? undefined : number(name)),
    text,
    maybeText: (name) => (absent(name) ? undefined : text(name)),
    numbers: (name, count) => {
      const kept = list(name);
      return Array.from({ length: count }, (_, place) => {
        const value = kept[place] ?? null;
        if (value !== null && (typeof value !== 'number' || !Number.isFinite(value))) throw wrong(name);
        return value;
      });
    },
    part,
    maybePart: (name) => (absent(name) ? undefined : part(name)),
    list: (name) =>
      list(name).map((one) => {
        if (!isRecord(one)) throw wrong(name);
        return partsOf(one, what);
      }),
  };
}
