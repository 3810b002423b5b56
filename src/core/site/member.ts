import type { Device, Group, Writable } from '../device.ts';
import type { Field } from '../field.ts';

/** Values that belong together, as outputs, history and screens see them: a group of a device, or one that the gateway counts itself. */
export type SiteGroup = Pick<Group, 'name' | 'title' | 'period'> & { readonly fields: readonly Field[] };

/** What is known of a device's make; absent for what the gateway computes over several devices. */
export type Make = Pick<Device, 'id' | 'title' | 'vendor' | 'models' | 'protocol'>;

/**
 * One source of values on a site: a device under the name that its owner gave it, or the site itself, whose values are
 * sums over devices. Everything above the poller works from these and knows no device by name.
 */
export interface Member {
  /** Name in the configuration: lower case, unique on the site; the first part of topics, series and rules. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  readonly make?: Make;
  /** Name of its bus and address on it; absent for the site itself. */
  readonly bus?: string;
  readonly address?: number;
  readonly groups: readonly SiteGroup[];
  /** Groups of what the device kept of earlier times and was read later: they have a past, and no present. */
  readonly archives?: readonly SiteGroup[];
  /** What the owner allows to be written. */
  readonly writables: readonly Writable[];
  /** True: played by a simulator; marked on every screen. */
  readonly simulated: boolean;
}

/** The group of a member by name, archives included, or undefined. */
export function memberGroup(of: Member, name: string): SiteGroup | undefined {
  return of.groups.find((group) => group.name === name) ?? of.archives?.find((group) => group.name === name);
}
