import { inRange, struct } from '../../codec/index.ts';
import { field } from '../../core/field.ts';
import {
  alarmDerived,
  alarmFields,
  alarmInfoFlag,
  alarmPack,
  bms,
  byte,
  chargeCurrentState,
  clock6,
  conditions,
  cycles,
  designCapacity,
  dischargeCurrentState,
  eachOf,
  faults,
  fullCapacity,
  hexText,
  hundredths,
  identityText,
  infoFlag,
  message,
  padded,
  part,
  protections,
  socComputed,
  stateLists,
  statusBits,
  type StatusByte,
  telemetryDerived,
  telemetryFields,
  telemetryHead,
  telemetryPack,
  tenthsOfKelvin,
  terminated,
  thousandths,
  unexplained,
  voltageState,
  warnings,
} from '../../protocols/topbms/index.ts';

/**
 * PACE packs on RS232 ("paceic", VER 25): PACE-RS232-TY16S of 2018-07-05 and captures of owners. Where document and
 * owners differ, what was seen on the wire counts.
 */

const TEMPERATURES = [
  'charge_high_temperature',
  'discharge_high_temperature',
  'charge_low_temperature',
  'discharge_low_temperature',
] as const;
const ELECTRICAL = [
  'cell_over_voltage',
  'cell_under_voltage',
  'pack_over_voltage',
  'pack_under_voltage',
  'charge_over_current',
  'discharge_over_current',
] as const;

/** The nine bytes of bits, in the order of the wire. */
const status: readonly StatusByte[] = [
  [...protections(...ELECTRICAL, 'short_circuit'), ...unexplained(1)],
  [
    ...protections(
      ...TEMPERATURES,
      'mosfet_high_temperature',
      'ambient_high_temperature',
      'ambient_low_temperature',
    ),
    ...conditions('fully_charged'),
  ],
  [
    ...unexplained(1),
    ...conditions('charge_fet_on', 'discharge_fet_on', 'discharging'),
    ...faults('reverse_polarity'),
    ...conditions('charging'),
    ...unexplained(1),
    ...conditions('heartbeat'),
  ],
  [
    ...conditions(
      'buzzer_enabled',
      'charge_fet_forced_off',
      'discharge_fet_forced_off',
      'current_limiter_low_gear',
      'current_limiter_enabled',
      'led_enabled',
    ),
    ...unexplained(2),
  ],
  [
    ...faults('charge_fet_error', 'discharge_fet_error', 'temperature_sensor_error'),
    ...unexplained(1),
    ...faults('cell_error', 'sampling_error'),
    ...unexplained(2),
  ],
  eachOf('balancing_cells', 9),
  eachOf('balancing_cells', 1),
  [...warnings(...ELECTRICAL), ...unexplained(2)],
  warnings(
    ...TEMPERATURES,
    'ambient_high_temperature',
    'ambient_low_temperature',
    'mosfet_high_temperature',
    'soc_low',
  ),
];

const surplus = (bytes: number) =>
  field(hexText(bytes), {
    title: 'Unexplained bytes',
    quantity: 'text',
    kind: 'raw',
    remark: 'Some firmwares send more than the document has. Kept as sent.',
  });

const charge = { full_capacity: fullCapacity, cycles, design_capacity: designCapacity } as const;
const capacity = (title: string) => field(hundredths, { title, quantity: 'charge', kind: 'state' });

export default bms({
  id: 'pace',
  title: 'PACE battery (VER 25)',
  vendor: 'PACE',
  models: [
    'P16S100A',
    'P16S200A',
    'rebadged: Hubble, Revov, SOK, Greenrich, YouthPower, EASUN, Jakiper, Gobel',
  ],
  remarks: [
    'By captures of owners and the document of 2018-07-05; not tried on a device of ours.',
    'It sends no state of charge: it is remaining ÷ full charge.',
    'Some firmwares send 14 bytes more for each pack, and a count that does not say so; they are kept as sent.',
    'The bits of charging and discharging are as an owner saw them; the document calls them "AC in" and "pack".',
    'Some units send 0.1 A steps: then current and power are too small by a factor of 10.',
    'After a power cycle one master answered as address 0; answers from there are taken.',
  ],
  baud: 9600,
  addresses: { lowest: 0, highest: 16, usual: 1, patience: 350 },
  dialect: {
    ver: 0x25,
    answerVers: [0x25],
    cid1: 0x46,
    commands: [0x90, 0xa0],
    advice:
      'is it the RS232 socket of the master pack, is it 9600 baud (some makers set 115200), and is its address 1?',
  },
  asksAll: true,
  versions: { pace: 0x25 },
  throughMaster: true,
  answersFrom: [0],
  groups: {
    telemetry: message({
      command: 0x42,
      title: 'Telemetry',
      period: 2,
      fields: { ...telemetryFields, flag: infoFlag },
      variants: {
        pace: {
          flag: true,
          pack: telemetryPack({
            head: telemetryHead(tenthsOfKelvin(2730), thousandths),
            tails: [
              { bytes: 6, count: 3, fields: charge },
              { bytes: 20, count: 9, fields: { ...charge, unexplained: surplus(14) } },
            ],
            unknown: { fields: charge, bytes: 6, most: 26 },
            computed: { soc: socComputed },
          }),
        },
      },
      steady: ['full_capacity', 'cycles'],
      derived: telemetryDerived,
      initial: {
        cell_voltages: Array.from({ length: 16 }, () => 3.3),
        temperatures: [22, 22, 22, 22, 24, 23],
        current: 0,
        voltage: 52.8,
        remaining_capacity: 50,
        user_fields: 3,
        full_capacity: 100,
        cycles: 10,
        design_capacity: 100,
      },
    }),
    alarms: message({
      command: 0x44,
      title: 'Alarms',
      period: 10,
      fields: { ...alarmFields, flag: alarmInfoFlag },
      variants: {
        pace: {
          flag: true,
          pack: alarmPack({
            head: {
              ...stateLists,
              charge_current_state: chargeCurrentState,
              voltage_state: voltageState,
              discharge_current_state: dischargeCurrentState,
            },
            fixed: 3,
            tails: [
              { bytes: 9, fields: { status: statusBits(status) } },
              { bytes: 10, fields: { status: statusBits(status), unexplained: surplus(1) } },
              { bytes: 11, fields: { status: statusBits(status), unexplained: surplus(2) } },
            ],
          }),
        },
      },
      derived: alarmDerived,
      initial: {
        cell_states: Array.from({ length: 16 }, () => 'normal'),
        temperature_states: Array.from({ length: 6 }, () => 'normal'),
        charge_current_state: 'normal',
        voltage_state: 'normal',
        discharge_current_state: 'normal',
        protections: [],
        states: ['charge_fet_on', 'discharge_fet_on'],
        faults: [],
        balancing_cells: [],
        warnings: [],
      },
    }),
  },
  identity: {
    title: 'Identity',
    period: 3600,
    parts: [
      part({
        what: 'Version',
        command: 0xc1,
        asks: 'nothing',
        body: struct({ version: identityText(terminated(20), 'Version', 'firmware') }),
        initial: { version: 'P16S100A-SIM-1.00' },
      }),
      part({
        what: 'Serial number',
        command: 0xc2,
        asks: 'nothing',
        body: struct({ serial_number: identityText(padded(40), 'Serial number', 'serial_number') }),
        initial: { serial_number: 'SIMULATED 0001' },
      }),
      part({
        what: 'Clock',
        command: 0xb1,
        asks: 'nothing',
        body: struct({ time: clock6 }),
        initial: { time: '2026-01-01T00:00:00' },
      }),
      part({
        what: 'Count of packs',
        command: 0x90,
        asks: 'nothing',
        body: struct({
          connected_packs: field(inRange(byte, 1, 16), {
            title: 'Packs that the master counts',
            quantity: 'count',
            kind: 'state',
          }),
        }),
        initial: { connected_packs: 1 },
      }),
      part({
        what: 'Capacities',
        command: 0xa6,
        asks: 'nothing',
        body: struct({
          capacity_remaining: capacity('Remaining charge, as read with the capacities'),
          capacity_full: capacity('Full charge, as read with the capacities'),
          design_capacity: designCapacity,
        }),
        initial: { capacity_remaining: 50, capacity_full: 100, design_capacity: 100 },
      }),
    ],
  },
});
