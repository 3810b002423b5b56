import { mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { configSchema } from '../../src/config/index.ts';
import { Fault } from '../../src/core/fault.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { catalog } from '../../src/devices/index.ts';
import kg from '../../src/devices/juntek/kg.ts';
import { textLog } from '../../src/gateway/log.ts';
import { startGateway } from '../../src/gateway/start.ts';
import { site } from '../../src/simulator/index.ts';
import { steppedClock } from './stepped-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

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

it('a month leaves neither memory, handles nor a long log behind', { timeout: 180_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-soak-'));
  ends.push(async () => {
    await rm(folder, { recursive: true });
  });
  const clock = steppedClock();
  const started = clock.now();
  const lines: string[] = [];
  const said = textLog({ level: 'info', clock, write: (line) => void lines.push(line) });

  const wire = memoryLine(clock, { name: 'shed', line: kg.line });
  const simulated = site({
    clock,
    seed: 1,
    devices: [
      {
        device: kg,
        address: 1,
        faults: [
          ['silence', 0.01],
          ['flip', 0.01],
        ],
      },
    ],
  });
  const served = simulated.serve(wire.far);
  let delivered = 0;
  const isDown = (): boolean => clock.now() - started > 10 * DAY && clock.now() - started < 11 * DAY;
  const config = configSchema.parse({
    site: 'soak',
    timezone: 'UTC',
    buses: [
      {
        name: 'shed',
        link: 'tcp://shed:1',
        devices: [
          {
            name: 'a',
            device: 'juntek-kg',
            address: 1,
            poll: { measured: '2m', info: '1h', configured: '1h' },
          },
        ],
      },
    ],
    history: { path: join(folder, 'busbar.db'), flush: '1m', raw: '3d' },
    outputs: { hook: { type: 'webhook', url: 'http://127.0.0.1:9/' } },
  });
  const gateway = await clock.during(
    startGateway({
      config,
      catalog,
      clock,
      version: '0',
      log: said.part,
      random: () => 0.5,
      openLink: () => wire.link,
      makeOutput: () =>
        Promise.resolve({
          deliver: (entries) => {
            if (isDown()) return Promise.reject(new Fault('output', 'the receiver is away'));
            delivered += entries.length;
            return Promise.resolve();
          },
          test: () => Promise.resolve('tested'),
          close: () => Promise.resolve(),
        }),
    }),
  );
  ends.push(async () => {
    await clock.during(gateway.close());
    simulated.stop();
    await clock.during(wire.far.close());
    await clock.during(served);
  });
  /** Lets time pass; now and then the plug is pulled for ten minutes. */
  const pass = async (milliseconds: number): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= HOUR) {
      await clock.pass(HOUR);
      await gateway.store.status();
      if ((left / HOUR) % 20 === 0) {
        wire.cut('the plug was pulled');
        wire.refuse('nobody there');
        await clock.pass(10 * MINUTE);
        wire.refuse(undefined);
      }
    }
  };
  await pass(WEEK);
  const first = { heap: await heap(), handles: handles() };
  await pass(3 * WEEK);
  await pass(2 * DAY);
  for (let round = 0; round < 20; round++) await pass(HOUR);
  const last = { heap: await heap(), handles: handles() };
  const [device] = gateway.lines()[0]?.devices ?? [];
  const read = device?.groups.measured?.read ?? 0;
  await context.annotate(
    `heap ${first.heap} -> ${last.heap}, handles ${first.handles} -> ${last.handles}, log ${lines.join('').length} bytes, ${read} readings`,
  );
  // 30 days of a reading every two minutes, less what the faults took.
  expect(read).toBeGreaterThan(0.95 * 30 * 24 * 30);
  expect(gateway.outputs()[0]).toMatchObject({
    backlog: expect.toSatisfy((count: number) => count < 200) as number,
  });
  // Every reading, and what is counted from it; the day without a receiver is made up for.
  expect(delivered).toBeGreaterThan(read);
  // A megabyte of noise (buffers that fill, compiled code); a leak of 60 bytes a reading would be more.
  expect(last.heap - first.heap).toBeLessThan(1_000_000);
  expect(last.handles).toBeLessThanOrEqual(first.handles);
  expect(lines.join('').length).toBeLessThan(300_000);
  expect(await gateway.store.check()).toEqual({ ok: true, problems: [] });
});
