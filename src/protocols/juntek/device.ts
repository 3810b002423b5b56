import { type AnyCodec, type Codec, CodecError, decode, encode, layoutText } from '../../codec/index.ts';
import { ascii, text } from '../../core/bytetext.ts';
import type { Device, Group, Writable } from '../../core/device.ts';
import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import { derivedFields, type Field, fieldsOf } from '../../core/field.ts';
import { inspector } from '../../core/inspect.ts';
import { line } from '../../core/line.ts';
import { quantity } from '../../core/quantity.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import type { JuntekDefinition, Message, WriteDefinition } from './definition.ts';
import { overhearFrame, readMessage, valuesOf, writeLine, writeRaw } from './exchange.ts';
import { framing } from './frame.ts';
import { DISPLAYS } from './display.ts';
import { anonymise, inspectFrame } from './inspect.ts';
import { station } from './station.ts';

/** Addresses that can be set are 1 to 99; 0 is everybody (KG-F manual p. 22). Modules leave the factory with 1. */
const ADDRESSES = { lowest: 1, highest: 99, usual: 1 } as const;

/** Makes a device of this protocol from its definition. */
export function juntek(definition: JuntekDefinition): Device {
  const names = Object.keys(definition.groups) as (keyof typeof definition.groups)[]; // the record has no other keys
  return {
    id: definition.id,
    title: definition.title,
    vendor: 'Juntek',
    protocol: 'juntek',
    family: 'juntek',
    models: definition.models,
    remarks: definition.remarks,
    line: line(115200),
    timing: {},
    addresses: ADDRESSES,
    groups: names.map((name) => group(name, definition.groups[name])),
    writables: Object.entries(definition.writes).map(([name, write]) => writable(definition, name, write)),
    overhear: (address) => overhear(definition, address),
    probe: (address) => readMessage(definition.groups.info, address),
    inspector: () => inspector(framing, (frame, bytes) => inspectFrame(definition, frame, bytes)),
    station: (options) => station(definition, options),
    masters: DISPLAYS,
    formats: definition.formats?.(definition) ?? {},
    anonymise: (frame) => anonymise(definition, frame),
  };
}

function group(name: string, message: Message): Group {
  return {
    name,
    title: message.title,
    period: message.period,
    fields: groupFields(message),
    derived: message.derived,
    read: (address) => readMessage(message, address),
  };
}

/** Fields as sent, then derived ones. */
function groupFields(message: Message): Field[] {
  return [...fieldsOf(message.body.layout, layoutText), ...derivedFields(message.derived)];
}

/** What a group says of the field that a writable sets, if there is one. */
function sameField(definition: JuntekDefinition, name: string): Field | undefined {
  return Object.values(definition.groups)
    .flatMap(groupFields)
    .find((field) => field.name === name);
}

function writable(definition: JuntekDefinition, name: string, write: WriteDefinition): Writable {
  const { instruction, accepts, risk, remark, guard } = write;
  const field = sameField(definition, name);
  const unit = write.unit ?? (field === undefined ? '' : quantity(field.quantity).unit);
  const body = (value: Value): string => {
    try {
      return text(encode(write.codec, accepts.form === 'trigger' ? 1 : value));
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new Fault('config', `bad value ${JSON.stringify(value)} for '${name}': ${error.message}`, {
        cause: error,
      });
    }
  };
  return {
    name,
    title: write.title ?? field?.title ?? name,
    unit,
    accepts,
    risk,
    ...(remark === undefined ? {} : { remark }),
    ...(guard === undefined ? {} : { guard }),
    broadcast: write.broadcast ?? false,
    frame: (address, value) => ascii(writeLine(instruction, address, body(value))),
    write: (address, value) => writeRaw(instruction, address, body(value)),
    addressAfter: (address, value) =>
      write.readdresses === true && typeof value === 'number' ? value : address,
    readback: write.readback ?? ['configured'],
    expects:
      write.expects ??
      ((value) => [{ group: 'configured', field: name, value, tolerance: resolution(write.codec) / 2 }]),
  };
}

/** The smallest step of a number's codec: the difference that a raw 1 makes. */
function resolution(codec: AnyCodec): number {
  const at = (raw: string): number => Number(decode(codec as Codec<unknown>, ascii(raw))); // only its number is used
  try {
    return Math.abs(at('102,') - at('101,'));
  } catch {
    return 0; // a codec of words
  }
}

function* overhear(
  definition: JuntekDefinition,
  address: number,
): Exchange<{ readonly group: string; readonly values: Values }> {
  const messages = Object.entries(definition.groups);
  const frame = yield* overhearFrame(
    address,
    messages.map(([, message]) => message.read),
  );
  const heard = messages.find(([, message]) => message.read === frame.number);
  if (heard === undefined) throw new Fault('format', `r${frame.number} belongs to no group`);
  return { group: heard[0], values: valuesOf(frame, heard[1]) };
}
