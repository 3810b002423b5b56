import { juntek, lugamodder, message } from '../../protocols/juntek/index.ts';
import { factoryInfo, factoryMeasured, info, infoDerived, measuredDerived, shuntMeasured } from './fields.ts';
import { factorySettings, shuntConfigured } from './settings.ts';
import { commonWrites, displayWrites, shuntWrites } from './writes.ts';

/** The KG family: shunt (KG-F) or Hall sensor (KG-H), with a display unit on the same line. */
export default juntek({
  id: 'juntek-kg',
  title: 'Juntek KG coulomb meter',
  models: ['KG110F', 'KG140F', 'KG160F', 'KG-H (Hall sensor)'],
  remarks: [
    'KG and KL report the same model codes and cannot be told apart on the line.',
    'The meter never talks by itself; a display unit on the same line polls it once or twice a second.',
    'It counts no discharged energy.',
  ],
  groups: {
    info: message({
      read: 0,
      title: 'Identity',
      period: 3600,
      body: info('12'),
      derived: infoDerived('KG', (digit) => digit * 100),
      initial: factoryInfo(2140),
    }),
    measured: message({
      read: 50,
      title: 'Measurements',
      period: 1,
      body: shuntMeasured,
      derived: measuredDerived,
      initial: { ...factoryMeasured, discharged_capacity: 0, internal_resistance: null },
    }),
    configured: message({
      read: 51,
      title: 'Settings',
      period: 600,
      body: shuntConfigured,
      derived: {},
      initial: { ...factorySettings, voltage_curve_scale: undefined, current_curve_scale: undefined },
    }),
  },
  writes: { ...commonWrites(100, 120), ...shuntWrites, ...displayWrites },
  formats: lugamodder,
});
