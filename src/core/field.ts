import { annotate, type Codec, type Layout, type Note, noteOf, wordsOf } from '../codec/index.ts';
import { type Kind, quantity, type QuantityName } from './quantity.ts';
import type { Readings, Value, Values } from './snapshot.ts';

/** What outputs and screens may ask for without knowing a device or a field name. */
export type Role =
  | 'battery_voltage'
  | 'battery_current'
  | 'battery_power'
  | 'battery_charge'
  | 'battery_capacity'
  | 'state_of_charge'
  | 'battery_temperature'
  /** Counters of the device itself, since somebody cleared them. */
  | 'charged_energy'
  | 'discharged_energy'
  /** Registers of a meter: everything drawn from the grid, and the share of each tariff. */
  | 'imported_energy'
  | 'imported_energy_t1'
  | 'imported_energy_t2'
  | 'imported_energy_t3'
  | 'imported_energy_t4'
  /** Power drawn from the grid now. */
  | 'imported_power'
  /** Counted by the gateway for each battery; never falls. */
  | 'charge_energy_total'
  | 'discharge_energy_total'
  | 'charge_total'
  | 'discharge_total'
  | 'charge_energy_today'
  | 'discharge_energy_today'
  | 'charge_energy_month'
  | 'discharge_energy_month'
  | 'time_to_empty'
  | 'time_to_full'
  /** Counted by the gateway for each meter. */
  | 'consumption_today'
  | 'consumption_month'
  | 'cost_today'
  | 'cost_month'
  | 'cost_total'
  | 'model'
  | 'firmware'
  | 'serial_number';

/**
 * How a value says that something is wrong. A flag does when it is true, a list when it has entries, a word when it is
 * none of the calm ones, a list of words (one for each cell) wherever it holds another.
 */
export interface AlarmMark {
  /** `warning`: should be looked at. `protection`: something was switched off. `fault`: something is broken. */
  readonly means: 'warning' | 'protection' | 'fault';
  /** Words at which all is well. Absent: there are none, every word of the list is an alarm. */
  readonly calm?: readonly string[];
}

/** What is known of a field, written beside its codec. */
export interface FieldInfo extends Note {
  readonly quantity: QuantityName;
  readonly kind: Kind;
  readonly role?: Role;
  /** All words that the value can be. Absent: others may come, or it is a list or no word. */
  readonly words?: readonly string[];
  /** Absent: it reports no alarm, or says again what another field says. */
  readonly alarm?: AlarmMark;
  /** Code of the currency (`EUR`) where the quantity is `money`: its unit. */
  readonly currency?: string;
  /** Where this is known from, what it means when it is not obvious, what is uncertain. */
  readonly remark?: string;
}

/** A field of a group, as the catalog shows it. */
export interface Field extends FieldInfo {
  readonly name: string;
  /** Where it stands, or how it is computed, in words. */
  readonly source: string;
  /** The fields of each record, where the value is a list of records (the packs of a rack). */
  readonly items?: readonly Field[];
}

/** A codec with what is known of its value: `field(scaled(decimal(','), 100), { title: 'Voltage', ... })`. */
export function field<T, P>(codec: Codec<T, P>, info: FieldInfo): Codec<T, P> {
  return annotate(codec, info);
}

/** Unit of a field as printed: that of its quantity, or its currency; empty where it has none. */
export function unitOf({ quantity: name, currency }: Pick<FieldInfo, 'quantity' | 'currency'>): string {
  return currency ?? quantity(name).unit;
}

/** Whether a note was written by `field`. */
export function isFieldInfo(note: Note | undefined): note is FieldInfo {
  return note !== undefined && 'quantity' in note && 'kind' in note;
}

/** The top-level fields of a layout, in order. */
export function fieldsOf(layout: Layout, text: (of: Layout) => string): Field[] {
  const fields: Field[] = [];
  for (const part of layout.parts ?? []) {
    const note = noteOf(part.layout);
    if (!isFieldInfo(note)) continue;
    const words = wordsOf(part.layout);
    fields.push({
      ...note,
      ...(words === undefined ? {} : { words }),
      name: part.name,
      source: text(part.layout),
    });
  }
  return fields;
}

/** A value that is computed from others of the same device. */
export interface Derived extends FieldInfo {
  /** The formula in words, for documents: `voltage × current`. */
  readonly formula: string;
  /** Computes it from the values of its own group and of the device's other groups; undefined: unknown. */
  readonly from: (own: Values, all: Readings) => Value | undefined;
  /** The other way round, for simulators: which parts of its own group make this value. Absent: not settable. */
  readonly to?: (value: Value, own: Values, all: Readings) => Values;
}

/** What is known of a field and nothing else that stands beside it. */
export function infoOf({
  title,
  quantity: measure,
  kind,
  role,
  words,
  alarm,
  currency,
  remark,
}: FieldInfo): FieldInfo {
  return {
    title,
    quantity: measure,
    kind,
    ...(role === undefined ? {} : { role }),
    ...(words === undefined ? {} : { words }),
    ...(alarm === undefined ? {} : { alarm }),
    ...(currency === undefined ? {} : { currency }),
    ...(remark === undefined ? {} : { remark }),
  };
}

/** Derived values as the catalog shows them, in order; their formula is their source. */
export function derivedFields(rules: Readonly<Record<string, Derived>>): Field[] {
  return Object.entries(rules).map(([name, rule]) => ({ ...infoOf(rule), name, source: rule.formula }));
}

/** Own values completed by the derived ones; a derived value that is not known is left out. */
export function complete(own: Values, derived: Readonly<Record<string, Derived>>, all: Readings): Values {
  const out: Record<string, Value | undefined> = { ...own };
  // Every reading passes here: `for in` makes no list of the rules.
  for (const name in derived) {
    const value = derived[name]?.from(out, all);
    if (value !== undefined) out[name] = value;
  }
  return out;
}

/** The number under a name, or undefined when it is unknown or no number. */
export function numberIn(values: Values | undefined, name: string): number | undefined {
  const value = values?.[name];
  return typeof value === 'number' ? value : undefined;
}
