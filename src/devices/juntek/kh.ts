import { clockOf } from '../../core/derive.ts';
import { juntek, message } from '../../protocols/juntek/index.ts';
import { clockMeasured, factoryInfo, factoryMeasured, info, infoDerived, measuredDerived } from './fields.ts';
import { clockConfigured, factorySettings } from './settings.ts';
import { clockWrites, commonWrites } from './writes.ts';

/** The KH family: shunt, display unit, Bluetooth, clock and logger. */
export default juntek({
  id: 'juntek-kh',
  title: 'Juntek KH coulomb meter',
  models: ['KH110F', 'KH140F', 'KH160F'],
  remarks: [
    'Only two pages of its manual were seen; the settings behind the fifteenth are named as a peer reads them.',
    'Which W instructions it knows is taken from a discharge tester that uses them.',
  ],
  groups: {
    info: message({
      read: 0,
      title: 'Identity',
      period: 3600,
      body: info('4'),
      derived: infoDerived('KH', (digit) => digit * 120),
      initial: factoryInfo(4140),
    }),
    measured: message({
      read: 50,
      title: 'Measurements',
      period: 1,
      body: clockMeasured,
      derived: {
        ...measuredDerived,
        clock: clockOf('date', 'time', { title: 'Clock of the meter', quantity: 'time', kind: 'state' }),
      },
      initial: { ...factoryMeasured, discharged_energy: 0, time_adjustment: 0, date: 101, time: 0 },
    }),
    configured: message({
      read: 51,
      title: 'Settings',
      period: 600,
      body: clockConfigured,
      derived: {},
      initial: {
        ...factorySettings,
        time_calibration: 0,
        data_logging: 'on',
        full_voltage: 14.4,
        empty_voltage: 10,
        full_charge_current: 2,
        unknown_tail: [20, 255, 0, 0, 0, 15],
      },
    }),
  },
  writes: { ...commonWrites(255, 120), ...clockWrites },
});
