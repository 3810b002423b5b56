import type { Field } from '../../core/field.ts';
import { quantity } from '../../core/quantity.ts';
import { type Point, pointsOf, type SiteGroup } from '../../core/site/index.ts';
import type { Values } from '../../core/snapshot.ts';
import type { Place } from './template.ts';

/** A value of a member that is announced, wherever it stands. */
export interface Spot extends Place {
  /** As in `Point.path`, and `[]` behind the path of a list that becomes one text. Names it for good. */
  readonly path: string;
  readonly info: Field;
  /** A list of words, or of places. */
  readonly list: boolean;
}

/** Groups that are read less often hold archives and names: their lists are no entities. */
const ARCHIVE = 3_600;

/** The values of a group that are worth an entity, as far as they were seen. */
export function spotsIn(group: SiteGroup, values: Values): readonly Spot[] {
  return pointsOf(group, values)
    .filter((point) => isAnnounced(group, point))
    .flatMap((point) => spotAt(group, written(point)) ?? []);
}

function isAnnounced(group: SiteGroup, { field, record }: Point): boolean {
  if (field.kind === 'raw') return false;
  return record === undefined || group.period < ARCHIVE;
}

function written({ path, value, field }: Point): string {
  return typeof value === 'string' && quantity(field.quantity).form === 'number' ? `${path}[]` : path;
}

/** The value at a path of earlier days; undefined where the group has nothing there any more. */
export function spotAt(group: SiteGroup, path: string): Spot | undefined {
  const list = path.endsWith('[]');
  const [name = '', ...rest] = (list ? path.slice(0, -2) : path).split('.');
  const field = group.fields.find((one) => one.name === name);
  if (field === undefined) return undefined;
  const base = { group: group.name, path, list };
  if (field.items === undefined) return ended({ ...base, field: name, info: field }, rest);
  const [key, inner = '', ...end] = rest;
  const info = field.items.find((one) => one.name === inner);
  if (info === undefined) return undefined;
  const [first] = field.items;
  const by = first !== undefined && quantity(first.quantity).form === 'number' ? { by: first.name } : {};
  return ended({ ...base, field: inner, info, record: { list: name, key: Number(key), ...by } }, end);
}

/** With the place in a list, where the path ends with one. */
function ended(spot: Spot, rest: readonly string[]): Spot | undefined {
  const [index] = rest;
  if (index === undefined) return spot;
  return /^\d+$/.test(index) && rest.length === 1 ? { ...spot, index: Number(index) } : undefined;
}
