import { createHash } from 'node:crypto';
import prettier from 'prettier';
import { stringify } from 'yaml';
import type { Device } from '../src/core/device.ts';
import { type Field, unitOf } from '../src/core/field.ts';
import { quantities, quantity, type QuantityName } from '../src/core/quantity.ts';
import { catalog } from '../src/devices/index.ts';
import {
  CURRENCY,
  EVENT,
  GROUP,
  MEMBER,
  MEMBERS,
  NAME,
  READING,
  SERIES,
  STATE,
  TITLE,
  valuesOf,
} from '../src/outputs/zabbix/keys.ts';
import { listsOf } from './lists-of.ts';

/** Templates for Zabbix 6.0 and later, by path: one that busbar sends to, and one for each device as an external check. */
export async function zabbixTemplates(): Promise<Record<string, string>> {
  return {
    'docs/zabbix/busbar-by-sender.yaml': await file([senderTemplate()]),
    'docs/zabbix/busbar-by-external-check.yaml': await file(catalog.devices.map(externalTemplate)),
  };
}

type Part = Readonly<Record<string, unknown>>;

const FOLDER = 'Templates/Power';
/** Zabbix writes the day of the export here; the file changes only when its content does. */
const DATE = '2026-11-21T00:00:00Z';

function file(templates: readonly Part[]): Promise<string> {
  const zabbix_export = {
    version: '6.0',
    date: DATE,
    groups: [{ uuid: uuid('group', FOLDER), name: FOLDER }],
    templates,
  };
  // Quoted: Zabbix takes a bare date or number for something else than a text.
  const quoted = {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    defaultStringType: 'QUOTE_SINGLE',
    defaultKeyType: 'PLAIN',
  } as const;
  const text = `# Written by \`npm run generate\` from the table of quantities and the device definitions; do not edit.\n${stringify({ zabbix_export }, quoted)}`;
  return prettier.format(text, { parser: 'yaml', singleQuote: true, printWidth: 110 });
}

/** The same for the same name for ever; Zabbix demands the shape of a random one (version 4). */
function uuid(...names: readonly string[]): string {
  const hex = createHash('sha256').update(names.join('\n')).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 12)}4${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`;
}

const step = (type: string, parameters: readonly string[], more: Part = {}): Part => ({
  type,
  parameters,
  ...more,
});
/** A value that is not there is unknown, and no error. */
const jsonPath = (path: string): Part => step('JSONPATH', [path], { error_handler: 'DISCARD_VALUE' });
const UNCHANGED = step('DISCARD_UNCHANGED_HEARTBEAT', ['1h']);
const FLAGS = 'busbar flag';

/** How a quantity is stored: Zabbix puts K and M before units by itself, so numbers come in the unit without them. */
function stored(name: QuantityName, unit: string): Part {
  const { form } = quantity(name);
  if (form === 'flag') {
    return {
      value_type: 'UNSIGNED',
      trends: '0',
      valuemap: { name: FLAGS },
      steps: [step('BOOL_TO_DECIMAL', ['']), UNCHANGED],
    };
  }
  if (form !== 'number') return { value_type: 'TEXT', trends: '0', steps: [UNCHANGED] };
  if (unit === 'min') return { value_type: 'FLOAT', units: 's', steps: [step('MULTIPLIER', ['60'])] };
  if (unit.startsWith('k')) {
    return { value_type: 'FLOAT', units: unit.slice(1), steps: [step('MULTIPLIER', ['1000'])] };
  }
  // Nobody counts in kiloamperehours, in kilo-milliohms or in kilodegrees.
  const isFixed = ['Ah', 'mΩ', '°', '°C'].includes(unit);
  return { value_type: 'FLOAT', ...(unit === '' ? {} : { units: isFixed ? `!${unit}` : unit }), steps: [] };
}

/** What is null is known to be none: it has no value. */
function known(how: Part): Part {
  const { steps } = how as { steps: readonly Part[] }; // made by `stored`
  const none = step('NOT_MATCHES_REGEX', ['^null$'], { error_handler: 'DISCARD_VALUE' });
  return { ...how, steps: [none, ...steps] };
}

/** An item whose value is found in that of another. */
function dependent(
  names: readonly string[],
  {
    name,
    key,
    master,
    path,
    tags,
  }: { name: string; key: string; master: string; path: string; tags: readonly Part[] },
  how: Part,
): Part {
  const { steps, ...rest } = how as { steps: readonly Part[] }; // made by `stored` or beside the call
  return {
    uuid: uuid(...names, key),
    name,
    type: 'DEPENDENT',
    key,
    delay: '0',
    ...rest,
    preprocessing: [jsonPath(path), ...steps],
    master_item: { key: master },
    tags,
  };
}

const tag = (name: string, value: string): Part => ({ tag: name, value });
const TEXT = { value_type: 'TEXT', trends: '0', steps: [UNCHANGED] };
const COUNT = { value_type: 'UNSIGNED', steps: [] };

function flagMap(template: string): Part {
  return {
    uuid: uuid(template, FLAGS),
    name: FLAGS,
    mappings: [
      { value: '0', newvalue: 'no' },
      { value: '1', newvalue: 'yes' },
    ],
  };
}

function senderTemplate(): Part {
  const name = 'busbar by sender';
  const item = (key: string, title: string, more: Part = {}): Part => ({
    uuid: uuid(name, key),
    name: title,
    type: 'TRAP',
    key,
    delay: '0',
    trends: '0',
    value_type: 'TEXT',
    ...more,
  });
  const state = (
    key: string,
    title: string,
    path: string,
    how: Part,
    triggers: readonly Part[] = [],
  ): Part => ({
    ...dependent([name], { name: title, key, master: STATE, path, tags: [tag('component', 'alarms')] }, how),
    ...(triggers.length === 0 ? {} : { triggers }),
  });
  const trigger = (title: string, expression: string, priority: string, more: Part = {}): Part => ({
    uuid: uuid(name, 'trigger', title),
    expression,
    name: title,
    priority,
    ...more,
  });
  const rule = (key: string, title: string, prototypes: readonly Part[]): Part => ({
    uuid: uuid(name, key),
    name: title,
    type: 'TRAP',
    key,
    delay: '0',
    lifetime: '30d',
    item_prototypes: prototypes,
  });
  const alarm = (severity: string): string => `last(/${name}/busbar.alarms[${severity}])>0`;
  const text = { opdata: '{ITEM.LASTVALUE2}' };
  const withText = (expression: string): string =>
    `${expression} and length(last(/${name}/busbar.alarms.text))>=0`;
  return {
    uuid: uuid(name),
    template: name,
    name,
    description: 'Values that a busbar gateway sends. Link it to a host with the name of the site.',
    groups: [{ name: FOLDER }],
    items: [
      item(READING, 'Readings', { history: '0', description: 'One JSON object for each reading.' }),
      item(STATE, 'State', { history: '0', description: 'Once a minute, and when something changes.' }),
      item(EVENT, 'Events', { description: 'Alarms, writes, losses.' }),
      state('busbar.alarms[critical]', 'Critical alarms', '$.alarms.critical', COUNT, [
        trigger('busbar: critical alarm', withText(alarm('critical')), 'HIGH', text),
        trigger(
          'busbar: the gateway is silent',
          `nodata(/${name}/busbar.alarms[critical],{$BUSBAR.SILENCE})=1`,
          'AVERAGE',
        ),
      ]),
      state('busbar.alarms[warning]', 'Warnings', '$.alarms.warning', COUNT, [
        trigger('busbar: warning', withText(alarm('warning')), 'WARNING', text),
      ]),
      state('busbar.alarms.text', 'Alarms', '$.alarms.text', { ...TEXT, steps: [] }),
    ],
    discovery_rules: [
      rule(MEMBERS, 'Devices', [
        {
          ...dependent(
            [name],
            {
              name: `${TITLE}: state`,
              key: `busbar.member[${MEMBER}]`,
              master: STATE,
              path: `$.members['${MEMBER}']`,
              tags: [tag('device', MEMBER)],
            },
            { ...TEXT, steps: [] },
          ),
          trigger_prototypes: [
            trigger(
              `${TITLE} does not answer`,
              `last(/${name}/busbar.member[${MEMBER}])="gone" or last(/${name}/busbar.member[${MEMBER}])="stale"`,
              'WARNING',
            ),
          ],
        },
      ]),
      ...(Object.keys(quantities) as QuantityName[]).map((of) =>
        // the table's own keys
        rule(valuesOf(of), `Values: ${of.replaceAll('_', ' ')}`, [
          dependent(
            [name, of],
            {
              name: NAME,
              key: `busbar.${of}[${SERIES}]`,
              master: READING,
              path: `$['${SERIES}']`,
              tags: [tag('device', MEMBER), tag('group', GROUP), tag('quantity', of)],
            },
            stored(of, of === 'money' ? CURRENCY : quantity(of).unit),
          ),
        ]),
      ),
    ],
    macros: [
      {
        macro: '{$BUSBAR.SILENCE}',
        value: '5m',
        description: 'After so long without a sign of life the gateway is taken for silent',
      },
    ],
    valuemaps: [flagMap(name)],
  };
}

/** A device that Zabbix itself reads by calling `busbar read`. */
function externalTemplate({ id, title, groups }: Device): Part {
  const name = `busbar ${id} by external check`;
  const master = `busbar[read,--json,--timeout,{$BUSBAR.TIMEOUT},--device,${id},--address,{$BUSBAR.ADDRESS},--groups,"{$BUSBAR.GROUPS}",{$BUSBAR.LINK}]`;
  const lists = listsOf(id);
  // Lists of values have no place in an item; what is lowest and highest in them stands beside them.
  const plain = (fields: readonly Field[]): readonly Field[] =>
    fields.filter(({ name: of, kind, items }) => kind !== 'raw' && items === undefined && !lists.has(of));
  const value = (group: string, field: Field, at: { key: string; name: string; path: string }): Part =>
    dependent(
      [name],
      { ...at, master, tags: [tag('group', group), tag('quantity', field.quantity)] },
      known(stored(field.quantity, unitOf(field))),
    );
  const items = groups.flatMap((group) =>
    plain(group.fields).map((field) =>
      value(group.name, field, {
        key: `busbar.${group.name}.${field.name}`,
        name: `${group.title}: ${field.title}`,
        path: `$.${group.name}.${field.name}`,
      }),
    ),
  );
  const rules = groups.flatMap((group) =>
    group.fields.flatMap(({ name: list, title: listTitle, items: parts = [] }) => {
      const [first, ...rest] = parts;
      if (first === undefined || quantity(first.quantity).form !== 'number') return [];
      const path = `$.${group.name}.${list}`;
      return {
        uuid: uuid(name, group.name, list),
        name: `${group.title}: ${listTitle}`,
        type: 'DEPENDENT',
        key: `busbar.${group.name}.${list}`,
        delay: '0',
        item_prototypes: plain(rest).map((field) =>
          value(group.name, field, {
            key: `busbar.${group.name}.${list}.${field.name}[{#KEY}]`,
            name: `${group.title}: ${list} {#KEY} ${field.title}`,
            path: `${path}[?(@.${first.name}=={#KEY})].${field.name}.first()`,
          }),
        ),
        master_item: { key: master },
        lld_macro_paths: [{ lld_macro: '{#KEY}', path: `$.${first.name}` }],
        preprocessing: [
          step('JSONPATH', [path], { error_handler: 'CUSTOM_VALUE', error_handler_params: '[]' }),
        ],
      };
    }),
  );
  return {
    uuid: uuid(name),
    template: name,
    name,
    description: `${title}, read by \`busbar read\` on the Zabbix server or proxy.`,
    groups: [{ name: FOLDER }],
    items: [
      {
        uuid: uuid(name, 'master'),
        name: 'Reading',
        type: 'EXTERNAL',
        key: master,
        delay: '1m',
        history: '0',
        trends: '0',
        value_type: 'TEXT',
      },
      ...items,
    ],
    ...(rules.length === 0 ? {} : { discovery_rules: rules }),
    macros: [
      { macro: '{$BUSBAR.ADDRESS}', value: '1' },
      { macro: '{$BUSBAR.GROUPS}', value: groups[0]?.name ?? '', description: 'Separated by commas' },
      {
        macro: '{$BUSBAR.LINK}',
        value: 'tcp://192.0.2.1:9999',
        description: 'Where the device is connected',
      },
      { macro: '{$BUSBAR.TIMEOUT}', value: '3s', description: 'Less than Timeout of the server' },
    ],
    valuemaps: [flagMap(name)],
  };
}
