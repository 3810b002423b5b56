import { struct } from '../../codec/index.ts';
import { field } from '../../core/field.ts';
import {
  alarmDerived,
  alarmFields,
  alarmInfoFlag,
  alarmPack,
  bms,
  byte,
  clock7,
  conditions,
  currentState,
  cycles,
  designCapacity,
  eachOf,
  faults,
  fullCapacity,
  hexText,
  hundredths,
  identityText,
  infoFlag,
  inTurn,
  message,
  padded,
  part,
  protections,
  socTenths,
  sohTenths,
  stateLists,
  statusBits,
  type StatusByte,
  telemetryDerived,
  telemetryFields,
  telemetryHead,
  telemetryPack,
  tenthsOfKelvin,
  unexplained,
  version,
  voltageState,
  warnings,
} from '../../protocols/topbms/index.ts';

/**
 * Seplos packs of the EMU10xx and EMU11xx series (VER 20): "SEPLOS BMS Communication Protocol" V2.0 of 2019-10-15 and
 * captures of owners. V3 speaks Modbus and is another device.
 */

/** The twenty bytes of bits of the document's table 13. In events 2 to 5 alarms and protections take turns. */
const status: readonly StatusByte[] = [
  faults(
    'voltage_sensor_error',
    'temperature_sensor_error',
    'current_sensor_error',
    'key_switch_error',
    'cell_difference',
    'charge_fet_error',
    'discharge_fet_error',
    'current_limiter_error',
  ),
  inTurn('cell_over_voltage', 'cell_under_voltage', 'pack_over_voltage', 'pack_under_voltage'),
  inTurn(
    'charge_high_temperature',
    'charge_low_temperature',
    'discharge_high_temperature',
    'discharge_low_temperature',
  ),
  [
    ...inTurn('ambient_high_temperature', 'ambient_low_temperature'),
    // These two stand the other way round.
    ...protections('mosfet_high_temperature'),
    ...warnings('mosfet_high_temperature'),
    ...conditions('heating_cells'),
    ...unexplained(1),
  ],
  [
    ...inTurn('charge_over_current', 'discharge_over_current'),
    ...protections(
      'discharge_over_current_2',
      'short_circuit',
      'discharge_over_current_2_lockout',
      'short_circuit_lockout',
    ),
  ],
  [
    ...protections('charge_high_voltage'),
    ...conditions('waiting_to_recharge'),
    ...inTurn('soc_low'),
    ...protections('cell_too_low_to_charge', 'reverse_polarity'),
    ...faults('output_connection'),
    ...unexplained(1),
  ],
  [...conditions('discharge_fet_on', 'charge_fet_on', 'current_limiting', 'heating'), ...unexplained(4)],
  eachOf('balancing_cells', 1),
  eachOf('balancing_cells', 9),
  [
    ...conditions('discharging', 'charging', 'floating'),
    ...unexplained(1),
    ...conditions('standby', 'off'),
    ...unexplained(2),
  ],
  eachOf('disconnected_cells', 1),
  eachOf('disconnected_cells', 9),
  [
    ...unexplained(4),
    ...conditions('waiting_for_automatic_charge', 'waiting_for_manual_charge'),
    ...unexplained(2),
  ],
  [
    ...faults('data_storage_error', 'clock_error'),
    ...warnings('voltage_not_calibrated', 'current_not_calibrated', 'zero_not_calibrated'),
    ...unexplained(3),
  ],
  ...Array.from({ length: 6 }, () => unexplained(8)),
];

const charge = {
  full_capacity: fullCapacity,
  soc: socTenths,
  design_capacity: designCapacity,
  cycles,
  soh: sohTenths,
  port_voltage: field(hundredths, { title: 'Voltage at the port', quantity: 'voltage', kind: 'measurement' }),
} as const;

export default bms({
  id: 'seplos',
  title: 'Seplos battery (V2, VER 20)',
  vendor: 'Seplos',
  models: ['EMU10xx', 'EMU11xx (1101-SP15, 1101-SP76 and others)'],
  remarks: [
    'By the document V2.0 of 2019-10-15 and captures of owners; not tried on a device of ours.',
    'Many packs answer with group 0 or 1 whatever was asked, so a pack has the address that answered.',
    'On RS485 a question to all packs (FF) is not allowed; every address is asked by itself.',
    'Some packs speak at 19200 baud; one on RS232 was seen at 2400.',
  ],
  baud: 9600,
  addresses: { lowest: 0, highest: 15, usual: 0, patience: 350 },
  dialect: {
    ver: 0x20,
    answerVers: [0x20],
    cid1: 0x46,
    advice:
      'is the pack awake, are A and B the right way round, is it 9600 baud (some speak at 19200), do its address switches say the address asked?',
  },
  versions: { seplos: 0x20 },
  anyGroup: true,
  groups: {
    telemetry: message({
      command: 0x42,
      title: 'Telemetry',
      period: 2,
      fields: { ...telemetryFields, flag: infoFlag },
      variants: {
        seplos: {
          flag: true,
          pack: telemetryPack({
            head: telemetryHead(tenthsOfKelvin(2731), hundredths),
            tails: [
              {
                bytes: 20,
                count: 10,
                fields: {
                  ...charge,
                  reserve: field(hexText(8), { title: 'Reserve', quantity: 'text', kind: 'raw' }),
                },
              },
            ],
            unknown: { fields: charge, bytes: 12, most: 20 },
          }),
        },
      },
      derived: telemetryDerived,
      initial: {
        cell_voltages: Array.from({ length: 16 }, () => 3.3),
        temperatures: [22, 22, 22, 22, 24, 23],
        current: 0,
        voltage: 52.8,
        remaining_capacity: 90,
        user_fields: 10,
        full_capacity: 180,
        soc: 50,
        design_capacity: 180,
        cycles: 70,
        soh: 100,
        port_voltage: 52.8,
        reserve: '0000000000000000',
      },
    }),
    alarms: message({
      command: 0x44,
      title: 'Alarms',
      period: 10,
      fields: { ...alarmFields, flag: alarmInfoFlag },
      variants: {
        seplos: {
          flag: true,
          pack: alarmPack({
            head: {
              ...stateLists,
              current_state: currentState,
              voltage_state: voltageState,
              status_bytes: field(byte, { title: 'Count of status bytes', quantity: 'number', kind: 'raw' }),
            },
            fixed: 3,
            counter: 'status_bytes',
            tails: [{ bytes: 20, count: 20, fields: { status: statusBits(status) } }],
          }),
        },
      },
      derived: alarmDerived,
      initial: {
        cell_states: Array.from({ length: 16 }, () => 'normal'),
        temperature_states: Array.from({ length: 6 }, () => 'normal'),
        current_state: 'normal',
        voltage_state: 'normal',
        status_bytes: 20,
        faults: [],
        warnings: [],
        protections: [],
        states: ['discharge_fet_on', 'charge_fet_on'],
        balancing_cells: [],
        disconnected_cells: [],
      },
    }),
  },
  identity: {
    title: 'Identity',
    period: 3600,
    parts: [
      part({
        what: 'Maker',
        command: 0x51,
        asks: 'nothing',
        body: struct({
          model: identityText(padded(10), 'Model', 'model'),
          software: identityText(version, 'Software', 'firmware'),
          inverter_protocol: identityText(padded(20), 'Protocol for the inverter'),
        }),
        initial: { model: '1101-SIM', software: '2.7', inverter_protocol: 'CANProtocol:Victron' },
      }),
      part({
        what: 'Clock',
        command: 0x4d,
        asks: 'nothing',
        body: struct({ time: clock7 }),
        initial: { time: '2026-01-01T00:00:00' },
      }),
    ],
  },
});
