import type { Device } from '../../src/core/device.ts';
import type { Field, Role } from '../../src/core/field.ts';
import { quantity } from '../../src/core/quantity.ts';
import { type Member, metricsOf, type SiteGroup } from '../../src/core/site/index.ts';
import type { Value } from '../../src/core/snapshot.ts';
import { catalog } from '../../src/devices/index.ts';
import { batteryPlaces, energyGroup } from '../../src/site/energy-fields.ts';
import { consumption, sums, tariffs, zoneOf } from '../../src/site/index.ts';
import { listsOf } from '../lists-of.ts';

/** A value that dashboards show: one word, wherever devices use it. */
export interface Shown {
  readonly field: Field;
  /** The groups that have it. */
  readonly groups: readonly string[];
  /** Name of the list of records that it stands in (the packs of a rack). */
  readonly list?: string;
  /** True: it has a value for each place: cells, sensors. */
  readonly places: boolean;
  /** Name in Prometheus. */
  readonly metric: string;
  /** Seconds between two readings: the longest of all that have it. */
  readonly period: number;
}

/** First part of the names in Prometheus, as long as nobody changes it. */
const PREFIX = 'busbar';
/** Stands where a site has its own currency. */
const CURRENCY = 'XXX';

/** Groups of a device, those that the gateway counts for it, and those of sums over several such devices. */
function groupsOf(device: Device): readonly SiteGroup[] {
  const member: Member = {
    name: device.id,
    title: device.title,
    make: device,
    groups: device.groups,
    writables: [],
    simulated: false,
  };
  const zone = zoneOf('UTC');
  const battery = batteryPlaces(member);
  const counted = consumption({ member, zone, tariffs: tariffs({ currency: CURRENCY, prices: [1] }, zone) });
  const own = [
    ...device.groups,
    ...(battery === undefined ? [] : [energyGroup(battery, [])]),
    ...(counted === undefined ? [] : [counted.group]),
  ];
  const summed = sums({ name: 'sum', title: 'Sum', members: [{ ...member, groups: own }], partial: false });
  return [...own, ...(summed?.member.groups ?? [])];
}

/** Everything that devices with any of these roles can have, each word once. */
export function shownOf(roles: readonly Role[]): readonly Shown[] {
  const all = new Map<string, Shown>();
  for (const device of catalog.devices) {
    const groups = groupsOf(device);
    if (!groups.some(({ fields }) => fields.some(({ role }) => role !== undefined && roles.includes(role))))
      continue;
    const lists = listsOf(device.id);
    for (const group of groups) {
      for (const field of group.fields) {
        if (field.items === undefined) add(all, group, field, lists);
        else for (const item of field.items) add(all, group, item, lists, field);
      }
    }
  }
  return [...all.values()];
}

function add(
  all: Map<string, Shown>,
  group: SiteGroup,
  field: Field,
  lists: ReadonlySet<string>,
  list?: Field,
): void {
  const one = exampleOf(field);
  const places =
    lists.has(field.name) && quantity(field.quantity).form === 'number' && field.quantity !== 'count';
  const value: Value = places ? [one] : one;
  const key = list?.items?.[0]?.name ?? '';
  const values =
    list === undefined ? { [field.name]: value } : { [list.name]: [{ [key]: 1, [field.name]: value }] };
  const metric = metricsOf(PREFIX, group, values)[0]?.family.name;
  // What has no metric identifies, or nobody has explained it.
  if (metric === undefined) return;
  const name = metric.replace(`_${CURRENCY.toLowerCase()}`, '_[a-z]{3}');
  const known = all.get(name);
  all.set(name, {
    field: known?.field ?? field,
    groups: [...new Set([...(known?.groups ?? []), group.name])],
    ...(list === undefined ? {} : { list: list.name }),
    places,
    metric: name,
    period: Math.max(known?.period ?? 0, group.period),
  });
}

function exampleOf({ quantity: name, words }: Field): Value {
  switch (quantity(name).form) {
    case 'number':
      return 1;
    case 'flag':
      return true;
    case 'time':
      return '2026-01-01T00:00:00Z';
    case 'word':
    case 'text':
      return words?.[0] ?? 'word';
  }
}
