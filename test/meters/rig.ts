import { type Bus, openBus } from '../../src/core/bus/bus.ts';
import type { Device } from '../../src/core/device.ts';
import { line } from '../../src/core/line.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { place, poll, type Reading } from '../../src/core/read.ts';
import { type VirtualClock, virtualClock } from '../../src/core/virtual-clock.ts';
import { site, type SimulatedDevice, type Site } from '../../src/simulator/site.ts';

/** Simulated meters at one line, in virtual time. */
export interface Rig {
  readonly clock: VirtualClock;
  readonly bus: Bus;
  readonly site: Site;
  /** Sign-ons, commands, breaks and the rates at which they were sent, in order. */
  readonly asked: string[];
  readonly read: (device: Device, groups?: readonly string[], address?: number) => Promise<Reading>;
}

/** @param baud of the port when the bus opens it */
export function rig(devices: readonly SimulatedDevice[], baud = 9600, fixed = false): Rig {
  const clock = virtualClock({ date: Date.UTC(2026, 10, 20, 10) });
  const settings = line(baud, '7E1');
  const wire = memoryLine(clock, { line: settings, fixed });
  const bus = openBus(wire.link, settings, clock, { random: () => 0.5 });
  const simulated = site({ clock, devices, seed: 3 });
  const asked: string[] = [];
  void simulated.serve({
    ...wire.far,
    get line() {
      return fixed ? undefined : wire.line;
    },
    incoming: (async function* () {
      for await (const bytes of wire.far.incoming) {
        const plain = Array.from(bytes, (code) => (code < 32 ? '' : String.fromCharCode(code))).join('');
        asked.push(`${wire.line.baud} ${plain}`);
        yield bytes;
      }
    })(),
  });
  return {
    clock,
    bus,
    site: simulated,
    asked,
    read: (device, groups, address = 0) => {
      const wanted = device.groups.filter(({ name }) => groups?.includes(name) ?? true);
      return clock.run(poll(place(bus, device, address), wanted));
    },
  };
}
