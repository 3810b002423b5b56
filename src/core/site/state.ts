import type { FaultCode } from '../fault.ts';
import type { Snapshot, Values } from '../snapshot.ts';
import type { Alarm, SiteEvent } from './event.ts';
import type { Member } from './member.ts';

/**
 * `fresh`: read within its period and some patience. `stale`: older than that, still the best that is known. `gone`: so
 * old that showing it would mislead; outputs withdraw it. `unknown`: never read.
 */
export type Freshness = 'fresh' | 'stale' | 'gone' | 'unknown';

/** The latest of one group. */
export interface GroupState {
  /** When it was measured: milliseconds since 1970-01-01T00:00Z; absent while unknown. */
  readonly at?: number;
  /** Plausible values only. */
  readonly values: Values;
  readonly freshness: Freshness;
  /** Why the last attempt failed; absent after a success. */
  readonly fault?: {
    readonly code: FaultCode;
    readonly message: string;
    readonly hint?: string;
    readonly at: number;
  };
}

/** The latest of one member. */
export interface MemberState {
  readonly member: Member;
  /** That of the groups that are read most often, the best of them: settings read every hour say little of a device that fell silent. */
  readonly freshness: Freshness;
  readonly groups: Readonly<Record<string, GroupState>>;
  /** Values refused by plausibility since start, by `group.path`, with the reason of the last. */
  readonly refused: Readonly<Record<string, { readonly count: number; readonly why: string }>>;
}

/** What changes on a site while it runs. */
export type SiteChange =
  /** New values. `sequence` is that of the journal; absent where nothing is kept. */
  | { readonly what: 'snapshot'; readonly snapshot: Snapshot; readonly sequence?: number }
  /** A group failed, or became fresh, stale or gone. */
  | {
      readonly what: 'freshness';
      readonly member: string;
      readonly group: string;
      readonly state: GroupState;
    }
  /** A member appeared, changed (model found out, groups), or left. */
  | { readonly what: 'member'; readonly name: string; readonly member?: Member }
  | { readonly what: 'event'; readonly event: SiteEvent };

/** A site as outputs, API and screens see it. */
export interface SiteView {
  /** Name of the site: lower case; the first part of topics. */
  readonly site: string;
  readonly members: () => readonly Member[];
  /**
   * Names of all members of the configuration, those included of which it is not known yet what they are: whoever is not
   * among them has left for good. Absent: nobody can tell.
   */
  readonly expected?: () => readonly string[];
  readonly state: (member: string) => MemberState | undefined;
  readonly alarms: () => readonly Alarm[];
  /** Calls back with every change, in order; the returned function ends it. A listener must not throw and not wait. */
  readonly subscribe: (listener: (change: SiteChange) => void) => () => void;
}
