import type { ApiField, ApiMember, ApiMemberState } from '../../core/site/api.ts';
import { recordKey } from '../../core/site/series.ts';
import { isList, isRecord, type Value, type Values } from '../../core/snapshot.ts';

/** One field of a pack with its value. */
export interface PackValue {
  readonly group: string;
  readonly field: ApiField;
  readonly value: Value;
  /** `member.group.path`, for history; cells follow it with their number. */
  readonly series: string;
}

/** A battery module, gathered from all groups that say something of it. */
export interface Pack {
  /** Address, or place from 1; undefined where the member is one battery without modules. */
  readonly key: number | undefined;
  readonly values: readonly PackValue[];
  readonly cells: readonly Cell[];
  /** °C, by sensor; undefined: unknown. */
  readonly temperatures: readonly (number | undefined)[];
}

/** One cell. */
export interface Cell {
  /** From 1. */
  readonly number: number;
  /** V; undefined: unknown. */
  readonly voltage: number | undefined;
  readonly balancing: boolean;
  /** What its BMS says is wrong with it: a word; undefined: nothing. */
  readonly alarm: string | undefined;
  readonly series: string;
}

/** The modules of a member, by key. */
export function packsOf(member: ApiMember, state: ApiMemberState): Pack[] {
  const byKey = new Map<number | undefined, PackValue[]>();
  const add = (key: number | undefined, value: PackValue): void => {
    const found = byKey.get(key);
    if (found === undefined) byKey.set(key, [value]);
    else found.push(value);
  };
  for (const group of member.groups) {
    const now = state.groups[group.name];
    if (now === undefined || now.freshness === 'gone') continue;
    for (const field of group.fields) {
      const value = now.values[field.name];
      if (value === undefined) continue;
      const path = `${member.name}.${group.name}.${field.name}`;
      if (field.items === undefined) add(undefined, { group: group.name, field, value, series: path });
      else {
        for (const [key, record] of recordsOf(value, field.items)) {
          for (const item of field.items) {
            const inner = record[item.name];
            if (inner === undefined) continue;
            add(key, { group: group.name, field: item, value: inner, series: `${path}.${key}.${item.name}` });
          }
        }
      }
    }
  }
  return [...byKey]
    .map(([key, values]) => packOf(key, values))
    .filter(({ key, cells }) => cells.length > 0 || key !== undefined)
    .sort((one, other) => (one.key ?? 0) - (other.key ?? 0));
}

function recordsOf(value: Value, items: readonly ApiField[]): (readonly [number, Values])[] {
  if (!isList(value)) return [];
  return value.flatMap((one, place) => (isRecord(one) ? [[recordKey(one, items, place), one] as const] : []));
}

function packOf(key: number | undefined, values: readonly PackValue[]): Pack {
  const list = (wanted: (field: ApiField) => boolean): PackValue | undefined =>
    values.find(({ field, value }) => field.kind !== 'raw' && isList(value) && wanted(field));
  const voltages = list(({ quantity }) => quantity === 'cell_voltage');
  const count = voltages !== undefined && isList(voltages.value) ? voltages.value.length : 0;
  // Which cells are balanced: places in a list, and no fault.
  const balancing = list(
    ({ quantity, kind, alarm }) => quantity === 'count' && kind === 'state' && alarm === undefined,
  );
  const states = values.find(
    ({ field, value }) =>
      field.alarm?.calm !== undefined && isList(value) && count > 0 && value.length === count,
  );
  return {
    key,
    values,
    cells: numbers(voltages?.value).map((voltage, place) => ({
      number: place + 1,
      voltage,
      balancing: places(balancing?.value).includes(place + 1),
      alarm: alarmAt(states, place),
      series: `${voltages?.series ?? ''}.${place + 1}`,
    })),
    temperatures: numbers(list(({ quantity }) => quantity === 'temperature')?.value),
  };
}

function alarmAt(states: PackValue | undefined, place: number): string | undefined {
  const word = states !== undefined && isList(states.value) ? states.value[place] : undefined;
  return typeof word === 'string' && states?.field.alarm?.calm?.includes(word) === false ? word : undefined;
}

function numbers(value: Value | undefined): (number | undefined)[] {
  return isList(value) ? value.map((one) => (typeof one === 'number' ? one : undefined)) : [];
}

function places(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}

/** What the cells of some packs have in common. */
export interface CellSpread {
  readonly mean: number;
  readonly lowest: Cell & { readonly pack: number | undefined };
  readonly highest: Cell & { readonly pack: number | undefined };
  /** V. */
  readonly spread: number;
}

/** Mean, lowest and highest over all cells that are known; undefined where none is. */
export function spreadOf(packs: readonly Pack[]): CellSpread | undefined {
  const known = packs.flatMap(({ key, cells }) =>
    cells.flatMap((cell) =>
      cell.voltage === undefined ? [] : [{ ...cell, voltage: cell.voltage, pack: key }],
    ),
  );
  const [first] = known;
  if (first === undefined) return undefined;
  let [lowest, highest, sum] = [first, first, 0];
  for (const cell of known) {
    if (cell.voltage < lowest.voltage) lowest = cell;
    if (cell.voltage > highest.voltage) highest = cell;
    sum += cell.voltage;
  }
  return { mean: sum / known.length, lowest, highest, spread: highest.voltage - lowest.voltage };
}

/** Something that a pack reports to be wrong, in words. */
export interface PackAlarm {
  readonly means: 'warning' | 'protection' | 'fault';
  readonly title: string;
  /** Words that say what; empty where the title says it all. */
  readonly words: readonly string[];
}

/** What reports an alarm now, by the marks of the fields. */
export function alarmsOf(values: readonly Pick<PackValue, 'field' | 'value'>[]): PackAlarm[] {
  return values.flatMap(({ field, value }) => {
    const { alarm, title } = field;
    if (alarm === undefined) return [];
    const calm = alarm.calm ?? [];
    if (value === true) return [{ means: alarm.means, title, words: [] }];
    if (typeof value === 'string' && !calm.includes(value))
      return [{ means: alarm.means, title, words: [value] }];
    if (!isList(value)) return [];
    const words = value.flatMap((one, place) => {
      if (typeof one === 'number') return [String(one)];
      if (typeof one !== 'string' || calm.includes(one)) return [];
      // A list with calm words has a word for each cell or sensor: the place says which.
      return [calm.length > 0 ? `${place + 1}: ${one}` : one];
    });
    return words.length === 0 ? [] : [{ means: alarm.means, title, words }];
  });
}
