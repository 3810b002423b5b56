import { nullAt, oneOf, optional, repeated, struct } from '../../codec/index.ts';
import { field } from '../../core/field.ts';
import { atLeast, hundredths, limit, number, offset100, tenths } from '../../protocols/juntek/index.ts';

/**
 * R51, the settings. Sources: KL-F manual pp. 25-30, KG-F manual (Feb 2023) pp. 22-27; for the KH a peer's source.
 */

/** R51 values 0 to 14; `temperatureOff` is the raw number that stands for no over-temperature protection. */
const settings = (temperatureOff: number) =>
  ({
    over_voltage_protection: field(limit, {
      title: 'Over-voltage protection',
      quantity: 'voltage',
      kind: 'setting',
    }),
    under_voltage_protection: field(limit, {
      title: 'Under-voltage protection',
      quantity: 'voltage',
      kind: 'setting',
    }),
    over_current_protection: field(limit, {
      title: 'Over-current protection, discharging',
      quantity: 'current',
      kind: 'setting',
    }),
    reverse_over_current_protection: field(limit, {
      title: 'Over-current protection, charging',
      quantity: 'current',
      kind: 'setting',
    }),
    over_power_protection: field(limit, {
      title: 'Over-power protection',
      quantity: 'power',
      kind: 'setting',
    }),
    over_temperature_protection: field(nullAt(offset100, temperatureOff - 100), {
      title: 'Over-temperature protection',
      quantity: 'temperature',
      kind: 'setting',
      remark: `Raw ${temperatureOff} is off.`,
    }),
    protection_recovery_time: field(number, {
      title: 'Recovery time after a protection',
      quantity: 'duration',
      kind: 'setting',
      remark: '0: stays off until switched on again.',
    }),
    protection_delay: field(number, {
      title: 'Delay before a protection',
      quantity: 'duration',
      kind: 'setting',
    }),
    full_capacity: field(nullAt(tenths, 0), {
      title: 'Full capacity',
      quantity: 'charge',
      kind: 'setting',
      role: 'battery_capacity',
    }),
    voltage_calibration: field(offset100, {
      title: 'Voltage calibration, steps',
      quantity: 'number',
      kind: 'setting',
    }),
    current_calibration: field(offset100, {
      title: 'Current calibration, steps',
      quantity: 'number',
      kind: 'setting',
    }),
    temperature_calibration: field(offset100, {
      title: 'Temperature calibration',
      quantity: 'temperature',
      kind: 'setting',
    }),
    reserved_12: field(number, { title: 'Reserved', quantity: 'number', kind: 'raw' }),
    relay_type: field(oneOf(number, { normally_open: 0, normally_closed: 1 }), {
      title: 'Relay type',
      quantity: 'word',
      kind: 'setting',
    }),
    current_ratio: field(number, {
      title: 'Current ratio',
      quantity: 'number',
      kind: 'setting',
      remark: 'Turns through a Hall sensor; 1 on shunts.',
    }),
  }) as const;

const curveScale = (title: string) => field(optional(number), { title, quantity: 'number', kind: 'setting' });

/** R51 of the KG and KL families: 15 values on every wire seen, 17 in the manuals. */
export const shuntConfigured = struct({
  ...settings(100),
  voltage_curve_scale: curveScale('Voltage curve scale, V a division'),
  current_curve_scale: curveScale('Current curve scale, A a division'),
});

/** R51 of the KH family: 26 values in the one capture; named as a peer's source has them, the end kept raw. */
export const clockConfigured = struct({
  ...settings(255),
  time_calibration: field(offset100, { title: 'Clock calibration', quantity: 'number', kind: 'setting' }),
  data_logging: field(oneOf(number, { on: 0, off: 1 }), {
    title: 'Data logging',
    quantity: 'word',
    kind: 'setting',
  }),
  full_voltage: field(hundredths, { title: 'Voltage taken for 100 %', quantity: 'voltage', kind: 'setting' }),
  empty_voltage: field(hundredths, { title: 'Voltage taken for 0 %', quantity: 'voltage', kind: 'setting' }),
  full_charge_current: field(number, {
    title: 'Current taken for fully charged',
    quantity: 'percent',
    kind: 'setting',
    remark: 'Uncertain.',
  }),
  unknown_tail: field(atLeast(5, repeated(number, 16)), {
    title: 'Values nobody has proven',
    quantity: 'number',
    kind: 'raw',
    remark:
      'A peer reads them as monitor time, low-temperature protection, unit, Bluetooth password, log interval; kept as they came.',
  }),
});

/** What simulated devices start with: protections off, calibrations at 0. */
export const factorySettings = {
  over_voltage_protection: null,
  under_voltage_protection: null,
  over_current_protection: null,
  reverse_over_current_protection: null,
  over_power_protection: null,
  over_temperature_protection: null,
  protection_recovery_time: 0,
  protection_delay: 0,
  full_capacity: 100,
  voltage_calibration: 0,
  current_calibration: 0,
  temperature_calibration: 0,
  reserved_12: 0,
  relay_type: 'normally_open',
  current_ratio: 1,
} as const;
