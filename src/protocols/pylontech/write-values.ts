import { decode, encode, i16be, scaled, struct, u16be } from '../../codec/index.ts';
import type { Expectation } from '../../core/device.ts';
import type { Value, Values } from '../../core/snapshot.ts';

const body = struct({
  charge_voltage_limit: scaled(u16be, 1000),
  discharge_voltage_limit: scaled(u16be, 1000),
  charge_current_limit: scaled(i16be, 10),
  discharge_current_limit: scaled(i16be, 10),
});

function numbers(value: Value): [number, number, number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = (typeof value === 'string' ? value : '').split(',').map(Number);
  return [a, b, c, d];
}

/** The four words of 94h from a text such as `53.0,45.0,25.0,-25.0`, and what 92h must then say. */
export const fourLimits = {
  bytes: (value: Value): Uint8Array => {
    const [charge, discharge, chargeCurrent, dischargeCurrent] = numbers(value);
    return encode(body, {
      charge_voltage_limit: charge,
      discharge_voltage_limit: discharge,
      charge_current_limit: chargeCurrent,
      discharge_current_limit: dischargeCurrent,
    });
  },
  /** The other way round. */
  values: (bytes: Uint8Array): Values => decode(body, bytes),
  expects: (value: Value): readonly Expectation[] => {
    const [charge, discharge] = numbers(value);
    const volts = { group: 'management', tolerance: 0.001 };
    return [
      { ...volts, field: 'charge_voltage_limit', value: charge },
      { ...volts, field: 'discharge_voltage_limit', value: discharge },
    ];
  },
} as const;

/** Nothing behind COMMAND. */
export const nothing = (): Uint8Array => new Uint8Array(0);
