import type { Timing } from './bus/timing.ts';
import { isFamily } from './catalog.ts';
import type { AccessSettings, Device, Family, PasswordMemory } from './device.ts';
import { family } from './family.ts';
import { Fault } from './fault.ts';

/** What a user says of a device besides its id and address. */
export interface Reach {
  /** Settings of the way to it, by name: `password`. */
  readonly access?: AccessSettings;
  /** What is known of the password among them, and who keeps what becomes of it. */
  readonly passwords?: PasswordMemory;
  /** Patience that differs from the definition's. */
  readonly timing?: Partial<Timing>;
  /** The only units that are asked, where it has several (the packs of a rack). */
  readonly units?: readonly number[];
}

/** A device, or each member of a family, reached in a user's way. Throws a `config` fault for a setting that it does not have. */
export function reached(of: Device | Family, reach: Reach): Device | Family {
  return isFamily(of)
    ? family(
        of.id,
        of.title,
        of.members.map((member) => deviceReached(member, reach)),
      )
    : deviceReached(of, reach);
}

function deviceReached(device: Device, { access = {}, passwords, timing, units }: Reach): Device {
  // What a device learns of the meter at an address is of one line only: where it learns, each has one of its own.
  const isPlain = Object.keys(access).length === 0 && device.access === undefined;
  const there = isPlain ? device : through(device, access, passwords);
  return {
    ...there,
    timing: { ...there.timing, ...timing },
    ...(units === undefined ? {} : { groups: there.groups.map((group) => ofUnits(group, units)) }),
  };
}

function through(device: Device, access: AccessSettings, passwords?: PasswordMemory): Device {
  if (device.access === undefined) {
    throw new Fault(
      'config',
      `${device.id} has no ${Object.keys(access).join(', ')}: nothing leads to it but its link`,
    );
  }
  return device.access.through(access, passwords);
}

function ofUnits(group: Device['groups'][number], units: readonly number[]): Device['groups'][number] {
  return group.units === undefined ? group : { ...group, units: { ...group.units, candidates: () => units } };
}
