import type { Config } from '../config/index.ts';
import { openBus } from '../core/bus/bus.ts';
import type { Clock } from '../core/clock.ts';
import type { Device } from '../core/device.ts';
import { memoryLine } from '../core/memory-link.ts';
import { place, poll } from '../core/read.ts';
import type { Logger } from '../core/site/index.ts';
import type { Readings } from '../core/snapshot.ts';
import { type VirtualClock, virtualClock } from '../core/virtual-clock.ts';
import { zoneOf } from '../site/index.ts';
import type { Site } from '../simulator/index.ts';
import { openStore } from '../store/index.ts';
import { configuredMember } from './configured.ts';
import { rulesOf, sumsOf } from './derived.ts';
import { engine } from './engine.ts';

/** A simulated line before anybody is on it. */
export interface PastLine {
  /** Name of its bus, and of its device. */
  readonly name: string;
  readonly device: Device;
  readonly world: Site;
}

/** Seconds between two readings: what a chart of a day shows, and before the last day what one of a week does. */
const [FINE, COARSE] = [60, 300];
const DAY = 86_400;
/** Rounds after which what was gathered is written. */
const BATCH = 60;

/**
 * Lets simulated devices live through some time before now, as fast as that can be computed, and writes into the
 * database of the configuration what a gateway would have kept of it: readings, energy, alarms. The worlds must have
 * begun `seconds` ago, and are at the present afterwards. Rejects with a `cancelled` fault when the signal aborts.
 */
export async function livePast(
  configured: Config,
  lines: readonly PastLine[],
  seconds: number,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Logger; readonly signal?: AbortSignal },
): Promise<void> {
  const past = virtualClock({ date: clock.date() - seconds * 1000 });
  const config = slowed(configured, lines);
  const zone = zoneOf(config.timezone);
  const { path, raw, minutes, quarters, hours, days } = config.history;
  const store = await openStore({
    path,
    retention: { raw, minutes, quarters, hours, days },
    timezone: config.timezone,
    clock,
    log,
  });
  const way = engine({ site: config.site, zone, clock: past, store, log, onKept: () => undefined });
  const readers = await Promise.all(
    config.buses.flatMap(({ name: bus, devices }) =>
      devices.map(async (of) => {
        const line = lines.find(({ name }) => name === bus);
        if (line === undefined) throw new Error(`nobody plays ${bus}`);
        await way.put(...configuredMember(config, zone, { bus, of, device: line.device }));
        return reader(line, past);
      }),
    ),
  );
  way.sum(sumsOf(config, way.state.members()));
  way.watch(rulesOf(config, way.state.members(), () => undefined));
  try {
    for (let left = seconds, round = 0; left > 0; round++) {
      signal?.throwIfAborted();
      const period = left > DAY ? COARSE : FINE;
      left -= period;
      const next = past.now() + period * 1000;
      for (const { name, read } of readers) {
        const { at, groups } = await read(period);
        for (const [group, values] of Object.entries(groups)) {
          if (values !== undefined) way.measured(name, group, at, values);
        }
      }
      way.tick();
      await past.advance(Math.max(0, next - past.now()));
      // The thread of the database answers in order: when it answers this, it has done all before.
      if (round % BATCH === 0) await store.status();
    }
  } finally {
    await past.run(Promise.all(readers.map(({ close }) => close())));
    await way.close();
    await store.close();
  }
}

/** The same configuration with readings as seldom as those of the past. */
function slowed(config: Config, lines: readonly PastLine[]): Config {
  return {
    ...config,
    buses: config.buses.map((bus) => ({
      ...bus,
      devices: bus.devices.map((device) => {
        const groups = lines.find(({ name }) => name === bus.name)?.device.groups ?? [];
        const poll = groups.map(({ name, period }) => [name, Math.max(COARSE, period) * 1000] as const);
        return { ...device, poll: Object.fromEntries(poll) };
      }),
    })),
  };
}

/** Reads a device over a line of its own, each group when its period is over. */
function reader({ name, device, world }: PastLine, past: VirtualClock) {
  const wire = memoryLine(past, { line: device.line });
  const served = world.serve(wire.far, past);
  const bus = openBus(wire.link, device.line, past);
  const at = place(bus, device);
  let known: Readings = {};
  const due = new Map(device.groups.map((group) => [group, past.now()]));
  return {
    name,
    /** Lets so many seconds pass for the device, then asks it. */
    read: async (seconds: number) => {
      world.pass(seconds);
      const wanted = device.groups.filter((group) => (due.get(group) ?? 0) <= past.now());
      // A round may begin a little late, and no group is left out of it for that.
      for (const group of wanted) due.set(group, past.now() + group.period * 1000 - (FINE * 1000) / 2);
      const reading = await past.run(poll(at, wanted, { known }));
      known = { ...known, ...reading.groups };
      return reading;
    },
    close: async () => {
      await bus.close();
      await wire.far.close();
      await served;
    },
  };
}
