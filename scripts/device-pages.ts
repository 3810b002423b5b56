import { quantity } from '../src/core/quantity.ts';
import type { Device, Writable } from '../src/core/device.ts';
import { catalog } from '../src/devices/index.ts';

/** The pages `docs/devices/*.md`, by path: everything in them comes from the definitions. */
export function devicePages(): Record<string, string> {
  const pages = catalog.devices.map((device) => [`docs/devices/${device.id}.md`, page(device)] as const);
  return { 'docs/devices/README.md': overview(), ...Object.fromEntries(pages) };
}

const GENERATED = '<!-- Written by `npm run generate` from the device definition; do not edit. -->';

function overview(): string {
  const rows = catalog.devices.map(
    (device) =>
      `| [${device.id}](${device.id}.md) | ${device.title} | ${device.models.join(', ')} | ${device.protocol} |`,
  );
  return `${GENERATED}

# Devices

| id | what | models | protocol |
| --- | --- | --- | --- |
${rows.join('\n')}

Families, told apart by a first question: ${catalog.families.map((one) => `\`${one.id}\``).join(', ')}.
`;
}

function page(device: Device): string {
  const groups = device.groups.map(
    (group) => `## ${group.title} (\`${group.name}\`)

Read every ${group.period} s while a gateway runs.

| field | meaning | unit | kind | where from |
| --- | --- | --- | --- | --- |
${group.fields
  .map((field) => {
    const remark = field.remark === undefined ? '' : ` ${field.remark}`;
    return `| \`${field.name}\` | ${cell(`${field.title}.${remark}`)} | ${quantity(field.quantity).unit} | ${field.kind} | ${cell(field.source)} |`;
  })
  .join('\n')}
`,
  );
  return `${GENERATED}

# ${device.title}

Id \`${device.id}\`, protocol \`${device.protocol}\`, ${device.line.baud} baud, addresses ${device.addresses.lowest} to ${device.addresses.highest} (usually ${device.addresses.usual}). Models: ${device.models.join(', ')}.

${device.remarks.map((remark) => `- ${remark}`).join('\n')}

${groups.join('\n')}
## What can be written

Nothing is sent without \`--confirm\`; everything is range-checked and read back.

| name | meaning | takes | risk |
| --- | --- | --- | --- |
${device.writables.map(writableRow).join('\n')}
`;
}

function writableRow(writable: Writable): string {
  const remark = writable.remark === undefined ? '' : ` ${writable.remark}`;
  return `| \`${writable.name}\` | ${cell(`${writable.title}.${remark}`)} | ${takes(writable)} | ${writable.risk} |`;
}

function takes({ accepts, unit }: Writable): string {
  switch (accepts.form) {
    case 'trigger':
      return 'nothing';
    case 'word':
      return accepts.words.join(', ');
    case 'text':
      return cell(`${accepts.says}, such as \`${accepts.examples[0] ?? ''}\``);
    case 'number':
      return `${accepts.lowest} to ${accepts.highest} ${unit}${accepts.off ? ', off' : ''}`.trim();
  }
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
