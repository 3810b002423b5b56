import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Home Assistant's rules as data; see `_source` in the file. */
interface Rules {
  readonly device_discovery: { readonly required: string[]; readonly allowed_root_keys: string[] };
  readonly device_keys: string[];
  readonly origin_keys: Record<string, string>;
  readonly entity_categories: string[];
  readonly entity_category_config_refused_on: string[];
  readonly availability_modes: string[];
  readonly platforms: Record<string, { readonly required: string[]; readonly keys: string[] } | undefined>;
  readonly sensor: {
    readonly device_class_units: Record<string, (string | null)[] | 'ANY' | null>;
    readonly device_class_state_classes: Record<string, string[]>;
    readonly state_classes: string[];
  };
  readonly number: {
    readonly no_device_classes: string[];
    readonly modes: string[];
    readonly step_min: number;
  };
}

const rules = JSON.parse(readFileSync(join(import.meta.dirname, 'ha_rules.json'), 'utf8')) as Rules; // the project's own file

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What Home Assistant would refuse or drop in silence of a device bundle. Empty: it takes all of it. */
export function checkBundle(topic: string, payload: string, prefix = 'homeassistant'): string[] {
  const wrong: string[] = [];
  if (!new RegExp(`^${prefix}/device/(?:[a-zA-Z0-9_-]+/)?[a-zA-Z0-9_-]+/config$`).test(topic)) {
    wrong.push(`no discovery topic: ${topic}`);
  }
  const bundle = JSON.parse(payload) as Json;
  for (const key of rules.device_discovery.required)
    if (!(key in bundle)) wrong.push(`bundle without ${key}`);
  for (const key of Object.keys(bundle)) {
    if (!rules.device_discovery.allowed_root_keys.includes(key))
      wrong.push(`root key ${key}: all is rejected`);
  }
  wrong.push(...checkDevice(bundle), ...checkAvailability(bundle));
  const { components } = bundle;
  const aside = new Set(['device', 'components', 'origin']);
  const shared = Object.fromEntries(Object.entries(bundle).filter(([key]) => !aside.has(key)));
  for (const [key, component] of Object.entries(isObject(components) ? components : {})) {
    if (!/^[a-zA-Z0-9_-]+$/.test(key)) wrong.push(`key of a component: ${key}`);
    if (!isObject(component)) wrong.push(`${key} is no object`);
    else if (Object.keys(component).join() !== 'platform') {
      const { platform, ...own } = component;
      wrong.push(...checkComponent(textOf(platform), own, shared).map((what) => `${key}: ${what}`));
    }
  }
  return wrong;
}

/** The same of a message for a single entity. */
export function checkSingle(topic: string, payload: string, prefix = 'homeassistant'): string[] {
  const [, platform] =
    new RegExp(`^${prefix}/([a-z_]+)/(?:[a-zA-Z0-9_-]+/)?[a-zA-Z0-9_-]+/config$`).exec(topic) ?? [];
  if (platform === undefined) return [`no discovery topic: ${topic}`];
  const config = JSON.parse(payload) as Json;
  return [...checkDevice(config), ...checkComponent(platform, config, {})];
}

function checkDevice({ device, origin }: Json): string[] {
  const wrong: string[] = [];
  if (!isObject(device)) return ['no device'];
  for (const key of Object.keys(device))
    if (!rules.device_keys.includes(key)) wrong.push(`device key ${key}`);
  if (!('identifiers' in device) && !('connections' in device)) wrong.push('device without identifiers');
  if (!isObject(origin) || typeof origin.name !== 'string') wrong.push('origin without name');
  else
    for (const key of Object.keys(origin)) if (!(key in rules.origin_keys)) wrong.push(`origin key ${key}`);
  return wrong;
}

function checkAvailability(config: Json): string[] {
  const wrong: string[] = [];
  if ('availability' in config && 'availability_topic' in config) wrong.push('availability twice');
  const mode = config.availability_mode;
  if (mode !== undefined && !rules.availability_modes.includes(textOf(mode)))
    wrong.push(`mode ${textOf(mode)}`);
  const list = config.availability;
  if (
    list !== undefined &&
    !(Array.isArray(list) && list.every((one) => isObject(one) && typeof one.topic === 'string'))
  ) {
    wrong.push('availability is no list of topics');
  }
  return wrong;
}

/** @param own what the entity says itself, of which nothing may be unknown; `shared` is what its bundle says for all */
function checkComponent(platform: string, own: Json, shared: Json): string[] {
  const known = rules.platforms[platform];
  if (known === undefined) return [`platform ${platform}`];
  const wrong: string[] = checkAvailability(own);
  const config = { ...shared, ...own };
  for (const key of Object.keys(own))
    if (!known.keys.includes(key)) wrong.push(`${key} is dropped in silence`);
  for (const key of known.required) if (!(key in config)) wrong.push(`no ${key}`);
  if (typeof config.unique_id !== 'string' || config.unique_id === '') wrong.push('no unique_id');
  if (!/^[a-z_]+\.[a-z0-9_]+$/.test(textOf(config.default_entity_id ?? `${platform}.x`)))
    wrong.push('bad default_entity_id');
  if (
    config.default_entity_id !== undefined &&
    !textOf(config.default_entity_id).startsWith(`${platform}.`)
  ) {
    wrong.push('default_entity_id of another platform');
  }
  const category = config.entity_category;
  if (category !== undefined) {
    if (!rules.entity_categories.includes(textOf(category)))
      wrong.push(`entity_category ${textOf(category)}`);
    if (category === 'config' && rules.entity_category_config_refused_on.includes(platform)) {
      wrong.push('entity_category config is refused');
    }
  }
  if (config.retain === true) wrong.push('a retained command');
  if (platform === 'sensor') wrong.push(...checkSensor(config));
  if (platform === 'number') wrong.push(...checkNumber(config));
  if (platform === 'select' && !(Array.isArray(config.options) && config.options.length > 0))
    wrong.push('no options');
  return wrong;
}

function checkUnit(config: Json): string[] {
  const device = config.device_class;
  if (device === undefined) return [];
  const units = rules.sensor.device_class_units[textOf(device)];
  if (units === undefined) return [`device class ${textOf(device)}`];
  const unit = config.unit_of_measurement ?? null;
  if (units === 'ANY') return [];
  if (units === null) return unit === null ? [] : [`unit ${textOf(unit)} with ${textOf(device)}`];
  return units.some((one) => one === unit) ? [] : [`unit ${textOf(unit)} with ${textOf(device)}`];
}

function checkSensor(config: Json): string[] {
  const wrong = checkUnit(config);
  const { state_class: state, device_class: device, options } = config;
  if (state !== undefined) {
    if (!rules.sensor.state_classes.includes(textOf(state))) wrong.push(`state class ${textOf(state)}`);
    const fitting =
      device === undefined ? undefined : rules.sensor.device_class_state_classes[textOf(device)];
    if (fitting !== undefined && !fitting.includes(textOf(state)))
      wrong.push(`${textOf(state)} with ${textOf(device)}`);
  }
  if (device === 'enum' && !(Array.isArray(options) && options.length > 0))
    wrong.push('an enum without options');
  if (options !== undefined) {
    if (device !== 'enum') wrong.push('options without enum');
    if (state !== undefined || config.unit_of_measurement !== undefined)
      wrong.push('options with unit or state class');
  }
  const digits = config.suggested_display_precision;
  if (digits !== undefined && !Number.isInteger(digits)) wrong.push('precision is no whole number');
  return wrong;
}

function checkNumber(config: Json): string[] {
  const wrong = checkUnit(config);
  const { min = 0, max = 100, step = 1, mode = 'auto', device_class: device } = config;
  if (typeof min !== 'number' || typeof max !== 'number' || min >= max) wrong.push('min is not below max');
  if (typeof step !== 'number' || step < rules.number.step_min) wrong.push(`step ${textOf(step)}`);
  if (!rules.number.modes.includes(textOf(mode))) wrong.push(`mode ${textOf(mode)}`);
  if (device !== undefined && rules.number.no_device_classes.includes(textOf(device))) {
    wrong.push(`a number of class ${textOf(device)}`);
  }
  if (device === 'power_factor' && config.unit_of_measurement !== '%') wrong.push('power factor without %');
  return wrong;
}
