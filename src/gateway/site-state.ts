import { Fault } from '../core/fault.ts';
import type {
  Alarm,
  Freshness,
  GroupState,
  Member,
  MemberState,
  SiteChange,
  SiteEvent,
  SiteView,
} from '../core/site/index.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { pulseOf } from '../site/index.ts';

/** The latest of everything on a site, written by the poller, read by outputs, API and screens. */
export interface SiteState extends SiteView {
  /** A member appeared or is known better now. Its values are kept where groups stayed. */
  readonly put: (member: Member) => void;
  /** A member left the configuration. */
  readonly remove: (name: string) => void;
  /** New values that passed every check. */
  readonly measured: (snapshot: Snapshot, sequence?: number) => void;
  /** A value was refused. */
  readonly refused: (member: string, path: string, why: string) => void;
  /** An attempt to read a group failed. */
  readonly failed: (member: string, group: string, fault: Fault) => void;
  /** Something happened. */
  readonly happened: (event: SiteEvent) => void;
  /** What is known of one group, without making a picture of its whole member. */
  readonly group: (member: string, group: string) => GroupState | undefined;
  /** Looks at the age of every group; call it about once a second. */
  readonly age: () => void;
}

/** How old a group may be, by its period in milliseconds; see `freshnessOf` in the site's logic. */
export type Judge = (age: number | undefined, period: number) => Freshness;

/** What a site state needs from its surroundings. */
export interface SiteStateOptions {
  readonly site: string;
  /** Calendar time, milliseconds since 1970-01-01T00:00Z. */
  readonly now: () => number;
  /** Milliseconds that never go back, for ages: the calendar may be set while we run. */
  readonly monotonic: () => number;
  readonly judge: Judge;
  readonly alarms: () => readonly Alarm[];
  /** Told when a listener throws: the others are still called. */
  readonly onError: (error: unknown) => void;
}

interface Entry {
  member: Member;
  readonly groups: Map<string, GroupState>;
  /** When each group was last read, on the monotonic clock. */
  readonly readAt: Map<string, number>;
  readonly refused: Record<string, { readonly count: number; readonly why: string }>;
}

/** An empty site. */
export function siteState(options: SiteStateOptions): SiteState {
  const entries = new Map<string, Entry>();
  const listeners = new Set<(change: SiteChange) => void>();

  const tell = (change: SiteChange): void => {
    for (const listener of [...listeners]) {
      try {
        listener(change);
      } catch (error) {
        options.onError(error);
      }
    }
  };

  const change = (entry: Entry, group: string, state: GroupState): void => {
    entry.groups.set(group, state);
    tell({ what: 'freshness', member: entry.member.name, group, state });
  };

  return {
    site: options.site,
    members: () => [...entries.values()].map(({ member }) => member),
    state: (name) => {
      const entry = entries.get(name);
      return entry === undefined ? undefined : stateOf(entry);
    },
    group: (name, group) => entries.get(name)?.groups.get(group),
    alarms: options.alarms,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put: (member) => {
      const before = entries.get(member.name);
      const names = new Set(member.groups.map((group) => group.name));
      const groups = new Map<string, GroupState>(
        member.groups.map(({ name }) => [
          name,
          before?.groups.get(name) ?? { values: {}, freshness: 'unknown' },
        ]),
      );
      entries.set(member.name, {
        member,
        groups,
        readAt: new Map([...(before?.readAt ?? [])].filter(([name]) => names.has(name))),
        refused: before?.refused ?? {},
      });
      tell({ what: 'member', name: member.name, member });
    },
    remove: (name) => {
      if (entries.delete(name)) tell({ what: 'member', name });
    },
    measured: (snapshot, sequence) => {
      const entry = entries.get(snapshot.device);
      // An archive tells what was: it is kept, and changes nothing of what is.
      if (entry?.groups.has(snapshot.group) === true && snapshot.kind === 'live') {
        const { at, values } = snapshot;
        const before = entry.groups.get(snapshot.group);
        entry.readAt.set(snapshot.group, options.monotonic());
        const state: GroupState = { at, values, freshness: 'fresh' };
        if (before?.freshness !== 'fresh' || before.fault !== undefined) change(entry, snapshot.group, state);
        else entry.groups.set(snapshot.group, state);
      }
      tell({ what: 'snapshot', snapshot, ...(sequence === undefined ? {} : { sequence }) });
    },
    refused: (member, path, why) => {
      const entry = entries.get(member);
      if (entry !== undefined) entry.refused[path] = { count: (entry.refused[path]?.count ?? 0) + 1, why };
    },
    failed: (member, group, { code, message, hint }) => {
      const entry = entries.get(member);
      const before = entry?.groups.get(group);
      if (entry === undefined || before === undefined) return;
      const fault = { code, message, at: options.now(), ...(hint === undefined ? {} : { hint }) };
      // The same trouble again is no news.
      if (before.fault?.code === code) entry.groups.set(group, { ...before, fault });
      else change(entry, group, { ...before, fault });
    },
    happened: (event) => tell({ what: 'event', event }),
    age: () => {
      const now = options.monotonic();
      for (const entry of entries.values()) {
        for (const { name, period } of entry.member.groups) {
          const before = entry.groups.get(name);
          const readAt = entry.readAt.get(name);
          const freshness = options.judge(readAt === undefined ? undefined : now - readAt, period * 1000);
          if (before !== undefined && before.freshness !== freshness)
            change(entry, name, { ...before, freshness });
        }
      }
    },
  };
}

function stateOf({ member, groups, refused }: Entry): MemberState {
  return {
    member,
    freshness: pulseOf(member, (_name, group) => groups.get(group)),
    groups: Object.fromEntries(groups),
    refused: { ...refused },
  };
}
