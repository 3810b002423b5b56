import { ENERGOMERA, meterDevice, placesOf } from '../../protocols/mode-c/index.ts';
import type { FieldInfo } from '../../core/field.ts';
import type { QuantityName } from '../../core/quantity.ts';

const measured = (title: string, quantity: QuantityName): FieldInfo => ({
  title,
  quantity,
  kind: 'measurement',
});
const counted = (title: string, role?: FieldInfo['role']): FieldInfo => ({
  title,
  quantity: 'energy',
  kind: 'counter',
  ...(role === undefined ? {} : { role }),
});

/**
 * Energomera meters of the IEC 61107 kind: registers by name. Names and formats as read by wb-mqtt-serial (CE102M),
 * energomera-hass-mqtt (CE301) and esphome-energomera-iec (CE102M, CE301, CE303), after the maker's user guides.
 */
export default meterDevice({
  id: 'energomera',
  title: 'Energomera electricity meter with registers by name',
  vendor: 'Energomera',
  models: ['CE102M', 'CE301', 'CE303', 'CE308'],
  remarks: [
    'CE102 (without M) and CE301M speak another protocol, which busbar does not.',
    'The address is the last nine digits of the serial number; without one, whoever is there answers.',
    'Reading without a session (`--access session=no`) is much faster, but not every firmware answers it.',
    'Reactive energy and archives are not read as groups; `busbar obis` reads any register by its name.',
  ],
  profile: ENERGOMERA,
  starts: [9600, 300],
  timings: { reaction: 20, beforeSignOn: 200, gap: 300, inactivity: 1500 },
  sessionless: true,
  personal: ['SNUMB'],
  groups: {
    identity: {
      title: 'Identity',
      period: 86_400,
      identified: true,
      fields: placesOf(ENERGOMERA, {
        serial_number: { title: 'Serial number', quantity: 'text', kind: 'identity', role: 'serial_number' },
      }),
    },
    energy: {
      title: 'Energy',
      period: 60,
      fields: placesOf(ENERGOMERA, {
        total: counted('Energy', 'imported_energy'),
        t1: counted('Energy, tariff 1', 'imported_energy_t1'),
        t2: counted('Energy, tariff 2', 'imported_energy_t2'),
        t3: counted('Energy, tariff 3', 'imported_energy_t3'),
        t4: counted('Energy, tariff 4', 'imported_energy_t4'),
        t5: counted('Energy, tariff 5'),
      }),
    },
    instant: {
      title: 'Now',
      period: 10,
      fields: placesOf(ENERGOMERA, {
        voltage_l1: measured('Voltage L1', 'voltage'),
        voltage_l2: measured('Voltage L2', 'voltage'),
        voltage_l3: measured('Voltage L3', 'voltage'),
        current_l1: measured('Current L1', 'current'),
        current_l2: measured('Current L2', 'current'),
        current_l3: measured('Current L3', 'current'),
        active_power: { ...measured('Active power', 'power'), role: 'imported_power' },
        active_power_l1: measured('Active power L1', 'power'),
        active_power_l2: measured('Active power L2', 'power'),
        active_power_l3: measured('Active power L3', 'power'),
        power_factor: measured('Power factor', 'power_factor'),
        power_factor_l1: measured('Power factor L1', 'power_factor'),
        power_factor_l2: measured('Power factor L2', 'power_factor'),
        power_factor_l3: measured('Power factor L3', 'power_factor'),
        frequency: measured('Frequency', 'frequency'),
      }),
    },
    clock: {
      title: 'Clock',
      period: 3600,
      fields: placesOf(ENERGOMERA, {
        date: { title: 'Date', quantity: 'text', kind: 'state', form: 'date' },
        time: { title: 'Time', quantity: 'text', kind: 'state' },
      }),
    },
  },
  presets: {
    ce102m: {
      identification: 'EKT5CE102Mv01',
      operand: '141628345',
      step: 0.01,
      lineEnds: true,
      list: 'SNUMB(009112141628345)ET0PE(68.42)(45.54)(22.88)(0.00)(0.00)(0.00)VOLTA(237.58)CURRE(0.402)POWEP(0.096)FREQU(49.97)COS_f(1.00)DATE_(06.21.11.26)TIME_(10:00:00)',
    },
    ce301: {
      identification: 'EKT5CE301v12',
      operand: '777777',
      step: 0.0000001,
      repeated: true,
      lineEnds: true,
      list: 'SNUMB(009217000123456)ET0PE(16907.9)(11504.3)(3628.2)(1775.4)(0.0)(0.0)VOLTA(233.7)(235.4)(234.7)CURRE(1.4)(2.8)(0.7)POWEP(0.5)POWPP(0.0)(0.4)(0.0)FREQU(49.96)COS_f(0.9)(0.9)(0.9)(0.9)DATE_(06.21.11.26)TIME_(10:00:00)',
    },
  },
});
