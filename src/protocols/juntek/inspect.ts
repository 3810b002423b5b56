import { CodecError, encode, explain } from '../../codec/index.ts';
import { ascii } from '../../core/bytetext.ts';
import { complete, fieldsOf } from '../../core/field.ts';
import type { Inspected } from '../../core/inspect.ts';
import type { Values } from '../../core/snapshot.ts';
import type { JuntekDefinition, Message } from './definition.ts';
import { framing, type JuntekFrame, lineOf } from './frame.ts';

/** Explains one good line by a definition. */
export function inspectFrame(definition: JuntekDefinition, frame: JuntekFrame, bytes: Uint8Array): Inspected {
  const name = groupNameOf(definition, frame);
  const common = {
    bytes,
    verdict: 'ok',
    device: definition.id,
    direction: frame.from === 'meter' ? 'reply' : 'request',
    kind: name ?? `${frame.instruction}${String(frame.number).padStart(2, '0')}`,
    address: frame.address,
    ...(frame.verified ? {} : { unverified: true }),
  } as const;
  const message = name === undefined ? undefined : definition.groups[name];
  if (frame.from === 'master' || message === undefined) return common;
  const body = frame.bytes.slice(frame.start, frame.end);
  // Offsets of the body's parts are shown against the whole line; a line typed with spaces cannot be mapped.
  const shift =
    frame.bytes.length === bytes.length || frame.bytes.buffer === bytes.buffer ? bodyOffset(frame, bytes) : 0;
  const { rows, value, error } = explain(message.body, body);
  const placed = rows.map((row) => ({ ...row, start: row.start + shift, end: row.end + shift }));
  if (value === undefined) {
    return {
      ...common,
      verdict: 'format',
      message: error instanceof CodecError ? error.message : 'unreadable',
      rows: placed,
    };
  }
  return { ...common, rows: placed, values: complete(value, message.derived, {}) };
}

function bodyOffset(frame: JuntekFrame, bytes: Uint8Array): number {
  return frame.bytes.byteOffset + frame.start - bytes.byteOffset;
}

/** The group whose read instruction a line belongs to. */
function groupNameOf(
  definition: JuntekDefinition,
  frame: JuntekFrame,
): keyof JuntekDefinition['groups'] | undefined {
  if (frame.instruction !== 'R') return undefined;
  const names = Object.keys(definition.groups) as (keyof JuntekDefinition['groups'])[]; // the record has no other keys
  return names.find((name) => definition.groups[name].read === frame.number);
}

/** The line with serial numbers set to 0 and its check sum made good, or the same bytes where there is none. */
export function anonymise(definition: JuntekDefinition, bytes: Uint8Array): Uint8Array {
  const scan = framing.scan(bytes, 0, bytes.length);
  if (scan.got !== 'frame' || scan.frame.from !== 'meter') return bytes;
  const name = groupNameOf(definition, scan.frame);
  const message = name === undefined ? undefined : definition.groups[name];
  const serials = message === undefined ? [] : serialFields(message);
  if (message === undefined || serials.length === 0) return bytes;
  const { value } = explain(message.body, scan.frame.bytes.slice(scan.frame.start, scan.frame.end));
  if (value === undefined) return bytes;
  const masked: Values = { ...value, ...Object.fromEntries(serials.map((serial) => [serial, 0])) };
  const body = String.fromCharCode(...encode(message.body, masked));
  const sum = scan.frame.verified ? undefined : scan.frame.sum;
  return ascii(lineOf(':r', scan.frame.number, scan.frame.address, body, sum));
}

function serialFields(message: Message): string[] {
  return fieldsOf(message.body.layout, () => '')
    .filter((field) => field.role === 'serial_number')
    .map((field) => field.name);
}
