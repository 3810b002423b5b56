import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ApiChange, ApiMember, ApiMemberState, ApiSite } from '../../core/site/api.ts';
import type { Alarm, SiteEvent } from '../../core/site/event.ts';
import type { GroupState } from '../../core/site/state.ts';

/** What the dashboard knows of the site, as signals: who reads one while drawing is drawn again when it changes. */
export interface Store {
  readonly site: ReadonlySignal<ApiSite | undefined>;
  /** Whether anything is known of values and alarms yet. */
  readonly known: ReadonlySignal<boolean>;
  readonly alarms: ReadonlySignal<readonly Alarm[]>;
  /** The newest events since the page was opened, newest first. */
  readonly events: ReadonlySignal<readonly SiteEvent[]>;
  /** The latest of a member; one that is not known yet is `unknown` and has no groups. */
  readonly state: (member: string) => ReadonlySignal<ApiMemberState>;
  readonly setSite: (site: ApiSite) => void;
  readonly setAlarms: (alarms: readonly Alarm[]) => void;
  /** Takes a change; says what has to be fetched because of it. */
  readonly apply: (change: ApiChange) => 'site' | 'alarms' | undefined;
}

/** Events that are kept. */
const MOST_EVENTS = 100;

/** An empty store. */
export function createStore(): Store {
  const site = signal<ApiSite | undefined>(undefined);
  const known = signal(false);
  const alarms = signal<readonly Alarm[]>([]);
  const events = signal<readonly SiteEvent[]>([]);
  const states = new Map<string, Signal<ApiMemberState>>();

  const state = (name: string): Signal<ApiMemberState> => {
    let found = states.get(name);
    if (found === undefined) states.set(name, (found = signal(nothingOf(name))));
    return found;
  };

  const setGroup = (member: string, group: string, now: GroupState): void => {
    const one = state(member);
    const groups = { ...one.value.groups, [group]: now };
    one.value = { ...one.value, groups, freshness: best(Object.values(groups)) };
  };

  const setMember = (name: string, member: ApiMember | undefined): void => {
    const old = site.value;
    if (old === undefined) return;
    const others = old.members.filter((one) => one.name !== name);
    const place = old.members.findIndex((one) => one.name === name);
    const members =
      member === undefined ? others : others.toSpliced(place === -1 ? others.length : place, 0, member);
    site.value = { ...old, members, simulated: members.some(({ simulated }) => simulated) };
    if (member === undefined) state(name).value = nothingOf(name);
  };

  return {
    site,
    known,
    alarms,
    events,
    state,
    setSite: (given) => {
      site.value = given;
    },
    setAlarms: (given) => {
      alarms.value = given;
    },
    apply: (change) => {
      switch (change.what) {
        case 'state': {
          const before = known.value;
          batch(() => {
            const there = new Set(change.members.map(({ name }) => name));
            for (const name of states.keys()) if (!there.has(name)) state(name).value = nothingOf(name);
            for (const one of change.members) state(one.name).value = one;
            alarms.value = change.alarms;
            known.value = true;
          });
          return before ? 'site' : undefined;
        }
        case 'snapshot': {
          const { device, group, at, values, kind } = change.snapshot;
          // An archive tells what was: it changes nothing of what is.
          if (kind === 'live') setGroup(device, group, { at, values, freshness: 'fresh' });
          return undefined;
        }
        case 'freshness':
          setGroup(change.member, change.group, change.state);
          return undefined;
        case 'member':
          setMember(change.name, change.member);
          return undefined;
        case 'event':
          events.value = [change.event, ...events.value].slice(0, MOST_EVENTS);
          return change.event.kind.startsWith('alarm_') ? 'alarms' : undefined;
      }
    },
  };
}

function nothingOf(name: string): ApiMemberState {
  return { name, freshness: 'unknown', groups: {}, refused: {} };
}

const ORDER = ['fresh', 'stale', 'gone', 'unknown'] as const;

/** A member is as fresh as the best of its groups. */
function best(groups: readonly GroupState[]): GroupState['freshness'] {
  return ORDER.find((one) => groups.some(({ freshness }) => freshness === one)) ?? 'unknown';
}

/** The store of this page. */
export const store = createStore();
