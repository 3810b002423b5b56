import { counted, struct, u16be, u8 } from '../../codec/index.ts';
import { product } from '../../core/derive.ts';
import { field } from '../../core/field.ts';
import { rackView } from '../../core/rack.ts';
import {
  analogShapes,
  capacityOf,
  cellSum,
  chargeOf,
  longMilliampereHours,
  message,
  milliampereHours,
  millivolts,
  MOST,
  packOf,
  packs,
  sensorsOf,
  socOf,
  surplusOf,
  tenthAmperes,
} from '../../protocols/pylontech/index.ts';

/**
 * 42h, analog values (RS485 protocol V3.3, chapter 4.3), and what captured answers taught: with four or more
 * user-defined items the capacities of two bytes are FFFF and those of three bytes count.
 */

const head = {
  cell_voltages: field(counted(u8, millivolts, MOST.cells), {
    title: 'Cell voltages',
    quantity: 'cell_voltage',
    kind: 'measurement',
  }),
  temperature_codes: field(counted(u8, u16be, MOST.sensors), {
    title: 'Temperatures as sent',
    quantity: 'number',
    kind: 'raw',
    remark: 'Order: board, cells 1-4, 5-8, 9-12, 13-15, then others.',
  }),
  current: field(tenthAmperes, {
    title: 'Current',
    quantity: 'current',
    kind: 'measurement',
    remark: 'Positive while charging.',
  }),
  voltage: field(millivolts, {
    title: 'Module voltage',
    quantity: 'voltage',
    kind: 'measurement',
    remark: 'The exact sum of the cells in every captured answer.',
  }),
  short_remaining_capacity: field(milliampereHours, {
    title: 'Remaining charge, two bytes',
    quantity: 'charge',
    kind: 'raw',
  }),
  user_items: field(u8, { title: 'User-defined items', quantity: 'count', kind: 'raw' }),
  short_full_capacity: field(milliampereHours, {
    title: 'Capacity, two bytes',
    quantity: 'charge',
    kind: 'raw',
  }),
  cycles: field(u16be, { title: 'Cycles', quantity: 'count', kind: 'counter' }),
};

const extension = {
  long_remaining_capacity: field(longMilliampereHours, {
    title: 'Remaining charge, three bytes',
    quantity: 'charge',
    kind: 'raw',
  }),
  long_full_capacity: field(longMilliampereHours, {
    title: 'Capacity, three bytes',
    quantity: 'charge',
    kind: 'raw',
  }),
};

/** What follows for one pack. */
const ofPack = {
  temperatures: sensorsOf('temperature_codes', {
    title: 'Temperatures',
    quantity: 'temperature',
    kind: 'measurement',
    remark: 'Board, cells 1-4, 5-8, 9-12, 13-15, then others; null where a sensor is missing.',
  }),
  power: product('voltage', 'current', { title: 'Power', quantity: 'power', kind: 'measurement' }),
  remaining_capacity: chargeOf('long_remaining_capacity', 'short_remaining_capacity', {
    title: 'Remaining charge',
    quantity: 'charge',
    kind: 'measurement',
  }),
  full_capacity: capacityOf('long_full_capacity', 'short_full_capacity', {
    title: 'Capacity',
    quantity: 'charge',
    kind: 'measurement',
  }),
  soc: socOf({
    title: 'State of charge',
    quantity: 'state_of_charge',
    kind: 'measurement',
    remark: 'Computed: packs do not send it.',
  }),
};

const short = (surplus: number) => packOf({ ...head, ...surplusOf(surplus) }, ofPack);
const long = (surplus: number) => packOf({ ...head, ...extension, ...surplusOf(surplus) }, ofPack);

export const analog = {
  title: 'Cells, current and charge',
  packs: 'Packs: cells, current and charge',
  period: 2,
  messages: [
    message({
      command: 0x42,
      what: 'cells and current',
      asks: 'pack',
      to: 'group',
      body: struct({
        info_flag: field(u8, {
          title: 'INFOFLAG',
          quantity: 'number',
          kind: 'raw',
          remark: 'Bit 0: an alarm changed, bit 4: a switch changed, since 44h was last asked.',
        }),
        command: field(u8, { title: 'COMMAND, or count of packs', quantity: 'number', kind: 'raw' }),
        packs: packs(analogShapes(short, long)),
      }),
      implausible: cellSum,
    }),
  ],
  steady: ['full_capacity', 'cycles'],
  ofPack,
  ofRack: rackView('packs'),
  initial: {
    cell_voltages: Array.from({ length: 15 }, () => 3.3),
    temperature_codes: [2981, 2951, 2951, 2951, 2951],
    current: 0,
    voltage: 49.5,
    short_remaining_capacity: 65.535,
    user_items: 4,
    short_full_capacity: 65.535,
    cycles: 12,
    long_remaining_capacity: 37,
    long_full_capacity: 74,
  },
} as const;
