import { isFamily } from '../core/catalog.ts';
import type { Device, Writable } from '../core/device.ts';
import { quantity } from '../core/quantity.ts';
import { deviceDocument } from '../core/site/documents.ts';
import { catalog } from '../devices/index.ts';
import { print } from './terminal.ts';

/** Lists the catalogue, or shows one device with its groups, fields, units and writable ranges. */
export async function devices(id: string | undefined, options: { readonly json?: boolean }): Promise<number> {
  const entry = id === undefined ? undefined : catalog.find(id);
  const chosen = entry === undefined ? catalog.devices : isFamily(entry) ? entry.members : [entry];
  if (options.json === true) {
    const documents = chosen.map(deviceDocument);
    await print(
      `${JSON.stringify(entry === undefined || isFamily(entry) ? documents : documents[0], null, 2)}\n`,
    );
  } else if (id === undefined) {
    await print(overview());
  } else {
    await print(chosen.map(deviceText).join('\n'));
  }
  return 0;
}

function overview(): string {
  const rows = [...catalog.families, ...catalog.devices].map(
    ({ id, title }) => `  ${id.padEnd(14)} ${title}`,
  );
  return `${rows.join('\n')}\n\nbusbar devices <id> shows groups, fields and what can be written.\n`;
}

function deviceText(device: Device): string {
  const lines = [
    `${device.title} (${device.id})`,
    `  protocol ${device.protocol}, ${device.line.baud} baud, addresses ${device.addresses.lowest} to ${device.addresses.highest}, usually ${device.addresses.usual}`,
    `  models ${device.models.join(', ')}`,
    ...device.remarks.map((remark) => `  note: ${remark}`),
  ];
  for (const group of device.groups) {
    lines.push('', `${group.name}: ${group.title}, every ${group.period} s`);
    for (const field of group.fields) {
      const unit = quantity(field.quantity).unit;
      lines.push(
        `  ${field.name.padEnd(34)} ${unit.padEnd(4)} ${field.title}${field.kind === 'raw' ? ' (raw)' : ''}`,
      );
    }
  }
  lines.push('', 'writable, with --confirm:', ...device.writables.map(writableText));
  return `${lines.join('\n')}\n`;
}

function writableText(writable: Writable): string {
  const { accepts, unit } = writable;
  const takes =
    accepts.form === 'trigger'
      ? 'no value'
      : accepts.form === 'word'
        ? accepts.words.join('|')
        : accepts.form === 'text'
          ? accepts.says
          : `${accepts.lowest}..${accepts.highest} ${unit}${accepts.off ? ' or off' : ''}`;
  return `  ${writable.name.padEnd(34)} ${takes.padEnd(24)} risk ${writable.risk}`;
}
