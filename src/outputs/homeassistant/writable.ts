import type { Writable } from '../../core/device.ts';
import type { Field } from '../../core/field.ts';
import { quantity } from '../../core/quantity.ts';
import type { Member, Topics } from '../../core/site/index.ts';
import { type Component, slug } from './component.ts';
import { onOrOff, plain, type Place, text } from './template.ts';

/** Seconds after which a broker with MQTT 5 drops a command that nobody took. */
const STALE = 30;
/** The finest step that Home Assistant takes. */
const FINEST = 3;
/** Device classes that a number may not have. */
const NOT_FOR_NUMBERS = new Set(['enum', 'timestamp', 'power_factor']);

/** What may be written, as entities. What cannot be read back is left out, unless it is a button: nothing is guessed. */
export function writableComponents(
  member: Member,
  topics: Topics,
  uniqueId: (key: string, series: string) => string,
): readonly Component[] {
  return member.writables.flatMap((writable) => {
    const found = fieldOf(member, writable.name);
    const common = (key: string, platform: Component['platform'], name: string): Record<string, unknown> => ({
      name,
      unique_id: uniqueId(key, key.replace('set_', 'set.')),
      default_entity_id: `${platform}.${slug(member.name)}_${key}`,
      command_topic: topics.set(member.name, writable.name),
      entity_category: 'config',
      qos: 1,
      retain: false,
      message_expiry_interval: STALE,
      // The owner allowed it; one more step before a slip of the finger switches a battery off.
      ...(writable.risk === 'high' ? { enabled_by_default: false } : {}),
    });
    const key = `set_${slug(writable.name)}`;
    // Beside a sensor of the same field it needs another name.
    const title =
      found === undefined || isShownByWritable(member, found.info)
        ? writable.title
        : `${writable.title} (set)`;
    if (writable.accepts.form === 'trigger') {
      return [{ key, platform: 'button', config: { ...common(key, 'button', title), payload_press: 'now' } }];
    }
    if (found === undefined) return [];
    const { platform, config } = valued(writable, found);
    const entity: Component = {
      key,
      platform,
      config: { ...common(key, platform, title), state_topic: topics.state(member.name), ...config },
    };
    if (writable.accepts.form !== 'number' || !writable.accepts.off) return [entity];
    const off = `${key}_off`;
    const button = { ...common(off, 'button', `${title}: switch off`), payload_press: 'off' };
    return [entity, { key: off, platform: 'button', config: button }];
  });
}

/** Fields whose sensor says nothing that the entity for writing does not say. */
export function isShownByWritable(member: Member, field: Field): boolean {
  return (
    field.kind === 'setting' &&
    member.writables.some(({ name, accepts }) => name === field.name && accepts.form !== 'trigger')
  );
}

interface Found extends Place {
  readonly info: Field;
}

function fieldOf(member: Member, name: string): Found | undefined {
  for (const group of member.groups) {
    const info = group.fields.find(
      (one) => one.name === name && one.items === undefined && one.kind !== 'raw',
    );
    if (info !== undefined) return { group: group.name, field: name, info };
  }
  return undefined;
}

function valued({ accepts, unit }: Writable, found: Found): Pick<Component, 'platform' | 'config'> {
  switch (accepts.form) {
    case 'number': {
      const device = quantity(found.info.quantity).deviceClass;
      const { lowest: min, highest: max } = accepts;
      return {
        platform: 'number',
        config: {
          value_template: plain(found),
          min,
          max,
          step: 10 ** -Math.min(FINEST, Math.max(decimals(min), decimals(max))),
          mode: 'box',
          ...(unit === '' ? {} : { unit_of_measurement: unit }),
          // The class only where the unit is that of the quantity, of which Home Assistant knows the class.
          ...(device === undefined ||
          NOT_FOR_NUMBERS.has(device) ||
          unit !== quantity(found.info.quantity).unit
            ? {}
            : { device_class: device }),
        },
      };
    }
    case 'word': {
      const isSwitch =
        accepts.words.length === 2 && accepts.words.includes('on') && accepts.words.includes('off');
      return isSwitch
        ? {
            platform: 'switch',
            config: {
              value_template: onOrOff(found),
              payload_on: 'on',
              payload_off: 'off',
              state_on: 'on',
              state_off: 'off',
            },
          }
        : { platform: 'select', config: { value_template: text(found), options: accepts.words } };
    }
    case 'text':
      return {
        platform: 'text',
        config: { value_template: text(found), max: 255, pattern: `^(?:${accepts.pattern})$` },
      };
    case 'trigger':
      throw new Error('a trigger has no value');
  }
}

/** Digits behind the point. */
function decimals(number: number): number {
  return /\.(\d+)$/.exec(String(number))?.[1]?.length ?? 0;
}
