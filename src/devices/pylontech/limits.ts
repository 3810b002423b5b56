import { list, struct, u8 } from '../../codec/index.ts';
import { field, type FieldInfo } from '../../core/field.ts';
import { together } from '../../core/rack.ts';
import {
  message,
  millivolts,
  surplus,
  temperatureLimit,
  tenthAmperes,
} from '../../protocols/pylontech/index.ts';

/** 47h, system parameters (RS485 protocol V3.3, chapter 4.5). Module voltages are sent without a sign. */

const limit = (title: string, quantity: FieldInfo['quantity']): FieldInfo => ({
  title,
  quantity,
  kind: 'setting',
});

const infos = {
  cell_high_voltage_limit: limit('Cell voltage, high', 'cell_voltage'),
  cell_low_voltage_limit: limit('Cell voltage, low (alarm)', 'cell_voltage'),
  cell_under_voltage_limit: limit('Cell voltage, under (protection)', 'cell_voltage'),
  charge_high_temperature_limit: limit('Charging temperature, high', 'temperature'),
  charge_low_temperature_limit: limit('Charging temperature, low', 'temperature'),
  module_charge_current_limit: limit('Charge current of a module', 'current'),
  module_high_voltage_limit: limit('Module voltage, high', 'voltage'),
  module_low_voltage_limit: limit('Module voltage, low (alarm)', 'voltage'),
  module_under_voltage_limit: limit('Module voltage, under (protection)', 'voltage'),
  discharge_high_temperature_limit: limit('Discharging temperature, high', 'temperature'),
  discharge_low_temperature_limit: limit('Discharging temperature, low', 'temperature'),
  module_discharge_current_limit: limit('Discharge current of a module (negative)', 'current'),
};

const pack = struct({
  cell_high_voltage_limit: field(millivolts, infos.cell_high_voltage_limit),
  cell_low_voltage_limit: field(millivolts, infos.cell_low_voltage_limit),
  cell_under_voltage_limit: field(millivolts, infos.cell_under_voltage_limit),
  charge_high_temperature_limit: field(temperatureLimit, infos.charge_high_temperature_limit),
  charge_low_temperature_limit: field(temperatureLimit, infos.charge_low_temperature_limit),
  module_charge_current_limit: field(tenthAmperes, infos.module_charge_current_limit),
  module_high_voltage_limit: field(millivolts, infos.module_high_voltage_limit),
  module_low_voltage_limit: field(millivolts, infos.module_low_voltage_limit),
  module_under_voltage_limit: field(millivolts, infos.module_under_voltage_limit),
  discharge_high_temperature_limit: field(temperatureLimit, infos.discharge_high_temperature_limit),
  discharge_low_temperature_limit: field(temperatureLimit, infos.discharge_low_temperature_limit),
  module_discharge_current_limit: field(tenthAmperes, infos.module_discharge_current_limit),
  unknown_tail: field(surplus, { title: 'Unexplained bytes', quantity: 'text', kind: 'raw' }),
});

/** The strictest of the packs, so that a mixed rack is kept inside the limits of each. */
const strictest = (name: keyof typeof infos, over: 'lowest' | 'highest') =>
  together('packs', name, over, infos[name]);

export const limits = {
  title: 'Limits (system parameters)',
  packs: 'Packs: limits',
  period: 600,
  messages: [
    message({
      command: 0x47,
      what: 'limits',
      asks: 'nothing',
      to: 'pack',
      body: struct({
        info_flag: field(u8, { title: 'INFOFLAG', quantity: 'number', kind: 'raw' }),
        packs: list(pack, 1),
      }),
    }),
  ],
  ofPack: {},
  ofRack: {
    cell_high_voltage_limit: strictest('cell_high_voltage_limit', 'lowest'),
    cell_low_voltage_limit: strictest('cell_low_voltage_limit', 'highest'),
    cell_under_voltage_limit: strictest('cell_under_voltage_limit', 'highest'),
    charge_high_temperature_limit: strictest('charge_high_temperature_limit', 'lowest'),
    charge_low_temperature_limit: strictest('charge_low_temperature_limit', 'highest'),
    module_charge_current_limit: strictest('module_charge_current_limit', 'lowest'),
    module_high_voltage_limit: strictest('module_high_voltage_limit', 'lowest'),
    module_low_voltage_limit: strictest('module_low_voltage_limit', 'highest'),
    module_under_voltage_limit: strictest('module_under_voltage_limit', 'highest'),
    discharge_high_temperature_limit: strictest('discharge_high_temperature_limit', 'lowest'),
    discharge_low_temperature_limit: strictest('discharge_low_temperature_limit', 'highest'),
    module_discharge_current_limit: strictest('module_discharge_current_limit', 'highest'),
  },
  initial: {
    cell_high_voltage_limit: 3.65,
    cell_low_voltage_limit: 3.05,
    cell_under_voltage_limit: 2.9,
    charge_high_temperature_limit: 61,
    charge_low_temperature_limit: -11,
    module_charge_current_limit: 102,
    module_high_voltage_limit: 54,
    module_low_voltage_limit: 46,
    module_under_voltage_limit: 44.5,
    discharge_high_temperature_limit: 61,
    discharge_low_temperature_limit: -11,
    module_discharge_current_limit: -100,
  },
};
