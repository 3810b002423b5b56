import { inRange, nullAt, oneOf, struct } from '../../codec/index.ts';
import { computed, percentOf, product, sensor, signed, wordOf } from '../../core/derive.ts';
import { field } from '../../core/field.ts';
import {
  among,
  hundredths,
  leadingDigit,
  number,
  offset100,
  OUTPUT,
  thousandths,
} from '../../protocols/juntek/index.ts';

/**
 * Words that the KG, KL and KH families share. Sources: KL-F manual pp. 25-30, KG-F manual (Feb 2023) pp. 22-27,
 * KH-F manual pp. 26 and 29; where they are silent or wrong, captures (see the `.cap` files beside).
 */

/** R00. `firstDigits` are those with which the model codes of a family begin. */
export const info = (firstDigits: string) =>
  struct({
    model_code: field(leadingDigit(firstDigits), {
      title: 'Model code',
      quantity: 'number',
      kind: 'raw',
      remark:
        'KG and KL: sensor (1 Hall, 2 shunt), hundreds of volts, tens of amperes. KH: 41 and tens of amperes.',
    }),
    firmware: field(hundredths, {
      title: 'Firmware',
      quantity: 'number',
      kind: 'identity',
      role: 'firmware',
    }),
    serial_number: field(number, {
      title: 'Serial number',
      quantity: 'number',
      kind: 'identity',
      role: 'serial_number',
      remark: 'Not unique: different devices report the same number.',
    }),
  });

/**
 * What a model code says besides. `series` is the beginning of the model's name; a code does not tell KG from KL.
 * @param volts rated voltage by the second digit of the code
 */
export const infoDerived = (series: string, volts: (digit: number) => number) => ({
  sensor: computed('model_code', 'first digit of model_code: 1 hall, else shunt', sensorOf, {
    title: 'Sensor',
    quantity: 'word',
    kind: 'identity',
    words: ['hall', 'shunt'],
  }),
  max_voltage: computed(
    'model_code',
    'second digit of model_code',
    (code) => volts(Number(String(code).charAt(1))),
    {
      title: 'Rated voltage',
      quantity: 'voltage',
      kind: 'identity',
    },
  ),
  max_current: computed(
    'model_code',
    'digits of model_code behind the second × 10',
    (code) => tens(code) * 10,
    {
      title: 'Rated current',
      quantity: 'current',
      kind: 'identity',
    },
  ),
  model: computed(
    'model_code',
    `${series}, digits of model_code behind the first, F (shunt) or H (Hall)`,
    (code) => `${series}${String(code).slice(1)}${sensorOf(code) === 'hall' ? 'H' : 'F'}`,
    { title: 'Model', quantity: 'text', kind: 'identity', role: 'model' },
  ),
});

const sensorOf = (code: number): string => (String(code).startsWith('1') ? 'hall' : 'shunt');
const tens = (code: number): number => Number(String(code).slice(2));

/** Words for the output's codes; a switched-off output has two. */
const OUTPUT_WORDS = {
  on: [OUTPUT.on],
  over_voltage: [OUTPUT.over_voltage],
  over_current: [OUTPUT.over_current],
  under_voltage: [OUTPUT.under_voltage],
  reverse_over_current: [OUTPUT.reverse_over_current],
  over_power: [OUTPUT.over_power],
  over_temperature: [OUTPUT.over_temperature],
  off: [OUTPUT.off, OUTPUT.off_99],
};

/** Codes of R50's value 8 that a true answer may carry; 7 is named nowhere, an app hints at low temperature. */
const OUTPUT_CODES = [...Object.values(OUTPUT_WORDS).flat(), 7];

/** R50 values 0 to 2. */
const electrical = {
  voltage: field(hundredths, {
    title: 'Voltage',
    quantity: 'voltage',
    kind: 'measurement',
    role: 'battery_voltage',
  }),
  current_magnitude: field(hundredths, {
    title: 'Current without sign',
    quantity: 'current',
    kind: 'raw',
    remark: 'The sign comes from the direction.',
  }),
  remaining_capacity: field(thousandths, {
    title: 'Remaining capacity',
    quantity: 'charge',
    kind: 'measurement',
    role: 'battery_charge',
  }),
} as const;

/** R50 values 4 to 10. */
const counted = {
  charged_energy: field(hundredths, {
    title: 'Charged energy',
    quantity: 'watt_hours',
    kind: 'counter',
    role: 'charged_energy',
    remark:
      'Since the counters were cleared. Wh = raw ÷ 100, proven by two captures of one KG140F 11,880 s apart.',
  }),
  running_time: field(number, {
    title: 'Running time',
    quantity: 'duration',
    kind: 'counter',
    remark: 'Since the counters were cleared.',
  }),
  temperature_raw: field(inRange(number, 60, 230), {
    title: 'Temperature with 100 added',
    quantity: 'number',
    kind: 'raw',
  }),
  reserved_7: field(number, {
    title: 'Reserved',
    quantity: 'number',
    kind: 'raw',
    remark: '0 in every capture.',
  }),
  output_code: field(among(OUTPUT_CODES), { title: 'Output status code', quantity: 'number', kind: 'raw' }),
  direction: field(oneOf(number, { discharging: 0, charging: 1 }), {
    title: 'Direction',
    quantity: 'word',
    kind: 'state',
    remark: '0 is discharging: the time left of every capture proves it.',
  }),
  time_remaining: field(nullAt(number, 0), {
    title: 'Time remaining',
    quantity: 'minutes',
    kind: 'measurement',
    remark: 'To empty while discharging, to full while charging; the meter smooths the current for it.',
  }),
} as const;

/** R50 of the KG and KL families: 12 values. */
export const shuntMeasured = struct({
  ...electrical,
  discharged_capacity: field(thousandths, {
    title: 'Discharged capacity',
    quantity: 'charge',
    kind: 'counter',
    remark:
      'Since the counters were cleared. On a KL it may count both directions: its manual says so, no capture shows it.',
  }),
  ...counted,
  internal_resistance: field(nullAt(hundredths, 0), {
    title: 'Internal resistance',
    quantity: 'resistance',
    kind: 'measurement',
    remark: 'An estimate that changes on load steps; none before the first.',
  }),
});

/** R50 of the KH family: 14 values. */
export const clockMeasured = struct({
  ...electrical,
  discharged_energy: field(hundredths, {
    title: 'Discharged energy',
    quantity: 'watt_hours',
    kind: 'counter',
    role: 'discharged_energy',
    remark: 'Wh = raw ÷ 100; the manual prints ÷ 1000 kWh, which no capture can be.',
  }),
  ...counted,
  time_adjustment: field(offset100, { title: 'Clock adjustment', quantity: 'number', kind: 'setting' }),
  date: field(number, {
    title: 'Date as yymmdd',
    quantity: 'number',
    kind: 'raw',
    remark: '101 is 2000-01-01: never set.',
  }),
  time: field(number, { title: 'Time as hhmmss', quantity: 'number', kind: 'raw' }),
});

/** Values that the meter does not send and that follow from those it sends. */
export const measuredDerived = {
  current: signed(
    'current_magnitude',
    'direction',
    { positive: 'charging', negative: 'discharging' },
    {
      title: 'Current',
      quantity: 'current',
      kind: 'measurement',
      role: 'battery_current',
      remark: 'Positive while the battery charges.',
    },
  ),
  power: product('voltage', 'current', {
    title: 'Power',
    quantity: 'power',
    kind: 'measurement',
    role: 'battery_power',
    remark: 'Positive while the battery charges.',
  }),
  temperature: sensor(
    'temperature_raw',
    100,
    { lowest: -21, highest: 120 },
    {
      title: 'Temperature',
      quantity: 'temperature',
      kind: 'measurement',
      role: 'battery_temperature',
      remark: 'The sensor reaches from -20 to 120 °C; below that it is probably not plugged in.',
    },
  ),
  output: wordOf('output_code', OUTPUT_WORDS, {
    title: 'Output',
    quantity: 'word',
    kind: 'state',
    alarm: { means: 'protection', calm: ['on', 'off'] },
  }),
  soc: percentOf(
    'remaining_capacity',
    { group: 'configured', field: 'full_capacity' },
    {
      title: 'State of charge',
      quantity: 'state_of_charge',
      kind: 'measurement',
      role: 'state_of_charge',
      remark: 'The meter does not send it; known once the capacity was read.',
    },
  ),
} as const;

/** What simulated devices start with: a half-full 100 Ah battery at rest, protections off, calibrations at 0. */
export const factoryInfo = (modelCode: number) => ({
  model_code: modelCode,
  firmware: 1.16,
  serial_number: 6,
});

export const factoryMeasured = {
  voltage: 13.2,
  current_magnitude: 0,
  remaining_capacity: 50,
  charged_energy: 0,
  running_time: 0,
  temperature_raw: 125,
  reserved_7: 0,
  output_code: 0,
  direction: 'discharging',
  time_remaining: null,
} as const;
