import { list, struct, u8 } from '../../codec/index.ts';
import { field, type FieldInfo } from '../../core/field.ts';
import { together } from '../../core/rack.ts';
import {
  bitOf,
  eitherOf,
  message,
  millivolts,
  surplus,
  tenthAmperes,
} from '../../protocols/pylontech/index.ts';

/** 92h, charge and discharge management (RS485 protocol V3.3, chapter 4.8): what the inverter should keep to now. */

const infos = {
  charge_voltage_limit: { title: 'Charge voltage limit', quantity: 'voltage', kind: 'measurement' },
  discharge_voltage_limit: { title: 'Discharge voltage limit', quantity: 'voltage', kind: 'measurement' },
  charge_current_limit: { title: 'Charge current limit', quantity: 'current', kind: 'measurement' },
  discharge_current_limit: {
    title: 'Discharge current limit (negative)',
    quantity: 'current',
    kind: 'measurement',
  },
  charge_enable: {
    title: 'Charging allowed',
    quantity: 'flag',
    kind: 'state',
    remark: 'False asks to stop charging.',
  },
  discharge_enable: {
    title: 'Discharging allowed',
    quantity: 'flag',
    kind: 'state',
    remark: 'False asks to stop discharging.',
  },
  charge_immediately_1: {
    title: 'Charge immediately 1',
    quantity: 'flag',
    kind: 'state',
    remark: 'US2000B: charge at 15-19 %; Plus and US3000B: at 5-9 %.',
  },
  charge_immediately_2: {
    title: 'Charge immediately 2',
    quantity: 'flag',
    kind: 'state',
    remark: 'Plus and US3000B: charge at 9-13 %.',
  },
  full_charge_request: {
    title: 'Full charge requested',
    quantity: 'flag',
    kind: 'state',
    remark: 'Not above 97 % for 30 days; cleared at 97 %.',
  },
} as const satisfies Readonly<Record<string, FieldInfo>>;

const pack = struct({
  charge_voltage_limit: field(millivolts, infos.charge_voltage_limit),
  discharge_voltage_limit: field(millivolts, infos.discharge_voltage_limit),
  charge_current_limit: field(tenthAmperes, infos.charge_current_limit),
  discharge_current_limit: field(tenthAmperes, infos.discharge_current_limit),
  status: field(u8, { title: 'Status', quantity: 'number', kind: 'raw' }),
  unknown_tail: field(surplus, { title: 'Unexplained bytes', quantity: 'text', kind: 'raw' }),
});

const ofRack = (name: keyof typeof infos, over: Parameters<typeof together>[2], remark?: string) =>
  together('packs', name, over, { ...infos[name], ...(remark === undefined ? {} : { remark }) });

const chargeNow: FieldInfo = {
  title: 'Charge now',
  quantity: 'flag',
  kind: 'state',
  remark: 'Either of the two requests.',
};

export const management = {
  title: 'Charge and discharge management',
  packs: 'Packs: charge and discharge management',
  period: 10,
  messages: [
    message({
      command: 0x92,
      what: 'charge and discharge limits',
      asks: 'pack',
      to: 'pack',
      body: struct({
        command: field(u8, { title: 'COMMAND', quantity: 'number', kind: 'raw' }),
        packs: list(pack, 1),
      }),
    }),
  ],
  ofPack: {
    charge_enable: bitOf('status', 7, infos.charge_enable),
    discharge_enable: bitOf('status', 6, infos.discharge_enable),
    charge_immediately_1: bitOf('status', 5, infos.charge_immediately_1),
    charge_immediately_2: bitOf('status', 4, infos.charge_immediately_2),
    full_charge_request: bitOf('status', 3, infos.full_charge_request),
    charge_now: eitherOf('charge_immediately_1', 'charge_immediately_2', chargeNow),
  },
  ofRack: {
    charge_voltage_limit: ofRack('charge_voltage_limit', 'lowest'),
    discharge_voltage_limit: ofRack('discharge_voltage_limit', 'highest'),
    charge_current_limit: ofRack(
      'charge_current_limit',
      'sum',
      'No manual says how packs add up: the sum is a guess.',
    ),
    discharge_current_limit: ofRack(
      'discharge_current_limit',
      'sum',
      'No manual says how packs add up: the sum is a guess.',
    ),
    charge_enable: ofRack('charge_enable', 'all'),
    discharge_enable: ofRack('discharge_enable', 'all'),
    charge_immediately_1: ofRack('charge_immediately_1', 'any'),
    charge_immediately_2: ofRack('charge_immediately_2', 'any'),
    full_charge_request: ofRack('full_charge_request', 'any'),
    charge_now: together('packs', 'charge_now', 'any', chargeNow),
  },
  initial: {
    charge_voltage_limit: 53.25,
    discharge_voltage_limit: 47,
    charge_current_limit: 25,
    discharge_current_limit: -25,
    status: 0xc0,
  },
};
