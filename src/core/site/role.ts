import type { Field, Role } from '../field.ts';
import type { SiteGroup } from './member.ts';
import type { Scalar } from './series.ts';
import type { MemberState } from './state.ts';

/** A field of a member that stands in no list, and its group. */
export interface RoleField {
  readonly group: SiteGroup;
  readonly field: Field;
}

/** The first field of a member with a role; undefined where it has none. */
export function fieldWithRole(groups: readonly SiteGroup[], role: Role): RoleField | undefined {
  for (const group of groups) {
    const field = group.fields.find((one) => one.role === role);
    if (field !== undefined) return { group, field };
  }
  return undefined;
}

/** The latest value with a role; undefined while it is unknown. */
export function valueWithRole(state: MemberState, role: Role): Scalar | undefined {
  const found = fieldWithRole(state.member.groups, role);
  const value = found === undefined ? undefined : state.groups[found.group.name]?.values[found.field.name];
  return typeof value === 'object' ? undefined : value;
}
