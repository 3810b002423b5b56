import { InvalidArgumentError } from 'commander';
import type { FullChargeRule } from '../core/full-charge.ts';
import { duration } from './values.ts';

/** `27.6V,2A,3m`: voltage reached, current at most, for so long. */
export function fullChargeRule(text: string): FullChargeRule {
  const parts = /^(\d+(?:\.\d+)?)V?,(\d+(?:\.\d+)?)A?,(\w+)$/i.exec(text);
  if (parts?.[1] === undefined || parts[2] === undefined || parts[3] === undefined) {
    throw new InvalidArgumentError(
      `'${text}' is no rule: expected voltage, current and time such as 27.6V,2A,3m.`,
    );
  }
  return { voltage: Number(parts[1]), current: Number(parts[2]), hold: duration(parts[3]) };
}
