import type { Config, DeviceConfig } from '../config/index.ts';
import type { Device } from '../core/device.ts';
import type { Member } from '../core/site/index.ts';
import { tariffs, type Zone } from '../site/index.ts';
import type { MemberSettings } from './counts.ts';
import { memberOf } from './members.ts';

/** A configured device and what was found behind its name. */
export interface Found {
  /** Name of its bus. */
  readonly bus: string;
  readonly of: DeviceConfig;
  readonly device: Device;
  /** Absent: not known yet. */
  readonly address?: number | undefined;
}

/** A configured device as a member of the site, and how its values are judged and counted. */
export function configuredMember(
  config: Config,
  zone: Zone,
  { bus, of, device, address }: Found,
): readonly [Member, MemberSettings] {
  return [
    memberOf({
      name: of.name,
      bus,
      device,
      allow: of.allow,
      simulated: of.simulated,
      periods: Object.fromEntries(Object.entries(of.poll).map(([group, time]) => [group, time / 1000])),
      ...(address === undefined ? {} : { address }),
      ...(of.title === undefined ? {} : { title: of.title }),
    }),
    {
      limits: of.limits,
      patience: config.energy.patience,
      ...(config.tariffs === undefined ? {} : { tariffs: tariffs(config.tariffs, zone) }),
    },
  ];
}
