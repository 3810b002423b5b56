import { juntek, lugamodder, message } from '../../protocols/juntek/index.ts';
import { factoryInfo, factoryMeasured, info, infoDerived, measuredDerived, shuntMeasured } from './fields.ts';
import { factorySettings, shuntConfigured } from './settings.ts';
import { commonWrites, shuntWrites } from './writes.ts';

/** The KL family: shunt, no display unit, Bluetooth app. */
export default juntek({
  id: 'juntek-kl',
  title: 'Juntek KL coulomb meter',
  models: ['KL105F', 'KL110F', 'KL140F', 'KL160F', 'KL610F'],
  remarks: [
    'KG and KL report the same model codes and cannot be told apart on the line.',
    'What its two counters count is known from its manual only, which words it differently from that of the KG.',
  ],
  groups: {
    info: message({
      read: 0,
      title: 'Identity',
      period: 3600,
      body: info('12'),
      derived: infoDerived('KL', (digit) => digit * 100),
      initial: factoryInfo(2110),
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
  /** 600 V is the KL610F; the others take 120 V, and ignore or cut down what is above. */
  writes: { ...commonWrites(100, 600), ...shuntWrites },
  formats: lugamodder,
});
