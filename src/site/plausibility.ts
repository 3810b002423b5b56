import { Fault } from '../core/fault.ts';
import type { Field } from '../core/field.ts';
import { nearest } from '../core/nearest.ts';
import { recordKey, type Scalar, type SiteGroup } from '../core/site/index.ts';
import { isList, isRecord, type Value, type Values } from '../core/snapshot.ts';
import { cellSumOf, type CellSum, mismatch } from './cell-sum.ts';
import {
  doubt,
  type Limits,
  type NumberRule,
  outOfRange,
  ruleOf,
  type Track,
  trackOf,
} from './plausible-rule.ts';

export type { Limits } from './plausible-rule.ts';

/**
 * Limits by field: `cell_voltages` (of all packs and cells), `packs.voltage` (of each pack), `telemetry.voltage` (of
 * the rack, in one group), `telemetry.packs.voltage`. The longest name that fits counts.
 */
export type LimitsByField = Readonly<Record<string, Limits>>;

/** A value that was not passed on. */
export interface Refusal {
  /** As in `pointsOf`, without the group: `packs.2.cell_voltages.3`. */
  readonly path: string;
  readonly value: Scalar;
  /** `5.31 V is above 5 V`. */
  readonly why: string;
}

/** What became of the values of a group. */
export interface Judged {
  /** The same object when nothing was refused. A refused value is absent; in a list it is null, so that places stay. */
  readonly values: Values;
  readonly refusals: readonly Refusal[];
}

/** Judges the values of one group of one member, each time it is read. */
export interface Plausibility {
  /**
   * Judges values that were read live, and remembers them. A jump is refused until two further readings agree with it;
   * a counter that falls likewise, so that a fall and return is a glitch and a lasting one is a reset.
   * @param now milliseconds of a clock that never goes back
   */
  readonly judge: (values: Values, now: number) => Judged;
  /** Judges by range only and remembers nothing: for what the device kept and was read later. */
  readonly judgeArchive: (values: Values) => Judged;
  /** What was known before a restart, so that the first reading is compared with something; `now` less its age. */
  readonly seed: (values: Values, now: number) => void;
}

/** A judge for a group; limits of fields that it does not have do nothing here (see `checkLimits`). */
export function plausibility(group: SiteGroup, limits: LimitsByField = {}): Plausibility {
  const plan = planOf(group.fields, [], (names) => limitsOf(limits, group.name, names));
  const memory = emptyMemory();
  const judged = (values: Values, into: Memory | undefined, now: number): Judged => {
    const refusals: Refusal[] = [];
    return { values: judgeFields(plan, values, into, now, '', refusals), refusals };
  };
  return {
    judge: (values, now) => judged(values, memory, now),
    judgeArchive: (values) => judged(values, undefined, 0),
    seed: (values, now) => void judged(values, memory, now),
  };
}

/** Throws a `config` fault with the nearest name where limits name a field that a member does not have. */
export function checkLimits(groups: readonly SiteGroup[], limits: LimitsByField): void {
  const known = new Set(
    groups.flatMap((group) => namesIn(group.fields, []).flatMap((one) => keysOf(group.name, one))),
  );
  for (const name of Object.keys(limits)) {
    if (known.has(name)) continue;
    const close = nearest(name, [...known]);
    throw new Fault('config', `limits of '${name}': there is no such field`, {
      hint:
        close === undefined ? 'name a field, as `busbar devices ID` lists them' : `did you mean '${close}'?`,
    });
  }
}

function namesIn(fields: readonly Field[], list: readonly string[]): (readonly string[])[] {
  return fields.flatMap((field) => {
    const names = [...list, field.name];
    return field.items === undefined ? [names] : namesIn(field.items, names);
  });
}

/** The names under which limits of a field may stand, the longest first. */
function keysOf(group: string, names: readonly string[]): string[] {
  const path = names.join('.');
  return [...new Set([`${group}.${path}`, path, names.at(-1) ?? path])];
}

function limitsOf(limits: LimitsByField, group: string, names: readonly string[]): Limits {
  const key = keysOf(group, names).find((one) => Object.hasOwn(limits, one));
  return (key === undefined ? undefined : limits[key]) ?? {};
}

/** What is done with a group, or with each record of a list, worked out once. */
interface Plan {
  readonly numbers: readonly { readonly name: string; readonly rule: NumberRule }[];
  readonly records: readonly {
    readonly name: string;
    readonly items: readonly Field[];
    readonly plan: Plan;
  }[];
  readonly sum: CellSum | undefined;
}

function planOf(
  fields: readonly Field[],
  list: readonly string[],
  limits: (names: readonly string[]) => Limits,
): Plan {
  const of = ({ name }: Field): Limits => limits([...list, name]);
  return {
    numbers: fields.flatMap((field) => {
      const rule = field.items === undefined ? ruleOf(field, of(field)) : undefined;
      return rule === undefined ? [] : [{ name: field.name, rule }];
    }),
    records: fields.flatMap(({ name, items }) =>
      items === undefined ? [] : [{ name, items, plan: planOf(items, [...list, name], limits) }],
    ),
    sum: cellSumOf(fields, of),
  };
}

/** What is known of the values of a group or a record. */
interface Memory {
  /** By place of the number in the plan; of a list of numbers one for each place. */
  readonly tracks: (Track | (Track | undefined)[] | undefined)[];
  /** By list and key of the record. */
  readonly records: Map<string, Map<number, Memory>>;
}

/** Most records of a list that are remembered; their keys come from the wire. */
const MOST_RECORDS = 512;

function emptyMemory(): Memory {
  return { tracks: [], records: new Map() };
}

function judgeFields(
  plan: Plan,
  values: Values,
  memory: Memory | undefined,
  now: number,
  prefix: string,
  refusals: Refusal[],
): Values {
  // Copied at the first refusal only: nearly every reading passes as it came.
  let out: Record<string, Value | undefined> | undefined;
  const before = refusals.length;
  const { numbers, records } = plan;
  // Every reading of every device passes here: counting places makes no pairs of them.
  for (let place = 0; place < numbers.length; place++) {
    const number = numbers[place];
    if (number === undefined) continue;
    const { name, rule } = number;
    const value = values[name];
    if (typeof value === 'number') {
      const why = judgeNumber(rule, value, memory?.tracks, place, now);
      if (why === undefined) continue;
      refusals.push({ path: prefix + name, value, why });
      out ??= { ...values };
      Reflect.deleteProperty(out, name);
    } else if (isList(value)) {
      const passed = judgeList(rule, value, memory, place, now, prefix + name, refusals);
      if (passed !== value) (out ??= { ...values })[name] = passed;
    }
  }
  if (plan.sum !== undefined && refusals.length === before) {
    const wrong = mismatch(plan.sum, values);
    if (wrong !== undefined) {
      out = { ...values };
      for (const [name, value] of wrong.of) {
        refusals.push({ path: prefix + name, value, why: wrong.why });
        Reflect.deleteProperty(out, name);
      }
    }
  }
  for (const { name, items, plan: inner } of records) {
    const value = values[name];
    if (!isList(value)) continue;
    let list: Value[] | undefined;
    for (let place = 0; place < value.length; place++) {
      const one = value[place];
      if (!isRecord(one)) continue;
      const key = recordKey(one, items, place);
      const kept = memory === undefined ? undefined : memoryOf(memory, name, key);
      const passed = judgeFields(inner, one, kept, now, `${prefix}${name}.${key}.`, refusals);
      if (passed !== one) (list ??= [...value])[place] = passed;
    }
    if (list !== undefined) (out ??= { ...values })[name] = list;
  }
  return out ?? values;
}

function judgeList(
  rule: NumberRule,
  list: readonly Value[],
  memory: Memory | undefined,
  place: number,
  now: number,
  path: string,
  refusals: Refusal[],
): readonly Value[] {
  let tracks: (Track | undefined)[] | undefined;
  if (memory !== undefined) {
    const kept = memory.tracks[place];
    tracks = Array.isArray(kept) ? kept : [];
    memory.tracks[place] = tracks;
  }
  let out: Value[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const value = list[index];
    if (typeof value !== 'number') continue;
    const why = judgeNumber(rule, value, tracks, index, now);
    if (why === undefined) continue;
    refusals.push({ path: `${path}.${index + 1}`, value, why });
    (out ??= [...list])[index] = null;
  }
  return out ?? list;
}

function judgeNumber(
  rule: NumberRule,
  value: number,
  tracks: Memory['tracks'] | undefined,
  place: number,
  now: number,
): string | undefined {
  const wrong = outOfRange(rule, value);
  if (wrong !== undefined || tracks === undefined || rule.change === undefined) return wrong;
  const track = tracks[place];
  if (track === undefined || Array.isArray(track)) {
    tracks[place] = trackOf(value, now);
    return undefined;
  }
  return doubt(rule, rule.change, track, value, now);
}

function memoryOf(memory: Memory, list: string, key: number): Memory {
  let records = memory.records.get(list);
  if (records === undefined) memory.records.set(list, (records = new Map<number, Memory>()));
  let kept = records.get(key);
  if (kept === undefined) {
    if (records.size >= MOST_RECORDS) records.clear();
    records.set(key, (kept = emptyMemory()));
  }
  return kept;
}
