import type { Role } from '../../core/field.ts';
import type { ApiField, ApiGroup, ApiMember } from '../../core/site/api.ts';

/** What a member is for the screens, from the roles and quantities of its fields; no device is known by name. */

/** All fields of a member, also those of the records in its lists. */
export function allFields(groups: readonly ApiGroup[]): ApiField[] {
  const within = (field: ApiField): ApiField[] => [field, ...(field.items ?? []).flatMap(within)];
  return groups.flatMap(({ fields }) => fields.flatMap(within));
}

/** Whether a member has a field with one of these roles, outside of any list. */
export function hasRole({ groups }: Pick<ApiMember, 'groups'>, ...roles: readonly Role[]): boolean {
  return groups.some(({ fields }) => fields.some(({ role }) => role !== undefined && roles.includes(role)));
}

/** Tells its charge or what flows into it, and is a device. */
export function isAnyBattery(member: ApiMember): boolean {
  return member.bus !== undefined && hasRole(member, 'state_of_charge', 'battery_current', 'battery_power');
}

/** A battery that tells its cells. */
export function isBattery(member: ApiMember): boolean {
  return allFields(member.groups).some(
    ({ quantity, kind, name }) => quantity === 'cell_voltage' && kind === 'measurement' && name.endsWith('s'),
  );
}

/** Measures a battery from outside: its current, and no cells. */
export function isShunt(member: ApiMember): boolean {
  return isAnyBattery(member) && !isBattery(member);
}

/** Counts what is drawn from the grid. */
export function isMeter(member: ApiMember): boolean {
  return member.bus !== undefined && hasRole(member, 'imported_energy', 'imported_power');
}

/** The site itself, where it shows sums over its members. */
export function isWhole(member: ApiMember): boolean {
  return member.bus === undefined && member.make === undefined;
}
