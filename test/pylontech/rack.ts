import type { Clock } from '../../src/core/clock.ts';
import { type Bus, openBus } from '../../src/core/bus/bus.ts';
import { type Line, line as lineOf } from '../../src/core/line.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import type { Station } from '../../src/core/station.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { mangler } from '../../src/simulator/line-faults.ts';
import { simulateLine, type SimulatedMaster } from '../../src/simulator/line.ts';
import { seeded } from '../../src/simulator/random.ts';

/** A bus with simulated groups on its line, in any time. */
export interface Rack {
  readonly bus: Bus;
  readonly stations: readonly Station[];
  readonly close: () => Promise<void>;
}

/** A group on the line: address of its master and options of the station. */
export type GroupOnLine = readonly [address: number, options: Readonly<Record<string, string>>];

/**
 * Lays a line that paces its characters, with groups on it.
 * @param hears whether a question reaches the groups
 * @param masters others that ask on the line
 */
export function rack(
  clock: Clock,
  groups: readonly GroupOnLine[],
  line: Line = lineOf(115200),
  hears: (bytes: Uint8Array) => boolean = () => true,
  masters: readonly SimulatedMaster[] = [],
): Rack {
  const random = seeded(7);
  const wire = memoryLine(clock, { line });
  const stations = groups.map(([address, options]) => pylontech.station({ address, options, random }));
  const listening = stations.map((station) => ({
    ...station,
    hear: (bytes: Uint8Array) => (hears(bytes) ? station.hear(bytes) : []),
  }));
  const served = simulateLine({
    channel: wire.far,
    clock,
    stations: listening,
    line,
    mangler: mangler(random),
    masters,
  });
  const bus = openBus(wire.link, line, clock, { random });
  return {
    bus,
    stations,
    async close() {
      await bus.close();
      await wire.far.close();
      await served;
    },
  };
}
