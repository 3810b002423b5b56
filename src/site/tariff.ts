import { Fault } from '../core/fault.ts';
import { dayBefore, QUARTER, type Zone } from './zone.ts';

/** Days of the week in the order of `Date`. */
export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number];

/** When a tariff is in force: all that is said must hold. The first rule that fits wins; where none does it is T1. */
export interface PlanRule {
  /** 1 is T1. */
  readonly tariff: number;
  /** Months, 1 to 12. */
  readonly months?: readonly number[];
  readonly weekdays?: readonly Weekday[];
  /** Dates: `2026-12-25`, or `12-25` for every year. */
  readonly dates?: readonly string[];
  /**
   * Minutes since midnight by the clock on the wall, 0 to 1440. `to` at or before `from` reaches past midnight, and
   * all of it belongs to the day on which it began: Friday from 22:00 to 6:00 ends on Saturday morning.
   */
  readonly from?: number;
  readonly to?: number;
}

/** What energy costs. */
export interface TariffSettings {
  /** `EUR`; passed through. */
  readonly currency: string;
  /** Price of a kWh of T1, T2 ... in millionths of the currency (see `microMoney`). */
  readonly prices: readonly number[];
  /** When which tariff holds. Absent: the meter's own tariff registers tell; a meter without them is all T1. */
  readonly plan?: readonly PlanRule[];
}

/** A time in which one tariff holds. */
export interface TariffSpan {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly from: number;
  readonly to: number;
  /** 1 is T1. */
  readonly tariff: number;
}

/** Checked tariffs in the zone of the site. */
export interface Tariffs {
  readonly currency: string;
  /** Price of a kWh in millionths; the first is T1. */
  readonly prices: readonly number[];
  readonly zone: Zone;
  /** Whether times tell the tariff; false: only registers do. */
  readonly planned: boolean;
  /** The tariff at a local date and minute; 1 where no plan is. */
  readonly tariffAt: (date: string, minute: number) => number;
  /** The spans between two instants, in order, without gaps; neighbours differ. */
  readonly spans: (from: number, to: number) => readonly TariffSpan[];
}

const MINUTE = 60_000;

/** Checks settings. Throws a `config` fault: a tariff without a price, a month, time or date that is none. */
export function tariffs(settings: TariffSettings, zone: Zone): Tariffs {
  const { currency, prices, plan = [] } = settings;
  if (prices.length === 0) throw new Fault('config', 'tariffs need a price for T1');
  for (const [place, rule] of plan.entries()) check(rule, place, prices.length);
  // Minutes of a day at which another rule may begin to hold.
  const cuts = [...new Set([...plan.flatMap(({ from = 0, to = 1440 }) => [from, to]), 1440])]
    .filter((minute) => minute > 0)
    .sort((one, other) => one - other);
  const tariffAt = (date: string, minute: number): number =>
    plan.find((rule) => fits(rule, date, minute))?.tariff ?? 1;

  function spans(from: number, to: number): readonly TariffSpan[] {
    if (plan.length === 0) return to > from ? [{ from, to, tariff: 1 }] : [];
    const found: TariffSpan[] = [];
    for (let begin = from; begin < to;) {
      const { date, minute } = zone.at(begin);
      const cut = cuts.find((one) => one > minute) ?? 1440;
      const wholeMinute = Math.floor(begin / MINUTE) * MINUTE;
      // Where clocks are set between, the cut would be wrong: no further than the quarter of an hour.
      const quarter = (Math.floor(begin / QUARTER) + 1) * QUARTER;
      const end = Math.min(to, quarter, wholeMinute + (cut - minute) * MINUTE);
      const tariff = tariffAt(date, minute);
      const last = found.at(-1);
      if (last?.tariff === tariff) found[found.length - 1] = { ...last, to: end };
      else found.push({ from: begin, to: end, tariff });
      begin = end;
    }
    return found;
  }

  return { currency, prices, zone, planned: plan.length > 0, tariffAt, spans };
}

function fits(
  { months, weekdays, dates, from = 0, to = 1440 }: PlanRule,
  date: string,
  minute: number,
): boolean {
  const overnight = to <= from;
  const early = overnight && minute < to;
  if (!early && (minute < from || (!overnight && minute >= to))) return false;
  const day = early ? dayBefore(date) : date;
  return (
    (months?.includes(Number(day.slice(5, 7))) ?? true) &&
    (weekdays?.includes(weekdayOf(day)) ?? true) &&
    (dates?.some((one) => one === day || one === day.slice(5)) ?? true)
  );
}

function weekdayOf(date: string): Weekday {
  return WEEKDAYS[new Date(date).getUTCDay()] ?? 'sunday';
}

function check({ tariff, months, dates, from, to }: PlanRule, place: number, prices: number): void {
  const refuse = (what: string, hint: string): never => {
    throw new Fault('config', `rule ${place + 1} of the tariff plan: ${what}`, { hint });
  };
  if (!Number.isInteger(tariff) || tariff < 1 || tariff > prices) {
    refuse(`there is no price for T${tariff}`, `prices are given for T1 to T${prices}`);
  }
  for (const month of months ?? []) {
    if (!Number.isInteger(month) || month < 1 || month > 12)
      refuse(`${month} is no month`, 'months are 1 to 12');
  }
  for (const minute of [from, to]) {
    if (minute !== undefined && (!Number.isInteger(minute) || minute < 0 || minute > 1440)) {
      refuse(`${minute} is no minute of a day`, 'minutes since midnight are 0 to 1440');
    }
  }
  for (const date of dates ?? []) {
    // 29 February is a date in some years.
    const whole = /^\d\d-\d\d$/.test(date) ? `2028-${date}` : date;
    const instant = Date.parse(`${whole}T00:00Z`);
    if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== whole) {
      refuse(`'${date}' is no date`, 'write 2026-12-25, or 12-25 for every year');
    }
  }
}
