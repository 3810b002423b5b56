import type { Device, Writable } from '../device.ts';
import { type Field, unitOf } from '../field.ts';
import { quantity } from '../quantity.ts';
import type { ApiDevice, ApiField, ApiGroup, ApiMember, ApiMemberState, ApiWritable } from './api.ts';
import type { Make, Member, SiteGroup } from './member.ts';
import type { MemberState } from './state.ts';

/** A kind of device as the catalogue shows it. */
export function deviceDocument(device: Device): ApiDevice {
  const { id, title, vendor, protocol, family, models, remarks, line, addresses } = device;
  return {
    id,
    title,
    vendor,
    protocol,
    ...(family === undefined ? {} : { family }),
    models,
    remarks,
    line,
    addresses,
    groups: device.groups.map(groupDocument),
    writables: device.writables.map(writableDocument),
    access: device.access?.settings ?? {},
    faults: device.station({ address: addresses.usual, random: () => 0 }).faults,
    masters: titlesOf(device.masters),
    formats: titlesOf(device.formats),
  };
}

/** A member as the API shows it. */
export function memberDocument(member: Member, profile: boolean): ApiMember {
  const { name, title, make, bus, address, simulated } = member;
  return {
    name,
    title,
    ...(make === undefined ? {} : { make: makeDocument(make) }),
    ...(bus === undefined ? {} : { bus }),
    ...(address === undefined ? {} : { address }),
    groups: member.groups.map(groupDocument),
    writables: member.writables.map(writableDocument),
    simulated,
    profile,
  };
}

/** The latest of a member. */
export function memberStateDocument({ member, freshness, groups, refused }: MemberState): ApiMemberState {
  return { name: member.name, freshness, groups, refused };
}

// A make may be a whole device, of which only this is meant for others.
function makeDocument({ id, title, vendor, models, protocol }: Make): Make {
  return { id, title, vendor, models, protocol };
}

function groupDocument({ name, title, period, fields }: SiteGroup): ApiGroup {
  return { name, title, period, fields: fields.map(fieldDocument) };
}

function fieldDocument({ items, ...field }: Field): ApiField {
  const { digits } = quantity(field.quantity);
  return {
    ...field,
    unit: unitOf(field),
    digits,
    ...(items === undefined ? {} : { items: items.map(fieldDocument) }),
  };
}

function writableDocument({ name, title, unit, accepts, risk, remark }: Writable): ApiWritable {
  return { name, title, unit, accepts, risk, ...(remark === undefined ? {} : { remark }) };
}

function titlesOf(named: Readonly<Record<string, { readonly title: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(named).map(([name, { title }]) => [name, title]));
}
