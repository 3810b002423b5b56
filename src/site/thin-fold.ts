import type { Field } from '../core/field.ts';
import { quantity, type QuantityName } from '../core/quantity.ts';
import { recordKey, type SiteGroup } from '../core/site/index.ts';
import { isList, isRecord, type Value, type Values } from '../core/snapshot.ts';

/** What numbers of an interval become. */
export type Keep = 'mean' | 'last' | 'min' | 'max';

/** One number over an interval. */
interface Run {
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** The values of a group over an interval: measured numbers condensed, everything else as it was last. */
export interface Fold {
  readonly add: (values: Values) => void;
  /** The values of the interval; undefined where nothing was added. */
  readonly values: () => Values | undefined;
}

/** Gathers the values of one interval. */
export function fold(group: SiteGroup, keep: Keep): Fold {
  const runs = new Map<string, Run>();
  let last: Values | undefined;
  const note = (path: string, value: number): number => {
    const run = runs.get(path);
    if (run === undefined) runs.set(path, { count: 1, sum: value, min: value, max: value });
    else {
      run.count++;
      run.sum += value;
      run.min = Math.min(run.min, value);
      run.max = Math.max(run.max, value);
    }
    return value;
  };
  const condensed = (path: string, value: number): number => {
    const run = runs.get(path);
    if (run === undefined || keep === 'last') return value;
    if (keep !== 'mean') return run[keep];
    // As many digits as a double of these numbers has, without the dust of the division.
    return Number((run.sum / run.count).toPrecision(12));
  };
  return {
    add: (values) => {
      if (keep !== 'last') eachNumber(group.fields, values, '', note);
      // What one reading lacks, the interval still has; lists are those of the last.
      last = { ...last, ...values };
    },
    values: () => (last === undefined ? undefined : eachNumber(group.fields, last, '', condensed)),
  };
}

/** A copy of values in which each measured number is what the function makes of it. */
function eachNumber(
  fields: readonly Field[],
  values: Values,
  prefix: string,
  change: (path: string, value: number) => number,
): Values {
  const out: Record<string, Value | undefined> = { ...values };
  for (const field of fields) {
    const { name, items, kind } = field;
    const value = values[name];
    const path = prefix + name;
    if (items !== undefined && isList(value)) {
      out[name] = value.map(
        (one, place) =>
          isRecord(one)
            ? (eachNumber(items, one, `${path}.${recordKey(one, items, place)}.`, change) as Value)
            : one, // a record without undefined is a value
      );
    } else if (
      kind === 'measurement' &&
      quantity(field.quantity).form === 'number' &&
      field.quantity !== 'count'
    ) {
      if (typeof value === 'number') out[name] = change(path, value);
      else if (isList(value)) {
        out[name] = value.map((one, place) =>
          typeof one === 'number' ? change(`${path}.${place + 1}`, one) : one,
        );
      }
    }
  }
  return out;
}

/** The words, flags and texts of a group by path: what is sent as soon as it changes. */
export function statesOf(fields: readonly Field[], values: Values): Values {
  const out: Record<string, Value | undefined> = {};
  for (const field of fields) {
    const { name, items } = field;
    const value = values[name];
    if (value === undefined) continue;
    if (items !== undefined) {
      if (!isList(value)) continue;
      const first = items[0];
      const inner = value.filter(isRecord).map((one) => ({
        ...(first === undefined ? {} : { [first.name]: one[first.name] }),
        ...statesOf(items, one),
      }));
      const key = first?.name;
      if (inner.some((one) => Object.keys(one).some((state) => state !== key))) out[name] = inner;
    } else if (isState(field)) out[name] = value;
  }
  return out;
}

function isState({ quantity: name, kind }: Field): boolean {
  const { form } = quantity(name);
  return (
    kind !== 'raw' &&
    (form === 'word' ||
      form === 'flag' ||
      (form === 'text' && kind === 'state') ||
      (name === 'count' && kind === 'state'))
  );
}

/** Whether any number moved further than its dead band, or anything else is not as it was. */
export function moved(
  fields: readonly Field[],
  before: Values,
  after: Values,
  deadband: Readonly<Partial<Record<QuantityName, number>>>,
): boolean {
  return fields.some((field) => {
    if (field.kind === 'raw') return false;
    return differs(field, before[field.name], after[field.name], deadband);
  });
}

function differs(
  field: Field,
  before: Value | undefined,
  after: Value | undefined,
  deadband: Readonly<Partial<Record<QuantityName, number>>>,
): boolean {
  if (typeof before === 'number' && typeof after === 'number') {
    // 12.05 - 12 is a little more than 0.05.
    const dust = 1e-9 * Math.max(Math.abs(before), Math.abs(after));
    return Math.abs(after - before) > (deadband[field.quantity] ?? 0) + dust;
  }
  if (isList(before) && isList(after)) {
    if (before.length !== after.length) return true;
    return after.some((one, place) => {
      const old = before[place];
      return isRecord(one) && isRecord(old)
        ? moved(field.items ?? [], old, one, deadband)
        : differs(field, old, one, deadband);
    });
  }
  return before !== after;
}
