import { fixed, neva, type Register, temperature } from '../../protocols/neva/index.ts';
import { relayRegister, statusRegisters } from './archives.ts';
import { measured, powerFactor } from './fields.ts';
import { groups } from './groups.ts';
import { relayWrite, writes } from './writes.ts';

const instant: readonly Register[] = [
  measured('0C0700FF', 'voltage', fixed(6, 2), 'Voltage', 'voltage'),
  measured('0B0700FF', 'current', fixed(3, 3), 'Current', 'current'),
  measured('100700FF', 'active_power', fixed(8, 0), 'Active power', 'power', 'imported_power'),
  measured('030701FF', 'reactive_power_positive', fixed(8, 0), 'Reactive power, positive', 'reactive_power'),
  measured('040701FF', 'reactive_power_negative', fixed(8, 0), 'Reactive power, negative', 'reactive_power'),
  powerFactor('0D07FFFF', 'power_factor', 2, 'Power factor'),
  measured('0E0701FF', 'frequency', fixed(6, 2), 'Frequency', 'frequency'),
  measured('600900FF', 'temperature', temperature(4), 'Temperature', 'temperature'),
];

const REACTIVE = ['0308', '0408', '0307', '0407'];
const RELAY = '0A0067FF';
/** What the new dialect answers is known of energy, power, and status only. */
const CLASSIC_ONLY = ['0C07', '0B07', '0D07', '0E07', '0F0880', '0F0680', '0F8080'];

const HOURLY = { phases: 1, slots: 24, kilowatts: true, reactive: false } as const;
const PLAIN = [...REACTIVE, RELAY];

/** Single-phase meters. */
export default neva({
  id: 'neva-mt1xx',
  title: 'Neva MT1 single-phase electricity meter',
  begins: 'NEVAMT1',
  models: ['MT113', 'MT114', 'MT123', 'MT124 (classic)', 'MT124.71 (new dialect)'],
  remarks: [
    'The new dialect of MT124.71 meters is known from two programs only; how it answers a password is not proven.',
    'Some registers can only be written while the programming button is pressed.',
    'The order of the status bits is not proven, nor that the first of four digits of the temperature is its sign.',
  ],
  groups: groups({
    firmware: 2,
    instant,
    largest: [3, 3],
    status: [...statusRegisters, relayRegister],
    // User guide, MT114: byte 1 is taken for the lower one.
    statusBits: {
      0: 'data_memory_error',
      1: 'parameter_memory_error',
      2: 'measuring_error',
      3: 'clock_error',
      4: 'battery_low',
      5: 'programming_button',
      6: 'data_memory_dead',
      7: 'parameter_memory_dead',
      9: 'terminal_cover_off',
      10: 'load_on',
      11: 'load_off',
    },
  }),
  writes: { ...writes, ...relayWrite },
  presets: {
    'mt124.6102': { ident: 'NEVAMT124.6102', baud: '5', lacks: PLAIN, ...HOURLY },
    'mt113.0202': { ident: 'NEVAMT113.0202', baud: '5', lacks: PLAIN, ...HOURLY },
    'mt114.3101': { ident: 'NEVAMT114.3101', baud: '5', lacks: REACTIVE, ...HOURLY, slots: 48 },
    'mt123.2301': { ident: 'NEVAMT123.2301', baud: '3', lacks: PLAIN, ...HOURLY },
    'mt124.7109': {
      ident: 'NEVAMT124.7109',
      baud: '5',
      lacks: [...PLAIN, ...CLASSIC_ONLY.slice(0, 4)],
      ...HOURLY,
    },
  },
});
