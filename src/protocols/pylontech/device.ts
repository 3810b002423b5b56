import { type Layout, layoutText } from '../../codec/index.ts';
import type { AllUnits, Device, Group, Writable } from '../../core/device.ts';
import type { Exchange } from '../../core/exchange.ts';
import { derivedFields, type Field, fieldsOf } from '../../core/field.ts';
import { line } from '../../core/line.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import { askFrame, questionBytes, type Question } from '../../ydt1363/index.ts';
import { ADDRESSES, OLD_DIALECT, packsAt, questionTo } from './address.ts';
import { anonymise } from './anonymise.ts';
import type { GroupDefinition, PylontechDefinition, WriteDefinition } from './definition.ts';
import { DIALECT, overhear, readAll, readMessage, readPack } from './exchange.ts';
import { inspectFrames } from './inspect.ts';
import { INVERTERS } from './inverter.ts';
import { station } from './station.ts';
import { PACKS } from './values.ts';

/**
 * Silence before a question, in milliseconds. The manual names none; packs answer 25 ms after a question. 8 ms are
 * more than the 3.5 characters of any baud rate that can be set, and what a repeated question may cost is small.
 */
const TURNAROUND = 8;

/** Makes a device of this protocol from its definition. */
export function pylontech(definition: PylontechDefinition): Device {
  return {
    id: definition.id,
    title: definition.title,
    vendor: 'Pylontech',
    protocol: 'ydt1363',
    models: definition.models,
    remarks: definition.remarks,
    line: line(115200),
    timing: { turnaround: TURNAROUND },
    addresses: ADDRESSES,
    groups: Object.entries(definition.groups).map(([name, of]) => group(definition, name, of)),
    writables: Object.entries(definition.writes).map(([name, write]) => writable(name, write)),
    overhear: (address) => overhear(definition, address),
    probe: (address) => probe(definition, address),
    inspector: () => inspectFrames(definition),
    station: (options) => station(definition, options),
    masters: INVERTERS,
    formats: {},
    anonymise: (frame) => anonymise(definition, frame),
  };
}

function group(definition: PylontechDefinition, name: string, of: GroupDefinition): Group {
  const [only, ...others] = of.messages;
  // One short question about one pack shows by itself whether that is there.
  const short = only?.asks === 'pack' && others.length === 0;
  return {
    name,
    title: of.title,
    period: of.period,
    fields: groupFields(of),
    derived: of.ofRack,
    read: (address, lacking) => readPack(of, address, packsAt(address)[0] ?? address, lacking),
    units: {
      list: PACKS,
      candidates: packsAt,
      read: (address, pack, lacking) => readPack(of, address, pack, lacking),
      ...(short ? {} : { probe: (address, pack) => probe(definition, address, pack) }),
      ...allOf(of),
    },
  };
}

/** The question to all packs of a group at once, where there is one. */
function allOf(of: GroupDefinition): { readonly all?: AllUnits } {
  const [message] = of.messages;
  if (message?.to !== 'group') return {};
  return { all: { read: (address) => readAll(of, message, address), steady: of.steady ?? [] } };
}

/** What stands in front of the packs, the packs with all their fields, then what follows for the rack. */
function groupFields(of: GroupDefinition): Field[] {
  const single = of.messages.length === 1;
  const sent = of.messages.flatMap(({ body }) => (single ? fieldsOf(body.layout, layoutText) : []));
  const ofPack = of.messages.flatMap(({ body }) => {
    const list = body.layout.parts?.find((part) => part.name === PACKS)?.layout;
    return list === undefined ? [] : fieldsOf(itemOf(list), layoutText);
  });
  const items: Field[] = [
    { name: 'address', title: 'Address', quantity: 'count', kind: 'identity', source: 'ADR, or COMMAND' },
    ...ofPack,
    ...derivedFields(of.ofPack),
  ];
  return [
    ...sent.filter((field) => field.name !== PACKS),
    {
      name: PACKS,
      title: of.packs,
      quantity: 'text',
      kind: 'state',
      source: 'one record for each pack',
      items,
    },
    ...derivedFields(of.ofRack),
  ];
}

/** The layout of one item, looking through the list and what wraps it. */
function itemOf(layout: Layout): Layout {
  return layout.of === undefined || layout.parts !== undefined ? layout : itemOf(layout.of);
}

/** Asks for the serial number: short, and known to all models. The older dialect has none: cells and current there. */
function* probe(definition: PylontechDefinition, address: number, pack = address): Exchange<Values> {
  const wanted = address === OLD_DIALECT ? 0x42 : 0x93;
  for (const of of Object.values(definition.groups)) {
    const message = of.messages.find((one) => one.command === wanted);
    if (message !== undefined) return yield* readMessage(of, message, address, pack);
  }
  return {};
}

function writable(name: string, of: WriteDefinition): Writable {
  const { title, unit, accepts, remark, command, body, readback, expects } = of;
  const question = (address: number, value: Value): Question => {
    const { adr, command: pack } = questionTo(address, address);
    return {
      dialect: DIALECT,
      what: `${name} of address ${address}`,
      adr,
      command,
      info: Uint8Array.of(pack, ...body(value)),
    };
  };
  return {
    name,
    title,
    unit,
    accepts,
    risk: 'high',
    remark,
    broadcast: false,
    frame: (address, value) => questionBytes(question(address, value)),
    write: function* (address, value) {
      const { info } = yield* askFrame(question(address, value));
      return info;
    },
    addressAfter: (address) => address,
    readback,
    expects,
  };
}
