import type { Field } from '../../core/field.ts';
import { unitOf } from '../../core/field.ts';
import { quantity } from '../../core/quantity.ts';
import type { Alarm, Scalar } from '../../core/site/index.ts';

/** What a sensor of Domoticz takes: sensors of one class take the same texts. */
export type SensorClass = 'number' | 'energy' | 'text' | 'alert' | 'switch' | 'managed';

/** A kind of sensor. */
export interface SensorKind {
  readonly takes: SensorClass;
  /** Type and subtype in hex, as `createdevice` wants them. Source: hardwaretypes.h of Domoticz. */
  readonly mapped: string;
  /** Of a custom sensor: multiplier and axis label. */
  readonly options?: string;
}

/** What is sent to a sensor. */
export interface SensorValue {
  readonly nvalue: number;
  readonly svalue: string;
}

export const ALERT: SensorKind = { takes: 'alert', mapped: '0xF316' };
export const MANAGED: SensorKind = { takes: 'managed', mapped: '0xF321' };

/** The kind of sensor that shows a value best. */
export function kindOf(field: Field): SensorKind {
  const { form } = quantity(field.quantity);
  if (form === 'flag') return { takes: 'switch', mapped: '0xF449' };
  if (form !== 'number') return { takes: 'text', mapped: '0xF313' };
  if (isEnergyCounter(field)) return { takes: 'energy', mapped: '0xF31D' };
  const mapped = MAPPED[field.quantity];
  return mapped === undefined
    ? { takes: 'number', mapped: '0xF31F', options: `1;${unitOf(field)}` }
    : { takes: 'number', mapped };
}

const MAPPED: Partial<Record<Field['quantity'], string>> = {
  voltage: '0xF308',
  cell_voltage: '0xF308',
  current: '0xF317',
  power: '0xF801',
  state_of_charge: '0xF306',
  percent: '0xF306',
  temperature: '0x5005',
};

const isEnergyCounter = ({ kind, quantity: name }: Field): boolean =>
  kind === 'counter' && (name === 'energy' || name === 'watt_hours');

/**
 * A value as its sensor takes it. Energies are sent in Wh, although Domoticz shows kWh.
 * @param power in W that goes with an energy
 */
export function sensorValue(field: Field, value: Scalar, power: number): SensorValue {
  if (typeof value === 'boolean') return { nvalue: value ? 1 : 0, svalue: '' };
  if (typeof value === 'string') return { nvalue: 0, svalue: value };
  const { digits } = quantity(field.quantity);
  if (!isEnergyCounter(field)) return { nvalue: 0, svalue: fixed(value, digits) };
  const wattHours = field.quantity === 'energy' ? value * 1000 : value;
  return { nvalue: 0, svalue: `${fixed(power, 1)};${fixed(wattHours, 1)}` };
}

/** Without the sign that a rounded nothing would have. */
const fixed = (value: number, digits: number): string => value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1');

/** The alarms of a member: green when there are none, yellow, orange, red. */
export function alertValue(alarms: readonly Alarm[]): SensorValue {
  const level = Math.max(
    1,
    ...alarms.map(({ severity }) => ({ info: 2, warning: 3, critical: 4 })[severity]),
  );
  return {
    nvalue: level,
    svalue: alarms.length === 0 ? 'No alarm' : alarms.map(({ text }) => text).join('; '),
  };
}

const CLASSES: Readonly<Record<string, SensorClass>> = {
  voltage: 'number',
  current: 'number',
  percentage: 'number',
  'custom sensor': 'number',
  electric: 'number',
  kwh: 'energy',
  text: 'text',
  alert: 'alert',
  switch: 'switch',
  'managed counter': 'managed',
};

/** What a sensor takes by the names that Domoticz gives its type and subtype; undefined for all others. */
export function classOf(type: string, subtype: string): SensorClass | undefined {
  return type.toLowerCase() === 'temp' ? 'number' : CLASSES[subtype.toLowerCase()];
}
