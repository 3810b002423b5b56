import type { Device } from '../core/device.ts';
import type { Member } from '../core/site/index.ts';
import { archiveGroups } from './archives.ts';

/** What a member is made of. */
export interface MemberParts {
  readonly name: string;
  /** What people call it; absent: the title of the device. */
  readonly title?: string;
  readonly bus: string;
  readonly device: Device;
  /** Absent: not known yet. */
  readonly address?: number;
  /** Seconds between two readings of a group, where the owner wants others than the definition. */
  readonly periods: Readonly<Record<string, number>>;
  /** Names of what may be written. */
  readonly allow: readonly string[];
  readonly simulated?: boolean;
}

/** A device on a line as the rest of the site sees it. */
export function memberOf(parts: MemberParts): Member {
  const { name, title, bus, device, address, periods, allow, simulated = false } = parts;
  const { id, vendor, models, protocol } = device;
  return {
    name,
    title: title ?? device.title,
    make: { id, title: device.title, vendor, models, protocol },
    bus,
    ...(address === undefined ? {} : { address }),
    groups: device.groups.map((group) => ({
      name: group.name,
      title: group.title,
      period: periods[group.name] ?? group.period,
      fields: group.fields,
    })),
    archives: archiveGroups(device),
    writables: device.writables.filter((one) => allow.includes(one.name)),
    simulated,
  };
}
