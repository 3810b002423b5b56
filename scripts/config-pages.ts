import prettier from 'prettier';
import {
  jsonSchema,
  type JsonSchema,
  OUTPUT_KINDS,
  SAMPLE,
  writtenOutput,
  writtenSchema,
} from '../src/config/index.ts';
import { catalog } from '../src/devices/index.ts';

/** What is written from the schema of the configuration, by path: the page, the JSON Schema, the sample. */
export async function configPages(): Promise<Record<string, string>> {
  return {
    'docs/configuration.md': await tidy('markdown', page()),
    'schema/busbar.schema.json': await tidy('json', JSON.stringify(jsonSchema(catalog), null, 2)),
    'busbar.sample.yaml': SAMPLE,
  };
}

function tidy(parser: string, text: string): Promise<string> {
  return prettier.format(text, { parser, printWidth: 110 });
}

const INTRODUCTION = `<!-- Written by \`npm run generate\` from the schema in src/config; do not edit. -->

# Configuration

\`busbar run\` reads \`busbar.yaml\` from the working directory, or the file named by \`-c\`. \`busbar init\` writes one from
a scan of the serial ports, \`busbar init --sample\` one with explanations ([the sample](../busbar.sample.yaml)).
\`busbar check\` says everything that is wrong, each with its line, and what was probably meant. Unknown keys are errors.

- **Times** are written \`500ms\`, \`2s\`, \`5m\`, \`1h\`, \`30d\`, \`1w\`, \`1y\` (365 days); a number alone is seconds.
- **Sizes** are written \`500MB\`, \`2GB\` (powers of ten), \`512MiB\`, \`2GiB\` (powers of two).
- **Secrets** need not stand in the file. \`\${NAME}\` is replaced by the variable of that name, \`\${NAME:-otherwise}\` by
  something else where it is unset or empty; inside of \`{ }\` YAML wants quotes around it: \`{ password: "\${NAME}" }\`.
  \`$\${\` is \`\${\`. \`!file path\` is the content of a file without the line end behind it. Neither is ever printed.
- **Paths** are relative to the folder of the configuration. Where a **file** is wanted (certificates, keys), its path or
  its text may stand.
- A section whose entries are all commented out is the same as none.
- A saved file or \`SIGHUP\` applies the difference. What did not change goes on: other lines do not miss a reading.
- **Editors** complete and check the file by \`schema/busbar.schema.json\`, which \`busbar check --schema\` prints: with the
  YAML language server (VS Code, Neovim) by a first line \`# yaml-language-server: $schema=busbar.schema.json\`.
`;

function page(): string {
  const schema = writtenSchema();
  const sections = Object.entries(schema.properties ?? {});
  const top = sections.filter(([, part]) => !isSection(part));
  const required = new Set(schema.required);
  const parts = [
    INTRODUCTION,
    '## The site',
    table(top.map(([key, part]) => row(key, part, required.has(key)))),
    ...sections
      .filter(([key, part]) => isSection(part) && key !== 'outputs')
      .map(
        ([key, part]) =>
          `## \`${key}\`\n\n${part.description ?? ''}.\n\n${table(rows(part, prefixOf(key, part)))}`,
      ),
    `## \`outputs\`

${schema.properties?.outputs?.description ?? ''}. The name is the kind of output, or any name with \`type\`:

\`\`\`yaml
outputs:
  mqtt: { url: mqtt://localhost }
  second: { type: mqtt, url: mqtts://elsewhere }
\`\`\``,
    ...(Object.keys(OUTPUT_KINDS) as (keyof typeof OUTPUT_KINDS)[]).map(
      (kind) =>
        // the keys of the table
        `### \`${kind}\`\n\n${table(rows(writtenOutput(kind), ''))}`,
    ),
  ];
  return parts.join('\n\n');
}

/** Whether something gets a chapter of its own. */
function isSection(part: JsonSchema): boolean {
  return inner(part) !== undefined;
}

/** The mapping in a mapping by names, in a list, or among the forms of a value. */
function inner(part: JsonSchema): JsonSchema | undefined {
  if (part.properties !== undefined) return part;
  if (part.items !== undefined) return inner(part.items);
  if (typeof part.additionalProperties === 'object') return inner(part.additionalProperties);
  return [...(part.anyOf ?? []), ...(part.oneOf ?? [])].map(inner).find((one) => one !== undefined);
}

function prefixOf(key: string, part: JsonSchema): string {
  if (part.items !== undefined) return `${key}[].`;
  return typeof part.additionalProperties === 'object' ? `${key}.NAME.` : `${key}.`;
}

/** A row for each key, those of mappings inside behind it. */
function rows(part: JsonSchema, prefix: string): string[] {
  const forms = [...(part.anyOf ?? []), ...(part.oneOf ?? [])].filter((form) => inner(form) !== undefined);
  if (part.properties === undefined && forms.length > 1) return forms.flatMap((form) => rows(form, prefix));
  const mapping = inner(part);
  const required = new Set(mapping?.required);
  return Object.entries(mapping?.properties ?? {}).flatMap(([key, value]) => [
    row(`${prefix}${key}`, value, required.has(key)),
    ...(isSection(value) ? rows(value, prefixOf(`${prefix}${key}`, value)) : []),
  ]);
}

function row(key: string, part: JsonSchema, required: boolean): string {
  const says = (part.description ?? '').replaceAll('|', '\\|');
  return `| \`${key}\` | ${typeOf(part)} | ${required ? '**needed**' : otherwise(part)} | ${says} |`;
}

function otherwise(part: JsonSchema): string {
  const { default: value } = part;
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (value === undefined || value === '' || empty || isSection(part)) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function table(lines: readonly string[]): string {
  return ['| key | value | left out | meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** What a value looks like, in a few words. */
function typeOf(part: JsonSchema): string {
  if (part.form !== undefined) return part.form;
  if (part.const !== undefined) return `\`${JSON.stringify(part.const).replaceAll('"', '')}\``;
  if (part.enum !== undefined) return part.enum.map((one) => `\`${String(one)}\``).join(' ');
  const forms = part.anyOf ?? part.oneOf;
  if (forms !== undefined) return [...new Set(forms.map(typeOf))].join(' or ');
  if (part.type === 'array') return `list of ${isSection(part) ? 'mappings' : typeOf(part.items ?? {})}`;
  if (part.type === 'object') {
    const by = part.additionalProperties;
    return typeof by === 'object' && !isSection(part) ? `mapping to ${typeOf(by)}` : 'mapping';
  }
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    boolean: '`true` `false`',
  };
  const kind = [part.type ?? 'text']
    .flat()
    .map((one) => words[one] ?? one)
    .join(' or ');
  const { minimum, maximum } = part;
  return typeof minimum === 'number' && typeof maximum === 'number' && maximum < 1e9
    ? `${kind} ${minimum} to ${maximum}`
    : kind;
}
