import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import kg from '../../src/devices/juntek/kg.ts';
import { rig, type Rig, shunt, testClock } from './rig.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A gateway that reads one shunt, which shows these values. */
async function run(
  folder: string,
  clock: ReturnType<typeof testClock>,
  values: Readonly<Record<string, number>>,
): Promise<Rig> {
  const set = Object.entries(values);
  const a = shunt('a');
  // Hundredths of a degree in a second: starting takes some seconds of this clock.
  const devices = a.devices.map((one) => ({ ...one, limits: { temperature: { rate: 0.01 } } }));
  return rig({ clock, folder, buses: [{ ...a, devices, answers: [{ device: kg, address: 1, set }] }] });
}

/** Runs until values are stored, ends, and begins again after so many milliseconds with other values. */
async function again(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  away: number,
): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-restart-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const clock = testClock();
  const first = await run(folder, clock, before);
  await first.pass(5 * SECOND);
  await first.close();
  if (away < 0) clock.jump(away);
  else await clock.advance(away);
  const second = await run(folder, clock, after);
  ends.push(second.close);
  return second;
}

/** What passed of a field, reading by reading, since the gateway that ran before. */
async function passed({ gateway }: Rig, field: string): Promise<readonly unknown[]> {
  const entries = await gateway.store.read(0, 1_000);
  const began = entries.findLastIndex((one) => one.what === 'event' && one.event.text.endsWith('started'));
  return entries
    .slice(began)
    .flatMap((one) =>
      one.what === 'snapshot' && one.snapshot.group === 'measured' ? [one.snapshot.values[field]] : [],
    );
}

const idle = { current: 0, voltage: 50 };

describe('the first values after a restart', () => {
  it('are compared with the last ones before it: a counter that fell is asked twice more', async () => {
    const one = await again({ ...idle, charged_energy: 900 }, { ...idle, charged_energy: 10 }, 10 * SECOND);
    await one.pass(5 * SECOND);
    // The meter was replaced while we were away: three readings agree.
    expect((await passed(one, 'charged_energy')).slice(0, 4)).toEqual([undefined, undefined, 10, 10]);
  });

  it('may have changed as much as the time between allows', async () => {
    // From 20 to 90 °C at 0.01 °C a second are 7000 s.
    const warm = { ...idle, temperature: 20 };
    const soon = await again(warm, { ...idle, temperature: 90 }, 10 * SECOND);
    await soon.pass(5 * SECOND);
    expect((await passed(soon, 'temperature')).slice(0, 3)).toEqual([undefined, undefined, 90]);
    const late = await again(warm, { ...idle, temperature: 90 }, 2 * HOUR);
    await late.pass(3 * SECOND);
    expect((await passed(late, 'temperature')).slice(0, 2)).toEqual([90, 90]);
  });

  it('are not doubted for a clock that was ahead before, but for counters that fell', async () => {
    const before = { ...idle, temperature: 20, charged_energy: 900 };
    const one = await again(before, { ...idle, temperature: 90, charged_energy: 10 }, -HOUR);
    await one.pass(5 * SECOND);
    expect((await passed(one, 'temperature')).slice(0, 2)).toEqual([90, 90]);
    expect((await passed(one, 'charged_energy')).slice(0, 3)).toEqual([undefined, undefined, 10]);
  });
});
