import type { Exchange } from './exchange.ts';

/**
 * Load profiles that a meter keeps: days of mean powers, split over tariffs and compared with the energy registers.
 * Energies are whole watt-minutes (1/60 Wh), so that sums are exact; registers count tens of watt-hours.
 */

/** Energies of a register that has a total and tariffs, in whole tens of watt-hours. */
export interface ProfileRegisters {
  readonly total: number;
  /** The first is T1. */
  readonly tariffs: readonly number[];
}

/** What is known of a slot besides its energy. `gap`: the meter was without power; `clock`: its clock was set. */
export type ProfileMark = 'gap' | 'clock';

/** One slot of a profile. */
export interface ProfileSlot {
  /** Minutes since the midnight before, on the meter's clock. */
  readonly from: number;
  readonly to: number;
  /** Mean power in W. */
  readonly power: number;
  /** Energy in watt-minutes, and its share of each tariff. */
  readonly energy: number;
  readonly tariffs: readonly number[];
  readonly marks: readonly ProfileMark[];
}

/**
 * Whether the slots make up what the registers counted. `open`: the day is not over, or a register is missing or was
 * not read.
 */
export type ProfileOutcome = 'reconciled' | 'mismatch' | 'open';

/** The tariff that holds from one minute of a day to another (which is not part of it). */
export interface ProfileSpan {
  readonly from: number;
  readonly to: number;
  /** 1 is the first. */
  readonly tariff: number;
}

/** One day of a profile. */
export interface ProfileDay {
  /** On the meter's clock: `2026-11-20`. */
  readonly date: string;
  /** Which schedule of the meter's plan the day followed, and why. */
  readonly schedule: { readonly schedule: number | string; readonly because: string };
  readonly spans: readonly ProfileSpan[];
  /** Minutes of one slot. */
  readonly minutes: number;
  /** Slots that are over. */
  readonly slots: readonly ProfileSlot[];
  /** Registers at the beginning and at the end of the day. */
  readonly opening: ProfileRegisters | undefined;
  readonly closing: ProfileRegisters | undefined;
  readonly outcome: ProfileOutcome;
  /** Register less slots, in watt-minutes, total and by tariff; undefined where the outcome is open. */
  readonly difference: { readonly total: number; readonly tariffs: readonly number[] } | undefined;
  /** Largest difference, in watt-minutes, that rounding explains. */
  readonly tolerance: number;
}

/** Which days are wanted. */
export interface ProfileWanted {
  /** Days before today; today itself is always read. */
  readonly days: number;
  /** False: without the registers of each day, which is faster; all outcomes are then open. */
  readonly reconcile: boolean;
  /** Days read in one dialogue, so that others have their turn on the line between two. Default: all of them. */
  readonly atOnce?: number;
  /** Told after each day. */
  readonly onDay?: (day: ProfileDay, done: number, total: number) => void;
}

/** A profile that is being read. */
export interface ProfileReading {
  /** Makes the dialogue; called once an attempt, and goes on where the last one broke off. */
  readonly exchange: () => Exchange<void>;
  /** True when no further dialogue is needed. */
  readonly isComplete: () => boolean;
  /** The days read so far, oldest first. */
  readonly days: () => readonly ProfileDay[];
}
