import type { Field } from '../core/field.ts';
import { nearest } from '../core/nearest.ts';
import { quantity } from '../core/quantity.ts';
import {
  memberGroup,
  type Freshness,
  type GroupState,
  type Member,
  recordKey,
  type Scalar,
} from '../core/site/index.ts';
import { isList, isRecord, type Value } from '../core/snapshot.ts';

/** The latest of a group of a member, or undefined. */
export type Lookup = (member: string, group: string) => GroupState | undefined;

/** A value with the words for where it stands: `rack.packs.2.voltage`. */
export interface Found {
  readonly value: Scalar;
  readonly label: string;
  /** One of several in a list, such as one of the warnings of a pack. */
  readonly listed?: true;
}

/** Values that a rule may ask for. */
export interface PlaceOnSite {
  readonly member: string;
  readonly field: Field;
  /** Several values may be found: cells, packs, words of a list. */
  readonly several: boolean;
  /** What is there now; undefined: unknown, or not fresh. A list of words may be known to be empty. */
  readonly read: (lookup: Lookup) => readonly Found[] | undefined;
}

/** Why a name means nothing, and the nearest that does. */
export interface Unresolved {
  readonly what: string;
  readonly hint?: string;
}

type Step =
  | { readonly name: string }
  | { readonly items: readonly Field[]; readonly key: number | '*' }
  | { readonly index: number | '*' | 'each' };

const ALL = '*';
/** All places of a list, where a list is at all: nothing was said of places. */
const EACH = 'each';

/** Finds what a name such as `rack.packs.*.cell_voltages.3` means among the members of a site. */
export function resolvePlace(name: string, members: readonly Member[]): PlaceOnSite | Unresolved {
  const [first = '', ...path] = name.split('.');
  const member = members.find((one) => one.name === first);
  if (member === undefined)
    return unknown(
      `there is no '${first}' on this site`,
      first,
      members.map((one) => one.name),
    );
  if (path.length === 0)
    return { what: `'${name}' names no value`, hint: `name a field, such as ${name}.voltage` };
  const inGroup = memberGroup(member, path[0] ?? '');
  const candidates = [
    ...(inGroup === undefined || path.length === 1 ? [] : [{ group: inGroup, path: path.slice(1) }]),
    ...member.groups.map((group) => ({ group, path })),
  ];
  const resolved = candidates.map((one) => ({ ...one, way: stepsIn(one.group.fields, one.path) }));
  const ways = resolved.flatMap(({ group, way }) => ('steps' in way ? [{ group, ...way }] : []));
  const [way, other] = ways;
  if (way === undefined) {
    // The one that was understood furthest explains best.
    const best = resolved.map(({ way: one }) => one).filter((one) => 'what' in one);
    const { what, hint } = best.toSorted(
      (one, two) => two.depth - one.depth || Number('hint' in two) - Number('hint' in one),
    )[0] ?? {
      what: 'it has no values',
    };
    return { what: `${first} has no '${path.join('.')}': ${what}`, ...(hint === undefined ? {} : { hint }) };
  }
  if (other !== undefined) {
    return {
      what: `'${name}' is in several groups`,
      hint: `write ${ways.map(({ group }) => `${first}.${group.name}.${path.join('.')}`).join(' or ')}`,
    };
  }
  const { group, field, steps } = way;
  return {
    member: first,
    field,
    several: steps.some(
      (step) => ('key' in step && step.key === ALL) || ('index' in step && step.index === ALL),
    ),
    read: (lookup) => {
      const state = lookup(first, group.name);
      if (state?.freshness !== 'fresh') return undefined;
      return collect(state.values, steps, first, isSet(field));
    },
  };
}

/**
 * How fresh a member is, by the groups that are read most often: its settings, read every hour, would call a device
 * that fell silent fresh for hours.
 */
export function pulseOf(member: Member, lookup: Lookup): Freshness {
  let shortest = Infinity;
  for (const { period } of member.groups) shortest = Math.min(shortest, period);
  let pulse: Freshness = 'unknown';
  for (const { name, period } of member.groups) {
    if (period !== shortest) continue;
    const { freshness } = lookup(member.name, name) ?? { freshness: 'unknown' };
    if (WORST_FIRST.indexOf(freshness) > WORST_FIRST.indexOf(pulse)) pulse = freshness;
  }
  return pulse;
}

/** From nothing known to the best. */
const WORST_FIRST: readonly Freshness[] = ['unknown', 'gone', 'stale', 'fresh'];

/** How the data of a member, or of one of its groups, stands. */
export function resolveStanding(
  name: string,
  members: readonly Member[],
): { readonly member: string; readonly read: (lookup: Lookup) => Freshness } | Unresolved {
  const [first = '', group, ...more] = name.split('.');
  const member = members.find((one) => one.name === first);
  if (member === undefined)
    return unknown(
      `there is no '${first}' on this site`,
      first,
      members.map((one) => one.name),
    );
  const groups = member.groups.map((one) => one.name);
  if (group !== undefined && (more.length > 0 || !groups.includes(group))) {
    return unknown(`${first} has no group '${[group, ...more].join('.')}'`, group, groups);
  }
  return {
    member: first,
    read: (lookup) =>
      group === undefined ? pulseOf(member, lookup) : (lookup(first, group)?.freshness ?? 'unknown'),
  };
}

type Way =
  { readonly field: Field; readonly steps: readonly Step[] } | (Unresolved & { readonly depth: number });

function stepsIn(fields: readonly Field[], path: readonly string[], depth = 0): Way {
  const [name = '', ...rest] = path;
  const field = fields.find((one) => one.name === name);
  const fail = (what: string, hint?: string): Way => ({
    what,
    depth,
    ...(hint === undefined ? {} : { hint }),
  });
  if (field === undefined) {
    const close = nearest(
      name,
      fields.map((one) => one.name),
    );
    return fail(`there is no field '${name}'`, close === undefined ? undefined : `did you mean '${close}'?`);
  }
  const [place, ...inner] = rest;
  const numbered = place === ALL ? ALL : Number(place);
  if (field.items !== undefined) {
    if (place === undefined || (numbered !== ALL && !Number.isInteger(numbered))) {
      return fail(
        `'${name}' is a list`,
        `write ${name}.*. for all of them, or ${name}.2. for the one with this number`,
      );
    }
    const way = stepsIn(field.items, inner, depth + 1);
    if ('what' in way) return way;
    return { field: way.field, steps: [{ name }, { items: field.items, key: numbered }, ...way.steps] };
  }
  if (inner.length > 0) return fail(`'${name}' has no parts`);
  if (place === undefined) return { field, steps: [{ name }, { index: EACH }] };
  if (numbered !== ALL && !(Number.isInteger(numbered) && numbered > 0)) {
    return fail(`'${place}' is no place in '${name}'`, 'places are counted from 1; * means any');
  }
  return { field, steps: [{ name }, { index: numbered }] };
}

function isSet(field: Field): boolean {
  return quantity(field.quantity).form !== 'number' || field.quantity === 'count';
}

/** Undefined where nothing is known; an empty list of words is known. */
function collect(
  value: Value | undefined,
  steps: readonly Step[],
  label: string,
  set: boolean,
): Found[] | undefined {
  const [step, ...rest] = steps;
  if (value === undefined || value === null) return undefined;
  if (step === undefined) return isList(value) || isRecord(value) ? undefined : [{ value, label }];
  if ('name' in step) {
    return isRecord(value) ? collect(value[step.name], rest, `${label}.${step.name}`, set) : undefined;
  }
  if (!isList(value))
    return 'index' in step && step.index === EACH ? collect(value, rest, label, set) : undefined;
  if ('index' in step && set && step.index === EACH && value.length === 0) return [];
  const found = value.flatMap((one, place) => {
    const key = 'items' in step ? (isRecord(one) ? recordKey(one, step.items, place) : undefined) : place + 1;
    const wanted = 'items' in step ? step.key : step.index;
    if (key === undefined || (wanted !== ALL && wanted !== EACH && wanted !== key)) return [];
    // Words have no place of their own.
    const inside = collect(one, rest, 'index' in step && set ? label : `${label}.${key}`, set);
    if (inside === undefined) return [];
    return 'index' in step ? [inside.map((found) => ({ ...found, listed: true as const }))] : [inside];
  });
  return found.length === 0 ? undefined : found.flat();
}

function unknown(what: string, typed: string, names: readonly string[]): Unresolved {
  const known = [...new Set(names)];
  const close = nearest(typed, known);
  const hint = close === undefined ? `known are ${known.join(', ')}` : `did you mean '${close}'?`;
  return known.length === 0 ? { what } : { what, hint };
}
