import { type ConfigInput, configSchema } from '../../src/config/index.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import { catalog } from '../../src/devices/index.ts';
import { startGateway } from '../../src/gateway/start.ts';
import { type Site, site } from '../../src/simulator/index.ts';
import { version } from '../../src/cli/version.ts';
import { configFor, deviceOf, type PlayedLine, playersOf } from './played-site.ts';

/** Seconds between two readings of the past: a chart shows no more. */
const PERIOD = 30;
/** Milliseconds that pass at once. */
const STEP = 5_000;

/** The devices after their past: they live on as time goes by. */
export interface Survivors {
  readonly worlds: readonly Site[];
  /** Lets their time follow that of the machine. */
  readonly live: () => void;
}

/** Milliseconds between two looks at the clock of the machine. */
const LOOK = 10;

/** Lets a gateway live through so many hours before now, in the time that its computing takes: there is a history then. */
export async function playPast(
  cast: readonly PlayedLine[],
  hours: number,
  more: Partial<ConfigInput>,
): Promise<Survivors> {
  const span = hours * 3_600_000;
  const clock = virtualClock({ date: Date.now() - span });
  const quiet = (): void => undefined;
  const lines = new Map(
    cast.map((line, index) => [line.name, { line, index, wire: memoryLine(clock) }] as const),
  );
  const worlds = [...lines.values()].map(({ line, index, wire }) => {
    const world = site({ clock, seed: index + 1, devices: playersOf(line) });
    void world.serve(wire.far);
    return world;
  });
  const input = configFor(cast, (name) => `tcp://${name}:1`, { ...more, outputs: {} });
  const config = configSchema.parse({
    ...input,
    buses: input.buses.map((bus) => ({
      ...bus,
      devices: bus.devices.map((device) => {
        const line = lines.get(bus.name)?.line;
        const groups = line === undefined ? [] : deviceOf(line.id).groups;
        return {
          ...device,
          poll: Object.fromEntries(
            groups.map(({ name, period }) => [name, `${Math.max(PERIOD, Math.round(period))}s`]),
          ),
        };
      }),
    })),
  });

  /** Lets time pass until it is done. */
  const during = async <T>(work: Promise<T>): Promise<T> => {
    const over = { yes: false };
    const done = (): void => void (over.yes = true);
    work.then(done, done);
    for (let round = 0; !over.yes; round++) {
      if (round > 100_000) throw new Error('the gateway of the past does not get on');
      await clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return work;
  };

  const gateway = await during(
    startGateway({
      config,
      catalog,
      clock,
      version: version(),
      log: () => ({ debug: quiet, info: quiet, warn: quiet, error: quiet }),
      openLink: (text) => {
        const found = lines.get(new URL(text).hostname);
        if (found === undefined) throw new Error(`no line is called ${text}`);
        return found.wire.link;
      },
      makeOutput: () => Promise.reject(new Error('the past is sent to nobody')),
    }),
  );
  for (let left = span; left > 0; left -= STEP) {
    await clock.advance(Math.min(STEP, left));
    // The thread of the database answers in order: when it answers this, it has answered all before.
    await gateway.store.status();
  }
  await during(gateway.close());
  return {
    worlds,
    live: () => {
      let passed = performance.now();
      const follow = (): void => {
        const now = performance.now();
        const step = now - passed;
        passed = now;
        void clock.advance(step).then(() => setTimeout(follow, LOOK));
      };
      follow();
    },
  };
}
