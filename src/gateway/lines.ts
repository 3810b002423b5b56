import { isDeepStrictEqual } from 'node:util';
import type { BusConfig, DeviceConfig } from '../config/index.ts';
import type { Catalog } from '../core/catalog.ts';
import type { Clock } from '../core/clock.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Link } from '../core/link.ts';
import type { Place } from '../core/read.ts';
import type { Logger } from '../core/site/index.ts';
import type { LineStatus } from './gateway.ts';
import type { LinkOptions } from '../node/parse-link.ts';
import { busQuestion, lineDevice, lineSettings } from './line-devices.ts';
import { type LineDevice, type LineEvents, type LineRunner, runLine } from './line-runner.ts';
import type { PasswordBook } from './password-book.ts';
import { openRawPort, type RawPort } from './raw-port.ts';

/** All lines of a site. */
export interface Lines {
  /**
   * Takes another list of buses: what did not change goes on without missing a poll, also the neighbours of a device
   * that changed. Names of buses and devices begun and ended are told as `bus` and `bus/device`.
   */
  readonly apply: (
    buses: readonly BusConfig[],
  ) => Promise<{ readonly started: readonly string[]; readonly stopped: readonly string[] }>;
  readonly status: () => readonly LineStatus[];
  readonly runner: (bus: string) => LineRunner | undefined;
  /** Where a device answers, and how it is configured; undefined while it is searched for. */
  readonly place: (member: string) => Place | undefined;
  /** Begins anew with a device, as if it had just been configured. Rejects with `config` where there is none. */
  readonly retry: (member: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What lines need. */
export interface LinesOptions {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly log: (part: string) => Logger;
  readonly openLink: (text: string, options: LinkOptions) => Link;
  readonly events: Omit<LineEvents, 'notice'>;
  /** Passwords that were refused. */
  readonly passwords: Pick<PasswordBook, 'of' | 'forget'>;
}

interface Open {
  config: BusConfig;
  readonly runner: LineRunner;
  rawPort?: RawPort;
  trouble?: string;
}

/** No lines yet: `apply` opens them. */
export function lines(options: LinesOptions): Lines {
  const { catalog, clock, passwords } = options;
  const open = new Map<string, Open>();

  const deviceOn = async ({ link }: BusConfig, device: DeviceConfig): Promise<LineDevice> =>
    lineDevice(device, catalog, await passwords.of(link, device));

  const start = async (config: BusConfig): Promise<void> => {
    const devices = await Promise.all(config.devices.map((device) => deviceOn(config, device)));
    const log = options.log(config.name);
    const runner = runLine({
      name: config.name,
      link: options.openLink(config.link, {
        log: (text) => log.info(text),
        question: () => busQuestion(config, catalog, clock),
      }),
      line: lineSettings(config, catalog),
      clock,
      events: {
        located: options.events.located,
        measured: (...reading) => {
          delete entry.trouble;
          options.events.measured(...reading);
        },
        failed: (name: string, group: string, fault: Fault) => {
          if (fault.code === 'link') entry.trouble = fault.message;
          options.events.failed(name, group, fault);
        },
        notice: (text) => log.info(text),
      },
    });
    const entry: Open = { config, runner };
    open.set(config.name, entry);
    devices.forEach(runner.add);
    if (config.raw_port === undefined) return;
    try {
      entry.rawPort = await openRawPort({
        ...config.raw_port,
        bus: runner.bus,
        log,
        devices: () => config.devices.flatMap(({ name }) => runner.place(name)?.device ?? []),
      });
    } catch (error) {
      // A port that is taken is no reason to stop reading.
      log.error(faultOf(error, 'link').message);
    }
  };

  const stop = async ({ runner, rawPort, config }: Open): Promise<void> => {
    open.delete(config.name);
    await rawPort?.close();
    await runner.close();
  };

  const statusOf = ({ config, runner, rawPort, trouble }: Open): LineStatus => ({
    name: config.name,
    link: config.link,
    health: runner.bus.health(),
    devices: runner.status(),
    ...(rawPort === undefined ? {} : { rawPort: { listening: rawPort.listening, ...rawPort.counts } }),
    ...(trouble === undefined ? {} : { trouble }),
  });

  return {
    apply: async (buses) => {
      const started: string[] = [];
      const stopped: string[] = [];
      const wanted = new Map(buses.map((bus) => [bus.name, bus]));
      // Everything that ends, ends before anything begins: a port that moved to another bus is free by then.
      for (const one of [...open.values()]) {
        const next = wanted.get(one.config.name);
        if (next !== undefined && sameLine(one.config, next)) {
          for (const { name } of one.config.devices.filter((device) => !has(next, device))) {
            await one.runner.remove(name);
            stopped.push(`${next.name}/${name}`);
          }
        } else {
          await stop(one);
          stopped.push(one.config.name);
        }
      }
      for (const bus of buses) {
        const one = open.get(bus.name);
        if (one === undefined) {
          await start(bus);
          started.push(bus.name);
          continue;
        }
        for (const device of bus.devices.filter((device) => !has(one.config, device))) {
          one.runner.add(await deviceOn(bus, device));
          started.push(`${bus.name}/${device.name}`);
        }
        one.config = bus;
      }
      return { started, stopped };
    },
    status: () => [...open.values()].map(statusOf),
    runner: (bus) => open.get(bus)?.runner,
    place: (member) => {
      for (const { runner } of open.values()) {
        const found = runner.place(member);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    retry: async (member) => {
      for (const { config, runner } of open.values()) {
        const device = config.devices.find(({ name }) => name === member);
        if (device === undefined) continue;
        passwords.forget(member);
        const anew = await deviceOn(config, device);
        await runner.remove(member);
        runner.add(anew);
        return;
      }
      throw new Fault('config', `there is no device '${member}'`);
    },
    close: async () => {
      await Promise.all([...open.values()].map(stop));
    },
  };
}

/** Whether two buses are the same but for their devices. */
function sameLine(one: BusConfig, other: BusConfig): boolean {
  return isDeepStrictEqual({ ...one, devices: [] }, { ...other, devices: [] });
}

/** Whether a bus has a device that is polled just so; its title, limits and permissions are nothing to the poller. */
function has(bus: BusConfig, device: DeviceConfig): boolean {
  const polled = ({
    name,
    device: id,
    address,
    poll,
    mode,
    packs,
    access,
    timing,
  }: DeviceConfig): unknown => ({
    name,
    id,
    address,
    poll,
    mode,
    packs,
    access,
    timing,
  });
  return bus.devices.some((one) => isDeepStrictEqual(polled(one), polled(device)));
}
