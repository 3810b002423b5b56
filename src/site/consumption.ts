import { tidy } from '../core/derive.ts';
import type { Field, FieldInfo, Role } from '../core/field.ts';
import type { Member, SiteGroup } from '../core/site/index.ts';
import type { Value, Values } from '../core/snapshot.ts';
import { calendarCount } from './calendar-count.ts';
import { growth } from './counter.ts';
import { MICRO, pay, type Purse, purse, rounded, WATT_MINUTES } from './money.ts';
import { type Parts, partsOf, readState } from './persisted.ts';
import { cutter } from './pieces.ts';
import { shares } from './shares.ts';
import type { Tariffs } from './tariff.ts';
import type { Zone } from './zone.ts';

/** What a count of a meter's consumption needs to know. */
export interface ConsumptionOptions {
  readonly member: Member;
  readonly zone: Zone;
  /** Absent: energy without cost. */
  readonly tariffs?: Tariffs;
  /** What `state` said before a restart. Throws a `format` fault where it cannot be read. */
  readonly state?: string;
}

/**
 * Consumption and cost of a meter by day, month and tariff, from the growth of its registers: nothing is lost in a gap.
 * Growth over a gap is spread evenly over its time, and each part costs what was in force then. Energy in a tariff
 * that has no price is shown as such, and costs of its day and month are then unknown.
 */
export interface Consumption {
  /** The group `consumption` of the member. */
  readonly group: SiteGroup;
  /** The group that holds the registers. */
  readonly source: string;
  /**
   * Takes plausible values of the source.
   * @param now milliseconds of a clock that never goes back
   * @param at calendar time of the measurement, milliseconds since 1970-01-01T00:00Z
   */
  readonly take: (values: Values, now: number, at: number) => void;
  /** Values of the group; empty before the first reading. */
  readonly values: (at: number) => Values;
  /** All that must survive a restart, as JSON. Store it together with the values. */
  readonly state: () => string;
}

/** Tariffs that meters have registers for. */
const REGISTERS: readonly Role[] = [
  'imported_energy',
  'imported_energy_t1',
  'imported_energy_t2',
  'imported_energy_t3',
  'imported_energy_t4',
];

/** A register as it was read last: kWh, and when. */
interface Read {
  readonly value: number;
  readonly now: number | undefined;
  readonly at: number;
}

/** A count for a member, or undefined where it has no register with the role `imported_energy`. */
export function consumption({ member, zone, tariffs, state }: ConsumptionOptions): Consumption | undefined {
  const source = member.groups.find(({ fields }) => fields.some(({ role }) => role === 'imported_energy'));
  if (source === undefined) return undefined;
  const registers = REGISTERS.map((role) => source.fields.find((field) => field.role === role)?.name);
  const planned = tariffs?.planned === true;
  const byRegister = !planned && registers.slice(1).some((name) => name !== undefined);
  const count = planned ? tariffs.prices.length : byRegister ? REGISTERS.length - 1 : 0;

  // Places in the counts: the whole, then each tariff, then money in millionths, then energy without a price.
  const MONEY = count + 1;
  const UNPRICED = count + 2;
  const what = `consumption of ${member.name}`;
  const kept = state === undefined ? undefined : partsOf(readState(state, what), what);
  const counts = calendarCount(UNPRICED + 1, kept?.part('calendar'));
  const paid: Purse =
    kept === undefined ? purse() : { micro: kept.number('micro'), rest: kept.number('rest') };
  let unpriced = kept?.number('unpriced') ?? 0;
  const last: (Read | undefined)[] = keptReads(kept);
  const cut = cutter(zone, tariffs);

  /** Adds watt-minutes that were used in a span; to a tariff, or to the whole, or to both. */
  function add(amount: number, from: number, to: number, place: number | undefined): void {
    const pieces = cut(from, to);
    const weights = pieces.some(({ length }) => length > 0)
      ? pieces.map(({ length }) => length)
      : pieces.map(() => 1);
    for (const [index, part] of shares(amount, weights).entries()) {
      const piece = pieces[index];
      if (piece === undefined) continue;
      const tariff = place ?? (planned ? piece.tariff : count === 0 ? 1 : undefined);
      if (place === undefined) counts.add(piece.date, 0, part);
      if (tariff === undefined) continue;
      if (count > 0) counts.add(piece.date, tariff, part);
      const price = tariffs?.prices[tariff - 1];
      if (tariffs === undefined) continue;
      if (price === undefined) {
        counts.add(piece.date, UNPRICED, part);
        unpriced += part;
      } else {
        const before = rounded(paid);
        pay(paid, part, price);
        counts.add(piece.date, MONEY, rounded(paid) - before);
      }
    }
  }

  function take(values: Values, now: number, at: number): void {
    counts.turn(zone.day(at).date);
    for (const [place, name] of registers.entries()) {
      const value = name === undefined ? undefined : values[name];
      if (typeof value !== 'number') continue;
      const before = last[place];
      last[place] = { value, now, at };
      if (before === undefined) continue;
      const elapsed = Math.max(0, before.now === undefined ? at - before.at : now - before.now);
      const { by } = growth('energy', before.value, value, elapsed / 1000);
      const amount = Math.round(by * WATT_MINUTES);
      if (amount === 0 || (place > 0 && !byRegister)) continue;
      add(amount, at - elapsed, at, place === 0 ? undefined : place);
    }
  }

  const kWh = (wattMinutes: number): number => tidy(wattMinutes / WATT_MINUTES);
  const tariffNumbers = Array.from({ length: count }, (_, index) => index + 1);

  return {
    group: groupOf(source.period, tariffNumbers, tariffs),
    source: source.name,
    take,
    values: (at) => {
      if (last[0] === undefined) return {};
      const { date } = zone.day(at);
      const out: Record<string, Value> = {};
      for (const [span, amount] of [
        ['today', counts.day],
        ['month', counts.month],
      ] as const) {
        out[`consumption_${span}`] = kWh(amount(date, 0));
        for (const tariff of tariffNumbers) out[`consumption_${span}_t${tariff}`] = kWh(amount(date, tariff));
        if (tariffs !== undefined && amount(date, UNPRICED) === 0)
          out[`cost_${span}`] = amount(date, MONEY) / MICRO;
      }
      if (tariffs !== undefined) {
        out.cost_total = rounded(paid) / MICRO;
        out.unpriced_energy = kWh(unpriced);
      }
      return out;
    },
    state: () =>
      JSON.stringify({
        version: 1,
        calendar: counts.state(),
        ...paid,
        unpriced,
        registers: last.map((read) => read?.value ?? null),
        at: last.map((read) => read?.at ?? null),
      }),
  };
}

function keptReads(kept: Parts | undefined): (Read | undefined)[] {
  if (kept === undefined) return [];
  const at = kept.numbers('at', REGISTERS.length);
  return kept.numbers('registers', REGISTERS.length).map((value, place) => {
    const when = at[place] ?? null;
    return value === null || when === null ? undefined : { value, now: undefined, at: when };
  });
}

function groupOf(period: number, tariffNumbers: readonly number[], tariffs: Tariffs | undefined): SiteGroup {
  const fields: Field[] = [];
  const add = (name: string, source: string, info: FieldInfo): void =>
    void fields.push({ name, source, ...info });
  const energy = { quantity: 'energy', kind: 'counter' } as const;
  for (const [span, title] of [
    ['today', 'today'],
    ['month', 'this month'],
  ] as const) {
    const growing = 'growth of the registers since midnight'.replace(
      'midnight',
      span === 'today' ? 'midnight' : 'the first',
    );
    add(`consumption_${span}`, growing, {
      ...energy,
      title: `Consumption ${title}`,
      role: `consumption_${span}`,
    });
    for (const tariff of tariffNumbers) {
      add(`consumption_${span}_t${tariff}`, growing, {
        ...energy,
        title: `Consumption ${title}, tariff ${tariff}`,
      });
    }
    if (tariffs === undefined) continue;
    const { currency } = tariffs;
    add(`cost_${span}`, 'growth × the price in force', {
      title: `Cost ${title}`,
      quantity: 'money',
      kind: 'counter',
      currency,
      role: `cost_${span}`,
      remark: 'Unknown while energy was used in a tariff that has no price.',
    });
  }
  if (tariffs !== undefined) {
    add('cost_total', 'growth × the price in force', {
      title: 'Cost since counting began',
      quantity: 'money',
      kind: 'counter',
      currency: tariffs.currency,
      role: 'cost_total',
    });
    add('unpriced_energy', 'growth of registers of tariffs without a price', {
      ...energy,
      title: 'Energy without a price',
    });
  }
  return { name: 'consumption', title: 'Consumption and cost', period, fields };
}
