import type { Entry } from '../../src/core/site/index.ts';
import { type Pump, startPump } from '../../src/gateway/output-pump.ts';
import { mqttOutput } from '../../src/outputs/mqtt.ts';
import { thinner } from '../../src/site/index.ts';
import { DEFAULTS, hastyClock } from './mqtt-rig.ts';
import { shuntSite, voltsOf } from './outage.ts';
import { contextOf } from './receiver.ts';

/** Many gateways in one process: each with an output and a pump of its own, and a journal in memory. */
export interface Fleet {
  /** One sample of each gateway. */
  readonly sample: () => void;
  /** Samples of each gateway so far. */
  readonly made: () => number;
  /** Entries that are not acknowledged yet, of all. */
  readonly backlog: () => number;
  readonly close: () => Promise<void>;
}

/** Milliseconds between two samples of a gateway: 0.2 Hz. */
export const PERIOD = 5_000;

/** Name of a site by its number. */
export const siteOf = (number: number): string => `site-${String(number).padStart(4, '0')}`;

/**
 * Connects them.
 * @param begin time of the first sample: milliseconds since 1970-01-01T00:00Z
 * @param factor by which their pauses are shorter
 */
export async function fleet(
  url: string,
  { count, begin, factor = 1 }: { readonly count: number; readonly begin: number; readonly factor?: number },
): Promise<Fleet> {
  let made = 0;
  const snapshot = (number: number): Entry => ({
    sequence: number,
    what: 'snapshot',
    snapshot: {
      ...{ device: 'shunt', group: 'measured', kind: 'live', at: begin + (number - 1) * PERIOD },
      values: {
        ...{ voltage: voltsOf(number), current: -2.5, power: -33.1, soc: 79.1, temperature: 21 },
        ...{ remaining_capacity: 41.2, charged_energy: 4_192.3, discharged_capacity: 1.25 },
      },
    },
  });
  const clock = hastyClock(factor);
  const gateway = async (number: number): Promise<Pump> => {
    const context = contextOf(shuntSite(['shunt'], begin, siteOf(number)), { clock });
    const held: { pump?: Pump } = {};
    const output = await mqttOutput(
      { ...DEFAULTS, url, stream: true, commands: false },
      { ...context, trouble: (text) => held.pump?.trouble(text) },
      '1.2.3',
    );
    let cursor = 0;
    const pump = startPump({
      name: 'mqtt',
      type: 'mqtt',
      output,
      journal: {
        read: (after, limit) =>
          Promise.resolve(
            Array.from({ length: Math.min(limit, made - after) }, (_, place) => snapshot(after + 1 + place)),
          ),
        newest: () => made,
        cursor: () => Promise.resolve(cursor),
        advance: (_, to) => Promise.resolve(void (cursor = to)),
        quarantine: () => Promise.reject(new Error('nothing is refused')),
      },
      thin: thinner({}, () => undefined),
      clock,
      random: Math.random,
      log: context.log,
      onQuarantine: () => undefined,
    });
    held.pump = pump;
    return pump;
  };
  const all = await Promise.all(Array.from({ length: count }, (_, number) => gateway(number)));
  return {
    sample: () => {
      made++;
      for (const pump of all) pump.wake();
    },
    made: () => made,
    backlog: () => all.reduce((sum, pump) => sum + pump.status().backlog, 0),
    close: async () => {
      await Promise.all(all.map((pump) => pump.close()));
    },
  };
}

/** A broker for a fleet: as docs/fleet.md sets it, but it saves more often. */
export const FLEET_BROKER = [
  'allow_anonymous true',
  'max_queued_messages 0',
  'max_inflight_messages 1000',
  'set_tcp_nodelay true',
  'autosave_interval 1',
];
