/** A whole gateway on lines in memory and a clock of the test's own; its database is a real one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { type ConfigInput, configSchema } from '../../src/config/index.ts';
import type { Clock } from '../../src/core/clock.ts';
import { memoryLine, type MemoryLine } from '../../src/core/memory-link.ts';
import type { Logger, Output, OutputContext } from '../../src/core/site/index.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import { catalog } from '../../src/devices/index.ts';
import kg from '../../src/devices/juntek/kg.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { type RunningApi, startApi } from '../../src/gateway/http/index.ts';
import { startGateway } from '../../src/gateway/start.ts';
import { openLink } from '../../src/node/parse-link.ts';
import { type SimulatedDevice, site } from '../../src/simulator/index.ts';
import { LOOPBACK } from '../http/gateway.ts';

/** A clock that stands until it is moved, and whose calendar can be set. */
export interface TestClock extends Clock {
  /** Sets the calendar forward by so many milliseconds, or back. */
  readonly jump: (milliseconds: number) => void;
  readonly advance: (milliseconds: number) => Promise<void>;
}

/** @param date calendar time at the start: milliseconds since 1970-01-01T00:00Z */
export function testClock(date = Date.UTC(2026, 10, 21, 12)): TestClock {
  const steady = virtualClock({ date });
  let shift = 0;
  return {
    now: () => steady.now(),
    date: () => steady.date() + shift,
    after: (milliseconds, call) => steady.after(milliseconds, call),
    advance: (milliseconds) => steady.advance(milliseconds),
    jump: (milliseconds) => {
      shift += milliseconds;
    },
  };
}

/** A bus of the configuration, and who answers on it. */
export interface TestBus {
  readonly name: string;
  readonly devices: ConfigInput['buses'][number]['devices'];
  /** Who answers; nobody: the line stays silent. */
  readonly answers?: readonly SimulatedDevice[];
  /** A real link instead of a line in memory. */
  readonly link?: string;
}

/** A shunt that is read once a second, charged with 50 A at 50 V. */
export const shunt = (name: string): TestBus => ({
  name,
  devices: [{ name, device: 'juntek-kg', address: 1, poll: { info: '1h', configured: '1h' } }],
  answers: [
    {
      device: kg,
      address: 1,
      set: [
        ['current', 50],
        ['voltage', 50],
      ],
    },
  ],
});

/** What a test starts. */
export interface RigOptions {
  readonly buses: readonly TestBus[];
  readonly clock: TestClock;
  /** Outputs by name. */
  readonly outputs?: Readonly<
    Record<string, Partial<Output> | ((context: OutputContext) => Promise<Output>)>
  >;
  /** Folder of the database; left out: a new one, removed at the end. */
  readonly folder?: string;
  readonly more?: Partial<ConfigInput>;
}

/** A gateway that runs. */
export interface Rig {
  readonly gateway: Gateway;
  readonly folder: string;
  /** Lines of its log. */
  readonly said: readonly string[];
  readonly wire: (bus: string) => MemoryLine;
  /** Lets time pass in steps of at most 100 ms, or as said, and waits each time until the database has followed. */
  readonly pass: (milliseconds: number, step?: number) => Promise<void>;
  /** Lets time pass until it is done. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /** Serves the API; it ends with the gateway. */
  readonly serve: () => Promise<RunningApi>;
  readonly close: () => Promise<void>;
}

/** Starts a gateway. */
export async function rig(options: RigOptions): Promise<Rig> {
  const { clock, buses, outputs = {} } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'busbar-gateway-'));
  const said: string[] = [];
  const log = (part: string): Logger => {
    const note =
      (level: string) =>
      (text: string): void =>
        void said.push(`${level} ${part}: ${text}`);
    return { debug: () => undefined, info: note('info'), warn: note('warn'), error: note('error') };
  };
  const wires = new Map<string, MemoryLine>();
  const ends: (() => Promise<unknown>)[] = [];
  for (const { name, answers = [], link } of buses) {
    if (link !== undefined) continue;
    const wire = memoryLine(clock, { name, line: answers[0]?.device.line ?? kg.line });
    wires.set(`tcp://${name}:1`, wire);
    if (answers.length === 0) {
      ends.push(() => wire.far.close());
      continue;
    }
    const simulated = site({ clock, seed: 1, devices: answers });
    const served = simulated.serve(wire.far);
    ends.push(async () => {
      simulated.stop();
      await wire.far.close();
      await served;
    });
  }
  const config = configSchema.parse({
    site: 'test',
    timezone: 'Europe/Berlin',
    buses: buses.map(({ name, devices, link }) => ({ name, devices, link: link ?? `tcp://${name}:1` })),
    history: { path: join(folder, 'busbar.db'), flush: '1s' },
    outputs: Object.fromEntries(
      Object.keys(outputs).map((name) => [name, { type: 'webhook', url: 'http://127.0.0.1:9/' }]),
    ),
    ...options.more,
  });

  const during = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const done = (): void => void (over = true);
    work.then(done, done);
    for (let round = 0; !isTrue(() => over); round++) {
      if (round > 60_000) throw new Error('it takes longer than ten minutes of the clock');
      await clock.advance(10);
      // What the thread of the database does takes real time, on a busy machine a lot of it: the clock must not run away.
      await (round % 10 === 9 ? delay(1) : immediate());
    }
    return work;
  };

  const gateway = await during(
    startGateway({
      config,
      catalog,
      clock,
      version: '0',
      log,
      random: () => 0.5,
      openLink: (text) => wires.get(text)?.link ?? openLink(text),
      makeOutput: (_config, context) => {
        const one = outputs[context.name];
        if (typeof one === 'function') return one(context);
        return Promise.resolve({
          test: () => Promise.resolve('tested'),
          close: () => Promise.resolve(),
          ...one,
        });
      },
    }),
  );

  const pass = async (milliseconds: number, step = 100): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= step) {
      await clock.advance(Math.min(step, left));
      // The thread of the database answers in order: when it answers this, it has answered all before.
      await gateway.store.status();
    }
  };

  let api: RunningApi | undefined;
  return {
    gateway,
    folder,
    said,
    wire: (bus) => {
      const found = wires.get(`tcp://${bus}:1`);
      if (found === undefined) throw new Error(`there is no line ${bus}`);
      return found;
    },
    pass,
    during,
    serve: async () => {
      api = await startApi(gateway, { ...LOOPBACK, clock, log: log('http') });
      return api;
    },
    close: async () => {
      await api?.close();
      await during(gateway.close());
      for (const end of ends) await during(end());
      if (options.folder === undefined) rmSync(folder, { recursive: true });
    },
  };
}

/** Asks a question whose answer changes while something is awaited. */
const isTrue = (ask: () => boolean): boolean => ask();

/** How often the group `measured` of a device was read. */
export function readings({ gateway }: Rig, member: string): number {
  for (const { devices } of gateway.lines()) {
    for (const one of devices) if (one.member === member) return one.groups.measured?.read ?? 0;
  }
  return 0;
}
