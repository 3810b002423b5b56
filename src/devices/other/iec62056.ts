import { GENERIC, meterDevice, type Place } from '../../protocols/mode-c/index.ts';
import type { FieldInfo, Role } from '../../core/field.ts';
import type { QuantityName } from '../../core/quantity.ts';

const measured = (at: string, title: string, quantity: QuantityName): Place => ({
  at,
  title,
  quantity,
  kind: 'measurement',
});
const counted = (at: string, title: string, role?: Role): Place => ({
  at,
  title,
  quantity: 'energy',
  kind: 'counter',
  ...(role === undefined ? {} : { role }),
});
const reactive = (at: string, title: string): Place => ({
  at,
  title,
  quantity: 'reactive_energy',
  kind: 'counter',
});
const text = (at: string, title: string, more: Partial<FieldInfo> & Pick<Place, 'also'> = {}): Place => ({
  at,
  title,
  quantity: 'text',
  kind: 'identity',
  form: 'text',
  ...more,
});

/**
 * Any meter that answers with a list of OBIS identifications (IEC 62056-21, 6.4; names by IEC 62056-61). Lists as seen
 * from Iskra MT382, Landis+Gyr E350 and EMH LZQJ meters.
 */
export default meterDevice({
  id: 'iec62056',
  title: 'Electricity meter with a list (IEC 62056-21)',
  vendor: 'any',
  models: ['Iskra MT171, MT174, MT382', 'Landis+Gyr E350, ZMD', 'Elster AS1440, A1500', 'EMH LZQJ, others'],
  remarks: [
    'Which values there are is up to the meter: everything that it sends stands in the group readout.',
    'Optical heads begin at 300 baud. A list takes 3 s to 3 min, depending on the rate that the meter offers.',
    'A number without a unit is not shown as an energy, power, voltage or current; it stands in readout.',
    'Single registers instead of the list: `--access registers=1.8.0,32.7.0`, with `--password` where the meter wants one.',
    'Mode E (DLMS) is declined where the meter has no mode C besides.',
  ],
  profile: GENERIC,
  starts: [300, 9600],
  timings: {},
  personal: ['0.0.0', '0.0', 'C.1.0', 'C.1.1', '96.1.0', '96.1.1', '0.0.9'],
  groups: {
    identity: {
      title: 'Identity',
      period: 86_400,
      identified: true,
      fields: {
        serial_number: text('C.1.0', 'Serial number', { also: ['96.1.0'], role: 'serial_number' }),
        device_address: text('0.0.0', 'Device address'),
        device_number: text('96.1.1', 'Number given by the owner', { also: ['C.1.1'] }),
        firmware: text('0.2.0', 'Firmware', { role: 'firmware' }),
        tariff_program: text('0.2.2', 'Tariff program'),
        error_register: text('F.F', 'Error register', { kind: 'state' }),
      },
    },
    energy: {
      title: 'Energy',
      period: 60,
      fields: {
        total: counted('1.8.0', 'Energy', 'imported_energy'),
        t1: counted('1.8.1', 'Energy, tariff 1', 'imported_energy_t1'),
        t2: counted('1.8.2', 'Energy, tariff 2', 'imported_energy_t2'),
        t3: counted('1.8.3', 'Energy, tariff 3', 'imported_energy_t3'),
        t4: counted('1.8.4', 'Energy, tariff 4', 'imported_energy_t4'),
        exported_total: counted('2.8.0', 'Energy sent to the grid'),
        exported_t1: counted('2.8.1', 'Energy sent to the grid, tariff 1'),
        exported_t2: counted('2.8.2', 'Energy sent to the grid, tariff 2'),
        exported_t3: counted('2.8.3', 'Energy sent to the grid, tariff 3'),
        exported_t4: counted('2.8.4', 'Energy sent to the grid, tariff 4'),
        absolute_total: counted('15.8.0', 'Energy, both directions'),
        reactive_positive_total: reactive('3.8.0', 'Reactive energy, positive'),
        reactive_negative_total: reactive('4.8.0', 'Reactive energy, negative'),
      },
    },
    instant: {
      title: 'Now',
      period: 60,
      fields: {
        active_power: { ...measured('1.7.0', 'Active power', 'power'), role: 'imported_power' },
        exported_power: measured('2.7.0', 'Active power sent to the grid', 'power'),
        reactive_power_positive: measured('3.7.0', 'Reactive power, positive', 'reactive_power'),
        reactive_power_negative: measured('4.7.0', 'Reactive power, negative', 'reactive_power'),
        voltage_l1: measured('32.7.0', 'Voltage L1', 'voltage'),
        voltage_l2: measured('52.7.0', 'Voltage L2', 'voltage'),
        voltage_l3: measured('72.7.0', 'Voltage L3', 'voltage'),
        current_l1: measured('31.7.0', 'Current L1', 'current'),
        current_l2: measured('51.7.0', 'Current L2', 'current'),
        current_l3: measured('71.7.0', 'Current L3', 'current'),
        power_factor: measured('13.7.0', 'Power factor', 'power_factor'),
        frequency: measured('14.7.0', 'Frequency', 'frequency'),
      },
    },
    max_power: {
      title: 'Largest power',
      period: 3600,
      fields: {
        max_power: measured('1.6.0', 'Largest mean power of the month', 'power'),
        max_power_t1: measured('1.6.1', 'Largest mean power, tariff 1', 'power'),
        max_power_t2: measured('1.6.2', 'Largest mean power, tariff 2', 'power'),
        max_power_t3: measured('1.6.3', 'Largest mean power, tariff 3', 'power'),
        max_power_t4: measured('1.6.4', 'Largest mean power, tariff 4', 'power'),
      },
    },
    clock: {
      title: 'Clock',
      period: 3600,
      fields: {
        date: text('0.9.2', 'Date as the meter writes it', { kind: 'state' }),
        time: text('0.9.1', 'Time as the meter writes it', { kind: 'state' }),
      },
    },
    readout: { title: 'Everything', period: 60, fields: {}, everything: 'registers' },
  },
  presets: {
    mt382: {
      identification: 'ISK5\\2MT382-1008',
      operand: '00000000',
      step: 0.01,
      list: '0-0:96.1.1(00000000)\r\n1-0:0.9.2(210528)\r\n1-0:0.9.1(215658)\r\n1-0:1.7.0(001.322*kW)\r\n1-0:1.8.0(010192.57*kWh)\r\n1-0:1.8.1(006192.50*kWh)\r\n1-0:1.8.2(004000.07*kWh)\r\n1-0:1.6.0(007.072*kW)\r\n1-0:0.2.2(Smart001)\r\n',
    },
    e350: {
      identification: 'LGZ4ZMF100AC.M26',
      operand: '00000000',
      step: 0.001,
      list: 'F.F(00)\r\n0.0(          120858)\r\nC.1.0(13647123)\r\nC.1.1(        )\r\n1.8.1(042951.721*kWh)\r\n1.8.2(018609.568*kWh)\r\n2.8.1(000000.302*kWh)\r\n2.8.2(000010.188*kWh)\r\n1.8.0(061561.289*kWh)\r\n2.8.0(000010.490*kWh)\r\n15.8.0(061571.780*kWh)\r\nC.7.0(0008)\r\n32.7(241*V)\r\n52.7(243*V)\r\n72.7(242*V)\r\n31.7(000.35*A)\r\n51.7(000.52*A)\r\n71.7(000.47*A)\r\n0.2.0(M26)\r\nC.5.0(0401)\r\n',
    },
  },
});
