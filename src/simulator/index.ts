/** Simulated devices: stations on a line, batteries that live, and everything that goes wrong on the way. */
export { battery, type Battery, type BatteryOptions } from './battery.ts';
export { simulateLine, type SimulatedLineOptions } from './line.ts';
export { LINE_FAULTS, type LineFault, type Mangler, mangler } from './line-faults.ts';
export { seeded } from './random.ts';
export { site, type SimulatedDevice, type Site, type SiteOptions } from './site.ts';
