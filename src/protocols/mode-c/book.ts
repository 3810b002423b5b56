import { Fault } from '../../core/fault.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import { type DataSet, dataSets, type DataValue } from '../../iec62056/index.ts';
import type { MeterDefinition, Place, Preset } from './definition.ts';
import { bracketsOf, plainAddress, valuesOf, withUnit, wordOf, writtenOf } from './values.ts';

/** What a simulated meter keeps: its registers as it prints them. */
export interface Book {
  /** All of it, as data sets. */
  sets(): readonly DataSet[];
  /** The list of a readout, a line for each data set. */
  list(): string;
  /** What a register answers; undefined: there is none. */
  answer(address: string): string | undefined;
  /** Sets a field by name, or everything by the name of the list. Throws `config` for a name that is none. */
  set(path: string, value: Value): void;
  /** Holds a register at a text: the value, and its unit behind a star. */
  hold(address: string, written: string): void;
  /** Values of a group as its registers say them. */
  values(group: string): Values;
}

/** Makes the book of a preset. */
export function bookOf(definition: MeterDefinition, preset: Preset): Book {
  const joined = definition.profile.reading === 'registers';
  const styles = new Map<string, readonly DataValue[]>(
    dataSets(preset.list).map(({ address, values }) => [plainAddress(address), values]),
  );
  let sets: readonly DataSet[] = dataSets(preset.list);

  const indexOf = (at: string): number => sets.findIndex(({ address }) => plainAddress(address) === at);

  const put = (at: string, bracket: number, value: DataValue): void => {
    const index = indexOf(at);
    const present = sets[index]?.values ?? [];
    const count = Math.max(present.length, bracket + 1);
    const values = Array.from({ length: count }, (_, place) =>
      place === bracket ? value : (present[place] ?? { value: '', unit: '' }),
    );
    sets =
      index < 0
        ? [...sets, { address: at, values }]
        : sets.with(index, { address: sets[index]?.address ?? at, values });
  };

  const placeAt = (path: string): Place | undefined => {
    const [before = '', after] = path.split('.');
    for (const [name, { fields }] of Object.entries(definition.groups)) {
      if (after !== undefined && name !== before) continue;
      const place = fields[after ?? before];
      if (place !== undefined) return place;
    }
    return undefined;
  };

  const text = ({ address, values }: DataSet): string => {
    const end = preset.lineEnds === true ? '\r\n' : '';
    return values
      .map(
        (one, index) => `${index === 0 || preset.repeated === true ? address : ''}(${withUnit(one)})${end}`,
      )
      .join('');
  };

  const lists = new Set(Object.values(definition.groups).flatMap(({ everything }) => everything ?? []));

  return {
    sets: () => sets,
    list: () =>
      sets
        .map(({ address, values }) => `${address}${values.map((one) => `(${withUnit(one)})`).join('')}\r\n`)
        .join(''),
    answer(address) {
      const set = sets.find((one) => one.address === address) ?? sets[indexOf(address)];
      return set === undefined ? undefined : text({ address, values: set.values });
    },
    set(path, value) {
      if (lists.has(path.split('.').at(-1) ?? '') && Array.isArray(value)) {
        const records = value as readonly Values[]; // the field is a list of records
        sets = records.map((record) => ({ address: wordOf(record.address), values: bracketsOf(record) }));
        return;
      }
      const place = placeAt(path);
      if (place === undefined) {
        const names = Object.values(definition.groups).flatMap(({ fields }) => Object.keys(fields));
        throw new Fault(
          'config',
          `${definition.id} has no field '${path}': expected one of ${names.join(', ')}`,
        );
      }
      const at = [place.at, ...(place.also ?? [])].find((one) => indexOf(one) >= 0) ?? place.at;
      const bracket = place.bracket ?? 0;
      const like = styles.get(at)?.[bracket] ?? { value: '', unit: '' };
      put(at, bracket, writtenOf(place, value, like));
    },
    hold(address, written) {
      const [value = '', unit = ''] = written.split('*');
      put(plainAddress(address), 0, { value, unit });
    },
    values(name) {
      const group = definition.groups[name];
      return group === undefined ? {} : valuesOf(group, sets, joined);
    },
  };
}
