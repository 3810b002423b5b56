import { quantity, type QuantityName } from '../../src/core/quantity.ts';
import type { Unit } from './source.ts';

/** What Grafana calls units, by what they are called in the table of quantities, and in names of metrics. */
const NAMES: Readonly<Record<string, string>> = {
  V: 'volt',
  A: 'amp',
  W: 'watt',
  Wh: 'watth',
  kWh: 'kwatth',
  var: 'voltampreact',
  '°C': 'celsius',
  '%': 'percent',
  Hz: 'hertz',
  '°': 'degree',
  mΩ: 'mohm',
  s: 's',
  min: 'm',
};

/** The unit of a quantity as people read it. */
export function shownUnit(name: QuantityName): Unit {
  const { unit, digits } = quantity(name);
  return { unit: unit === '' ? 'none' : (NAMES[unit] ?? `suffix: ${unit}`), decimals: digits, scale: 1 };
}

/** The unit of a quantity in Prometheus: base units, which Grafana prints as k, M or per cent where it should. */
export function baseUnit(name: QuantityName): Unit {
  const { unit, metric, metricScale: scale = 1, digits } = quantity(name);
  const shown = shownUnit(name);
  if (metric === 'ratio') return { ...shown, unit: unit === '%' ? 'percentunit' : 'none', scale };
  if (scale === 1) return shown;
  if (metric === 'ohms') return { unit: 'ohm', decimals: digits, scale };
  if (metric === 'seconds') return { unit: 's', decimals: digits, scale };
  const base = unit.replace(/^k/, '');
  return { unit: NAMES[base] ?? `suffix: ${base}`, decimals: digits, scale };
}
