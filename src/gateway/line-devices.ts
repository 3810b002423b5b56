import type { BusConfig, DeviceConfig } from '../config/index.ts';
import { type Catalog, isFamily } from '../core/catalog.ts';
import { Fault } from '../core/fault.ts';
import { type Line, line } from '../core/line.ts';
import type { Clock } from '../core/clock.ts';
import { type Reach, reached } from '../core/reach.ts';
import { type SerialQuestion, serialQuestion } from '../core/serial-number.ts';
import type { PasswordMemory } from '../core/device.ts';
import type { LineDevice } from './line-runner.ts';

/**
 * A device of the configuration as the poller takes it. Throws a `config` fault for an id or setting that is none.
 * @param passwords what is known of its password
 */
export function lineDevice(config: DeviceConfig, catalog: Catalog, passwords?: PasswordMemory): LineDevice {
  return {
    name: config.name,
    device: reached(catalog.find(config.device), {
      ...reachOf(config),
      ...(passwords === undefined ? {} : { passwords }),
    }),
    mode: config.mode,
    periods: Object.fromEntries(Object.entries(config.poll).map(([group, time]) => [group, time / 1000])),
    ...(config.address === undefined ? {} : { address: config.address }),
  };
}

/** Whether a password may be sent to a device; of a family, to one of its members. */
export function takesPassword(config: Pick<DeviceConfig, 'device'>, catalog: Catalog): boolean {
  const entry = catalog.find(config.device);
  const members = isFamily(entry) ? entry.members : [entry];
  return members.some(({ access }) => access?.settings.password !== undefined);
}

/**
 * How a caller of a bus is asked whether the bus's first device is behind it: for `tcp-listen://port?serial=...`.
 * Throws a `config` fault for a device that tells no serial number.
 */
export function busQuestion({ devices }: BusConfig, catalog: Catalog, clock: Clock): SerialQuestion {
  const [first] = devices;
  if (first === undefined) throw new Fault('config', 'a bus without devices has nobody to ask');
  const { device, address, access } = first;
  return serialQuestion(
    { make: () => reached(catalog.find(device), reachOf(first)), address, access },
    clock,
  );
}

/** What the owner says of the way to a device. */
function reachOf({ access, timing, packs }: DeviceConfig): Reach {
  const { response, attempts, gap, turnaround } = timing;
  return {
    access,
    timing: {
      ...(response === undefined ? {} : { response }),
      ...(attempts === undefined ? {} : { attempts }),
      ...(gap === undefined ? {} : { gap }),
      ...(turnaround === undefined ? {} : { turnaround }),
    },
    ...(packs === 'auto' ? {} : { units: packs }),
  };
}

/** Settings of a line: what the owner says, then what its first device leaves the factory with. */
export function lineSettings(bus: BusConfig, catalog: Catalog): Line {
  const entry = catalog.find(bus.devices[0]?.device ?? '');
  const sample = isFamily(entry) ? entry.members[0] : entry;
  if (sample === undefined) throw new Fault('config', `${entry.id} has no members`);
  const { baud, format } = bus.line ?? {};
  const chosen = baud ?? sample.line.baud;
  return format === undefined ? { ...sample.line, baud: chosen } : line(chosen, format);
}
