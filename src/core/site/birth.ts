import { Fault } from '../fault.ts';
import { type Field, unitOf } from '../field.ts';
import { type Kind, quantities, type QuantityName } from '../quantity.ts';
import { isList, isRecord, type Value, type Values } from '../snapshot.ts';
import type { Member, SiteGroup } from './member.ts';
import type { SiteView } from './state.ts';
import { STREAM_SCHEMA, type StreamSource } from './stream.ts';

/** Where a transport puts what: topics, subjects. `{member}` and `{group}` stand for names. */
export interface BirthPlaces {
  /** Latest state; absent: there is none. */
  readonly state?: (member: string) => string;
  readonly stream: (member: string, group: string) => string;
  readonly memberBirth: (member: string) => string;
}

/**
 * Who speaks on this site, for programs that see it for the first time.
 * @param version of busbar
 * @param serialOf serial number of a member, as far as it is known
 */
export function birthDocument(
  view: SiteView,
  source: StreamSource,
  places: BirthPlaces,
  version: string,
  serialOf: (member: string) => string | undefined,
): string {
  const { state } = places;
  return JSON.stringify({
    schema: STREAM_SCHEMA,
    ...source,
    software: { name: 'busbar', version },
    topics: {
      ...(state === undefined ? {} : { state: state('{member}') }),
      stream: places.stream('{member}', '{group}'),
    },
    members: view.members().map((member) => ({
      ...identity(member, serialOf(member.name)),
      birth: places.memberBirth(member.name),
    })),
  });
}

/** What a member says: groups, fields, quantities and units, so that nobody needs to know the make. */
export function memberBirth(member: Member, serialNumber: string | undefined): string {
  return JSON.stringify({
    schema: STREAM_SCHEMA,
    device: identity(member, serialNumber),
    ...(member.make === undefined
      ? {}
      : { make: { id: member.make.id, title: member.make.title, vendor: member.make.vendor } }),
    groups: member.groups.map(describedGroup),
    ...(member.archives === undefined ? {} : { archives: member.archives.map(describedGroup) }),
    writables: member.writables.map(({ name, title, unit, accepts, risk }) => ({
      name,
      title,
      unit,
      accepts,
      risk,
    })),
  });
}

/** Who a member is, for documents. */
export function identity(member: Member, serialNumber: string | undefined): Record<string, unknown> {
  const { name, title, make, bus, address, simulated } = member;
  return {
    ...(make === undefined ? {} : { id: make.id }),
    name,
    title,
    ...(bus === undefined ? {} : { bus }),
    ...(address === undefined ? {} : { address }),
    ...(serialNumber === undefined ? {} : { serial_number: serialNumber }),
    ...(simulated ? { simulated } : {}),
  };
}

function describedGroup({ name, title, period, fields }: SiteGroup): Record<string, unknown> {
  return { name, title, period, fields: described(fields) };
}

function described(fields: readonly Field[]): unknown[] {
  return fields
    .filter(({ kind }) => kind !== 'raw')
    .map((field) => ({
      name: field.name,
      title: field.title,
      ...(field.items === undefined
        ? { quantity: field.quantity, unit: unitOf(field), kind: field.kind }
        : { records: described(field.items) }),
      ...(field.role === undefined ? {} : { role: field.role }),
    }));
}

/**
 * The groups of a `memberBirth`, archives included, as far as storing values needs them. Throws a `format` fault for
 * anything else. Quantities that only a newer program knows are plain numbers here, with the unit that it gave.
 */
export function parseMemberBirth(text: string): SiteGroup[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new Fault('format', 'a birth is no JSON', { cause });
  }
  const of = read as Value; // `JSON.parse` gives nothing but what `Value` lists
  if (!isRecord(of) || of.schema !== STREAM_SCHEMA) {
    throw new Fault('format', `a birth has no schema ${STREAM_SCHEMA}`, {
      hint: 'where the gateway is newer than this program, update this program',
    });
  }
  return [...records(of.groups), ...records(of.archives)].map((group) => ({
    name: textOf(group, 'name'),
    title: textOf(group, 'title'),
    period: typeof group.period === 'number' ? group.period : 0,
    fields: records(group.fields).map(parseField),
  }));
}

const KINDS: readonly Kind[] = ['measurement', 'counter', 'state', 'setting', 'identity', 'raw'];

function parseField(of: Values): Field {
  const named = of.quantity;
  const known = typeof named === 'string' && Object.hasOwn(quantities, named);
  return {
    name: textOf(of, 'name'),
    title: textOf(of, 'title'),
    quantity: known ? (named as QuantityName) : 'number', // `hasOwn` has seen it
    kind: KINDS.find((kind) => kind === of.kind) ?? 'state',
    source: '',
    ...(typeof of.unit === 'string' ? { currency: of.unit } : {}),
    ...(isList(of.records) ? { items: records(of.records).map(parseField) } : {}),
  };
}

function records(of: Value | undefined): readonly Values[] {
  return isList(of) ? of.filter(isRecord) : [];
}

function textOf(of: Values, name: string): string {
  const found = of[name];
  if (typeof found === 'string' && found !== '') return found;
  throw new Fault('format', `'${name}' of a birth is ${JSON.stringify(found)}: expected a text`);
}
