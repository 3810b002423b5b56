import { nullAt } from '../../codec/index.ts';
import { field } from '../../core/field.ts';
import {
  alarmDerived,
  alarmFields,
  alarmInfoFlag,
  alarmPack,
  balanceAndHumidity,
  bms,
  byte,
  currentState,
  cycles,
  degrees,
  fullCapacity,
  hexText,
  hundredths,
  infoFlag,
  message,
  soc,
  soh,
  stateLists,
  statusBits,
  type StatusByte,
  telemetryDerived,
  telemetryFields,
  telemetryHead,
  telemetryPack,
  tenthsOfKelvin,
  voltageState,
} from '../../protocols/topbms/index.ts';
import { identity } from './identity.ts';
import { documentStatus, topbandStatus } from './status.ts';

/**
 * TopBMS. Telemetry is proven by captures; everything else stands only in the translated document V1.7, in a program
 * whose author had a newer edition of it, or, for the Topband variant, in programs of Topband owners.
 */

/** What stands behind the count of further fields, in all variants. */
const charge = { full_capacity: fullCapacity, cycles, soc, soh } as const;
const wide = { bytes: 12, count: 6, fields: { ...charge, balance: balanceAndHumidity(true) } };
const narrow = { bytes: 9, count: 5, fields: { ...charge, balance: balanceAndHumidity(false) } };
const undescribed = { fields: charge, bytes: 6, most: 26 } as const;
const level = ['balance'] as const;

const shortCircuit = field(hexText(2), {
  title: 'Short circuits',
  quantity: 'text',
  kind: 'raw',
  remark: 'The document is garbled here: a flag and a count, in one order or the other. Kept as sent.',
});
const statusBytes = field(byte, {
  title: 'Count of status bytes',
  quantity: 'number',
  kind: 'raw',
  remark: 'As sent: the document prints 10 and lists 15.',
});
const reserve = (bytes: number) => field(hexText(bytes), { title: 'Reserve', quantity: 'text', kind: 'raw' });

/** Status bytes and up to two bytes of reserve behind them. */
const statusTail = (count: number, table: readonly StatusByte[], reserved: number) => ({
  bytes: table.length + reserved,
  count,
  fields: { status: statusBits(table), ...(reserved > 0 ? { reserve: reserve(reserved) } : {}) },
});
const firstTen = documentStatus.slice(0, 10);

const documentAlarmHead = {
  ...stateLists,
  current_state: currentState,
  voltage_state: voltageState,
  short_circuit: shortCircuit,
  status_bytes: statusBytes,
} as const;

/** A pack half full, at rest. */
const atRest = {
  cell_voltages: Array.from({ length: 16 }, () => 3.3),
  temperatures: [22, 22, 22, 22, 20, 20],
  current: 0,
  voltage: 52.8,
  remaining_capacity: 75,
  user_fields: 6,
  full_capacity: 150,
  cycles: 2,
  soc: 50,
  soh: 100,
  balancing_cells: [],
  humidity: null,
} as const;

const calm = {
  cell_states: Array.from({ length: 16 }, () => 'normal'),
  temperature_states: Array.from({ length: 6 }, () => 'normal'),
  current_state: 'normal',
  voltage_state: 'normal',
  short_circuit: '0000',
  status_bytes: 15,
  warnings: [],
  protections: [],
  faults: [],
  drifted_cells: [],
  states: ['discharge_fet_on', 'charge_fet_on'],
  reserve: '00',
} as const;

export default bms({
  id: 'topbms',
  title: 'TopBMS battery',
  vendor: 'TopBMS',
  models: ['TOPBMS 12S-16S 100A 150A (48 V packs)', 'Topband / EET (by content)'],
  remarks: [
    'Telemetry (42h) is proven by a capture of a real pack; nothing else of a TopBMS was ever captured.',
    'Alarms (44h), product information (F1h), serial number (E9h) and clock (4Dh) follow the document, or a program.',
    'Every pack is asked at its own address with its own number, which is how programs on record ask.',
    'A question to all packs (FF) is asked once, and used only where its answer agrees with the single ones: nobody has seen one answered.',
    'State of charge is as the pack sends it, rounded down; the rack view computes its own.',
  ],
  baud: 9600,
  addresses: { lowest: 0, highest: 16, usual: 1, patience: 350 },
  dialect: {
    ver: 0x21,
    answerVers: [0x52, 0x21],
    cid1: 0x46,
    advice:
      "is the pack awake, are the two wires the right way round (swap them), is it 9600 baud, and is its address the one asked (the switches of the author's first pack mean 1)?",
  },
  asksAll: true,
  versions: { topbms: 0x52, document: 0x21, topband: 0x21 },
  groups: {
    telemetry: message({
      command: 0x42,
      title: 'Telemetry',
      period: 2,
      fields: {
        ...telemetryFields,
        flag: infoFlag,
        variant: {
          name: 'variant',
          info: {
            title: 'Form of the answer',
            quantity: 'word',
            kind: 'raw',
            remark:
              'topbms: as captured; document: as printed, with INFOFLAG; topband: temperatures in 0.1 K.',
          },
        },
      },
      variants: {
        topbms: {
          flag: false,
          pack: telemetryPack({
            head: telemetryHead(degrees, hundredths),
            tails: [wide, narrow],
            unknown: undescribed,
            level,
          }),
        },
        document: {
          flag: true,
          pack: telemetryPack({
            head: telemetryHead(degrees, hundredths),
            tails: [narrow, wide],
            unknown: undescribed,
            level,
          }),
        },
        topband: {
          flag: false,
          pack: telemetryPack({
            head: telemetryHead(tenthsOfKelvin(2731), hundredths, nullAt(hundredths, 655.35)),
            tails: [{ bytes: 6, count: 4, fields: charge }],
            unknown: undescribed,
          }),
        },
      },
      steady: ['full_capacity', 'cycles'],
      derived: telemetryDerived,
      initial: atRest,
      initialOf: {
        document: { user_fields: 5 },
        topband: {
          user_fields: 4,
          temperatures: [22, 22, 22, 22, 22, 20, 20],
          balancing_cells: undefined,
          humidity: undefined,
        },
      },
    }),
    alarms: message({
      command: 0x44,
      title: 'Alarms',
      period: 10,
      fields: {
        ...alarmFields,
        flag: alarmInfoFlag,
        variant: {
          name: 'variant',
          info: { title: 'Form of the alarms', quantity: 'word', kind: 'raw' },
        },
      },
      variants: {
        topbms: {
          flag: false,
          pack: alarmPack({
            head: documentAlarmHead,
            fixed: 5,
            counter: 'status_bytes',
            tails: [1, 2, 0].map((reserved) => statusTail(15, documentStatus, reserved)),
          }),
        },
        document: {
          flag: true,
          pack: alarmPack({
            head: documentAlarmHead,
            fixed: 5,
            counter: 'status_bytes',
            tails: [
              ...[2, 1, 0].map((reserved) => statusTail(10, documentStatus, reserved)),
              ...[2, 1, 0].map((reserved) => statusTail(10, firstTen, reserved)),
            ],
          }),
        },
        topband: {
          flag: false,
          pack: alarmPack({
            head: {
              ...stateLists,
              current_state: currentState,
              voltage_state: voltageState,
              status_bytes: statusBytes,
            },
            fixed: 3,
            counter: 'status_bytes',
            tails: [8, 7, 6, 5, 4].map((count) => statusTail(count, topbandStatus.slice(0, count), 0)),
          }),
        },
      },
      derived: alarmDerived,
      initial: calm,
      initialOf: {
        document: { status_bytes: 10, reserve: '0000' },
        topband: {
          status_bytes: 8,
          temperature_states: Array.from({ length: 7 }, () => 'normal'),
          short_circuit: undefined,
          drifted_cells: undefined,
          reserve: undefined,
        },
      },
    }),
  },
  identity,
});
