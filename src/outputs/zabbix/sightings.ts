import type { QuantityName } from '../../core/quantity.ts';
import {
  memberGroup,
  type OutputContext,
  type Point,
  pointsOf,
  type SiteView,
} from '../../core/site/index.ts';
import { pointTitle } from '../../core/site/title.ts';
import { isList, isRecord, type Snapshot, type Value } from '../../core/snapshot.ts';
import { CURRENCY, GROUP, MEMBER, NAME, SERIES } from './keys.ts';

/** A value that was seen: the macros of its discovery, and its quantity. */
export interface Sighting {
  readonly quantity: QuantityName;
  readonly macros: Readonly<Record<string, string>>;
}

/** Every value that was ever seen of the members that are there, so that each has an item also after a restart. */
export interface Sightings {
  /** The values of a snapshot by series; ones that are new are remembered. */
  readonly valuesOf: (snapshot: Snapshot) => Record<string, Value>;
  /** Series that appeared since the last call. */
  readonly fresh: () => ReadonlySet<string>;
  readonly all: () => readonly Sighting[];
}

const SHELF = 'sightings';

/** Takes up what was seen before. */
export async function openSightings(
  view: SiteView,
  { memory, log }: Pick<OutputContext, 'memory' | 'log'>,
): Promise<Sightings> {
  const known = new Map<string, Sighting>();
  const text = await memory.get(SHELF);
  // Written by ourselves below.
  if (text !== undefined)
    for (const one of JSON.parse(text) as Sighting[]) known.set(one.macros[SERIES] ?? '', one);
  let fresh = new Set<string>();

  /** A title that stands in two groups of a member is preceded by that of its group. */
  const named = (snapshot: Snapshot, groupTitle: string, memberTitle: string, point: Point): string => {
    const title = pointTitle(point);
    const twice = [...known.values()].some(
      ({ macros }) =>
        macros[MEMBER] === snapshot.device &&
        macros[GROUP] !== snapshot.group &&
        macros[NAME] === `${memberTitle}: ${title}`,
    );
    return `${memberTitle}: ${twice ? `${groupTitle}: ` : ''}${title}`;
  };

  return {
    valuesOf: (snapshot) => {
      const { device, group: name, values } = snapshot;
      const member = view.state(device)?.member;
      const group = member === undefined ? undefined : memberGroup(member, name);
      const series = `${device}.${name}`;
      if (member === undefined || group === undefined) return bareValues(series, values);
      const out: Record<string, Value> = {};
      for (const point of pointsOf(group, values)) {
        const { path, field, value } = point;
        if (field.kind === 'raw') continue;
        const id = `${series}.${path}`;
        if (value !== null) out[id] = value;
        if (known.has(id)) continue;
        const macros = {
          [SERIES]: id,
          [NAME]: named(snapshot, group.title, member.title, point),
          [MEMBER]: device,
          [GROUP]: name,
          ...(field.currency === undefined ? {} : { [CURRENCY]: field.currency }),
        };
        known.set(id, { quantity: field.quantity, macros });
        fresh.add(id);
      }
      return out;
    },
    fresh: () => {
      const isHere = new Set([...(view.expected?.() ?? []), ...view.members().map(({ name }) => name)]);
      let changed = fresh.size > 0;
      for (const [id, { macros }] of view.expected === undefined ? [] : known) {
        if (!isHere.has(macros[MEMBER] ?? '')) changed = known.delete(id);
      }
      if (changed) {
        const now = JSON.stringify([...known.values()]);
        memory.set(SHELF, now).catch((error: unknown) => log.warn(String(error)));
      }
      const before = fresh;
      fresh = new Set();
      return before;
    },
    all: () => [...known.values()],
  };
}

/** Values of a member of which it is not known (yet) what they are: those that have an item find it by their series. */
function bareValues(series: string, value: Value | undefined): Record<string, Value> {
  if (value === undefined || value === null) return {};
  if (isRecord(value))
    return Object.assign(
      {},
      ...Object.entries(value).map(([name, one]) => bareValues(`${series}.${name}`, one)),
    ) as Record<string, Value>; // what the pieces are
  if (!isList(value)) return { [series]: value };
  if (value.every((one) => typeof one === 'string')) return { [series]: value.join(', ') };
  return Object.assign(
    {},
    ...value.map((one, place) => {
      // Records are told apart by their first field, as `pointsOf` does.
      const first = isRecord(one) ? Object.values(one)[0] : undefined;
      return bareValues(`${series}.${typeof first === 'number' ? first : place + 1}`, one);
    }),
  ) as Record<string, Value>; // what the pieces are
}
