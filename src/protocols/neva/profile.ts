import { Fault } from '../../core/fault.ts';
import type { ProfileDay, ProfileOutcome, ProfileRegisters, ProfileSlot } from '../../core/profile.ts';
import { clockTime, DAY_MINUTES, dayNumber, secondsOf } from './calendar.ts';
import { type Plan, scheduleOf, type Span, tariffsOf } from './plan.ts';

/**
 * The load profile of a day: mean powers of half hours (or hours), split over the tariffs by the schedule that held
 * on that day, and compared with what the energy registers say. All sums are whole watt-minutes (1/60 Wh), so nothing
 * is lost by rounding.
 */

/** A stretch of meter time, in seconds on its own clock. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What a day is made from. */
export interface DayParts {
  readonly date: string;
  /** The items of the profile register as written: `00134`, or `12.34` in kW. */
  readonly written: readonly string[];
  readonly plan: Plan;
  /** ProfileRegisters at the beginning and at the end of the day. */
  readonly opening?: ProfileRegisters | undefined;
  readonly closing?: ProfileRegisters | undefined;
  /** Times without power. */
  readonly outages?: readonly Stretch[];
  /** Times around which the clock was set. */
  readonly clockChanges?: readonly Stretch[];
  /** The moment on the meter's clock at which it was read, when the day is not over: later slots are cut off. */
  readonly until?: string;
}

/** Watt-minutes in ten watt-hours, the step of the registers. */
const STEP = 600;
/** Difference that is always allowed, in watt-minutes: 30 Wh. */
const ALLOWED = 30 * 60;

/** Counts of slots that a day may have: half hours, and the hours of MT1 meters. */
const COUNTS: readonly number[] = [48, 24];

/** Makes a day of a profile. Throws a `format` fault when the profile does not fill a day or holds something else than numbers. */
export function profileDay(parts: DayParts): ProfileDay {
  const { date, written, plan } = parts;
  if (!COUNTS.includes(written.length)) {
    throw new Fault(
      'format',
      `the profile of ${date} has ${written.length} values: 48 half hours or 24 hours expected`,
      { hint: 'the answer was cut on the way, or this meter keeps another interval; nothing was guessed' },
    );
  }
  const minutes = DAY_MINUTES / written.length;
  const spans = tariffsOf(plan, date);
  const midnight = (dayNumber(date) ?? 0) * DAY_MINUTES * 60;
  const end = parts.until === undefined ? DAY_MINUTES : minutesInto(parts.until, date);
  const slots: ProfileSlot[] = [];
  for (const [index, value] of written.entries()) {
    const [from, to] = [index * minutes, (index + 1) * minutes];
    if (to > end) break;
    const power = wattsOf(value, date, from);
    const during = { from: midnight + from * 60, to: midnight + to * 60 };
    slots.push({
      from,
      to,
      power,
      energy: power * minutes,
      tariffs: [1, 2, 3, 4].map((tariff) => power * minutesOf(spans, tariff, from, to)),
      marks: [
        ...(touches(parts.outages, during) ? (['gap'] as const) : []),
        ...(touches(parts.clockChanges, during) ? (['clock'] as const) : []),
      ],
    });
  }
  const whole = slots.length === written.length;
  const tolerance = toleranceOf(written, minutes);
  const difference = whole ? differenceOf(slots, parts.opening, parts.closing) : undefined;
  return {
    date,
    schedule: scheduleOf(plan, date),
    spans,
    minutes,
    slots,
    opening: parts.opening,
    closing: parts.closing,
    outcome: outcomeOf(difference, tolerance),
    difference,
    tolerance,
  };
}

/** Whole watts: MT324 writes them as `00134`; MT1 as kilowatts with two places, `12.34`. */
function wattsOf(value: string, date: string, from: number): number {
  const parts = /^(\d{1,7})(?:\.(\d{1,3}))?$/.exec(value);
  if (parts?.[1] === undefined) {
    throw new Fault(
      'format',
      `the profile of ${date} has '${value}' at ${clockTime(from)}: a power expected`,
    );
  }
  return parts[2] === undefined
    ? Number(parts[1])
    : Number(parts[1]) * 1000 + Number(parts[2].padEnd(3, '0'));
}

/** Minutes of a slot during which a tariff holds. */
function minutesOf(spans: readonly Span[], tariff: number, from: number, to: number): number {
  return spans
    .filter((span) => span.tariff === tariff)
    .reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0);
}

/** Minutes from the beginning of a date to a moment, 0 to 1440. */
function minutesInto(moment: string, date: string): number {
  const seconds = (secondsOf(moment) ?? 0) - (dayNumber(date) ?? 0) * DAY_MINUTES * 60;
  return Math.min(DAY_MINUTES, Math.max(0, Math.floor(seconds / 60)));
}

/** A stretch of no length touches the slot in which it lies. */
function touches(stretches: readonly Stretch[] | undefined, during: Stretch): boolean {
  return (stretches ?? []).some(
    ({ from, to }) => from < during.to && (to > during.from || (from === to && from === during.from)),
  );
}

function differenceOf(
  slots: readonly ProfileSlot[],
  opening?: ProfileRegisters,
  closing?: ProfileRegisters,
): ProfileDay['difference'] {
  if (opening === undefined || closing === undefined) return undefined;
  const sum = (of: (slot: ProfileSlot) => number): number =>
    slots.reduce((total, slot) => total + of(slot), 0);
  return {
    total: (closing.total - opening.total) * STEP - sum((slot) => slot.energy),
    tariffs: [0, 1, 2, 3].map(
      (index) =>
        ((closing.tariffs[index] ?? 0) - (opening.tariffs[index] ?? 0)) * STEP -
        sum((slot) => slot.tariffs[index] ?? 0),
    ),
  };
}

/**
 * What rounding explains: half a step of each slot's power, a step of the register. In watts that is 22 Wh a day, and
 * 30 Wh are allowed; powers in steps of 10 W make it 130 Wh.
 */
function toleranceOf(written: readonly string[], minutes: number): number {
  const places = written[0]?.split('.')[1]?.length;
  const step = places === undefined ? 1 : 10 ** (3 - places);
  return Math.max(ALLOWED, (step / 2) * minutes * written.length + STEP);
}

function outcomeOf(difference: ProfileDay['difference'], tolerance: number): ProfileOutcome {
  if (difference === undefined) return 'open';
  const all = [difference.total, ...difference.tariffs];
  return all.every((one) => Math.abs(one) <= tolerance) ? 'reconciled' : 'mismatch';
}

/** Energies in kWh as tens of watt-hours; the meter writes two places, so this is exact. */
export function registersOf(kilowattHours: readonly number[]): ProfileRegisters {
  const [total = 0, ...tariffs] = kilowattHours.map((value) => Math.round(value * 100));
  return { total, tariffs };
}

/**
 * Stretches without power, from the moments of the two logs: each "off" lasts until the first "on" behind it. An "off"
 * without an "on" (its partner has left the log, or is missing) is a moment.
 */
export function outagesOf(off: readonly (string | null)[], on: readonly (string | null)[]): Stretch[] {
  const [offs, ons] = [secondsSorted(off), secondsSorted(on)];
  return offs.map((from, index) => {
    const to = ons.find((moment) => moment >= from);
    const next = offs[index + 1];
    return { from, to: to === undefined || (next !== undefined && to > next) ? from : to };
  });
}

/** Longest difference of two clock settings, in seconds, that still are one change: daylight saving and some more. */
const ONE_CHANGE = 6 * 3600;

/**
 * Stretches around which the clock was set. What the two logs hold is not documented (before and after, it seems):
 * two moments at the same place that are near each other are taken for one change, others stand alone.
 */
export function clockChangesOf(
  before: readonly (string | null)[],
  after: readonly (string | null)[],
): Stretch[] {
  const count = Math.max(before.length, after.length);
  return Array.from({ length: count }, (_, index) => [before[index], after[index]]).flatMap((pair) => {
    const [one, other] = secondsSorted(pair.filter((moment) => moment !== undefined));
    if (one === undefined) return [];
    if (other === undefined) return [{ from: one, to: one }];
    return other - one <= ONE_CHANGE
      ? [{ from: one, to: other }]
      : [
          { from: one, to: one },
          { from: other, to: other },
        ];
  });
}

function secondsSorted(moments: readonly (string | null)[]): number[] {
  return moments
    .map((moment) => (moment === null ? undefined : secondsOf(moment)))
    .filter((seconds) => seconds !== undefined)
    .toSorted((one, other) => one - other);
}
