import { type Bus, openBus } from './core/bus/bus.ts';
import type { Device, Family } from './core/device.ts';
import { locate } from './core/find.ts';
import { type Followed, follow, type FollowOptions } from './core/follow.ts';
import type { Line } from './core/line.ts';
import { isFamily } from './core/catalog.ts';
import { groupsNamed, place, type Place, poll, type Reading } from './core/read.ts';
import { reached } from './core/reach.ts';
import { type SerialQuestion, serialQuestion } from './core/serial-number.ts';
import { carryOut, planWrite, type WriteReport } from './core/write.ts';
import { catalog } from './devices/index.ts';
import { systemClock } from './node/clock-node.ts';
import { openLink, parseLink } from './node/parse-link.ts';

/** A line with any number of devices on it; they take turns by themselves. */
export interface OpenLine {
  /** Jobs of your own, health counters; undefined before the first device. */
  readonly bus: Bus | undefined;
  /**
   * A device on this line. Asks the line only where something has to be found out: which member of a family
   * answers (`juntek`), or at which address (`find`).
   * @param device an id of the catalogue, or a definition of your own
   * @param address left out: the device's usual one
   */
  device(device: string | Device | Family, address?: number | 'find'): Promise<OpenDevice>;
  /** Ends everything on the line; never throws. */
  close(): Promise<void>;
}

/** A device that can be read and written. */
export interface OpenDevice extends Place {
  /** Reads groups once, all of them when none are named. Faults are part of the result. */
  read(groups?: readonly string[]): Promise<Reading>;
  /** Follows the device until the signal aborts or the loop is left. */
  follow(
    options?: Omit<FollowOptions, 'groups'> & { readonly groups?: readonly string[] },
  ): AsyncGenerator<Followed>;
  /** Writes `field=value`, reads it back, and says what was before and after. Rejects with `readback` when the device holds something else. */
  write(assignment: string): Promise<WriteReport>;
}

/**
 * Opens a line. It connects with the first device and keeps connecting until closed. Throws a `config` fault for a text
 * that is no link.
 * @param link as on the command line: `/dev/ttyUSB0`, `tcp://host:port`, `tcp-listen://port` ...
 * @param options.line settings of the line; left out: those of the first device
 */
export function openLine(link: string, options: { readonly line?: Line } = {}): OpenLine {
  parseLink(link);
  let bus: Bus | undefined;
  return {
    get bus() {
      return bus;
    },
    async device(wanted, address) {
      const entry = typeof wanted === 'string' ? catalog.find(wanted) : wanted;
      const sample = isFamily(entry) ? entry.members[0] : entry;
      const settings = options.line ??
        sample?.line ?? { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 };
      const make = (): Device | Family => reached(entry, {});
      const question = (): SerialQuestion => serialQuestion({ make, address }, systemClock);
      bus ??= openBus(openLink(link, { question }), settings, systemClock);
      const found = await locate(bus, { device: entry, ...(address === undefined ? {} : { address }) });
      return openDevice(place(bus, found.device, found.address));
    },
    close: async () => bus?.close(),
  };
}

function openDevice(at: Place): OpenDevice {
  const named = (groups: readonly string[] | undefined) =>
    groups === undefined ? at.device.groups : groupsNamed(at.device, groups);
  return {
    ...at,
    read: (groups) => poll(at, named(groups)),
    follow: (options = {}) => follow(at, { ...options, groups: named(options.groups) }),
    write: (assignment) => carryOut(at, planWrite(at.device, at.address, assignment)),
  };
}
