import { fixed, neva, type Register, temperature } from '../../protocols/neva/index.ts';
import { statusRegisters } from './archives.ts';
import { measured, powerFactor } from './fields.ts';
import { groups } from './groups.ts';
import { writes } from './writes.ts';

/** Codes of one phase: voltage, current, active power, reactive power + and -, power factor. */
const phase = (
  number: 1 | 2 | 3,
  [voltage, current, active, positive, negative, factor]: readonly [
    string,
    string,
    string,
    string,
    string,
    string,
  ],
): readonly Register[] => [
  measured(`${voltage}0700FF`, `voltage_l${number}`, fixed(3, 2), `Voltage L${number}`, 'voltage'),
  measured(`${current}0700FF`, `current_l${number}`, fixed(3, 3), `Current L${number}`, 'current'),
  measured(`${active}0700FF`, `active_power_l${number}`, fixed(5, 1), `Active power L${number}`, 'power'),
  measured(
    `${positive}0701FF`,
    `reactive_power_positive_l${number}`,
    fixed(5, 1),
    `Reactive power L${number}, positive`,
    'reactive_power',
  ),
  measured(
    `${negative}0701FF`,
    `reactive_power_negative_l${number}`,
    fixed(5, 1),
    `Reactive power L${number}, negative`,
    'reactive_power',
  ),
  powerFactor(`${factor}07FFFF`, `power_factor_l${number}`, 3, `Power factor L${number}`),
];

const instant: readonly Register[] = [
  ...phase(1, ['20', '1F', '24', '17', '18', '21']),
  ...phase(2, ['34', '33', '38', '2B', '2C', '35']),
  ...phase(3, ['48', '47', '4C', '3F', '40', '49']),
  measured('100700FF', 'active_power', fixed(5, 1), 'Active power', 'power', 'imported_power'),
  measured('030701FF', 'reactive_power_positive', fixed(5, 1), 'Reactive power, positive', 'reactive_power'),
  measured('040701FF', 'reactive_power_negative', fixed(5, 1), 'Reactive power, negative', 'reactive_power'),
  powerFactor('0D07FFFF', 'power_factor', 3, 'Power factor'),
  measured('0E0701FF', 'frequency', fixed(2, 2), 'Frequency', 'frequency'),
  measured('51070AFF', 'angle_l1_l2', fixed(3, 1), 'Angle of voltages L1 and L2', 'angle'),
  measured('510715FF', 'angle_l2_l3', fixed(3, 1), 'Angle of voltages L2 and L3', 'angle'),
  measured('510714FF', 'angle_l3_l1', fixed(3, 1), 'Angle of voltages L3 and L1', 'angle'),
  measured('600900FF', 'temperature', temperature(3), 'Temperature', 'temperature'),
];

const REACTIVE = ['0308', '0408', '0307', '0407', '1707', '1807', '2B07', '2C07', '3F07', '4007'];
const MODEL = { phases: 3, slots: 48, kilowatts: false } as const;

/** Three-phase meters. */
export default neva({
  id: 'neva-mt3xx',
  title: 'Neva MT3 three-phase electricity meter',
  begins: 'NEVAMT3',
  models: ['MT313', 'MT314', 'MT315', 'MT323', 'MT324'],
  remarks: [
    'There is no manual of the MT3 registers: codes and formats are those that other programs read from MT324 meters.',
    'Digits of voltages and angles, the order of the status bits and error numbers are not proven.',
    'The plan of tariffs is written without asking whether it makes sense: look at it with the group tariffs first.',
  ],
  groups: groups({
    firmware: 8,
    instant,
    largest: [2, 4],
    status: statusRegisters,
    // pyneva names them from the highest bit down: 15 case open to 0 parameter memory dead.
    statusBits: {
      15: 'case_open',
      14: 'terminal_cover_off',
      13: 'load_on',
      12: 'load_off',
      11: 'relay_failed',
      10: 'magnet',
      9: 'miswired',
      7: 'data_memory_error',
      6: 'parameter_memory_error',
      5: 'measuring_error',
      4: 'clock_error',
      3: 'battery_low',
      2: 'programming_button',
      1: 'data_memory_dead',
      0: 'parameter_memory_dead',
    },
  }),
  writes,
  presets: {
    'mt324.2303': { ident: 'NEVAMT324.2303', baud: '5', reactive: true, lacks: [], ...MODEL },
    'mt324.2501': { ident: 'NEVAMT324.2501', baud: '5', reactive: true, lacks: [], ...MODEL },
    'mt324.1106': { ident: 'NEVAMT324.1106', baud: '5', reactive: false, lacks: REACTIVE, ...MODEL },
    'mt323.2101': { ident: 'NEVAMT323.2101', baud: '5', reactive: true, lacks: [], ...MODEL },
    'mt313.1101': { ident: 'NEVAMT313.1101', baud: '5', reactive: true, lacks: [], ...MODEL },
  },
});
