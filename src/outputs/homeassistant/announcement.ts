import { unitOf } from '../../core/field.ts';
import {
  fieldWithRole,
  type MemberState,
  memberGroup,
  type Scalar,
  type Topics,
  valueWithRole,
} from '../../core/site/index.ts';
import { type Component, slug, valueComponent } from './component.ts';
import type { HomeAssistantOptions } from './options.ts';
import type { Spot } from './place.ts';
import { hasAlarm, negated } from './template.ts';
import { isShownByWritable, writableComponents } from './writable.ts';

/** A device with all its entities. */
export interface Announcement {
  /** Names it for good. */
  readonly uid: string;
  readonly device: Readonly<Record<string, unknown>>;
  readonly availability: readonly { readonly topic: string }[];
  /** State topic that most entities share. */
  readonly stateTopic: string;
  readonly components: readonly Component[];
}

/** What goes into announcements besides the member. */
export interface Announcing {
  readonly site: string;
  readonly topics: Topics;
  readonly options: Pick<HomeAssistantOptions, 'cells' | 'aliases'>;
  /** Whether commands are heard. */
  readonly commands: boolean;
}

/** Id of the gateway as a device. */
export const gatewayUid = (site: string): string => `busbar_${slug(site)}_gateway`;

/** A member as a device: its values, its alarm, what may be written, and its power with the sign that Home Assistant wants. */
export function announceMember(
  state: MemberState,
  uid: string,
  spots: readonly Spot[],
  { site, topics, options, commands }: Announcing,
): Announcement {
  const { member } = state;
  const { name } = member;
  const stateTopic = topics.state(name);
  const uniqueId = (key: string, series: string): string =>
    options.aliases[`${name}.${series}`] ?? `${uid}_${key}`;
  const around = { stateTopic, cells: options.cells, member: name, uniqueId, title: titles(state, spots) };
  return {
    uid,
    device: deviceOf(state, uid, site),
    availability: [{ topic: topics.status }, { topic: topics.availability(name) }],
    stateTopic,
    components: [
      ...spots
        .filter(({ info, record }) => !(commands && record === undefined && isShownByWritable(member, info)))
        .map((spot) => valueComponent(spot, around)),
      ...dischargePower(state, around),
      {
        key: 'alarm',
        platform: 'binary_sensor',
        config: {
          name: 'Alarm',
          unique_id: uniqueId('alarm', 'alarm'),
          default_entity_id: `binary_sensor.${slug(name)}_alarm`,
          device_class: 'problem',
          state_topic: topics.alarms,
          value_template: hasAlarm(name),
          payload_on: 'True',
          payload_off: 'False',
        },
      },
      ...(commands ? writableComponents(member, topics, uniqueId) : []),
    ],
  };
}

/** The gateway as a device: whether it is there, and how many alarms stand. */
export function announceGateway(site: string, topics: Topics, version: string): Announcement {
  const uid = gatewayUid(site);
  const common = (key: string, platform: string): Record<string, unknown> => ({
    unique_id: `${uid}_${key}`,
    default_entity_id: `${platform}.busbar_${slug(site)}_${key}`,
  });
  return {
    uid,
    device: { identifiers: [uid], name: `busbar ${site}`, manufacturer: 'busbar', sw_version: version },
    availability: [],
    stateTopic: topics.alarms,
    components: [
      {
        key: 'connection',
        platform: 'binary_sensor',
        config: {
          name: 'Connection',
          ...common('connection', 'binary_sensor'),
          device_class: 'connectivity',
          entity_category: 'diagnostic',
          state_topic: topics.status,
          payload_on: 'online',
          payload_off: 'offline',
        },
      },
      {
        key: 'alarms',
        platform: 'sensor',
        config: {
          name: 'Alarms',
          ...common('alarms', 'sensor'),
          state_class: 'measurement',
          suggested_display_precision: 0,
          state_topic: topics.alarms,
          value_template: '{{ value_json.alarms | count }}',
          // While it is away nobody counts.
          availability: [{ topic: topics.status }],
        },
      },
    ],
  };
}

function deviceOf(state: MemberState, uid: string, site: string): Record<string, unknown> {
  const { make, title } = state.member;
  const known = (key: string, value: Scalar | undefined): Record<string, string> =>
    value === undefined || value === '' ? {} : { [key]: String(value) };
  return {
    identifiers: [uid],
    name: title,
    via_device: gatewayUid(site),
    ...(make === undefined
      ? { manufacturer: 'busbar' }
      : { manufacturer: make.vendor, model: String(valueWithRole(state, 'model') ?? make.title) }),
    ...known('sw_version', valueWithRole(state, 'firmware')),
    ...known('serial_number', valueWithRole(state, 'serial_number')),
  };
}

/** For the energy dashboard: Home Assistant counts what a battery gives as positive. */
function dischargePower(
  { member }: MemberState,
  around: { readonly stateTopic: string; readonly uniqueId: (key: string, series: string) => string },
): readonly Component[] {
  const found = fieldWithRole(member.groups, 'battery_power');
  if (found === undefined) return [];
  return [
    {
      key: 'discharge_power',
      platform: 'sensor',
      config: {
        name: 'Discharge power',
        unique_id: around.uniqueId('discharge_power', 'discharge_power'),
        default_entity_id: `sensor.${slug(member.name)}_discharge_power`,
        device_class: 'power',
        state_class: 'measurement',
        unit_of_measurement: unitOf(found.field),
        suggested_display_precision: 1,
        state_topic: around.stateTopic,
        value_template: negated({ group: found.group.name, field: found.field.name }),
      },
    },
  ];
}

/** Names for people; those that would stand twice are preceded by their group. */
function titles({ member }: MemberState, spots: readonly Spot[]): (spot: Spot) => string {
  const counts = new Map<string, number>();
  for (const spot of spots) counts.set(bare(spot), (counts.get(bare(spot)) ?? 0) + 1);
  return (spot) => {
    const title = bare(spot);
    if ((counts.get(title) ?? 0) < 2) return title;
    return `${memberGroup(member, spot.group)?.title ?? spot.group}: ${title}`;
  };
}

/** `Pack 2 cell voltage 3` */
function bare({ info, record, index }: Spot): string {
  const value = index === undefined ? info.title : `${singular(info.title)} ${index}`;
  if (record === undefined) return value;
  const list = singular(record.list).replaceAll('_', ' ');
  return `${upper(list)} ${record.key} ${lower(value)}`;
}

const singular = (words: string): string => words.replace(/s$/, '');
const upper = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
/** Not of an abbreviation. */
const lower = (words: string): string =>
  /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
