import { yamlText } from './merge.ts';

/** What can be filled in for an output, read from the JSON Schema of the configuration: no output is known by name. */

/** How a setting is asked for. */
export type SettingForm =
  | { readonly form: 'text'; readonly secret: boolean; readonly pattern?: string }
  | { readonly form: 'number'; readonly lowest?: number; readonly highest?: number }
  | { readonly form: 'flag' }
  | { readonly form: 'word'; readonly words: readonly (string | number)[] }
  /** Several texts. */
  | { readonly form: 'list' };

/** A setting of an output. */
export interface Setting {
  readonly name: string;
  /** What it is, as the schema says. */
  readonly says: string;
  readonly required: boolean;
  readonly ask: SettingForm;
  /** As it is where nothing is said; undefined: nothing. */
  readonly usual: string | undefined;
}

/** A kind of output. */
export interface OutputForm {
  readonly name: string;
  readonly settings: readonly Setting[];
}

/** As much of JSON Schema as is looked at. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly writeOnly?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Settings that every output has and that nobody needs at the begin. */
const LATER = ['type', 'enabled', 'members', 'max_age'];

/** The kinds of outputs that a schema knows, in its order. */
export function outputForms(schema: object): readonly OutputForm[] {
  // The border to a document of the gateway: JSON Schema, of which every part may be missing.
  const root: Schema = schema;
  const kinds = root.properties?.outputs?.properties ?? {};
  return Object.entries(kinds).map(([name, kind]) => {
    const { properties = {}, required = [] } = resolved(root, kind);
    const settings = Object.entries(properties).flatMap(([key, one]): Setting[] => {
      const ask = LATER.includes(key) ? undefined : formOf(one);
      if (ask === undefined) return [];
      const usual = usualOf(one.default);
      return [{ name: key, says: one.description ?? key, required: required.includes(key), ask, usual }];
    });
    return { name, settings };
  });
}

function resolved(root: Schema, { $ref, ...own }: Schema): Schema {
  const name = $ref?.split('/').at(-1);
  return name === undefined ? own : (root.definitions?.[name] ?? {});
}

function usualOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** How a setting is asked for; undefined: it has parts, and is written in the configuration. */
function formOf(one: Schema): SettingForm | undefined {
  if (one.enum !== undefined) return { form: 'word', words: one.enum };
  if (one.anyOf !== undefined) {
    const words = one.anyOf.flatMap(({ const: word }) =>
      typeof word === 'string' || typeof word === 'number' ? [word] : [],
    );
    if (words.length === one.anyOf.length) return { form: 'word', words };
    return one.anyOf.map(formOf).find((form) => form !== undefined);
  }
  const types = typeof one.type === 'string' ? [one.type] : (one.type ?? []);
  if (types.includes('boolean')) return { form: 'flag' };
  if (types.includes('string')) {
    return {
      form: 'text',
      secret: one.writeOnly === true,
      ...(one.pattern === undefined ? {} : { pattern: one.pattern }),
    };
  }
  if (types.includes('number') || types.includes('integer')) {
    return {
      form: 'number',
      ...(one.minimum === undefined ? {} : { lowest: one.minimum }),
      ...(one.maximum === undefined ? {} : { highest: one.maximum }),
    };
  }
  if (types.includes('array') && one.items?.type === 'string' && one.default === undefined)
    return { form: 'list' };
  return undefined;
}

/** What was filled in, by setting; what is left out stays as it usually is. */
export type Filled = Readonly<Record<string, string>>;

/** The section `outputs` with what was chosen; empty where nothing was. */
export function outputsYaml(forms: readonly OutputForm[], chosen: Readonly<Record<string, Filled>>): string {
  const lines = forms.flatMap(({ name, settings }) => {
    const filled = chosen[name];
    if (filled === undefined) return [];
    const said = settings.flatMap((setting) => {
      const value = filled[setting.name]?.trim() ?? '';
      return value === '' ? [] : [`${setting.name}: ${valueYaml(setting, value)}`];
    });
    return [`  ${name}: ${said.length === 0 ? '{}' : `{ ${said.join(', ')} }`}`];
  });
  return lines.length === 0 ? '' : ['outputs:', ...lines, ''].join('\n');
}

function valueYaml({ ask }: Setting, value: string): string {
  switch (ask.form) {
    case 'number':
    case 'flag':
      return value;
    case 'word':
      return ask.words.some((word) => typeof word === 'number' && String(word) === value)
        ? value
        : yamlText(value);
    case 'list':
      return `[${value
        .split(/[\s,]+/)
        .map(yamlText)
        .join(', ')}]`;
    case 'text':
      return yamlText(value);
  }
}
