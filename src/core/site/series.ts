import type { Field } from '../field.ts';
import { type Quantity, quantity } from '../quantity.ts';
import { isList, isRecord, type Value, type Values } from '../snapshot.ts';
import type { SiteGroup } from './member.ts';

/** A value without parts. */
export type Scalar = number | string | boolean;

/** One plain value of a group, with its place in it. A metric, a column, a topic, a line on a chart. */
export interface Point {
  /**
   * Names from the group inwards, joined by points: `voltage`, `cell_voltages.3` (counted from 1),
   * `packs.2.voltage` (the pack with address 2), `packs.2.cell_voltages.3`.
   */
  readonly path: string;
  /** null: known to be none (a protection that is switched off). */
  readonly value: Scalar | null;
  /** What is known of the value. */
  readonly field: Field;
  /** The record of a list that it belongs to: name of the list, and the number by which its records are told apart. */
  readonly record?: { readonly list: string; readonly key: number };
  /** Its place in a list of like values, counted from 1. */
  readonly index?: number;
}

/**
 * All plain values of a group, in the order of its fields. What is absent has no point. Lists of measured values become
 * a point for each place; lists of words, and of places (which cells balance), become one text with commas, empty when
 * there are none.
 */
export function pointsOf(group: SiteGroup, values: Values): Point[] {
  const points: Point[] = [];
  for (const field of group.fields) collect(points, field, values[field.name], field.name, undefined);
  return points;
}

function collect(
  points: Point[],
  field: Field,
  value: Value | undefined,
  path: string,
  record: Point['record'],
): void {
  if (value === undefined) return;
  const within = record === undefined ? {} : { record };
  if (!isList(value)) {
    if (!isRecord(value)) points.push({ path, value, field, ...within });
    return;
  }
  const { items } = field;
  if (items !== undefined) {
    for (const [place, one] of value.entries()) {
      if (!isRecord(one)) continue;
      const key = recordKey(one, items, place);
      for (const item of items) {
        collect(points, item, one[item.name], `${path}.${key}.${item.name}`, { list: field.name, key });
      }
    }
    return;
  }
  if (isSet(quantity(field.quantity), field)) {
    const text = value.flatMap((one) => (typeof one === 'object' ? [] : String(one))).join(', ');
    points.push({ path, value: text, field, ...within });
    return;
  }
  for (const [place, one] of value.entries()) {
    if (one === null || isList(one) || isRecord(one)) continue;
    points.push({ path: `${path}.${place + 1}`, value: one, field, index: place + 1, ...within });
  }
}

/** Whether a list tells which of something there are, rather than how much each of them has. */
function isSet({ form }: Quantity, { quantity: name }: Field): boolean {
  return form !== 'number' || name === 'count';
}

/** Records are told apart by their first field, a number such as the address of a pack; else by their place from 1. */
export function recordKey(record: Values, items: readonly Field[], place: number): number {
  const first = items[0] === undefined ? undefined : record[items[0].name];
  return typeof first === 'number' ? first : place + 1;
}
