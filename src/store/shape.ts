import type { Field, Scalar, Value, Values } from '../core/index.ts';
import { quantity } from '../core/quantity.ts';
import { isList, isRecord } from '../core/snapshot.ts';

/**
 * A snapshot as it is kept: its shape, which thousands of others share (`{"voltage":0,"packs":[{"address":0}]}`), and
 * its leaves in that order as JSON without brackets (`53.66,2`). A list without records is one leaf, so that the number
 * of shapes stays small where lists vary in length.
 */
export interface Flat {
  readonly shape: string;
  readonly data: string;
}

/** A leaf as read back. */
export type Leaf = Scalar | null | readonly Leaf[];

const quoted = new Map<string, string>();

function quote(name: string): string {
  let text = quoted.get(name);
  if (text === undefined) {
    text = JSON.stringify(name);
    if (quoted.size < 10_000) quoted.set(name, text);
  }
  return text;
}

/** Takes values apart. What is undefined, or a number that is not finite, is left out; within a list it becomes null. */
export function flatten(values: Values): Flat {
  const leaves: string[] = [];
  return { shape: takeRecord(values, leaves), data: leaves.join(',') };
}

function takeRecord(values: Values, leaves: string[]): string {
  let shape = '{';
  for (const name in values) {
    const value = values[name];
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) continue;
    shape += `${shape === '{' ? '' : ','}${quote(name)}:${take(value, leaves)}`;
  }
  return `${shape}}`;
}

function take(value: Value, leaves: string[]): string {
  if (isRecord(value)) return takeRecord(value, leaves);
  if (isList(value) && value.some(hasRecord)) {
    return `[${value.map((one) => take(one, leaves)).join(',')}]`;
  }
  leaves.push(json(value));
  return '0';
}

function hasRecord(value: Value): boolean {
  return isRecord(value) || (isList(value) && value.some(hasRecord));
}

/** JSON that keeps the sign of zero. */
function json(value: Value): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : 'null';
  if (isList(value)) return `[${value.map(json).join(',')}]`;
  return JSON.stringify(value);
}

/** The leaves of a kept snapshot. */
export function leavesOf(data: string): readonly Leaf[] {
  return JSON.parse(`[${data}]`) as readonly Leaf[]; // written by `flatten`
}

/** A place in a shape: number of its leaf, or what stands below it. */
type Node = number | { readonly list: readonly Node[] } | ReadonlyMap<string, Node>;

/** A value of a snapshot that makes a series. */
interface Slot {
  readonly leaf: number;
  readonly path: string;
  readonly field: Field;
  /** Paths of its places, where it is a list; grows with the longest list seen. */
  readonly places: string[];
}

/** A value with its place, as `pointsOf` gives it. */
export type Visit = (path: string, value: Scalar, field: Field) => void;

/** A shape made ready for use. */
export interface Shape {
  /** Puts the values together again. */
  rebuild(leaves: readonly Leaf[]): Values;
  /** Calls back with each value that is not null, with the same path and value as `pointsOf`, without rebuilding. */
  walk(leaves: readonly Leaf[], fields: readonly Field[], visit: Visit): void;
}

/** Reads a shape that `flatten` has written. */
export function shapeOf(text: string): Shape {
  let leaf = 0;
  const number = (value: Value): Node => {
    if (isList(value)) return { list: value.map(number) };
    if (isRecord(value)) {
      return new Map(
        Object.entries(value).flatMap(([name, one]) => (one === undefined ? [] : [[name, number(one)]])),
      );
    }
    return leaf++;
  };
  const root = number(JSON.parse(text) as Values); // written by `flatten`

  const plans = new WeakMap<readonly Field[], ReturnType<typeof planFor>>();
  return {
    rebuild: (leaves) => rebuild(root, leaves) as Values, // the root of a shape is a record
    walk: (leaves, fields, visit) => {
      let plan = plans.get(fields);
      if (plan === undefined) plans.set(fields, (plan = planFor(root, fields)));
      for (const slot of plan(leaves)) visitSlot(slot, leaves[slot.leaf], visit);
    },
  };
}

function rebuild(node: Node, leaves: readonly Leaf[]): Value {
  if (typeof node === 'number') return leaves[node] ?? null;
  if ('list' in node) return node.list.map((one) => rebuild(one, leaves));
  return Object.fromEntries([...node].map(([name, one]) => [name, rebuild(one, leaves)]));
}

/** Finds the slots of a shape; those within records depend on the numbers by which the records are told apart. */
function planFor(root: Node, fields: readonly Field[]): (leaves: readonly Leaf[]) => readonly Slot[] {
  const keyLeaves: number[] = [];
  gatherKeys(root, fields, keyLeaves);
  const bySignature = new Map<string, readonly Slot[]>();
  return (leaves) => {
    const signature = keyLeaves.map((leaf) => String(leaves[leaf])).join();
    let slots = bySignature.get(signature);
    if (slots === undefined) {
      slots = slotsOf(root, fields, '', leaves);
      if (bySignature.size < 100) bySignature.set(signature, slots);
    }
    return slots;
  };
}

function gatherKeys(node: Node | undefined, fields: readonly Field[], into: number[]): void {
  for (const { name, items } of fields) {
    if (items === undefined) continue;
    for (const record of recordsAt(node, name)) {
      const key = keyNode(record, items);
      if (key !== undefined) into.push(key);
      gatherKeys(record, items, into);
    }
  }
}

/** What stands under a name of a record. */
function below(node: Node | undefined, name: string | undefined): Node | undefined {
  return typeof node === 'object' && !('list' in node) && name !== undefined ? node.get(name) : undefined;
}

function recordsAt(node: Node | undefined, name: string): readonly Node[] {
  const list = below(node, name);
  return typeof list === 'object' && 'list' in list ? list.list : [];
}

function keyNode(record: Node, items: readonly Field[]): number | undefined {
  const node = below(record, items[0]?.name);
  return typeof node === 'number' ? node : undefined;
}

function slotsOf(node: Node, fields: readonly Field[], before: string, leaves: readonly Leaf[]): Slot[] {
  return fields.flatMap((field) => {
    const found = below(node, field.name);
    const path = before + field.name;
    if (typeof found === 'number') return [{ leaf: found, path, field, places: [] }];
    const { items } = field;
    if (items === undefined) return [];
    return recordsAt(node, field.name).flatMap((record, place) => {
      const key = keyNode(record, items);
      const known = key === undefined ? undefined : leaves[key];
      return slotsOf(record, items, `${path}.${typeof known === 'number' ? known : place + 1}.`, leaves);
    });
  });
}

function visitSlot({ path, field, places }: Slot, value: Leaf | undefined, visit: Visit): void {
  if (value === undefined || value === null) return;
  if (!isLeafList(value)) {
    visit(path, value, field);
  } else if (field.items === undefined) {
    if (quantity(field.quantity).form !== 'number' || field.quantity === 'count') {
      visit(path, value.flatMap((one) => (typeof one === 'object' ? [] : String(one))).join(', '), field);
      return;
    }
    for (const [place, one] of value.entries()) {
      if (one === null || isLeafList(one)) continue;
      visit((places[place] ??= `${path}.${place + 1}`), one, field);
    }
  }
}

function isLeafList(value: Leaf): value is readonly Leaf[] {
  return Array.isArray(value);
}
