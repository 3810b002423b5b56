import { join } from 'node:path';
import { configSchema } from '../../src/config/index.ts';
import { catalog } from '../../src/devices/index.ts';
import { makeOutput } from '../../src/gateway/output-makers.ts';
import { serve } from '../../src/gateway/serve.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { openLink } from '../../src/node/parse-link.ts';
import { tcpHub } from '../../src/node/tcp-hub.ts';
import { site } from '../../src/simulator/index.ts';

/** A gateway that reads a simulated device of every kind in the catalog, and sends what it reads by real outputs. */
export interface FedSite {
  /** Where `/metrics` is. */
  readonly metrics: string;
  /** Groups that were not tried yet. */
  readonly missing: () => readonly string[];
  readonly close: () => Promise<void>;
}

/**
 * Starts it. Batteries are hot and under load, so that they warn.
 * @param folder for its history
 * @param outputs by name, as in the configuration
 */
export async function fedSite(folder: string, outputs: Readonly<Record<string, object>>): Promise<FedSite> {
  const ends: (() => Promise<unknown>)[] = [];
  const buses: object[] = [];
  for (const [index, device] of catalog.devices.entries()) {
    const hub = await tcpHub(0);
    // Limits that are off have no value.
    const limits = device.groups
      .flatMap(({ fields }) => fields)
      .filter(({ kind, quantity }) => kind === 'setting' && quantity === 'power');
    const world = site({
      clock: systemClock,
      seed: index + 1,
      devices: [{ device, cells: 16, set: limits.map(({ name }) => [name, 1000] as const) }],
    });
    for (const battery of world.batteries) {
      battery.pin('temperature', 70);
      battery.pin('current', -40);
    }
    const served = world.serve(hub.channel);
    ends.push(async () => {
      world.stop();
      await hub.channel.close();
      await served;
    });
    buses.push({
      name: device.id,
      link: `tcp://${hub.channel.peer}`,
      devices: [
        {
          name: device.id,
          device: device.id,
          simulated: true,
          // Growth is seen between two readings.
          ...(device.groups.some(({ name }) => name === 'energy') ? { poll: { energy: '2s' } } : {}),
        },
      ],
    });
  }
  const config = configSchema.parse({
    site: 'farm-1',
    buses,
    history: { path: join(folder, 'busbar.db'), flush: '200ms' },
    http: { listen: '127.0.0.1:0' },
    tariffs: { currency: 'EUR', t1: 0.24, t2: 0.16, t3: 0.2, t4: 0.12 },
    alarms: [{ name: 'hot', when: 'topbms.temperature_highest > 20', say: 'the battery is warm' }],
    batteries: { all: { title: 'All', members: ['topbms', 'pylontech'] } },
    outputs: { prometheus: { type: 'prometheus' }, ...outputs },
  });
  const mute = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const served = await serve({
    config,
    catalog,
    clock: systemClock,
    version: '1.2.3',
    log: () => mute,
    openLink,
    makeOutput: (options, context) => makeOutput(options, context, '1.2.3'),
  });
  return {
    metrics: `${served.url}metrics`,
    missing: () =>
      served.gateway.lines().flatMap(({ devices }) =>
        devices.flatMap(({ member, groups }) =>
          Object.entries(groups)
            .filter(([, { read, failed }]) => read + failed === 0)
            .map(([group]) => `${member}.${group}`),
        ),
      ),
    close: async () => {
      await served.close();
      for (const end of ends) await end();
    },
  };
}
