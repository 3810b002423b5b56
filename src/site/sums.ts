import { tidy } from '../core/derive.ts';
import { type Field, type FieldInfo, numberIn, type Role } from '../core/field.ts';
import type { QuantityName } from '../core/quantity.ts';
import type { Member, MemberState, SiteGroup } from '../core/site/index.ts';
import type { Value, Values } from '../core/snapshot.ts';

/** What is summed. */
export interface SumsOptions {
  /** Name and title of the member that shows the sums. */
  readonly name: string;
  readonly title: string;
  /**
   * Members that are summed. A battery that two devices measure (its own electronics, a shunt) must stand here once.
   */
  readonly members: readonly Member[];
  /** True: a sum over those that are there is shown although others are stale or gone, and says so. */
  readonly partial: boolean;
}

/** Batteries and meters taken together, as a member of its own. */
export interface Sums {
  /** With the groups `batteries` and `meters`, as far as there are any; simulated when any part is. */
  readonly member: Member;
  /** Values by group from the states of the members as they are now. */
  readonly values: (state: (name: string) => MemberState | undefined) => Readonly<Record<string, Values>>;
}

/** A sum that is shown: of the fields with a role, in all members that have one. */
interface Sum {
  readonly name: string;
  readonly title: string;
  readonly role: Role;
  readonly quantity: QuantityName;
  readonly kind: 'measurement' | 'counter';
}

const sum = (
  name: string,
  title: string,
  role: Role,
  quantity: QuantityName,
  kind: Sum['kind'] = 'measurement',
): Sum => ({
  name,
  title,
  role,
  quantity,
  kind,
});

const BATTERIES: readonly Sum[] = [
  sum('power', 'Power of all batteries', 'battery_power', 'power'),
  sum('current', 'Current of all batteries', 'battery_current', 'current'),
  sum('remaining_capacity', 'Remaining charge of all batteries', 'battery_charge', 'charge'),
  sum('full_capacity', 'Capacity of all batteries', 'battery_capacity', 'charge'),
  sum('charge_energy_total', 'Energy charged', 'charge_energy_total', 'energy', 'counter'),
  sum('discharge_energy_total', 'Energy discharged', 'discharge_energy_total', 'energy', 'counter'),
  sum('charge_energy_today', 'Energy charged today', 'charge_energy_today', 'energy', 'counter'),
  sum('discharge_energy_today', 'Energy discharged today', 'discharge_energy_today', 'energy', 'counter'),
  sum('charge_energy_month', 'Energy charged this month', 'charge_energy_month', 'energy', 'counter'),
  sum(
    'discharge_energy_month',
    'Energy discharged this month',
    'discharge_energy_month',
    'energy',
    'counter',
  ),
];

const METERS: readonly Sum[] = [
  sum('power', 'Power of all meters', 'imported_power', 'power'),
  sum('consumption_today', 'Consumption today', 'consumption_today', 'energy', 'counter'),
  sum('consumption_month', 'Consumption this month', 'consumption_month', 'energy', 'counter'),
  sum('cost_today', 'Cost today', 'cost_today', 'money', 'counter'),
  sum('cost_month', 'Cost this month', 'cost_month', 'money', 'counter'),
  sum('cost_total', 'Cost since counting began', 'cost_total', 'money', 'counter'),
];

/** Fields by which a member is a battery, or a meter. */
const IS_BATTERY: readonly Role[] = ['battery_power', 'battery_current', 'state_of_charge'];
const IS_METER: readonly Role[] = ['imported_power', 'imported_energy', 'consumption_today'];

/** Where a member has a role. */
interface Spot {
  readonly member: string;
  readonly group: string;
  readonly field: Field;
}

/** Seconds between two sums. */
const PERIOD = 10;

/** Sums, or undefined where none of the members is a battery or a meter. */
export function sums({ name, title, members, partial }: SumsOptions): Sums | undefined {
  const parts = [
    { name: 'batteries', title: 'All batteries', sums: BATTERIES, of: members.filter(hasAny(IS_BATTERY)) },
    { name: 'meters', title: 'All meters', sums: METERS, of: members.filter(hasAny(IS_METER)) },
  ].filter(({ of }) => of.length > 0);
  if (parts.length === 0) return undefined;

  const taken = parts.map((part) => {
    // What one of them does not have at all has no sum, and neither has money of several currencies.
    const summed = part.sums.flatMap((one) => {
      const spots = part.of.flatMap((member) => spotOf(member, one.role) ?? []);
      const currencies = new Set(spots.map(({ field }) => field.currency));
      return spots.length === part.of.length && currencies.size === 1 ? [{ ...one, spots }] : [];
    });
    const charge = part.name === 'batteries' ? part.of.map((member) => chargeSpots(member)) : [];
    const soc =
      charge.length > 0 && charge.every((one) => one.soc !== undefined || one.remaining !== undefined);
    return { ...part, summed, charge, soc };
  });

  return {
    member: {
      name,
      title,
      groups: taken.map(groupOf),
      writables: [],
      simulated: members.some(({ simulated }) => simulated),
    },
    values: (state) =>
      Object.fromEntries(
        taken.map(({ name: group, of, summed, charge, soc }) => {
          const read = (spot: Spot | undefined): number | undefined => spot && valueAt(spot, state);
          const there = of.filter((member) => state(member.name)?.freshness === 'fresh');
          const out: Record<string, Value> = {};
          const missing = new Set(of.filter((one) => !there.includes(one)).map((one) => one.name));
          for (const { name: field, spots } of summed) {
            const known = spots.map(read);
            const values = known.filter((value) => value !== undefined);
            for (const [place, value] of known.entries())
              if (value === undefined) missing.add(spots[place]?.member ?? '');
            if (values.length === known.length || (partial && values.length > 0)) {
              out[field] = tidy(values.reduce((total, value) => total + value, 0));
            }
          }
          const share = soc ? socOf(charge, read, partial) : undefined;
          if (share !== undefined) out.soc = share;
          out.count = of.length;
          out.missing = [...missing].sort();
          return [group, out];
        }),
      ),
  };
}

function hasAny(roles: readonly Role[]): (member: Member) => boolean {
  return (member) => roles.some((role) => spotOf(member, role) !== undefined);
}

function spotOf({ name, groups }: Member, role: Role): Spot | undefined {
  for (const { name: group, fields } of groups) {
    const field = fields.find((one) => one.role === role);
    if (field !== undefined) return { member: name, group, field };
  }
  return undefined;
}

/** A value that is fresh; counters may be older, since they only wait. */
function valueAt(
  { member, group, field }: Spot,
  state: (name: string) => MemberState | undefined,
): number | undefined {
  const of = state(member);
  const kept = of?.groups[group];
  if (of?.freshness !== 'fresh' || kept === undefined) return undefined;
  const settled = field.kind === 'setting' || field.kind === 'identity';
  return kept.freshness === 'fresh' || (settled && kept.freshness === 'stale')
    ? numberIn(kept.values, field.name)
    : undefined;
}

/** Where a battery says how full it is. */
interface ChargeSpots {
  readonly soc: Spot | undefined;
  readonly remaining: Spot | undefined;
  readonly full: Spot | undefined;
}

function chargeSpots(member: Member): ChargeSpots {
  return {
    soc: spotOf(member, 'state_of_charge'),
    remaining: spotOf(member, 'battery_charge'),
    full: spotOf(member, 'battery_capacity'),
  };
}

/** State of charge of all, each with the weight of its capacity; of a single one as it is. */
function socOf(
  charge: readonly ChargeSpots[],
  read: (spot: Spot | undefined) => number | undefined,
  partial: boolean,
): number | undefined {
  let [weight, filled] = [0, 0];
  for (const { soc, remaining, full } of charge) {
    const [share, left, capacity] = [read(soc), read(remaining), read(full)];
    const known =
      share ?? (left === undefined || capacity === undefined ? undefined : (left / capacity) * 100);
    const weighs = capacity ?? (charge.length === 1 ? 1 : undefined);
    if (known === undefined || weighs === undefined) {
      if (!partial) return undefined;
      continue;
    }
    weight += weighs;
    filled += known * weighs;
  }
  return weight === 0 ? undefined : tidy(filled / weight, 3);
}

function groupOf({
  name,
  title,
  summed,
  soc,
}: {
  readonly name: string;
  readonly title: string;
  readonly summed: readonly (Sum & { readonly spots: readonly Spot[] })[];
  readonly soc: boolean;
}): SiteGroup {
  const fields: Field[] = summed.map(({ name: field, title: says, role, quantity, kind, spots }) => {
    const currency = spots[0]?.field.currency;
    return {
      name: field,
      title: says,
      role,
      quantity,
      kind,
      source: `sum over ${spots.map(({ member }) => member).join(', ')}`,
      ...(currency === undefined ? {} : { currency }),
    };
  });
  const add = (field: string, source: string, info: FieldInfo): void =>
    void fields.push({ name: field, source, ...info });
  if (soc) {
    add('soc', 'mean of the batteries, each with the weight of its capacity', {
      title: 'State of charge of all batteries',
      quantity: 'state_of_charge',
      kind: 'measurement',
      role: 'state_of_charge',
    });
  }
  add('count', 'as configured', { title: 'How many are summed', quantity: 'count', kind: 'setting' });
  add('missing', 'those that are not fresh, or do not tell', {
    title: 'Missing in the sums',
    quantity: 'text',
    kind: 'state',
    remark: 'Sums without them are shown only where the owner allows partial sums.',
  });
  return { name, title, period: PERIOD, fields };
}
