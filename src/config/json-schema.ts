import * as z from 'zod';
import { type Catalog, isFamily } from '../core/catalog.ts';
import type { Device, Family } from '../core/device.ts';
import { OUTPUT_KINDS } from './outputs/index.ts';
import { configSchema } from './schema.ts';

/** A JSON Schema, as far as it is looked into here. */
export interface JsonSchema {
  [keyword: string]: unknown;
  type?: string | readonly string[];
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  /** What our documents call it: `time`, `size`, `URL`. */
  form?: string;
}

/** The schema of the file with what our documents need besides (`form`, `mark`). */
export function writtenSchema(): JsonSchema {
  const schema = plain(configSchema);
  const timezone = schema.properties?.timezone;
  // It is the zone of whoever runs this.
  if (timezone !== undefined) delete timezone.default;
  return schema;
}

/** The schema of one kind of output, without its `type`. */
export function writtenOutput(kind: keyof typeof OUTPUT_KINDS): JsonSchema {
  const schema = plain(OUTPUT_KINDS[kind]);
  const properties = { ...schema.properties };
  delete properties.type;
  return { ...schema, properties, required: (schema.required ?? []).filter((key) => key !== 'type') };
}

function plain(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as JsonSchema; // wider than zod's own type, which says nothing of meta
}

/**
 * JSON Schema (draft 7, which editors read) of `busbar.yaml`, with the devices of a catalogue, their groups, settings
 * and writables as words to choose from.
 */
export function jsonSchema(catalog: Catalog): JsonSchema {
  const { $schema, ...schema } = writtenSchema();
  const device = at(schema, 'buses', 'items', 'devices', 'items');
  const entries = [...catalog.families, ...catalog.devices];
  Object.assign(at(device, 'device'), { enum: entries.map(({ id }) => id) });
  device.allOf = entries.map(choices);
  const kinds = Object.keys(OUTPUT_KINDS) as (keyof typeof OUTPUT_KINDS)[]; // the keys of the table
  Object.assign(at(schema, 'outputs'), {
    properties: Object.fromEntries(kinds.map((kind) => [kind, { $ref: `#/definitions/${kind}` }])),
    additionalProperties: {
      type: 'object',
      properties: { type: { enum: kinds } },
      required: ['type'],
      allOf: kinds.map((kind) => ({
        if: { properties: { type: { const: kind } } },
        then: { $ref: `#/definitions/${kind}` },
      })),
    },
  });
  const definitions = Object.fromEntries(
    kinds.map((kind) => {
      const output = writtenOutput(kind);
      return [kind, { ...output, properties: { type: { const: kind }, ...output.properties } }];
    }),
  );
  return stripped({ $schema, title: 'busbar.yaml', ...schema, definitions }) as JsonSchema; // the same with less
}

/** What can be chosen where a device is named. */
function choices(entry: Device | Family): JsonSchema {
  const devices = isFamily(entry) ? entry.members : [entry];
  const words = (of: (device: Device) => readonly string[]) => [...new Set(devices.flatMap(of))];
  const groups = words((device) => device.groups.map(({ name }) => name));
  const writables = words((device) => device.writables.map(({ name }) => name));
  const settings = words(({ access }) => Object.keys(access?.settings ?? {}));
  // JSON Schema has no list of words that is empty.
  return {
    if: { properties: { device: { const: entry.id } } },
    then: {
      properties: {
        poll: { propertyNames: { enum: groups } },
        allow: writables.length === 0 ? { maxItems: 0 } : { items: { enum: writables } },
        access: settings.length === 0 ? { maxProperties: 0 } : { propertyNames: { enum: settings } },
      },
    },
  };
}

/** The part of a schema under some keys; `items` steps into a list. */
function at(schema: JsonSchema, ...keys: readonly string[]): JsonSchema {
  let part: JsonSchema | undefined = schema;
  for (const key of keys) part = key === 'items' ? part?.items : part?.properties?.[key];
  if (part === undefined) throw new Error(`the schema has no ${keys.join('.')}`);
  return part;
}

/** Without what only we understand. */
function stripped(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(stripped);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key, value]) => !((key === 'form' || key === 'mark') && typeof value === 'string'))
      .map(([key, value]) => [key, stripped(value)]),
  );
}
