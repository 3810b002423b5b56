import type { Device } from '../../src/core/device.ts';
import type {
  Freshness,
  GroupState,
  Member,
  MemberState,
  SiteChange,
  SiteEvent,
  SiteView,
} from '../../src/core/site/index.ts';
import type { Snapshot, Values } from '../../src/core/snapshot.ts';
import type { Proof } from '../every-device/captures.ts';

/** A member played by a device definition, with everything it can be written allowed. */
export function memberOf(device: Device, name = 'unit', more: Partial<Member> = {}): Member {
  return {
    name,
    title: `The ${name}`,
    make: device,
    bus: 'shed',
    address: device.addresses.usual,
    groups: device.groups,
    writables: device.writables,
    simulated: false,
    ...more,
  };
}

/** The latest values of each group that a capture brings. */
export function readingsOf({ replies }: Proof): Record<string, Values> {
  const groups: Record<string, Values> = {};
  for (const { expected } of replies) {
    if (expected !== null) groups[expected.group] = { ...groups[expected.group], ...expected.values };
  }
  return groups;
}

/** A state in which these groups were read at that time, and the others never. */
export function stateOf(
  member: Member,
  readings: Readonly<Record<string, Values>>,
  at: number,
  freshness: Freshness = 'fresh',
): MemberState {
  const groups = Object.fromEntries(
    member.groups.map(({ name }): [string, GroupState] => {
      const values = readings[name];
      return [name, values === undefined ? { values: {}, freshness: 'unknown' } : { at, values, freshness }];
    }),
  );
  return { member, freshness, groups, refused: {} };
}

/** A site for tests, changed by hand. */
export interface PlayedSite extends SiteView {
  readonly put: (state: MemberState) => void;
  readonly remove: (name: string) => void;
  /** New values of a group, as the gateway tells of them. */
  readonly measured: (snapshot: Snapshot, sequence?: number) => void;
  readonly alarm: (event: SiteEvent) => void;
}

/**
 * An empty site.
 * @param awaited members of its configuration that have not answered yet
 */
export function playedSite(site = 'home', awaited: readonly string[] = []): PlayedSite {
  const states = new Map<string, MemberState>();
  const alarms = new Map<string, SiteEvent>();
  const listeners = new Set<(change: SiteChange) => void>();
  const tell = (change: SiteChange): void => {
    for (const listener of [...listeners]) listener(change);
  };
  return {
    site,
    members: () => [...states.values()].map(({ member }) => member),
    expected: () => [...states.keys(), ...awaited],
    state: (name) => states.get(name),
    alarms: () =>
      [...alarms.values()].map(({ at, subject, severity, text, member }) => ({
        subject,
        severity,
        text,
        since: at,
        ...(member === undefined ? {} : { member }),
      })),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put: (state) => {
      states.set(state.member.name, state);
      tell({ what: 'member', name: state.member.name, member: state.member });
    },
    remove: (name) => {
      states.delete(name);
      tell({ what: 'member', name });
    },
    measured: (snapshot, sequence) => {
      const state = states.get(snapshot.device);
      if (state !== undefined && snapshot.kind === 'live') {
        const { at, values } = snapshot;
        const groups = { ...state.groups, [snapshot.group]: { at, values, freshness: 'fresh' as const } };
        states.set(snapshot.device, { ...state, groups, freshness: 'fresh' });
      }
      tell({ what: 'snapshot', snapshot, ...(sequence === undefined ? {} : { sequence }) });
    },
    alarm: (event) => {
      if (event.kind === 'alarm_raised') alarms.set(event.subject, event);
      if (event.kind === 'alarm_cleared') alarms.delete(event.subject);
      tell({ what: 'event', event });
    },
  };
}

/** A memory that several runs may share. */
export function playedMemory(kept = new Map<string, string>()) {
  return {
    kept,
    get: (name: string) => Promise.resolve(kept.get(name)),
    set: (name: string, text: string) => {
      kept.set(name, text);
      return Promise.resolve();
    },
  };
}
