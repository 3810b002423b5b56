import { Fault } from '../fault.ts';
import type { Snapshot } from '../snapshot.ts';
import { memberGroup, type SiteGroup } from './member.ts';
import type { SiteView } from './state.ts';

/**
 * Finds what is known of the values of a snapshot, as the site is now. Throws a `refused` fault where nothing is: the
 * device left, or has not yet said what it is; then the snapshot is set aside rather than lost.
 */
export function described(view: SiteView): (snapshot: Snapshot) => SiteGroup {
  const members = new Map(view.members().map((member) => [member.name, member]));
  return ({ device, group: name }) => {
    const member = members.get(device);
    const group = member === undefined ? undefined : memberGroup(member, name);
    if (group !== undefined) return group;
    throw new Fault(
      'refused',
      `nothing is known of ${device}.${name} now: has it left, or not answered yet?`,
    );
  };
}
