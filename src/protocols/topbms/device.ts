import { type Layout, layoutText } from '../../codec/index.ts';
import type { Addresses, Device, Group } from '../../core/device.ts';
import { type Exchange, listen } from '../../core/exchange.ts';
import { derivedFields, type Field, fieldsOf } from '../../core/field.ts';
import { line } from '../../core/line.ts';
import type { Values } from '../../core/snapshot.ts';
import type { Master } from '../../core/station.ts';
import { framing, questionBytes, type YdtFrame } from '../../ydt1363/index.ts';
import type { BmsDefinition, Message } from './definition.ts';
import { readAll, readIdentity, readMessage, valuesOf } from './exchange.ts';
import { anonymise, inspect, isQuestion } from './inspect.ts';
import { station } from './station.ts';

/** Makes a device of this protocol from its definition. */
export function bms(definition: BmsDefinition): Device {
  const { groups, identity, addresses } = definition;
  return {
    id: definition.id,
    title: definition.title,
    vendor: definition.vendor,
    protocol: 'ydt1363',
    models: definition.models,
    remarks: definition.remarks,
    line: line(definition.baud),
    timing: {},
    addresses: { ...addresses, runs: runsOf(addresses) },
    groups: [
      packGroup(definition, 'telemetry', groups.telemetry),
      packGroup(definition, 'alarms', groups.alarms),
      {
        name: 'identity',
        title: identity.title,
        period: identity.period,
        fields: identityFields(definition),
        derived: {},
        read: (address, lacking) => readIdentity(definition, address, lacking),
      },
    ],
    writables: [],
    overhear: (address) => overhear(definition, address),
    probe: (address) => readMessage(definition, groups.telemetry, address),
    inspector: () => inspect(definition),
    station: (options) => station(definition, options),
    masters: pollers(definition),
    formats: {},
    anonymise: (frame) => anonymise(definition, frame),
  };
}

function packGroup(definition: BmsDefinition, name: string, message: Message): Group {
  return {
    name,
    title: message.title,
    period: message.period,
    fields: messageFields(message),
    derived: message.derived,
    read: (address) => readMessage(definition, message, address),
    units: {
      list: message.fields.list,
      candidates: (address) => packsAt(definition, address),
      read: (address, unit) => readMessage(definition, message, address, unit),
      ...(definition.asksAll === true
        ? {
            all: {
              read: (address) => readAll(definition, message, address),
              steady: message.steady ?? [],
            },
          }
        : {}),
    },
  };
}

/** Two commands may bring the same field, such as the number of the pack. */
function identityFields({ identity }: BmsDefinition): Field[] {
  const all = identity.parts.flatMap((part) => fieldsOf(part.body.layout, layoutText));
  return all.filter((field, index) => all.findIndex((one) => one.name === field.name) === index);
}

/** Fields as sent, with those of each pack under the list, then derived ones. */
function messageFields({ body, fields, derived, ofPack }: Message): Field[] {
  const sent = fieldsOf(body.layout, layoutText).map((field) =>
    field.name === fields.list
      ? { ...field, items: [ADDRESS, ...packFields(body.layout, fields.list), ...derivedFields(ofPack)] }
      : field,
  );
  return [...sent, ...derivedFields(derived)];
}

const ADDRESS: Field = {
  name: 'address',
  title: 'Address',
  quantity: 'count',
  kind: 'identity',
  source: 'pack number; in an answer of several packs their order',
};

/** The fields of one pack, those in parts that are records among them. */
function packFields(layout: Layout, list: string): Field[] {
  const pack = layout.parts?.find((part) => part.name === list)?.layout.of;
  if (pack === undefined) return [];
  const nested = (pack.parts ?? []).flatMap((part) => fieldsOf(part.layout, layoutText));
  return [...fieldsOf(pack, layoutText), ...nested];
}

/**
 * The packs that are read at an address: at the usual one, where a rack begins, all from there on, which are numbered
 * without gaps; at any other only that pack, so that no pack is counted twice.
 */
function packsAt({ addresses }: BmsDefinition, address: number): readonly number[] {
  return address === addresses.usual ? addressesFrom(addresses, address) : [address];
}

function addressesFrom({ highest }: Addresses, first: number): number[] {
  return Array.from({ length: highest - first + 1 }, (_, index) => first + index);
}

/** Where to search: the rack from its first address on, then every address that may stand by itself. */
function runsOf(addresses: Addresses): readonly (readonly number[])[] {
  const { lowest, usual } = addresses;
  const alone = addressesFrom(addresses, lowest).filter((address) => address !== usual);
  return [addressesFrom(addresses, usual), ...alone.map((address) => [address])];
}

/** The other master of such a line: a program, or the first pack, that asks pack after pack. */
function pollers({ dialect, groups, addresses }: BmsDefinition): Readonly<Record<string, Master>> {
  const question = (adr: number, { command }: Message): Uint8Array =>
    questionBytes({ dialect, what: '', adr, command, info: Uint8Array.of(adr) });
  return {
    poller: {
      title: 'program that asks 42h and 44h of a pack and of the next one every two seconds',
      rate: 0.5,
      requests: (address) =>
        [address, Math.min(address + 1, addresses.highest)].flatMap((adr) =>
          Object.values(groups).map((message) => question(adr, message)),
        ),
    },
  };
}

/** Hears the next answer of a pack that is read at an address, whoever asked. */
function* overhear(
  definition: BmsDefinition,
  address: number,
): Exchange<{ readonly group: string; readonly values: Values }> {
  const { dialect, groups } = definition;
  const addresses = packsAt(definition, address);
  let asked: YdtFrame | undefined;
  let heard: { readonly group: string; readonly values: Values } | undefined;
  yield* listen<YdtFrame>({
    what: `an answer from address ${address} to somebody else's question`,
    framing,
    accept: (frame) => {
      const question = asked;
      asked = isQuestion(definition, frame) ? frame : undefined;
      if (asked !== undefined || question?.adr !== frame.adr) return 'skip';
      const entry = Object.entries(groups).find(([, message]) => message.command === question.code);
      if (entry === undefined || frame.code !== 0 || !addresses.includes(frame.adr)) return 'skip';
      if (!dialect.answerVers.includes(frame.ver) || frame.cid1 !== dialect.cid1) return 'skip';
      const [group, message] = entry;
      heard = { group, values: valuesOf(definition, message, message.title, frame) };
      return 'take';
    },
    diagnose: () =>
      'a pack never talks by itself: listening needs another master that polls it; without one, poll it',
  });
  if (heard === undefined) throw new RangeError('nothing was taken');
  return heard;
}
