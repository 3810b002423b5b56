import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalog } from '../devices/index.ts';
import { jsonSchema, type JsonSchema } from './json-schema.ts';
import { OUTPUT_KINDS } from './outputs/index.ts';
import { parseConfig } from './parse.ts';
import { SAMPLE } from './sample.ts';

const schema = jsonSchema(catalog);

/** Every schema in a schema, with the way to it. */
function all(part: JsonSchema, path = ''): [string, JsonSchema][] {
  const named = Object.entries({ ...part.properties, ...(part.definitions as JsonSchema['properties']) }); // by JSON Schema itself
  const others = [part.items, part.additionalProperties, ...(part.anyOf ?? []), ...(part.oneOf ?? [])];
  return [
    [path, part],
    ...named.flatMap(([key, one]) => all(one, `${path}.${key}`)),
    ...others.flatMap((one) => (typeof one === 'object' ? all(one, `${path}*`) : [])),
  ];
}

/**
 * What a validator of JSON Schema says, for the keywords that matter here: enough to compare its verdicts with ours.
 */
function fits(part: JsonSchema, value: unknown): boolean {
  const reference = part.$ref;
  if (typeof reference === 'string') {
    const definitions = schema.definitions as Record<string, JsonSchema>; // made by jsonSchema
    return fits(definitions[reference.replace('#/definitions/', '')] ?? { enum: [] }, value);
  }
  const { enum: words, const: only, anyOf, oneOf, properties, required, additionalProperties, items } = part;
  const kinds = part.type === undefined ? undefined : [part.type].flat();
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  if (kinds !== undefined && !kinds.includes(kind) && !(kinds.includes('integer') && Number.isInteger(value)))
    return false;
  if (words !== undefined && !words.includes(value)) return false;
  if (only !== undefined && only !== value) return false;
  if (typeof part.pattern === 'string' && typeof value === 'string' && !new RegExp(part.pattern).test(value))
    return false;
  for (const forms of [anyOf, oneOf])
    if (forms !== undefined && !forms.some((form) => fits(form, value))) return false;
  for (const one of (part.allOf ?? []) as { if: JsonSchema; then: JsonSchema }[])
    // as jsonSchema makes them
    if (fits(one.if, value) && !fits(one.then, value)) return false;
  const { maxItems, maxProperties } = part;
  if (Array.isArray(value) && typeof maxItems === 'number' && value.length > maxItems) return false;
  if (Array.isArray(value)) return items === undefined || value.every((item) => fits(items, item));
  if (typeof value !== 'object' || value === null) return true;
  const record = value as Record<string, unknown>; // JSON
  if (typeof maxProperties === 'number' && Object.keys(record).length > maxProperties) return false;
  const names = part.propertyNames as JsonSchema | undefined; // by JSON Schema itself
  return (
    (required ?? []).every((key) => Object.hasOwn(record, key)) &&
    Object.entries(record).every(([key, inner]) => {
      if (names !== undefined && !fits(names, key)) return false;
      const own = properties?.[key];
      if (own !== undefined) return fits(own, inner);
      return typeof additionalProperties === 'object'
        ? fits(additionalProperties, inner)
        : additionalProperties !== false;
    })
  );
}

const GOOD = {
  site: 'home',
  buses: [
    {
      name: 'shed',
      link: 'tcp://h:1',
      devices: [{ name: 'shunt', device: 'juntek-kg', poll: { measured: '1s' }, allow: ['output'] }],
    },
  ],
  outputs: { mqtt: { url: 'mqtt://h' }, second: { type: 'prometheus' } },
};
const [bus] = GOOD.buses;
const withDevice = (more: object) => ({
  ...GOOD,
  buses: [{ ...bus, devices: [{ name: 'shunt', device: 'juntek-kg', ...more }] }],
});

describe('the JSON Schema', () => {
  it('explains every key that can be written', () => {
    const silent = all(schema).filter(
      ([path, part]) => /\.\w+$/.test(path) && part.description === undefined,
    );
    const explained = silent.map(([path]) => path).filter((path) => !/^\.definitions|\.type$/.test(path));
    expect(
      explained.filter(
        (path) =>
          !Object.keys(OUTPUT_KINDS).some((kind) => path === `.${kind}` || path === `.outputs.${kind}`),
      ),
    ).toEqual([]);
  });

  it('offers every device and family', () => {
    const device = all(schema).find(([path]) => path === '.buses*.devices*.device')?.[1];
    expect(device?.enum).toEqual(
      expect.arrayContaining(['juntek', 'juntek-kg', 'pylontech', 'topbms', 'neva-mt3xx']),
    );
    expect(device?.enum).toHaveLength(catalog.devices.length + catalog.families.length);
  });

  it('has nothing of this computer in it, and none of our own marks', () => {
    const text = JSON.stringify(schema);
    expect(text).not.toContain(Intl.DateTimeFormat().resolvedOptions().timeZone + '"');
    expect(text).not.toMatch(/"(form|mark)":"/);
  });

  it('has no empty list of words, which JSON Schema (6.1.2) forbids', () => {
    expect(JSON.stringify(schema)).not.toContain('"enum":[]');
  });

  it.each([
    ['a good one', GOOD, true],
    ['an unknown key', { ...GOOD, sitte: 'x' }, false],
    ['no site', { buses: GOOD.buses }, false],
    ['a time', { ...GOOD, history: { raw: '30d', hours: 'forever' } }, true],
    ['no time', { ...GOOD, history: { raw: '30 days' } }, false],
    ['an unknown device', withDevice({ device: 'juntek-kk' }), false],
    ['a group of the device', withDevice({ poll: { configured: '1m' } }), true],
    ['a group of another device', withDevice({ poll: { telemetry: '1m' } }), false],
    ['a writable of the device', withDevice({ allow: ['soc'] }), true],
    ['a writable of another device', withDevice({ allow: ['turn_off'] }), false],
    ['a setting of another device', withDevice({ access: { start: '300' } }), false],
    ['a writable of what has none', withDevice({ device: 'topbms', allow: ['soc'] }), false],
    ['an output of no kind', { ...GOOD, outputs: { mqqt: {} } }, false],
    ['an output without what it needs', { ...GOOD, outputs: { mqtt: {} } }, false],
    ['a named output without what it needs', { ...GOOD, outputs: { a: { type: 'mqtt' } } }, false],
    ['an unknown option of an output', { ...GOOD, outputs: { prometheus: { url: 'http://h' } } }, false],
  ])('and we agree on %s', (_, value, good) => {
    expect(fits(schema, value)).toBe(good);
    const { config } = parseConfig(JSON.stringify(value), { catalog, env: {}, readFile: () => '' });
    expect(config !== undefined).toBe(good);
  });
});

describe('the sample', () => {
  it('is a good configuration, as it stands in the repository', () => {
    const file = new URL('../../busbar.sample.yaml', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(SAMPLE);
    const { config, problems } = parseConfig(SAMPLE, { catalog, env: {}, readFile: () => '' });
    expect(problems).toEqual([]);
    expect(config?.buses.map(({ name }) => name)).toEqual(['shed', 'rack', 'meter']);
  });

  it('is a good configuration with every line of it that is commented out', () => {
    // A line of configuration behind a # has a key that ends in a colon; sentences do not begin with one.
    const opened = SAMPLE.replace(/^( *)# ([a-z_]+: )/gm, '$1$2');
    expect(opened.match(/^ *#/gm)?.length).toBeLessThan(SAMPLE.match(/^ *#/gm)?.length ?? 0);
    const { problems } = parseConfig(opened, {
      catalog,
      env: { BUSBAR_PASSWORD: 'a', INFLUX_TOKEN: 'b', PGPASSWORD: 'c' },
      readFile: () => 'd',
    });
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
  });
});
