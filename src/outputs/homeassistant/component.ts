import { unitOf } from '../../core/field.ts';
import { type Kind, quantity, stateClass } from '../../core/quantity.ts';
import type { Spot } from './place.ts';
import { plain, text } from './template.ts';

/** An entity as Home Assistant is told of it. */
export interface Component {
  /** Names it within its device: letters, digits, - and _. */
  readonly key: string;
  readonly platform: 'sensor' | 'binary_sensor' | 'number' | 'switch' | 'select' | 'text' | 'button';
  /** The rest, in the names of Home Assistant. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Only letters, digits and _, as topics and ids of Home Assistant take them. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** The key of a value: its group and path. */
export function keyOf({ group, path }: Pick<Spot, 'group' | 'path'>): string {
  return `${slug(group)}_${slug(path)}`;
}

/** What is fixed for all values of a member. */
export interface Surroundings {
  readonly stateTopic: string;
  /** Single cells and packs are switched on from the beginning. */
  readonly cells: boolean;
  /** Name of the member, for entity ids. */
  readonly member: string;
  readonly uniqueId: (key: string, series: string) => string;
  /** What people call the value. */
  readonly title: (spot: Spot) => string;
}

/** The entity of a value. */
export function valueComponent(spot: Spot, around: Surroundings): Component {
  const key = keyOf(spot);
  const { info } = spot;
  const isFlag = quantity(info.quantity).form === 'flag';
  const platform = isFlag ? 'binary_sensor' : 'sensor';
  const isNumber = quantity(info.quantity).form === 'number' && !spot.list;
  return {
    key,
    platform,
    config: {
      name: around.title(spot),
      unique_id: around.uniqueId(key, `${spot.group}.${spot.path.replace('[]', '')}`),
      default_entity_id: `${platform}.${slug(around.member)}_${slug(spot.path)}`,
      state_topic: around.stateTopic,
      value_template: isFlag || isNumber ? plain(spot) : text(spot),
      ...(isFlag ? flagged(spot) : isNumber ? measured(spot) : worded(spot)),
      ...(isAside(info.kind) ? { entity_category: 'diagnostic' } : {}),
      ...(isOn(spot, around.cells) ? {} : { enabled_by_default: false }),
    },
  };
}

/** What an owner has set, or what a device is: beside the values of every day. */
const isAside = (kind: Kind): boolean => kind === 'setting' || kind === 'identity';

function isOn({ info, record, index }: Spot, cells: boolean): boolean {
  if (record !== undefined || index !== undefined) return cells && !isAside(info.kind);
  // Model, firmware and serial number stand with the device already.
  return !isAside(info.kind) || (info.kind === 'setting' && info.role !== undefined);
}

/** Jinja prints flags as Python does. */
function flagged({ info }: Spot): Record<string, unknown> {
  return {
    payload_on: 'True',
    payload_off: 'False',
    ...(info.alarm === undefined ? {} : { device_class: 'problem' }),
  };
}

/** Words that are all known can be chosen from a list in automations. */
function worded({ info }: Spot): Record<string, unknown> {
  return info.words === undefined ? {} : { device_class: 'enum', options: info.words };
}

function measured({ info }: Spot): Record<string, unknown> {
  const { digits } = quantity(info.quantity);
  const unit = unitOf(info);
  const classes = classesOf(info.kind, info.quantity);
  return {
    ...classes,
    ...(unit === '' ? {} : { unit_of_measurement: unit }),
    // A bare number may be a version, a factor, a code: as it is.
    ...(info.quantity === 'number' ? {} : { suggested_display_precision: digits }),
  };
}

/** Classes as Home Assistant accepts them together. */
function classesOf(
  kind: Kind,
  name: Spot['info']['quantity'],
): { device_class?: string; state_class?: string } {
  const { deviceClass: device } = quantity(name);
  const state = stateClass(kind, name);
  // Money is added up, and may become less.
  if (device === 'monetary')
    return { device_class: device, ...(state === undefined ? {} : { state_class: 'total' }) };
  // What is in a battery now, not what went through a meter.
  if (device === 'energy' && state === 'measurement')
    return { device_class: 'energy_storage', state_class: state };
  return {
    ...(device === undefined ? {} : { device_class: device }),
    ...(state === undefined ? {} : { state_class: state }),
  };
}
