import type { Post } from '../../core/site/broker.ts';
import { memberBirth } from '../../core/site/birth.ts';
import {
  type MemberState,
  pointsOf,
  type SiteView,
  type Topics,
  valueWithRole,
} from '../../core/site/index.ts';
import { OFFLINE, ONLINE } from '../../core/site/topics.ts';
import { isShown, stateDocument } from './document.ts';
import type { Latest } from './latest.ts';
import type { MqttOptions } from './options.ts';

/** Makes what is retained of the site and its members. */
export interface StatePosts {
  /** Availability, and the state with all its values. */
  readonly member: (name: string) => readonly Post[];
  /** What a member is made of. */
  readonly memberBirth: (name: string) => readonly Post[];
  /** Alarms as they stand. */
  readonly alarms: () => readonly Post[];
  /** Takes everything away that the broker keeps of a member. */
  readonly removed: (name: string) => readonly Post[];
  /** Serial number of a member, as far as it is known. */
  readonly serialOf: (name: string) => string | undefined;
}

/** @param keptValues topics of values of a member that the broker keeps */
export function statePosts(
  view: SiteView,
  topics: Topics,
  latest: Latest,
  options: Pick<MqttOptions, 'retain' | 'expiry' | 'values_topics'>,
  keptValues: (member: string) => readonly string[],
): StatePosts {
  const { retain, expiry } = options;
  const lasting = expiry === undefined ? {} : { expiry: Math.ceil(expiry / 1000) };
  const kept = (topic: string, payload: string): Post => ({ topic, payload, retain, ...lasting });
  const serialOf = (name: string): string | undefined => {
    const state = view.state(name);
    const value = state === undefined ? undefined : valueWithRole(state, 'serial_number');
    return value === undefined || value === '' ? undefined : String(value);
  };

  /** A topic for each value; what is unknown is taken away, so that nobody takes an old value for the present. */
  const values = (state: MemberState): Post[] => {
    const { name, groups } = state.member;
    const before = keptValues(name);
    return groups.flatMap((group) => {
      const shown = latest.of(name, group.name);
      if (shown === undefined) return [];
      const out = new Map(
        before
          .filter((topic) => topic.startsWith(topics.value(name, group.name, '')))
          .map((topic) => [topic, '']),
      );
      const points = isShown(state.groups[group.name]) ? pointsOf(group, shown.values) : [];
      for (const { path, value, field } of points) {
        if (field.kind !== 'raw' && value !== null)
          out.set(topics.value(name, group.name, path), String(value));
      }
      return [...out].map(([topic, payload]) => kept(topic, payload));
    });
  };

  return {
    member: (name) => {
      const state = view.state(name);
      if (state === undefined) return [];
      const there = state.freshness === 'fresh' || state.freshness === 'stale';
      return [
        kept(
          topics.state(name),
          stateDocument(state, (group) => latest.of(name, group), serialOf(name)),
        ),
        ...(options.values_topics ? values(state) : []),
        // Last, so that nobody sees it online with values from before.
        { topic: topics.availability(name), payload: there ? ONLINE : OFFLINE, retain: true },
      ];
    },
    memberBirth: (name) => {
      const state = view.state(name);
      if (state === undefined) return [];
      return [
        { topic: topics.memberBirth(name), payload: memberBirth(state.member, serialOf(name)), retain: true },
      ];
    },
    alarms: () => {
      const alarms = view.alarms().map(({ since, acknowledged, ...alarm }) => ({
        ...alarm,
        since: new Date(since).toISOString(),
        ...(acknowledged === undefined
          ? {}
          : { acknowledged: { ...acknowledged, at: new Date(acknowledged.at).toISOString() } }),
      }));
      return [{ topic: topics.alarms, payload: JSON.stringify({ alarms }), retain: true }];
    },
    removed: (name) =>
      [topics.availability(name), topics.state(name), topics.memberBirth(name), ...keptValues(name)].map(
        (topic) => ({
          topic,
          payload: '',
          retain: true,
        }),
      ),
    serialOf,
  };
}
