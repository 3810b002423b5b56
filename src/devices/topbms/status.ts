import {
  conditions,
  eachOf,
  faults,
  protections,
  type StatusByte,
  unexplained,
  warnings,
} from '../../protocols/topbms/index.ts';

/**
 * Status bytes of command 44h, bit 0 first. A byte may hold alarms and plain states, so every bit has a severity of
 * its own.
 */

/** Status 3 and 4: the same eight, first as alarms, then as protections. */
const TEMPERATURES = [
  'charge_high_temperature',
  'charge_low_temperature',
  'discharge_high_temperature',
  'discharge_low_temperature',
  'ambient_high_temperature',
  'ambient_low_temperature',
  'mosfet_high_temperature',
  'mosfet_low_temperature',
] as const;

/** Status 1 to 15 of the document V1.7. */
export const documentStatus: readonly StatusByte[] = [
  [
    ...warnings(
      'cell_over_voltage',
      'cell_under_voltage',
      'pack_over_voltage',
      'pack_under_voltage',
      'charge_over_current',
      'discharge_over_current',
      'cell_difference',
    ),
    ...protections('cell_difference'),
  ],
  protections(
    'cell_over_voltage',
    'cell_under_voltage',
    'pack_over_voltage',
    'pack_under_voltage',
    'charge_over_current',
    'discharge_over_current',
    'discharge_over_current_2',
    'short_circuit',
  ),
  warnings(...TEMPERATURES),
  protections(...TEMPERATURES),
  [
    ...warnings(
      'reverse_polarity',
      'soc_low',
      'charge_fet_error',
      'discharge_fet_error',
      'battery_high_temperature',
      'battery_low_temperature',
    ),
    ...conditions('charging', 'discharging'),
  ],
  conditions(
    'discharge_fet_on',
    'charge_fet_on',
    'precharge_fet_on',
    'ac_present',
    'fully_charged',
    'current_limiter_enabled',
    'current_limiting',
    'self_depletion',
  ),
  conditions(
    'heating_enabled',
    'heating',
    'cooling_enabled',
    'cooling',
    'buzzer_enabled',
    'buzzer',
    'led_enabled',
    'gprs_enabled',
  ),
  ...[1, 9, 17, 25, 33, 41].map((cell) => eachOf('drifted_cells', cell)),
  faults(
    'discharge_fet_error',
    'charge_fet_error',
    'front_end_error',
    'clock_error',
    'data_storage_error',
    'parameter_storage_error',
    'high_voltage_protection',
    'predischarge_fet_error',
  ),
  [
    ...faults('positive_insulation', 'negative_insulation', 'battery_failure', 'temperature_sensor_error'),
    ...unexplained(4),
  ],
];

/** Up to eight status bytes of a Topband (names of linedot/topband-bms, from the maker's language file). */
export const topbandStatus: readonly StatusByte[] = [
  [
    ...protections('cell_over_voltage'),
    ...warnings('cell_under_voltage'),
    ...protections('charge_over_current'),
    ...warnings('cell_over_voltage'),
    ...protections('discharge_over_current', 'discharge_temperature', 'charge_temperature'),
    ...warnings('pack_under_voltage'),
  ],
  [
    ...conditions('current_limiting', 'charge_fet_on', 'discharge_fet_on'),
    ...protections('short_circuit', 'cell_under_voltage', 'pack_under_voltage', 'reverse_polarity'),
    ...warnings('soc_low'),
  ],
  [
    ...conditions('buzzer'),
    ...faults('charger_error', 'radio_error'),
    ...conditions('fully_charged', 'charger_connected', 'heating', 'discharging', 'charging'),
  ],
  [
    ...unexplained(4),
    ...protections('cell_under_voltage_forced'),
    ...conditions('disconnector'),
    ...faults('aerosol_released'),
    ...conditions('precharge_fet_on'),
  ],
  unexplained(8),
  warnings(
    'pack_over_voltage',
    'mosfet_high_temperature',
    'ambient_low_temperature',
    'ambient_high_temperature',
    'cell_low_temperature',
    'cell_high_temperature',
    'discharge_over_current',
    'charge_over_current',
  ),
  [
    ...warnings('balancer_temperature'),
    ...protections('balancer_temperature'),
    ...faults(
      'discharge_fet_error',
      'charge_fet_error',
      'current_sensor_error',
      'front_end_error',
      'temperature_sensor_error',
      'cell_error',
    ),
  ],
  [
    ...protections('discharge_over_current_2'),
    ...conditions('smart_charging'),
    ...protections('pack_over_voltage', 'mosfet_high_temperature'),
    ...conditions('discharge_fet_forced_off', 'charge_fet_forced_off'),
    ...protections('ambient_temperature_discharging', 'ambient_temperature_charging'),
  ],
];
