import { DAY_MINUTES, dateOf, momentOf } from './calendar.ts';
import { type Plan, seasonOf, type Span, tariffsOf } from './plan.ts';

/**
 * What a simulated meter measures: a house whose power is constant during each slot of the profile, so that profile
 * and registers agree exactly. Energies are whole watt-seconds, counted as time passes; the tariff is the one that the
 * meter's own plan gives at the meter's own time.
 */
export interface House {
  /** Seconds since 1970-01-01T00:00 on the meter's clock. */
  readonly now: number;
  /** Lets time pass. */
  tick(seconds: number): void;
  /** Sets the clock. */
  setClock(seconds: number): void;
  /** Power now, in W. */
  power(): number;
  /** Number of the season now. */
  season(): number;
  /** Tariff now, 1 to 4. */
  tariff(): number;
  /** Energies now, total and T1 to T4, in watt-seconds. */
  counted(): readonly number[];
  /** The same at the beginning of a day; undefined before the meter was installed. */
  opening(day: number): readonly number[] | undefined;
  /** Mean powers of the slots of a day, in W; undefined before the meter was installed. */
  profile(day: number): readonly number[] | undefined;
  /** Largest mean power of a slot in a month (`2026-11`), of all tariffs and of each, in W. */
  largest(month: string): readonly number[];
  /** When power went off and came back, newest first. */
  readonly outages: readonly { readonly from: string; readonly to: string }[];
  /** When the clock was set, newest first: what it showed before and after. */
  readonly clockWrites: readonly { readonly before: string; readonly after: string }[];
}

/** How a house is made. */
export interface HouseOptions {
  /** Where the meter's clock stands at the beginning. */
  readonly now: number;
  /** The same number gives the same house. */
  readonly seed: number;
  /** Slots of a day in the profile. */
  readonly slots: 24 | 48;
  /** Powers are multiples of this, as fine as the profile is written, in W. */
  readonly step: number;
  /** The plan now: it may be written to. */
  readonly plan: () => Plan;
  /** Days before the beginning on which the meter was installed. Default 400. */
  readonly age?: number;
}

const DAY = 86_400;
/** Days whose profile a meter keeps, and some more. */
const PROFILE_DAYS = 130;
/** Hours of the day in which a house needs more, and how much more at most, in W. */
const HABITS: readonly (readonly [from: number, to: number, watts: number])[] = [
  [6, 9, 1800],
  [12, 14, 900],
  [17, 23, 2600],
];

interface DayBook {
  readonly opening: readonly number[];
  /** Watt-seconds of each slot. */
  readonly slots: number[];
}

/** What was counted up to a moment. */
interface Past {
  readonly now: number;
  readonly counted: readonly number[];
  readonly days: ReadonlyMap<number, DayBook>;
  readonly largest: ReadonlyMap<string, number[]>;
}

/** Pasts that were lived through lately: a year of half hours takes a while, and is the same for the same house. */
const PASTS = new Map<string, Past>();
const MOST_PASTS = 8;

function keyOf({ now, seed, slots, step, age, plan }: HouseOptions): string {
  const { seasons, specialDays, schedules } = plan();
  return JSON.stringify([now, seed, slots, step, age, seasons, specialDays, [...schedules]]);
}

/** Makes a house that has lived up to now. */
export function house(options: HouseOptions): House {
  const { slots, step } = options;
  const length = DAY / slots;
  const days = new Map<number, DayBook>();
  const largest = new Map<string, number[]>();
  const counted = [0, 0, 0, 0, 0];
  const writes: { before: string; after: string }[] = [];
  let now = options.now - (options.age ?? 400) * DAY;
  // Power was away for an hour and a half, nine days ago.
  const outage = {
    from: (Math.floor(options.now / DAY) - 9) * DAY + 11_400,
    to: (Math.floor(options.now / DAY) - 9) * DAY + 16_800,
  };
  /** Tariffs and month of the day that was asked for last. */
  let today:
    | { readonly day: number; readonly plan: Plan; readonly spans: readonly Span[]; readonly month: string }
    | undefined;

  /** Power of a slot: habits of the hour and a share by chance, a function of its number alone. */
  const powerAt = (seconds: number): number => {
    if (seconds >= outage.from && seconds < outage.to) return 0;
    const number = Math.floor(seconds / length);
    const hour = Math.floor((seconds % DAY) / 3600);
    const habit = HABITS.find(([from, to]) => hour >= from && hour < to)?.[2] ?? 120;
    return Math.round((150 + habit * chance(number, options.seed)) / step) * step;
  };

  const dayAt = (day: number): NonNullable<typeof today> => {
    const plan = options.plan();
    if (today?.day === day && today.plan === plan) return today;
    const date = dateOf(day);
    today = { day, plan, spans: tariffsOf(plan, date), month: date.slice(0, 7) };
    return today;
  };

  const spanAt = (seconds: number): Span => {
    const minute = Math.floor((seconds % DAY) / 60);
    const { spans } = dayAt(Math.floor(seconds / DAY));
    return spans.find((span) => minute < span.to) ?? { from: 0, to: DAY_MINUTES, tariff: 1 };
  };

  const bookOf = (day: number): DayBook => {
    const known = days.get(day);
    if (known !== undefined) return known;
    const fresh: DayBook = { opening: [...counted], slots: Array<number>(slots).fill(0) };
    days.set(day, fresh);
    return fresh;
  };

  const noteLargest = (month: string, tariff: number, mean: number): void => {
    const most = largest.get(month) ?? [0, 0, 0, 0, 0];
    largest.set(month, most);
    most[0] = Math.max(most[0] ?? 0, mean);
    most[tariff] = Math.max(most[tariff] ?? 0, mean);
  };

  /** Counts a stretch of one day in which neither power nor tariff changes. */
  const count = (book: DayBook, until: number, tariff: number, power: number, month: string): void => {
    const energy = power * (until - now);
    const slot = Math.floor((now % DAY) / length);
    book.slots[slot] = (book.slots[slot] ?? 0) + energy;
    counted[0] = (counted[0] ?? 0) + energy;
    counted[tariff] = (counted[tariff] ?? 0) + energy;
    now = until;
    if (until % length === 0) noteLargest(month, tariff, power);
  };

  /** Goes on to a moment, stretch by stretch. */
  const advance = (until: number): void => {
    while (now < until) {
      const day = Math.floor(now / DAY);
      const midnight = day * DAY;
      const book = bookOf(day);
      const { spans, month } = dayAt(day);
      // Nobody can ask for the slots of a day so long ago: each tariff has one power.
      const old = options.now - now > PROFILE_DAYS * DAY;
      for (const span of spans) {
        const end = Math.min(until, midnight + span.to * 60);
        while (now < end) {
          let stop = old ? end : Math.min(end, (Math.floor(now / length) + 1) * length);
          if (now < outage.from && outage.from < stop) stop = outage.from;
          if (now < outage.to && outage.to < stop) stop = outage.to;
          count(book, stop, span.tariff, powerAt(now), month);
        }
      }
    }
    bookOf(Math.floor(now / DAY));
  };

  const key = keyOf(options);
  const past = PASTS.get(key);
  if (past === undefined) advance(options.now);
  else {
    now = past.now;
    counted.splice(0, 5, ...past.counted);
    for (const [day, book] of past.days) days.set(day, book);
    for (const [month, most] of past.largest) largest.set(month, most);
  }
  if (PASTS.size > MOST_PASTS) PASTS.clear();
  PASTS.set(key, { now, counted: [...counted], days: new Map(days), largest: new Map(largest) });
  // What goes on from here is this house's own.
  for (const [day, { opening, slots: energies }] of days) {
    if (day >= Math.floor(now / DAY)) days.set(day, { opening, slots: [...energies] });
  }
  for (const [month, most] of largest) largest.set(month, [...most]);

  return {
    get now() {
      return now;
    },
    tick: (seconds) => advance(now + seconds),
    setClock(seconds) {
      writes.unshift({ before: momentOf(now), after: momentOf(seconds) });
      const [from, to] = [Math.floor(now / DAY), Math.floor(seconds / DAY)];
      // Days that are left out are empty; days that come once more begin anew.
      for (let day = from + 1; day <= to; day++) bookOf(day);
      for (let day = to + 1; day <= from; day++) days.delete(day);
      now = seconds;
    },
    power: () => powerAt(now),
    season: () => seasonOf(options.plan(), dateOf(Math.floor(now / DAY))) ?? 1,
    tariff: () => spanAt(now).tariff,
    counted: () => counted,
    opening: (day) => days.get(day)?.opening,
    profile: (day) => days.get(day)?.slots.map((energy) => Math.round(energy / length)),
    largest: (month) => largest.get(month) ?? [0, 0, 0, 0, 0],
    get outages() {
      return now >= outage.to ? [{ from: momentOf(outage.from), to: momentOf(outage.to) }] : [];
    },
    clockWrites: writes,
  };
}

/** A number in [0, 1) that is a function of two others (the mixing steps of mulberry32, public domain). */
function chance(number: number, seed: number): number {
  const state = (Math.imul(number, 0x6d2b79f5) + seed) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
}
