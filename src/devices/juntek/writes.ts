import { type AnyCodec, nullAt, oneOf } from '../../codec/index.ts';
import type { Expectation, Risk } from '../../core/device.ts';
import type { Value } from '../../core/snapshot.ts';
import { limit, number, offset100, tenths, type WriteDefinition } from '../../protocols/juntek/index.ts';

/**
 * The W instructions. Sources: KG-F manual (Feb 2023) pp. 24-27, KL-F manual pp. 27-30; which of them a KH knows is
 * taken from a discharge tester's source, since no page of its manual with that table was seen.
 *
 * W33 is reserved and never sent.
 */

interface Setting {
  readonly lowest: number;
  readonly highest: number;
  /** Whether null switches it off. */
  readonly off?: boolean;
  readonly risk: Risk;
  readonly remark?: string;
}

/** A W instruction that sets the number of R51 that has the same name, coded as it is there. */
function setting(
  instruction: number,
  codec: AnyCodec,
  { lowest, highest, off = false, ...rest }: Setting,
): WriteDefinition {
  return { instruction, codec, accepts: { form: 'number', lowest, highest, off }, ...rest };
}

/** The value 1, which is all that an instruction without a value sends. */
const trigger = { codec: number, accepts: { form: 'trigger' } } as const;

const near = (name: string, value: Value, tolerance: number): Expectation => ({
  group: 'measured',
  field: name,
  value,
  tolerance,
});

const TRIPS = 'With a relay fitted it acts at once when the present value is beyond it.';
const CALIBRATES = 'Falsifies measurements and protections unless a better instrument stands beside.';
const voltageLimit = (highest: number) =>
  ({ lowest: 0.01, highest, off: true, risk: 'high', remark: TRIPS }) as const;
const currentLimit = { lowest: 0.01, highest: 1000, off: true, risk: 'high', remark: TRIPS } as const;
const calibration = { lowest: -99, highest: 99, risk: 'high', remark: CALIBRATES } as const;

/**
 * Those of every family.
 * @param temperatureOff raw number that switches the over-temperature protection off
 * @param volts highest voltage that a protection may be set to (manuals, protection settings)
 */
export const commonWrites = (temperatureOff: number, volts: number) =>
  ({
    output: {
      instruction: 10,
      codec: oneOf(number, { on: 1, off: 0 }),
      accepts: { form: 'word', words: ['on', 'off'] },
      risk: 'high',
      remark: "Switches the battery's relay; off also stops the counters of a KG.",
      readback: ['measured'],
      expects: (value) => [near('output', value, 0)],
    },
    over_voltage_protection: setting(20, limit, voltageLimit(volts)),
    under_voltage_protection: setting(21, limit, voltageLimit(volts)),
    over_current_protection: setting(22, limit, currentLimit),
    over_power_protection: setting(24, limit, {
      lowest: 0.01,
      highest: 99999.99,
      off: true,
      risk: 'high',
      remark: TRIPS,
    }),
    over_temperature_protection: setting(25, nullAt(offset100, temperatureOff - 100), {
      lowest: 1,
      highest: 120,
      off: true,
      risk: 'high',
      remark: TRIPS,
    }),
    full_capacity: setting(28, tenths, {
      lowest: 0.1,
      highest: 9999.9,
      risk: 'medium',
      remark: 'The state of charge is computed from it.',
    }),
    soc: {
      instruction: 60,
      codec: number,
      accepts: { form: 'number', lowest: 0, highest: 100, off: false },
      risk: 'medium',
      remark: 'Sets the remaining capacity to this share of the full capacity; whole percents.',
      readback: ['configured', 'measured'],
      expects: (value) => [near('soc', value, 1)],
    },
  }) as const satisfies Readonly<Record<string, WriteDefinition>>;

/** Those that the KG and KL manuals list besides. */
export const shuntWrites = {
  address: {
    instruction: 1,
    codec: number,
    title: 'Address',
    unit: '',
    accepts: { form: 'number', lowest: 1, highest: 99, off: false },
    risk: 'high',
    remark: 'The device leaves its address. Sent to address 0 it renames every module on the line.',
    broadcast: true,
    readdresses: true,
    readback: ['info'],
    expects: () => [],
  },
  reverse_over_current_protection: setting(23, limit, currentLimit),
  voltage_calibration: setting(29, offset100, calibration),
  current_calibration: setting(30, offset100, calibration),
  temperature_calibration: setting(31, offset100, { lowest: -99, highest: 99, risk: 'medium' }),
  relay_type: {
    instruction: 34,
    codec: oneOf(number, { normally_open: 0, normally_closed: 1 }),
    accepts: { form: 'word', words: ['normally_open', 'normally_closed'] },
    risk: 'high',
    remark: 'Inverts the relay.',
  },
  factory_reset: {
    instruction: 35,
    ...trigger,
    title: 'Factory reset',
    risk: 'high',
    remark:
      'Loses capacity and calibration, perhaps the address. What it sets is documented nowhere, so reading back proves nothing.',
    expects: () => [],
  },
  current_ratio: setting(36, number, {
    lowest: 1,
    highest: 99,
    risk: 'high',
    remark: 'Hall sensors only: scales every current.',
  }),
  zero_current: {
    instruction: 61,
    ...trigger,
    title: 'Take the present current for zero',
    risk: 'high',
    remark: 'Only with load and charger disconnected: a current that flows becomes a lasting offset.',
    guard: {
      group: 'measured',
      field: 'current',
      atMost: 0.5,
      why: 'zeroing a current that flows would falsify every reading from then on; disconnect load and charger first',
    },
    readback: ['measured'],
    expects: () => [near('current', 0, 0.2)],
  },
  clear_counters: {
    instruction: 62,
    ...trigger,
    title: 'Clear the counters',
    risk: 'medium',
    remark: 'Sets discharged capacity, charged energy and running time to 0; measuring goes on.',
    readback: ['measured'],
    expects: () => [
      near('discharged_capacity', 0, 0.05),
      near('charged_energy', 0, 5),
      near('running_time', 0, 30),
    ],
  },
} as const satisfies Readonly<Record<string, WriteDefinition>>;

/** Seconds from 0 to 99, and the scales of the display's curves: in the KG manual only. */
export const displayWrites = {
  protection_recovery_time: setting(26, number, {
    lowest: 0,
    highest: 99,
    risk: 'medium',
    remark: '0: stays off after a trip.',
  }),
  protection_delay: setting(27, number, { lowest: 0, highest: 99, risk: 'medium' }),
  voltage_curve_scale: curveScale(37),
  current_curve_scale: curveScale(38),
} as const satisfies Readonly<Record<string, WriteDefinition>>;

/** No captured firmware reports these in R51, so reading back cannot prove them: before and after are only shown. */
function curveScale(instruction: number): WriteDefinition {
  return {
    ...setting(instruction, number, {
      lowest: 1,
      highest: 99,
      risk: 'low',
      remark: 'Changes the display only. No firmware seen reports it, so it cannot be read back.',
    }),
    expects: () => [],
  };
}

/** Clock of a KH, as a discharge tester's source sends it: one number each. Seen in no manual. */
export const clockWrites = {
  date: {
    instruction: 11,
    codec: number,
    accepts: { form: 'number', lowest: 101, highest: 991231, off: false },
    risk: 'low',
    remark: 'As yymmdd. The form of this instruction is uncertain.',
    readback: ['measured'],
    expects: (value) => [near('date', value, 0)],
  },
  time: {
    instruction: 12,
    codec: number,
    accepts: { form: 'number', lowest: 0, highest: 235959, off: false },
    risk: 'low',
    remark: 'As hhmmss. The form of this instruction is uncertain.',
    readback: ['measured'],
    expects: (value) => [near('time', value, 60)],
  },
} as const satisfies Readonly<Record<string, WriteDefinition>>;
