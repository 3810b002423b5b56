import { tidy } from '../core/derive.ts';
import { numberIn } from '../core/field.ts';
import type { Member, SiteGroup } from '../core/site/index.ts';
import type { Value, Values } from '../core/snapshot.ts';
import { calendarCount } from './calendar-count.ts';
import { batteryPlaces, energyGroup, type Place } from './energy-fields.ts';
import { energyFlow } from './energy-flow.ts';
import { integral } from './integral.ts';
import { partsOf, readState } from './persisted.ts';
import { cutter } from './pieces.ts';
import { remainingTime } from './remaining-time.ts';
import type { Tariffs } from './tariff.ts';
import type { Zone } from './zone.ts';

/** What an energy count needs to know. */
export interface EnergyOptions {
  readonly member: Member;
  readonly zone: Zone;
  /** Periods without a reading after which the time between counts as unknown; absent: 5. Never less than 10 s. */
  readonly patience?: number;
  /** Absent, or without a plan: no counts by tariff. */
  readonly tariffs?: Tariffs;
  /** What `state` said before a restart; absent: begins at 0. Throws a `format` fault where it cannot be read. */
  readonly state?: string;
}

/**
 * Counts the energy and charge that go into a battery and come out of it, and says how long it lasts. Totals never
 * fall: not after gaps, restarts, resets of the device or jumps of the calendar.
 */
export interface EnergyCount {
  /** The group `energy` of the member, with the fields that this member can have. */
  readonly group: SiteGroup;
  /** Groups of the member from which it takes values; others may be left out of `take`. */
  readonly sources: readonly string[];
  /**
   * Takes plausible values of a group.
   * @param now milliseconds of a clock that never goes back
   * @param at calendar time of the measurement, milliseconds since 1970-01-01T00:00Z
   */
  readonly take: (group: string, values: Values, now: number, at: number) => void;
  /** Values of the group at this moment; empty before the first reading. */
  readonly values: (now: number, at: number) => Values;
  /** All that must survive a restart, as JSON of some hundred bytes. Store it together with the values. */
  readonly state: () => string;
}

/** Milliseconds between two readings that are never a gap. */
const LEAST_PATIENCE = 10_000;

/** The two ways, in the order of the counts. */
const WAYS = ['charge', 'discharge'] as const;
const BOTH = [0, 1] as const;

/** A count for a member, or undefined where nothing in it has the roles of a battery's power. */
export function energyCount(options: EnergyOptions): EnergyCount | undefined {
  const { member, zone, tariffs } = options;
  const places = batteryPlaces(member);
  if (places === undefined) return undefined;
  const { source } = places;
  const what = `energy of ${member.name}`;
  const kept = options.state === undefined ? undefined : partsOf(readState(options.state, what), what);
  const longest = Math.max(LEAST_PATIENCE, (options.patience ?? 5) * places.period);
  const tariffNumbers = tariffs?.planned === true ? tariffs.prices.map((_, index) => index + 1) : [];

  const flows = [energyFlow(kept?.part('charge')), energyFlow(kept?.part('discharge'))] as const;
  const counterAt: (number | undefined)[] = [];
  const charges = kept?.numbers('charges', 2).map((one) => one ?? 0) ?? [0, 0];
  const byTariff = WAYS.map(
    (way) =>
      kept
        ?.part('tariffs')
        .numbers(way, tariffNumbers.length)
        .map((one) => one ?? 0) ?? tariffNumbers.map(() => 0),
  );
  const calendar = calendarCount(2, kept?.part('calendar'));
  const cut = cutter(zone, tariffNumbers.length > 0 ? tariffs : undefined);
  const powers = integral(longest);
  const currents = integral(longest);
  const lasting = remainingTime(longest);
  const latest: Record<string, number | undefined> = {};
  let gap = kept?.number('gap') ?? 0;
  let lastNow: number | undefined;
  let lastAt = kept?.maybeNumber('at');

  const numberAt = (place: Place | undefined, values: Values): number | undefined =>
    place && numberIn(values, place.field);

  /** Adds what is shown more to the day, month and tariff in which it flowed. */
  function spread(way: number, more: number, from: number, to: number): void {
    if (more === 0) return;
    const pieces = cut(from, to);
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    for (const piece of pieces) {
      const part = length === 0 ? more / pieces.length : (more * piece.length) / length;
      calendar.add(piece.date, way, part);
      const counts = byTariff[way];
      if (counts !== undefined && piece.tariff <= tariffNumbers.length) {
        counts[piece.tariff - 1] = (counts[piece.tariff - 1] ?? 0) + part;
      }
    }
  }

  /**
   * Milliseconds since a reading: by the clock that never goes back; over a restart by the calendar, from the last
   * reading of all.
   */
  function elapsedSince(
    since: number | undefined,
    lastOfAll: number | undefined,
    now: number,
    at: number,
  ): number {
    if (since !== undefined) return Math.max(0, now - since);
    return lastOfAll === undefined ? 0 : Math.max(0, at - lastOfAll);
  }

  /** Takes power and current; brings the milliseconds that they reach back, 0 where no power is known. */
  function takeSource(values: Values, now: number, at: number): number {
    const current = numberAt(places?.current, values);
    const voltage = numberAt(places?.voltage, values);
    const power =
      numberAt(places?.power, values) ??
      (voltage === undefined || current === undefined ? undefined : voltage * current);
    if (current !== undefined) {
      const area = currents.add(current, now);
      charges[0] = (charges[0] ?? 0) + (area?.positive ?? 0);
      charges[1] = (charges[1] ?? 0) + (area?.negative ?? 0);
      lasting.current(current, now);
    }
    if (power === undefined) return 0;
    const elapsed = elapsedSince(lastNow, lastAt, now, at);
    const area = powers.add(power, now);
    if (area === undefined) gap += elapsed;
    flows[0].integrated(area && area.positive / 1000);
    flows[1].integrated(area && area.negative / 1000);
    lastNow = now;
    lastAt = at;
    return elapsed;
  }

  const counters = [places.charged, places.discharged] as const;
  const fillings = [places.charge, places.capacity, places.soc].filter((place) => place !== undefined);

  function take(group: string, values: Values, now: number, at: number): void {
    calendar.turn(zone.day(at).date);
    const lastOfAll = lastAt;
    const reach = group === source ? takeSource(values, now, at) : 0;
    for (const way of BOTH) {
      const place = counters[way];
      const value = place?.group === group ? numberIn(values, place.field) : undefined;
      let counted = 0;
      if (place !== undefined && value !== undefined) {
        counted = elapsedSince(counterAt[way], lastOfAll, now, at);
        counterAt[way] = now;
        flows[way].counted(place.quantity === 'watt_hours' ? value / 1000 : value, counted / 1000);
      }
      spread(way, flows[way].show(), at - Math.max(reach, counted), at);
    }
    for (const { group: from, field } of fillings)
      if (from === group) latest[field] = numberIn(values, field);
  }

  function minutes(now: number): ReturnType<typeof lasting.minutes> {
    const known = (place: Place | undefined): number | undefined => place && latest[place.field];
    const [capacity, soc] = [known(places?.capacity), known(places?.soc)];
    const bySoc = soc === undefined || capacity === undefined ? undefined : (soc / 100) * capacity;
    return lasting.minutes(known(places?.charge) ?? bySoc, capacity, now);
  }

  return {
    group: energyGroup(places, tariffNumbers),
    sources: [
      ...new Set(
        [places.charged, places.discharged, places.charge, places.capacity, places.soc].flatMap(
          (place) => place?.group ?? [],
        ),
      ).add(places.source),
    ],
    take,
    values: (now, at) => {
      if (lastAt === undefined) return {};
      const { date } = zone.day(at);
      const out: Record<string, Value> = {};
      for (const [way, name] of WAYS.entries()) {
        const flow = flows[way === 0 ? 0 : 1];
        out[`${name}_energy_total`] = tidy(flow.total());
        out[`${name}_energy_today`] = tidy(calendar.day(date, way));
        out[`${name}_energy_month`] = tidy(calendar.month(date, way));
        for (const [place, energy] of (byTariff[way] ?? []).entries()) {
          out[`${name}_energy_t${place + 1}`] = tidy(energy);
        }
        if (places.current !== undefined) out[`${name}_total`] = tidy(charges[way] ?? 0);
        const difference = flow.difference();
        if (difference !== undefined) out[`${name}_energy_difference`] = tidy(difference);
      }
      out.gap_time = Math.floor(gap / 1000);
      const { toEmpty, toFull } = minutes(now);
      if (toEmpty !== undefined) out.time_to_empty = toEmpty;
      if (toFull !== undefined) out.time_to_full = toFull;
      return out;
    },
    state: () =>
      JSON.stringify({
        version: 1,
        charge: flows[0].state(),
        discharge: flows[1].state(),
        charges,
        tariffs: Object.fromEntries(WAYS.map((way, index) => [way, byTariff[index] ?? []])),
        calendar: calendar.state(),
        gap,
        at: lastAt ?? null,
      }),
  };
}
