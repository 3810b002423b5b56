import { isDeepStrictEqual } from 'node:util';
import type { OutputConfig } from '../config/index.ts';
import type { Clock } from '../core/clock.ts';
import { Fault, faultOf } from '../core/fault.ts';
import {
  memberGroup,
  type Output,
  type OutputContext,
  type OutputPage,
  type SiteEvent,
  type SiteHealth,
  type SiteView,
} from '../core/site/index.ts';
import type { Logger, RemoteCommand } from '../core/site/index.ts';
import type { WriteReport } from '../core/write.ts';
import { thinner, type ThinSettings } from '../site/index.ts';
import type { Store } from '../store/index.ts';
import type { OutputStatus } from './gateway.ts';
import { type Pump, startPump } from './output-pump.ts';
import { patience } from './patience.ts';

/** All outputs of a site, each on its own. */
export interface Outputs {
  /** Takes another set of outputs: those that did not change go on. Names of those begun and ended are told. */
  readonly apply: (
    wanted: Readonly<Record<string, OutputConfig>>,
  ) => Promise<{ readonly started: readonly string[]; readonly stopped: readonly string[] }>;
  readonly status: () => readonly OutputStatus[];
  readonly test: (name: string, signal: AbortSignal) => Promise<string>;
  /** What an output serves at a path. */
  readonly page: (path: string) => OutputPage | undefined;
  /** The journal has new entries. */
  readonly wake: () => void;
  readonly close: () => Promise<void>;
}

/** What outputs need. */
export interface OutputsOptions {
  readonly view: SiteView;
  readonly store: Store;
  readonly health: () => SiteHealth;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (part: string) => Logger;
  readonly write: (command: RemoteCommand) => Promise<WriteReport>;
  readonly happened: (event: SiteEvent) => void;
  readonly make: (options: OutputConfig, context: OutputContext) => Promise<Output>;
}

/** Milliseconds that making an output may take: those that connect do it afterwards. */
const MAKING = 10_000;
/** Milliseconds that an output waits until what it wants kept is on the disk. */
const KEEPING = 2_000;

interface Running {
  readonly config: OutputConfig;
  readonly output?: Output;
  readonly pump?: Pump;
  /** Why it could not be made. */
  readonly fault?: OutputStatus['trouble'];
}

/** No outputs yet: `apply` begins them. */
export function outputs(options: OutputsOptions): Outputs {
  const { view, store, clock, random } = options;
  const running = new Map<string, Running>();

  /** What an output keeps over restarts. A disk that takes nothing is no reason not to send. */
  const shelf = (name: string): OutputContext['memory'] => {
    // What could not be read is not replaced either: it may be worth more than what is made up without it.
    const unread = new Set<string>();
    return {
      get: (key) =>
        store.memory.get(`output.${name}.${key}`).catch((error: unknown) => {
          options.log(name).warn(faultOf(error, 'output').message);
          unread.add(key);
          return undefined;
        }),
      set: async (key, text) => {
        if (!unread.has(key)) await patience(clock, KEEPING, store.memory.set(`output.${name}.${key}`, text));
      },
    };
  };

  const start = async (name: string, config: OutputConfig): Promise<void> => {
    if (!config.enabled) {
      running.set(name, { config });
      return;
    }
    const log = options.log(name);
    let pump: Pump | undefined;
    let early: string | undefined;
    try {
      const making = options.make(config, {
        name,
        view,
        health: options.health,
        clock,
        random,
        log,
        write: options.write,
        trouble: (text) => {
          if (pump === undefined) early = text;
          else pump.trouble(text);
        },
        memory: shelf(name),
      });
      if (!(await patience(clock, MAKING, making))) {
        // Whatever comes of it now has nobody any more.
        making
          .then((late) => late.close())
          .catch((error: unknown) => log.debug(faultOf(error, 'output').message));
        throw new Fault('output', `${name} could not be made within ${MAKING / 1000} s`);
      }
      const output = await making;
      pump = startPump({
        name,
        type: config.type,
        output,
        journal: store,
        thin: thinner(thinning(config), (member, group) => {
          const found = view.members().find((one) => one.name === member);
          return found === undefined ? undefined : memberGroup(found, group);
        }),
        clock,
        random,
        log,
        onQuarantine: (count, why) => {
          options.happened({
            at: clock.date(),
            kind: 'loss',
            severity: 'warning',
            subject: `output.${name}`,
            text: `${name} refuses ${count} ${count === 1 ? 'entry' : 'entries'}, set aside: ${why}`,
            detail: { output: name, count },
          });
        },
        ...(config.members === undefined ? {} : { members: config.members }),
        ...('max_age' in config ? { maxAge: config.max_age } : {}),
      });
      if (early !== undefined) pump.trouble(early);
      running.set(name, { config, output, pump });
    } catch (error) {
      const { code, message } = faultOf(error, 'output');
      log.error(message);
      running.set(name, { config, fault: { code, message, at: clock.date() } });
    }
  };

  const idle = (name: string, { config, fault }: Running): OutputStatus => ({
    name,
    type: config.type,
    state: fault === undefined ? 'off' : 'failing',
    backlog: 0,
    delivered: 0,
    quarantined: 0,
    ...(fault === undefined ? {} : { trouble: fault }),
  });

  /** Nobody waits for that: the disk may be full. */
  const forget = (name: string): void => {
    store.forget(name).catch((error: unknown) => options.log(name).warn(faultOf(error, 'output').message));
  };

  return {
    apply: async (wanted) => {
      const started: string[] = [];
      const stopped: string[] = [];
      for (const [name, one] of [...running]) {
        if (isDeepStrictEqual(one.config, wanted[name])) continue;
        await one.pump?.close();
        running.delete(name);
        stopped.push(name);
        // One that comes back changed goes on where it stood.
        if (wanted[name] === undefined) forget(name);
      }
      const fresh = Object.entries(wanted).filter(([name]) => !running.has(name));
      started.push(...fresh.map(([name]) => name));
      await Promise.all(fresh.map(([name, config]) => start(name, config)));
      return { started, stopped };
    },
    status: () => [...running].map(([name, one]) => one.pump?.status() ?? idle(name, one)),
    test: async (name, signal) => {
      const one = running.get(name);
      if (one === undefined) throw new Fault('config', `there is no output '${name}'`);
      if (one.output === undefined) {
        throw new Fault('output', one.fault?.message ?? `${name} is switched off`);
      }
      return one.output.test(signal);
    },
    page: (path) => {
      for (const { output } of running.values()) if (output?.page?.path === path) return output.page;
      return undefined;
    },
    wake: () => {
      for (const { pump } of running.values()) pump?.wake();
    },
    close: async () => {
      await Promise.all([...running.values()].flatMap(({ pump }) => pump?.close() ?? []));
    },
  };
}

/** The owner's choice of how much is sent. */
function thinning(config: OutputConfig): ThinSettings {
  if (!('send' in config)) return {};
  const { every, values, deadband, heartbeat } = config.send;
  return {
    ...(every === 'all' ? {} : { interval: every / 1000 }),
    keep: values,
    // None is no wish to leave out what did not change.
    ...(Object.keys(deadband).length === 0 ? {} : { deadband }),
    heartbeat: heartbeat / 1000,
  };
}
