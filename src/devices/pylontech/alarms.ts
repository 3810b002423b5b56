import { counted, struct, u8 } from '../../codec/index.ts';
import { field, type FieldInfo } from '../../core/field.ts';
import { flatNames, together } from '../../core/rack.ts';
import {
  alarmShapes,
  bitOf,
  cellsOf,
  message,
  MOST,
  namesOf,
  packOf,
  packs,
  STATE_WORDS,
  statesOf,
  surplusOf,
  troubleOf,
} from '../../protocols/pylontech/index.ts';

/** 44h, alarms (RS485 protocol V3.3, chapter 4.4). */

const raw = (title: string): FieldInfo => ({ title, quantity: 'number', kind: 'raw' });
const flag = (title: string, remark?: string): FieldInfo => ({
  title,
  quantity: 'flag',
  kind: 'state',
  ...(remark === undefined ? {} : { remark }),
});
const word = (title: string): FieldInfo => ({ title, quantity: 'word', kind: 'state' });
/** A state byte in words: anything but `normal` is a warning; what was switched off for it is a protection. */
const judged = (title: string): FieldInfo => ({
  ...word(title),
  alarm: { means: 'warning', calm: ['normal'] },
});

const single = (title: string): FieldInfo => ({ ...judged(title), words: STATE_WORDS });

/** Status 1: protections that act. */
const protections = {
  module_under_voltage: bitOf('status_1', 7, flag('Module under-voltage')),
  charge_over_temperature: bitOf('status_1', 6, flag('Over-temperature while charging')),
  discharge_over_temperature: bitOf('status_1', 5, flag('Over-temperature while discharging')),
  discharge_over_current: bitOf('status_1', 4, flag('Discharge over-current')),
  charge_over_current: bitOf('status_1', 2, flag('Charge over-current')),
  cell_under_voltage: bitOf('status_1', 1, flag('Cell under-voltage')),
  module_over_voltage: bitOf('status_1', 0, flag('Module over-voltage')),
};

/** Status 2 and 3: what the pack is doing. */
const states = {
  pack_power: bitOf('status_2', 3, flag('Pack power in use')),
  discharge_mosfet: bitOf('status_2', 2, flag('Discharge MOSFET on')),
  charge_mosfet: bitOf('status_2', 1, flag('Charge MOSFET on')),
  pre_charge_mosfet: bitOf('status_2', 0, flag('Pre-charge MOSFET on', 'Reserved in the manual.')),
  effective_charge: bitOf('status_3', 7, flag('Charging', 'Above 0.1 A.')),
  effective_discharge: bitOf(
    'status_3',
    6,
    flag('Discharging', 'Below −0.1 A; V2.8 reads it as "mains failed".'),
  ),
  heater: bitOf('status_3', 5, flag('Heater on', 'Reserved in the manual.')),
  fully_charged: bitOf('status_3', 3, flag('Fully charged')),
  buzzer: bitOf('status_3', 0, flag('Buzzer on')),
};

/** What follows for one pack. */
const ofPack = {
  cell_states: statesOf('cell_state_codes', judged('States of the cells')),
  temperature_states: statesOf('temperature_state_codes', judged('States of the temperatures')),
  charge_current_state: statesOf('charge_current_state_code', single('State of the charge current')),
  voltage_state: statesOf('voltage_state_code', single('State of the module voltage')),
  discharge_current_state: statesOf('discharge_current_state_code', single('State of the discharge current')),
  ...protections,
  ...states,
  cells_in_error: cellsOf('status_4', 'status_5', {
    title: 'Cells in error',
    quantity: 'count',
    kind: 'state',
    alarm: { means: 'fault' },
    remark: 'Above 4.2 V (charge MOSFET off) or below 1 V (the pack shuts down).',
  }),
  protections: namesOf(Object.keys(protections), {
    ...word('Protections that act'),
    alarm: { means: 'protection' },
  }),
  states: namesOf(Object.keys(states), word('What the pack is doing')),
  alarm: troubleOf(flag('Any alarm', 'A protection, a cell in error, or a state that is not normal.')),
};

const pack = (surplus: number) =>
  packOf(
    {
      cell_state_codes: field(counted(u8, u8, MOST.cells), raw('States of the cells as sent')),
      temperature_state_codes: field(
        counted(u8, u8, MOST.sensors),
        raw('States of the temperatures as sent'),
      ),
      charge_current_state_code: field(u8, raw('State of the charge current as sent')),
      voltage_state_code: field(u8, raw('State of the module voltage as sent')),
      discharge_current_state_code: field(u8, raw('State of the discharge current as sent')),
      status_1: field(u8, raw('Status 1')),
      status_2: field(u8, raw('Status 2')),
      status_3: field(u8, raw('Status 3')),
      status_4: field(u8, raw('Status 4')),
      status_5: field(u8, raw('Status 5')),
      ...surplusOf(surplus),
    },
    ofPack,
  );

export const alarms = {
  title: 'Alarms and switches',
  packs: 'Packs: alarms and switches',
  period: 10,
  messages: [
    message({
      command: 0x44,
      what: 'alarms',
      asks: 'pack',
      to: 'group',
      body: struct({
        info_flag: field(u8, raw('INFOFLAG')),
        command: field(u8, raw('COMMAND, or count of packs')),
        packs: packs(alarmShapes(pack)),
      }),
    }),
  ],
  ofPack,
  ofRack: {
    alarm: together('packs', 'alarm', 'any', flag('Any alarm in the rack')),
    active_protections: flatNames('packs', 'protections', word('Protections that act, with their packs')),
  },
  initial: {
    cell_state_codes: Array.from({ length: 15 }, () => 0),
    temperature_state_codes: [0, 0, 0, 0, 0],
    charge_current_state_code: 0,
    voltage_state_code: 0,
    discharge_current_state_code: 0,
    status_1: 0,
    status_2: 0x0e,
    status_3: 0,
    status_4: 0,
    status_5: 0,
  },
};
