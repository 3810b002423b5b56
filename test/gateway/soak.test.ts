import { mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { configSchema } from '../../src/config/index.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Device } from '../../src/core/device.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { catalog } from '../../src/devices/index.ts';
import kg from '../../src/devices/juntek/kg.ts';
import mt1xx from '../../src/devices/neva/mt1xx.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { textLog } from '../../src/gateway/log.ts';
import { startGateway } from '../../src/gateway/start.ts';
import { site } from '../../src/simulator/index.ts';
import { type SteppedClock, steppedClock } from './stepped-clock.ts';

const HOUR = 3_600_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void; // what the flag brings

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Bytes in use when everything that nobody holds is gone. */
async function heap(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

/** Open files, sockets, pipes. */
const handles = (): number => readdirSync('/proc/self/fd').length;

/** Bytes by which what is in use may be more on day 20 and 30 than on day 10; of some 23,000 entries a leak of 70 bytes each would be more. */
const HEAP_NOISE = 1_500_000;
/**
 * Lines that a day with all its mishaps may write: of each of three lines that it was cut, that it is back, and what it
 * says ever more seldom while it is away for two hours (at 0, 1, 3, 7, 15, 31 and 63 minutes, and when it changes);
 * and of alarms and the output a few.
 */
const LINES_A_DAY = 50;
/** Seconds between two readings at least, so that a month takes seconds. */
const SELDOM = { shunt: 300, rack: 1200, meter: 3600 };

/** A simulated device behind a plug of its own. */
function plugged<N extends keyof typeof SELDOM>(clock: SteppedClock, name: N, device: Device) {
  const every = SELDOM[name];
  const wire = memoryLine(clock, { name, line: device.line });
  const world = site({ clock, seed: 1, devices: [{ device, faults: [['flip', 0.01]] }] });
  const served = world.serve(wire.far);
  ends.push(async () => {
    world.stop();
    await clock.during(wire.far.close());
    await clock.during(served);
  });
  return {
    wire,
    world,
    bus: {
      name,
      link: `tcp://${name}:1`,
      devices: [
        {
          name,
          device: device.id,
          address: device.addresses.usual,
          poll: Object.fromEntries(
            device.groups.map((group) => [group.name, `${Math.max(every, group.period)}s`]),
          ),
        },
      ],
    },
  };
}

it('a month leaves neither memory, handles nor a long log behind', { timeout: 180_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-soak-'));
  ends.push(async () => {
    await rm(folder, { recursive: true });
  });
  const clock = steppedClock();
  const log = { lines: 0 };
  const said = textLog({
    level: 'info',
    clock,
    write: (text) => void (log.lines += text.split('\n').length - 1),
  });

  const shunt = plugged(clock, 'shunt', kg);
  const rack = plugged(clock, 'rack', pylontech);
  const meter = plugged(clock, 'meter', mt1xx);
  const plugs = [shunt, rack, meter];
  let [delivered, isDown] = [0, false];
  const config = configSchema.parse({
    site: 'soak',
    timezone: 'UTC',
    buses: plugs.map(({ bus }) => bus),
    history: { path: join(folder, 'busbar.db'), flush: '5m', raw: '3d' },
    outputs: { hook: { type: 'webhook', url: 'http://127.0.0.1:9/' } },
    alarms: [{ name: 'hot', when: 'shunt.temperature > 50 for 10m', say: 'the shunt is hot' }],
  });
  const gateway = await clock.during(
    startGateway({
      config,
      catalog,
      clock,
      version: '0',
      log: said.part,
      random: () => 0.5,
      openLink: (text) => {
        const found = plugs.find(({ bus }) => bus.link === text);
        if (found === undefined) throw new Error(`there is no line ${text}`);
        return found.wire.link;
      },
      makeOutput: () =>
        Promise.resolve({
          deliver: (entries) => {
            if (isDown) return Promise.reject(new Fault('output', 'the receiver is away'));
            delivered += entries.length;
            return Promise.resolve();
          },
          test: () => Promise.resolve('tested'),
          close: () => Promise.resolve(),
        }),
    }),
  );
  ends.push(() => clock.during(gateway.close()));
  const alarms = { raised: 0, cleared: 0 };
  gateway.view.subscribe((change) => {
    if (change.what !== 'event') return;
    if (change.event.kind === 'alarm_raised') alarms.raised++;
    if (change.event.kind === 'alarm_cleared') alarms.cleared++;
  });

  const hours = async (count: number): Promise<void> => {
    for (let hour = 0; hour < count; hour++) {
      await clock.pass(HOUR);
      // The thread of the database answers in order: when it answers this, it has answered all before.
      await gateway.store.status();
    }
  };
  /** A day on which everything goes wrong once. */
  const day = async (): Promise<void> => {
    await hours(2);
    for (const { wire } of plugs) {
      wire.cut('the plug was pulled');
      wire.refuse('nobody there');
    }
    await hours(2);
    for (const { wire } of plugs) wire.refuse(undefined);
    await hours(2);
    meter.world.setFault('silence', 1);
    await hours(4);
    meter.world.setFault('silence', 0);
    await hours(3);
    shunt.world.batteries[0]?.pin('temperature', 60);
    await hours(2);
    shunt.world.batteries[0]?.pin('temperature', 25);
    await hours(3);
    isDown = true;
    await hours(3);
    isDown = false;
    await hours(3);
  };
  const tenDays = async (): Promise<{ heap: number; handles: number }> => {
    for (let count = 0; count < 10; count++) await day();
    return { heap: await heap(), handles: handles() };
  };

  // The first day compiles code and fills what is bounded.
  await day();
  log.lines = 0;
  const marks = [await tenDays(), await tenDays(), await tenDays()];
  const groupsOf = (bus: string) =>
    gateway.lines().find(({ name }) => name === bus)?.devices[0]?.groups ?? {};
  await context.annotate(
    `heap ${marks.map((mark) => mark.heap).join(' ')}, handles ${marks.map((mark) => mark.handles).join(' ')}, ` +
      `${log.lines / 30} lines a day, ${delivered} entries delivered, ${alarms.raised} alarms`,
  );
  // 2 of 24 hours without a plug, the meter 4 more in silence; broken answers are asked for again.
  const polls = {
    shunt: 31 * 22 * (3600 / SELDOM.shunt),
    rack: 31 * 22 * (3600 / SELDOM.rack),
    meter: 31 * 18,
  };
  for (const { bus } of plugs) {
    const most = Math.max(...Object.values(groupsOf(bus.name)).map((group) => group.read));
    expect(most, bus.name).toBeGreaterThan(0.9 * polls[bus.name]);
  }
  expect(delivered).toBeGreaterThan(polls.shunt + polls.rack + polls.meter);
  expect(gateway.outputs()[0]?.backlog).toBeLessThan(200);
  // Each day the shunt is hot once, and is cool again.
  expect(alarms.raised).toBeGreaterThanOrEqual(31);
  expect(alarms.raised - alarms.cleared).toBe(gateway.view.alarms().length);
  const [tenth = 0, ...later] = marks.map((mark) => mark.heap);
  for (const heapThen of later) expect(heapThen - tenth).toBeLessThan(HEAP_NOISE);
  expect(new Set(marks.map((mark) => mark.handles)).size).toBe(1);
  expect(log.lines / 30).toBeLessThan(LINES_A_DAY);
  expect(await gateway.store.check()).toEqual({ ok: true, problems: [] });
});
