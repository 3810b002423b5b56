import type { Post } from '../../core/site/broker.ts';
import type { Announcement } from './announcement.ts';
import type { Component } from './component.ts';
import type { HomeAssistantOptions } from './options.ts';

/** Where and how announcements stand. */
export interface Form {
  readonly prefix: string;
  readonly mode: HomeAssistantOptions['mode'];
  /** Part of all our discovery topics: what stands there is ours. */
  readonly node: string;
}

/** What was announced of a device: the platform of each of its entities, by key. */
export type Announced = Readonly<Record<string, Component['platform']>>;

/** Who announces. */
export const originOf = (version: string): Readonly<Record<string, string>> => ({
  name: 'busbar',
  sw_version: version,
});

export const bundleTopic = ({ prefix, node }: Form, uid: string): string =>
  `${prefix}/device/${node}/${uid}/config`;
export const singleTopic = ({ prefix, node }: Form, uid: string, key: string, platform: string): string =>
  `${prefix}/${platform}/${node}/${heeded(`${uid}_${key}`)}/config`;

/** Domoticz skips ids that hold these words or end with the last two (its MQTTAutoDiscover, 2025), but only behind a `_`. */
const heeded = (id: string): string =>
  id.replace(/_(?=alarm|calibration|sensitivity)|_(?=(?:min|max)$)/g, '-');

/** Every topic on which a device was announced. */
export function topicsOfDevice(form: Form, uid: string, announced: Announced): readonly string[] {
  return form.mode === 'bundle'
    ? [bundleTopic(form, uid)]
    : Object.entries(announced).map(([key, platform]) => singleTopic(form, uid, key, platform));
}

/** The messages that announce a device. */
export function announcing(form: Form, of: Announcement, version: string): readonly Post[] {
  const origin = originOf(version);
  const { uid, device, stateTopic } = of;
  const availability =
    of.availability.length === 0 ? {} : { availability: of.availability, availability_mode: 'all' };
  if (form.mode === 'single') {
    return of.components.map(({ key, platform, config }) =>
      retained(singleTopic(form, uid, key, platform), { ...availability, ...config, device, origin }),
    );
  }
  const components = Object.fromEntries(
    of.components.map(({ key, platform, config }) => {
      const { state_topic: own, ...rest } = config;
      // What most have in common stands once.
      return [
        key,
        { platform, ...(own === undefined || own === stateTopic ? {} : { state_topic: own }), ...rest },
      ];
    }),
  );
  return [
    retained(bundleTopic(form, uid), {
      device,
      origin,
      ...availability,
      state_topic: stateTopic,
      qos: 1,
      components,
    }),
  ];
}

/**
 * Everything to be sent so that a device stands as it should, in its order.
 * @param before what stands there of it; undefined: nothing
 */
export function changing(
  before: { readonly form: Form; readonly uid: string; readonly announced: Announced } | undefined,
  form: Form,
  of: Announcement,
  version: string,
): readonly Post[] {
  const posts = announcing(form, of, version);
  if (before === undefined) return posts;
  const old = topicsOfDevice(before.form, before.uid, before.announced);
  const now = new Set(posts.map(({ topic }) => topic));
  const gone = old.filter((topic) => !now.has(topic)).map(cleared);
  if (before.uid === of.uid && before.form.mode !== form.mode) {
    // Entities, their history and their rooms pass from the old messages to the new ones.
    return [...old.map((topic) => retained(topic, { migrate_discovery: true })), ...posts, ...gone];
  }
  if (form.mode === 'single' || gone.length > 0) return [...gone, ...posts];
  const stays = new Map(of.components.map(({ key, platform }) => [key, platform]));
  const removed = Object.entries(before.announced).filter(([key, platform]) => stays.get(key) !== platform);
  if (removed.length === 0) return posts;
  // An entity with nothing but its platform is removed; one that is merely left out would stay.
  const farewell = Object.fromEntries(removed.map(([key, platform]) => [key, { platform }]));
  return [
    ...posts.map(({ topic, payload }) => {
      const bundle = JSON.parse(payload) as { components: object }; // made by ourselves right above
      return retained(topic, { ...bundle, components: { ...bundle.components, ...farewell } });
    }),
    ...posts,
  ];
}

/** Takes a device away. */
export function removing(form: Form, uid: string, announced: Announced): readonly Post[] {
  return topicsOfDevice(form, uid, announced).map(cleared);
}

const retained = (topic: string, payload: object): Post => ({
  topic,
  payload: JSON.stringify(payload),
  retain: true,
});
const cleared = (topic: string): Post => ({ topic, payload: '', retain: true });
