import { describe, expect, it, test } from 'vitest';
import { pointsOf, type Scalar } from '../../src/core/site/series.ts';
import { topicsOf } from '../../src/core/site/topics.ts';
import {
  announceGateway,
  announceMember,
  type Announcement,
} from '../../src/outputs/homeassistant/announcement.ts';
import { announcing, type Form } from '../../src/outputs/homeassistant/messages.ts';
import { sight } from '../../src/outputs/homeassistant/sightings.ts';
import { hasAlarm, negated, plain } from '../../src/outputs/homeassistant/template.ts';
import { stateDocument } from '../../src/outputs/mqtt/document.ts';
import { type Proof, proofs } from '../every-device/captures.ts';
import { checkBundle, checkSingle } from './ha-check.ts';
import { hasJinja, render } from './jinja.ts';
import { memberOf, readingsOf, stateOf } from './site.ts';

const topics = topicsOf('busbar/home');
const bundle: Form = { prefix: 'homeassistant', mode: 'bundle', node: 'busbar_home' };
const single: Form = { ...bundle, mode: 'single' };
const NOON = Date.parse('2026-11-21T12:00:00Z');

function announced(proof: Proof, cells = false): { readonly of: Announcement; readonly document: string } {
  const state = stateOf(memberOf(proof.device), readingsOf(proof), NOON);
  const { spots } = sight(state, undefined, NOON);
  const options = { cells, aliases: {} };
  const of = announceMember(state, 'busbar_x_1', spots, { site: 'home', topics, options, commands: true });
  const shown = (group: string) => {
    const read = state.groups[group];
    return read?.at === undefined ? undefined : { at: read.at, values: read.values };
  };
  return { of, document: stateDocument(state, shown, undefined) };
}

describe.each(proofs.map((proof) => [proof.name, proof] as const))('discovery of %s', (_, proof) => {
  const { of } = announced(proof);

  it('is a bundle that Home Assistant takes whole', () => {
    const posts = announcing(bundle, of, '1.0.0');
    expect(posts).toHaveLength(1);
    expect(posts.flatMap(({ topic, payload }) => checkBundle(topic, payload))).toEqual([]);
  });

  it('is a message for each entity that Home Assistant takes', () => {
    const posts = announcing(single, of, '1.0.0');
    expect(posts.flatMap(({ topic, payload }) => checkSingle(topic, payload))).toEqual([]);
    expect(new Set(posts.map(({ topic }) => topic)).size).toBe(of.components.length);
  });

  it('has no id in the form of single messages that Domoticz skips', () => {
    // As its MQTTAutoDiscover had them in September 2025.
    const skipped =
      /_(min|max)$|^(min|max)_|_alarm|_calibration|_sensitivity|^(restart|linkquality|last_seen|connection_state|log_level)$/;
    const ids = announcing(single, of, '1.0.0').map(({ topic }) => topic.split('/').at(-2) ?? '');
    expect(ids.filter((id) => skipped.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('offers the words where no others can come, and no list where others can', () => {
    const readings = readingsOf(proof);
    const values = pointsByKey(proof);
    for (const { key, platform, config } of of.components) {
      if (platform !== 'sensor') continue;
      expect('options' in config, key).toBe(config.device_class === 'enum');
      const value = values.get(key);
      if (Array.isArray(config.options) && typeof value === 'string')
        expect(config.options, key).toContain(value);
    }
    // A word of a field whose words are all known is never announced without them.
    const bare = proof.device.groups.flatMap((group) =>
      group.fields.flatMap(({ name, words, kind }) => {
        const entity = of.components.find((one) => one.key === `${group.name}_${name}`);
        const isWord =
          words !== undefined && kind !== 'raw' && typeof readings[group.name]?.[name] === 'string';
        return isWord && entity !== undefined && entity.config.options !== words ? [entity.key] : [];
      }),
    );
    expect(bare).toEqual([]);
  });

  it('names every entity once, by id and by what people read', () => {
    for (const key of ['unique_id', 'name'] as const) {
      const names = of.components.map(({ config }) => config[key]);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    }
  });

  it('has single cells and packs switched off, and on when they are wanted', () => {
    const cells = /(^|_)(packs|cell_voltages|temperatures)_\d+(_|$)/;
    const isOn = (wanted: boolean) =>
      announced(proof, wanted).of.components.filter(
        ({ key, config }) =>
          cells.test(key) && config.entity_category === undefined && config.enabled_by_default !== false,
      );
    expect(isOn(false)).toEqual([]);
    const all = of.components.filter(
      ({ key, config }) => cells.test(key) && config.entity_category === undefined,
    );
    expect(isOn(true)).toHaveLength(all.length);
  });
});

it('offers the words of a direction of current', () => {
  const proof = proofs.find(({ name }) => name === 'kg.readme');
  const found = proof && announced(proof).of.components.find(({ key }) => key === 'measured_direction');
  // 0 and 1 in the manual of Juntek.
  expect(found?.config).toMatchObject({ device_class: 'enum', options: ['discharging', 'charging'] });
});

/** The values of a capture by the key of their entity, as points. */
function pointsByKey(proof: Proof): ReadonlyMap<string, Scalar | null> {
  const readings = readingsOf(proof);
  const points = proof.device.groups.flatMap((group) =>
    pointsOf(group, readings[group.name] ?? {}).map(
      ({ path, value }) => [`${group.name}_${path.replaceAll('.', '_')}`, value] as const,
    ),
  );
  return new Map(points);
}

/** A value as Home Assistant must see it printed. */
function isPrinted(value: Scalar | null, printed: string): boolean {
  if (value === null) return printed === 'None';
  if (typeof value === 'number') return Number(printed) === value;
  if (typeof value === 'boolean') return printed === (value ? 'True' : 'False');
  return printed === (value === '' ? 'none' : value.slice(0, 255));
}

describe.skipIf(!hasJinja())('the templates, rendered by Jinja', () => {
  // One run of Python for all of them: starting it takes longer than its work.
  it('find each value of every capture', () => {
    const asked = proofs.flatMap((proof) => {
      const { of, document } = announced(proof);
      const points = pointsByKey(proof);
      return of.components.flatMap(({ key, config }) => {
        const value = points.get(key);
        return value === undefined
          ? []
          : [{ name: `${proof.name} ${key}`, value, document, template: String(config.value_template) }];
      });
    });
    expect(asked.length).toBeGreaterThan(1000);
    const printed = render(asked.map(({ document, template }) => [document, template] as const));
    const wrong = asked.flatMap(({ name, value }, index) =>
      isPrinted(value, printed[index] ?? '')
        ? []
        : [`${name}: ${JSON.stringify(value)} is printed ${printed[index] ?? ''}`],
    );
    expect(wrong).toEqual([]);
  });

  it('print None while nothing is known', () => {
    const asked = proofs.flatMap((proof) => {
      const state = stateOf(memberOf(proof.device), {}, NOON);
      const document = stateDocument(state, () => undefined, undefined);
      return announced(proof).of.components.flatMap(({ key, config }) =>
        'value_template' in config && config.state_topic === topics.state('unit')
          ? [{ name: `${proof.name} ${key}`, document, template: String(config.value_template) }]
          : [],
      );
    });
    const printed = render(asked.map(({ document, template }) => [document, template] as const));
    expect(asked.filter((_, index) => printed[index] !== 'None').map(({ name }) => name)).toEqual([]);
  });

  it('turn the sign of power for the energy dashboard, and count alarms', () => {
    const at = { group: 'measured', field: 'power' };
    const documents = [{ power: 120.5 }, { power: -80 }, { power: null }].map((measured) =>
      JSON.stringify({ measured }),
    );
    const alarms = JSON.stringify({ alarms: [{ subject: 'a', member: 'rack' }, { subject: 'b' }] });
    const pairs = [
      ...documents.map((document) => [document, negated(at)] as const),
      [alarms, hasAlarm('rack')] as const,
      [alarms, hasAlarm('shunt')] as const,
    ];
    expect(render(pairs)).toEqual(['-120.5', '80', 'None', 'True', 'False']);
  });

  it('find a record by its key, whatever stands before it', () => {
    const place = { group: 'g', field: 'voltage', record: { list: 'packs', by: 'address', key: 3 } };
    const documents = [
      {
        packs: [
          { address: 2, voltage: 1 },
          { address: 3, voltage: 49.5 },
        ],
      },
      { packs: [{ address: 3, voltage: 49.5 }] },
      { packs: [{ address: 2, voltage: 1 }] },
    ].map((g) => JSON.stringify({ g }));
    expect(render(documents.map((document) => [document, plain(place)] as const))).toEqual([
      '49.5',
      '49.5',
      'None',
    ]);
  });
});

describe('the gateway as a device', () => {
  it.each([bundle, single])('is taken: $mode', (form) => {
    const posts = announcing(form, announceGateway('home', topics, '1.0.0'), '1.0.0');
    const check = form.mode === 'bundle' ? checkBundle : checkSingle;
    expect(posts.flatMap(({ topic, payload }) => check(topic, payload))).toEqual([]);
  });
});

describe('the checker', () => {
  const device = { identifiers: ['a'] };
  const origin = { name: 'x' };
  const sensor = { platform: 'sensor', unique_id: 'a_b', state_topic: 't' };
  const check = (components: object, more: object = {}): string[] =>
    checkBundle('homeassistant/device/a/config', JSON.stringify({ device, origin, components, ...more }));

  test.each<[string, string[]]>([
    ['a good one', check({ b: sensor })],
    ['an entity that is being removed', check({ b: { platform: 'sensor' } })],
    [
      'reactive power',
      check({ b: { ...sensor, device_class: 'reactive_power', unit_of_measurement: 'var' } }),
    ],
  ])('takes %s', (_, wrong) => expect(wrong).toEqual([]));

  test.each<[string, string[]]>([
    ['a root key', check({ b: sensor }, { '~': 'busbar' })],
    [
      'a dot in an id',
      checkBundle('homeassistant/device/a.b/config', JSON.stringify({ device, origin, components: {} })),
    ],
    [
      'a unit in other letters',
      check({ b: { ...sensor, device_class: 'reactive_power', unit_of_measurement: 'VAr' } }),
    ],
    [
      'energy that is measured',
      check({
        b: { ...sensor, device_class: 'energy', unit_of_measurement: 'kWh', state_class: 'measurement' },
      }),
    ],
    ['config on a sensor', check({ b: { ...sensor, entity_category: 'config' } })],
    ['a key that is gone', check({ b: { ...sensor, object_id: 'b' } })],
    ['no unique id', check({ b: { platform: 'sensor', state_topic: 't' } })],
    [
      'a number without room',
      check({ b: { platform: 'number', unique_id: 'x', command_topic: 'c', min: 1, max: 1 } }),
    ],
  ])('refuses %s', (_, wrong) => expect(wrong).toHaveLength(1));
});
