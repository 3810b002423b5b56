import type { Role } from '../../core/field.ts';
import type { ApiField, ApiGroup, ApiMember, ApiMemberState } from '../../core/site/api.ts';
import type { Freshness, GroupState } from '../../core/site/state.ts';
import type { Value } from '../../core/snapshot.ts';

/** A value as it is known now, with all that says how far to trust it. */
export interface Latest {
  readonly group: ApiGroup;
  readonly field: ApiField;
  /** undefined: unknown. */
  readonly value: Value | undefined;
  /** When it was measured; undefined while unknown. */
  readonly at: number | undefined;
  readonly freshness: Freshness;
}

const NOTHING: GroupState = { values: {}, freshness: 'unknown' };

/** A value of a member; one that is gone is unknown: showing it would mislead. */
export function latestOf(state: ApiMemberState, group: ApiGroup, field: ApiField): Latest {
  const { values, at, freshness } = state.groups[group.name] ?? NOTHING;
  return { group, field, value: freshness === 'gone' ? undefined : values[field.name], at, freshness };
}

/** The first value of a member with a role, outside of any list; undefined where it has no such field. */
export function latestWithRole(member: ApiMember, state: ApiMemberState, role: Role): Latest | undefined {
  for (const group of member.groups) {
    const field = group.fields.find((one) => one.role === role);
    if (field !== undefined) return latestOf(state, group, field);
  }
  return undefined;
}

/** The number among it; undefined while it is unknown, or none. */
export function numberOf(latest: Latest | undefined): number | undefined {
  return typeof latest?.value === 'number' ? latest.value : undefined;
}

/** When the newest group of a member was measured. */
export function newest(state: ApiMemberState): number | undefined {
  const times = Object.values(state.groups).flatMap(({ at }) => (at === undefined ? [] : [at]));
  return times.length === 0 ? undefined : Math.max(...times);
}
