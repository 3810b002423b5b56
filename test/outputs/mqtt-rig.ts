import type { Clock } from '../../src/core/clock.ts';
import type { Entry, Output, OutputContext, RemoteCommand } from '../../src/core/site/index.ts';
import type { Values } from '../../src/core/snapshot.ts';
import type { WriteReport } from '../../src/core/write.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { mqttOutput, type MqttOutputOptions } from '../../src/outputs/mqtt.ts';
import { never } from '../links/harness.ts';
import { type PlayedSite, playedMemory, playedSite } from './site.ts';

/** The defaults of the configuration; `test/outputs/mqtt-config.test.ts` compares them with it. */
export const DEFAULTS: Omit<MqttOutputOptions, 'url'> = {
  version: 'auto',
  prefix: 'busbar',
  keepalive: 30,
  retain: true,
  values_topics: false,
  commands: true,
  stream: false,
  keep_unheard: true,
  backfill_rate: 500,
  homeassistant: false,
};

/** Real time, with pauses that are so many times shorter. */
export function hastyClock(factor: number): Clock {
  return {
    now: () => systemClock.now() * factor,
    date: () => systemClock.date(),
    after: (milliseconds, call) => systemClock.after(milliseconds / factor, call),
  };
}

/** An output with a site beside it. */
export interface Rig {
  readonly output: Output;
  readonly site: PlayedSite;
  /** Sentences of trouble, `well` for none. */
  readonly troubles: readonly string[];
  readonly commands: readonly RemoteCommand[];
  readonly logged: readonly string[];
  /** Delivers again and again until it is taken, as the gateway does. Brings how often it was refused. */
  readonly deliver: (entries: readonly Entry[]) => Promise<number>;
}

/** Opens an output. Writes answer with `written`, or reject with what it throws. */
export async function rig(
  options: Partial<MqttOutputOptions> & { readonly url: string },
  {
    site = playedSite(),
    memory = playedMemory(),
    factor = 10,
    written = (command: RemoteCommand): WriteReport => ({
      field: command.field,
      requested: command.value,
      before: { [`measured.${command.field}`]: 'off' },
      after: { [`measured.${command.field}`]: command.value },
      acknowledgement: undefined,
      outcome: 'confirmed',
    }),
  }: {
    readonly site?: PlayedSite;
    readonly memory?: OutputContext['memory'];
    readonly factor?: number;
    readonly written?: (command: RemoteCommand) => WriteReport;
  } = {},
): Promise<Rig> {
  const troubles: string[] = [];
  const commands: RemoteCommand[] = [];
  const logged: string[] = [];
  const log = (text: string): void => void logged.push(text);
  const output = await mqttOutput(
    { ...DEFAULTS, ...options },
    {
      name: 'mqtt',
      view: site,
      clock: hastyClock(factor),
      random: Math.random,
      log: { debug: log, info: log, warn: log, error: log },
      trouble: (text) => troubles.push(text ?? 'well'),
      write: (command) => {
        commands.push(command);
        return Promise.resolve().then(() => written(command));
      },
      memory,
    },
    '1.2.3',
  );
  const { deliver } = output;
  if (deliver === undefined) throw new Error('it delivers nothing');
  return {
    output,
    site,
    troubles,
    commands,
    logged,
    deliver: async (entries) => {
      for (let refused = 0; ; refused++) {
        try {
          await deliver(entries, never);
          return refused;
        } catch (error) {
          if (refused === 50) throw error;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    },
  };
}

/** A snapshot of the journal. */
export function entry(sequence: number, device: string, group: string, at: number, values: Values): Entry {
  return { sequence, what: 'snapshot', snapshot: { device, group, at, values, kind: 'live' } };
}
