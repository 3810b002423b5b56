import type { SiteView } from '../../core/site/index.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Shown } from './document.ts';

/**
 * The values that stand in the state documents. They come from the journal, as its owner chose them (every one, a mean
 * over an interval), and from the site view where that is newer: after a connection broke, what is current must stand
 * there before what was missed has been sent. Time never goes back.
 */
export interface Latest {
  /** Takes a snapshot from the journal; whether it is news for the state of its member. */
  readonly take: (snapshot: Snapshot) => boolean;
  /** Takes what the site view has of a member. */
  readonly refresh: (member: string) => void;
  readonly of: (member: string, group: string) => Shown | undefined;
  readonly forget: (member: string) => void;
}

/** Nothing yet. */
export function latest(view: SiteView): Latest {
  const members = new Map<string, Map<string, Shown>>();
  const groupsOf = (member: string): Map<string, Shown> => {
    const known = members.get(member) ?? new Map<string, Shown>();
    members.set(member, known);
    return known;
  };
  const put = (member: string, group: string, one: Shown): boolean => {
    const groups = groupsOf(member);
    if (one.at <= (groups.get(group)?.at ?? -Infinity)) return false;
    groups.set(group, { at: one.at, values: one.values });
    return true;
  };
  return {
    // What a device kept tells what was.
    take: (snapshot) => snapshot.kind === 'live' && put(snapshot.device, snapshot.group, snapshot),
    refresh: (member) => {
      for (const [group, { at, values }] of Object.entries(view.state(member)?.groups ?? {})) {
        if (at !== undefined) put(member, group, { at, values });
      }
    },
    of: (member, group) => members.get(member)?.get(group),
    forget: (member) => void members.delete(member),
  };
}
