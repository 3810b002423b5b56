import type { MemberState } from '../../core/site/index.ts';
import type { LedgerEntry } from './ledger.ts';
import { type Spot, spotAt, spotsIn } from './place.ts';

/** Milliseconds for which a value may be missing in what its device sends before its entity is removed: a week. */
const GONE_AFTER = 7 * 86_400_000;

/** What of a member is known to be worth announcing. */
export interface Sightings {
  readonly spots: readonly Spot[];
  readonly paths: LedgerEntry['paths'];
  readonly absent: LedgerEntry['absent'];
}

/**
 * What was seen of a member, now and earlier. An entity is not removed because a pack is silent for an evening, nor
 * because its group has not been read since the start: only when the definition of the device does not know it any more, or
 * when its group has come without it for a week.
 * @param now milliseconds since 1970-01-01T00:00Z
 */
export function sight(
  { member, groups }: MemberState,
  before: Pick<LedgerEntry, 'paths' | 'absent'> | undefined,
  now: number,
): Sightings {
  const paths: Record<string, readonly string[]> = {};
  const absent: Record<string, number> = {};
  const spots: Spot[] = [];
  for (const group of member.groups) {
    const state = groups[group.name];
    const here = new Map(
      (state?.at === undefined ? [] : spotsIn(group, state.values)).map((spot) => [spot.path, spot]),
    );
    for (const path of before?.paths[group.name] ?? []) {
      if (here.has(path)) continue;
      const spot = spotAt(group, path);
      if (spot === undefined) continue;
      const key = `${group.name} ${path}`;
      const since = before?.absent[key] ?? (state?.freshness === 'fresh' ? now : undefined);
      if (since !== undefined && now - since > GONE_AFTER && state?.freshness === 'fresh') continue;
      if (since !== undefined) absent[key] = since;
      here.set(path, spot);
    }
    if (here.size === 0) continue;
    paths[group.name] = [...here.keys()];
    spots.push(...here.values());
  }
  return { spots, paths, absent };
}
