import { Fault } from '../../core/fault.ts';
import { quantity } from '../../core/quantity.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import { type DataSet, type DataValue, obisName, obisOf } from '../../iec62056/index.ts';
import type { GroupDefinition, Place } from './definition.ts';
import { powerBetween, printed, shifted } from './units.ts';

/**
 * The address under which places are written: an OBIS code of electricity or of the meter itself without medium,
 * channel, and `*255`, with a tariff; anything else, codes of other media and of earlier periods too, as it stands.
 */
export function plainAddress(address: string): string {
  const code = obisOf(address);
  if (code === undefined || (code.a ?? 0) > 1 || (code.b ?? 0) > 0) return address;
  if (code.f !== undefined && code.f !== 255) return address;
  return code.e === undefined && /[A-Z]/.test(code.c + code.d)
    ? `${code.c}.${code.d}`
    : `${code.c}.${code.d}.${code.e ?? '0'}`;
}

/**
 * Brackets by address. With `joined`, all of one register: some meters write its address again in front of each
 * bracket. Else an address that comes twice with different texts is left out, since nobody knows which one counts.
 */
function gathered(sets: readonly DataSet[], joined: boolean): ReadonlyMap<string, readonly DataValue[]> {
  const found = new Map<string, readonly DataValue[]>();
  const doubtful = new Set<string>();
  for (const set of sets) {
    const address = plainAddress(set.address);
    const before = found.get(address);
    found.set(address, joined ? [...(before ?? []), ...set.values] : set.values);
    if (!joined && before !== undefined && textOf(before) !== textOf(set.values)) doubtful.add(address);
  }
  for (const address of doubtful) found.delete(address);
  return found;
}

function textOf(values: readonly DataValue[]): string {
  return values.map((one) => `(${withUnit(one)})`).join('');
}

/**
 * The values of a group in data sets. What is not there is absent; a text that cannot be its value is a `format` fault.
 * @param joined whether a register may repeat its address in front of each bracket
 */
export function valuesOf(group: GroupDefinition, sets: readonly DataSet[], joined: boolean): Values {
  const found = gathered(sets, joined);
  const values: Record<string, Value | undefined> = {};
  for (const [name, place] of Object.entries(group.fields)) {
    const at = [place.at, ...(place.also ?? [])].find((address) => found.has(address));
    const written = at === undefined ? undefined : found.get(at)?.[place.bracket ?? 0];
    if (at === undefined || written === undefined) continue;
    const value = valueOf(place, at, written);
    if (value !== undefined) values[name] = value;
  }
  if (group.everything !== undefined) values[group.everything] = sets.map(recordOf);
  return values;
}

/** A data set as a record: everything in it as written, with its name where that is known. */
function recordOf({ address, values }: DataSet): Values {
  const [first, ...others] = values;
  const name = obisName(address)?.name;
  return {
    address,
    ...(name === undefined ? {} : { name }),
    written: first?.value ?? '',
    ...(first === undefined || first.unit === '' ? {} : { unit: first.unit }),
    ...(others.length === 0 ? {} : { more: others.map(withUnit) }),
  };
}

/** The brackets of such a record. */
export function bracketsOf(record: Values): readonly DataValue[] {
  const { written, unit, more } = record;
  const others = Array.isArray(more) ? (more as readonly Value[]) : []; // lists hold values
  return [
    { value: wordOf(written), unit: wordOf(unit) },
    ...others.map((one) => {
      const [value = '', behind = ''] = wordOf(one).split('*');
      return { value, unit: behind };
    }),
  ];
}

/** A text, or nothing. */
export function wordOf(value: Value | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What stands between two brackets. */
export function withUnit({ value, unit }: DataValue): string {
  return unit === '' ? value : `${value}*${unit}`;
}

function valueOf(place: Place, at: string, { value, unit }: DataValue): Value | undefined {
  switch (place.form ?? 'number') {
    case 'text':
      return value.trim() === '' ? undefined : value.trim();
    case 'date':
      return dateOf(at, value);
    case 'number': {
      // Nothing between the brackets, or dashes: the meter has no value now.
      if (/^[-\s]*$/.test(value)) return undefined;
      const power = powerBetween(unit === '' ? (place.unit ?? '') : unit, place.quantity);
      const number = shifted(value, power ?? 0);
      if (number === undefined) throw new Fault('format', `${at}: '${value}' is no number`);
      // Without a unit that is the quantity's nobody knows what the number means.
      return power === undefined ? undefined : number;
    }
  }
}

function dateOf(at: string, written: string): string {
  const [, day, month, year] = /^0?[0-7]\.(\d\d)\.(\d\d)\.(\d\d)$/.exec(written.trim()) ?? [];
  const date = `20${year ?? ''}-${month ?? ''}-${day ?? ''}`;
  if (Number.isNaN(Date.parse(`${date}T00:00:00Z`))) {
    throw new Fault('format', `${at}: '${written}' is no date`);
  }
  return date;
}

/** What a meter prints for a value of a place, in the style of what stands there. */
export function writtenOf(place: Place, value: Value, like: DataValue): DataValue {
  switch (place.form ?? 'number') {
    case 'text':
      return { value: wordOf(value), unit: like.unit };
    case 'date': {
      const date = wordOf(value);
      const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
      const [year = '', month = '', day = ''] = date.split('-');
      return { value: `0${weekday}.${day}.${month}.${year.slice(2)}`, unit: '' };
    }
    case 'number': {
      const unit = like.unit === '' ? (place.unit ?? quantity(place.quantity).unit) : like.unit;
      const power = powerBetween(unit, place.quantity) ?? 0;
      if (typeof value !== 'number') throw new Fault('config', `${place.title} takes a number`);
      return { value: printed(value, power, like.value), unit: like.unit };
    }
  }
}
