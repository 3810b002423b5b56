/** What follows from readings: plausibility, freshness, energy, cost, sums, alarms, thinning. Runs anywhere. */
export * from './alarm-rule.ts';
export * from './alarms.ts';
export * from './consumption.ts';
export * from './energy.ts';
export * from './freshness.ts';
export { MICRO, microMoney } from './money.ts';
export * from './plausibility.ts';
export * from './profile-cost.ts';
export * from './sums.ts';
export * from './tariff.ts';
export * from './thin.ts';
export * from './zone.ts';
