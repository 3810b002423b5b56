import type { Field } from '../core/field.ts';
import { format, quantity, type QuantityName } from '../core/quantity.ts';

/** What an owner knows better than the table of quantities. What is absent stays as the table says. */
export interface Limits {
  /** Least and greatest value, in the unit of the field. */
  readonly min?: number;
  readonly max?: number;
  /** Greatest change per second; also allowed at once. */
  readonly rate?: number;
  /** Of a pack's voltage: greatest difference in V from the sum of its cells; absent: 2 % and 5 mV a cell. */
  readonly sum?: number;
}

/** What one number has to fulfil. */
export interface NumberRule {
  readonly quantity: QuantityName;
  readonly lowest: number;
  readonly highest: number;
  /** It may only grow. */
  readonly counter: boolean;
  /** Change that is believed at once, and more for each second; absent: it may change freely. */
  readonly change?: readonly [atOnce: number, perSecond: number];
}

/** What is known of one number so far. */
export interface Track {
  /** The last value that passed, and when. */
  value: number;
  at: number;
  /** A value that did not, and how many readings in a row agree with it. */
  doubted: number;
  doubtedAt: number;
  agreeing: number;
}

/** Readings that must agree before a jump, or the fall of a counter, is believed. */
export const CONFIRMED = 3;

/** The rule of a field, or undefined where it holds no numbers, or only what the device is or nobody explained. */
export function ruleOf(field: Field, limits: Limits): NumberRule | undefined {
  const { form, range, change } = quantity(field.quantity);
  const { kind } = field;
  if (form !== 'number' || kind === 'raw' || kind === 'identity') return undefined;
  const moves = kind === 'measurement' || kind === 'counter';
  const rate = limits.rate === undefined ? change : ([limits.rate, limits.rate] as const);
  const counter = kind === 'counter';
  // A counter without a rate must still not fall.
  const allowed = rate ?? (counter ? ([Infinity, 0] as const) : undefined);
  return {
    quantity: field.quantity,
    lowest: limits.min ?? range?.[0] ?? -Infinity,
    highest: limits.max ?? range?.[1] ?? Infinity,
    counter,
    ...(moves && allowed !== undefined ? { change: allowed } : {}),
  };
}

/** Why a number cannot be true whatever was before, or undefined. */
export function outOfRange(rule: NumberRule, value: number): string | undefined {
  if (value >= rule.lowest && value <= rule.highest) return undefined;
  if (!Number.isFinite(value)) return `${value} is no number`;
  const shown = exact(value, rule.quantity);
  return value < rule.lowest
    ? `${shown} is below ${exact(rule.lowest, rule.quantity)}`
    : `${shown} is above ${exact(rule.highest, rule.quantity)}`;
}

/**
 * Why a number is not believed after those before, or undefined; notes it in the track. What is not believed is
 * believed when the next readings agree with it, so that a true step is late and not lost.
 */
export function doubt(
  rule: NumberRule,
  change: readonly [number, number],
  track: Track,
  value: number,
  now: number,
): string | undefined {
  if (follows(rule.counter, change, value - track.value, now - track.at)) {
    believe(track, value, now);
    return undefined;
  }
  const agrees =
    track.agreeing > 0 && follows(rule.counter, change, value - track.doubted, now - track.doubtedAt);
  track.agreeing = agrees ? track.agreeing + 1 : 1;
  if (track.agreeing >= CONFIRMED) {
    believe(track, value, now);
    return undefined;
  }
  track.doubted = value;
  track.doubtedAt = now;
  const seconds = Math.round((now - track.at) / 100) / 10;
  const verb = rule.counter && value < track.value ? 'a counter fell' : 'it jumped';
  return `${verb} from ${exact(track.value, rule.quantity)} to ${exact(value, rule.quantity)} in ${seconds} s`;
}

function follows(
  counter: boolean,
  [atOnce, perSecond]: readonly [number, number],
  delta: number,
  elapsed: number,
): boolean {
  const allowed = atOnce + (perSecond * elapsed) / 1000;
  return delta <= allowed && delta >= (counter ? 0 : -allowed);
}

function believe(track: Track, value: number, now: number): void {
  track.value = value;
  track.at = now;
  track.agreeing = 0;
}

/** A track that begins with a value. */
export function trackOf(value: number, now: number): Track {
  return { value, at: now, doubted: 0, doubtedAt: 0, agreeing: 0 };
}

/** A number with its unit, not rounded to the digits that screens show: 5.004 V is above 5 V. */
function exact(value: number, name: QuantityName): string {
  const unit = format(0, name).replace(/^\S+/, '');
  return `${Number(value.toPrecision(8))}${unit}`;
}
