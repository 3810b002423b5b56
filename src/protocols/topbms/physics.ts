import { tidy } from '../../core/derive.ts';
import { listIn, type Value, type Values } from '../../core/snapshot.ts';
import type { World } from '../../core/station.ts';

/** Values of a simulated pack, in the units of its readings. */
export type Pack = Record<string, Value | undefined>;

/** Volts of a LiFePO4 cell about half full. */
const NOMINAL = 3.3;
/** Cells above this are balanced while they charge, in V. */
const BALANCE_FROM = 3.4;

/** A limit with hysteresis: on beyond `on`, off again behind `off`. */
interface Limit {
  readonly word: string;
  /** What is measured. */
  readonly of: (state: Measured) => number;
  /** Warns from here; protects from `protect`. Falling limits have `protect` below `warn`. */
  readonly warn: number;
  readonly protect: number;
  /** How far the value must come back. */
  readonly release: number;
}

interface Measured {
  readonly highest: number;
  readonly lowest: number;
  readonly spread: number;
  readonly current: number;
  readonly temperature: number;
  readonly soc: number;
}

/** Typical limits of a LiFePO4 pack (cells in V, currents in A for 150 Ah, °C); real ones are set by the owner. */
const LIMITS: readonly Limit[] = [
  { word: 'cell_over_voltage', of: (is) => is.highest, warn: 3.6, protect: 3.7, release: 0.1 },
  { word: 'cell_under_voltage', of: (is) => is.lowest, warn: 2.8, protect: 2.5, release: 0.2 },
  { word: 'charge_over_current', of: (is) => is.current, warn: 100, protect: 110, release: 5 },
  { word: 'discharge_over_current', of: (is) => -is.current, warn: 100, protect: 110, release: 5 },
  { word: 'charge_high_temperature', of: chargingAt, warn: 50, protect: 55, release: 5 },
  { word: 'charge_low_temperature', of: chargingAt, warn: 5, protect: 0, release: 5 },
  { word: 'discharge_high_temperature', of: dischargingAt, warn: 55, protect: 60, release: 5 },
  { word: 'discharge_low_temperature', of: dischargingAt, warn: -15, protect: -20, release: 5 },
];

function chargingAt({ current, temperature }: Measured): number {
  return current > 0 ? temperature : 20;
}

function dischargingAt({ current, temperature }: Measured): number {
  return current < 0 ? temperature : 20;
}

/** Protections that cut charging, and those that cut discharging. */
const CUTS_CHARGE = [
  'cell_over_voltage',
  'charge_over_current',
  'charge_high_temperature',
  'charge_low_temperature',
];
const CUTS_DISCHARGE = [
  'cell_under_voltage',
  'discharge_over_current',
  'discharge_high_temperature',
  'discharge_low_temperature',
];

/**
 * Lets a pack live for some seconds: cells around the mean of the world's voltage, charge integrated from the current,
 * state of charge rounded down as the real ones do, and alarms that follow with hysteresis.
 */
export function live(pack: Pack, alarms: Pack, seconds: number, world: World): void {
  const cells = numbersIn(pack, 'cell_voltages');
  const series = inSeries(world.voltage, cells.length);
  const mean = world.voltage / series;
  // Each cell differs a little and always in the same way: by up to 6 mV, the last one most.
  const voltages = cells.map((_, index) => millivolts(mean + (((index * 7) % 13) - 6) / 1000));
  const charging = world.current > 0.05;
  const discharging = world.current < -0.05;
  pack.cell_voltages = voltages;
  pack.voltage = Math.floor(voltages.reduce((sum, volts) => sum + Math.round(volts * 1000), 0) / 10) / 100;
  pack.current = tidy(Math.min(327.67, Math.max(-327.68, world.current)), 2);
  pack.temperatures = numbersIn(pack, 'temperatures').map((_, index) =>
    Math.round(world.temperature + (index < 4 ? index % 2 : -2)),
  );
  const full = numberOf(pack.full_capacity);
  const remaining = Math.min(
    full,
    Math.max(0, numberOf(pack.remaining_capacity) + (world.current * seconds) / 3600),
  );
  pack.remaining_capacity = remaining;
  const soc = full > 0 ? (100 * remaining) / full : 0;
  if (pack.soc !== undefined) pack.soc = Math.floor(soc);
  const balanced = charging
    ? voltages.flatMap((volts, index) => (volts > BALANCE_FROM ? [index + 1] : []))
    : [];
  if (pack.balancing_cells !== undefined) pack.balancing_cells = balanced.slice(0, 16);

  const measured: Measured = {
    highest: Math.max(...voltages),
    lowest: Math.min(...voltages),
    spread: Math.max(...voltages) - Math.min(...voltages),
    current: world.current,
    temperature: world.temperature,
    soc,
  };
  const protections = limitsPassed('protect', wordsIn(alarms, 'protections'), measured);
  const states = wordsIn(alarms, 'states').filter((word) => !MOVING.includes(word));
  const cuts = (by: readonly string[]): boolean => protections.some((word) => by.includes(word));
  alarms.protections = [...wordsIn(alarms, 'protections').filter(isForeign), ...protections];
  alarms.warnings = [
    ...wordsIn(alarms, 'warnings').filter(isForeign),
    ...limitsPassed('warn', wordsIn(alarms, 'warnings'), measured),
  ];
  alarms.states = [
    ...(charging ? ['charging'] : []),
    ...(discharging ? ['discharging'] : []),
    ...(cuts(CUTS_DISCHARGE) ? [] : ['discharge_fet_on']),
    ...(cuts(CUTS_CHARGE) ? [] : ['charge_fet_on']),
    ...states,
  ];
  if (alarms.balancing_cells !== undefined) alarms.balancing_cells = balanced.slice(0, 16);
  alarms.cell_states = voltages.map((volts) => (volts >= 3.6 ? 'above' : volts <= 2.8 ? 'below' : 'normal'));
  alarms.temperature_states = numbersIn(pack, 'temperatures').map(() => 'normal');
}

/** Cells in series that a voltage stands for: those of the pack, or, where that cannot be, as many as fit. */
function inSeries(volts: number, cells: number): number {
  const each = volts / cells;
  return each > 2 && each < 4.2 ? cells : Math.max(1, Math.round(volts / NOMINAL));
}

/** States that follow from the current and the protections. */
const MOVING = ['charging', 'discharging', 'discharge_fet_on', 'charge_fet_on'];

/** Alarms that a user set by hand and that nothing here measures stay as they are. */
function isForeign(word: string): boolean {
  return !LIMITS.some((limit) => limit.word === word);
}

function limitsPassed(level: 'warn' | 'protect', before: readonly string[], measured: Measured): string[] {
  return LIMITS.filter(({ word, of, warn, protect, release }) => {
    const sign = protect > warn ? 1 : -1;
    const limit = (level === 'warn' ? warn : protect) * sign;
    return of(measured) * sign >= limit - (before.includes(word) ? release : 0);
  }).map(({ word }) => word);
}

function millivolts(volts: number): number {
  return Math.round(Math.max(0, volts) * 1000) / 1000;
}

/** The number in a value, 0 where there is none. */
export function numberOf(value: Value | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function numbersIn(values: Values, name: string): number[] {
  return listIn(values, name).map((one) => numberOf(one));
}

function wordsIn(values: Values, name: string): string[] {
  return listIn(values, name).filter((one) => typeof one === 'string');
}

/** A copy of a pack's values that can be changed. */
export function copyOf(values: Values): Pack {
  return structuredClone(values);
}
