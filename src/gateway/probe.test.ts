import { afterEach, describe, expect, it } from 'vitest';
import { readings, rig, type Rig, shunt, testClock } from '../../test/gateway/rig.ts';
import { probeBus } from '../config/index.ts';
import { Fault } from '../core/fault.ts';
import { catalog } from '../devices/index.ts';
import kg from '../devices/juntek/kg.ts';
import { portOf } from '../node/link-port.ts';
import type { Probed } from './gateway.ts';

let at: Rig | undefined;
afterEach(async () => {
  await at?.close();
  at = undefined;
});

/** A gateway whose bus `roof` polls one of the two shunts on its line; `attic` is polled in vain. */
async function site(): Promise<Rig> {
  const roof = shunt('roof');
  return (at = await rig({
    clock: testClock(),
    buses: [
      { ...roof, answers: [...(roof.answers ?? []), { device: kg, address: 2, set: [['voltage', 25]] }] },
      { name: 'attic', devices: [{ name: 'lost', device: 'juntek-kg' }] },
    ],
  }));
}

function probe(
  { gateway, during }: Rig,
  written: Parameters<typeof probeBus>[0],
  { budget = 20_000, signal = new AbortController().signal } = {},
): Promise<Probed> {
  return during(gateway.probe({ bus: probeBus(written, catalog, portOf), budget }, signal));
}

const faultOf = (work: Promise<unknown>): Promise<Fault> =>
  work.then(
    () => Promise.reject(new Error('it was answered')),
    (error: unknown) => (error instanceof Fault ? error : Promise.reject(new Error(String(error)))),
  );

describe('probing a device that is not configured', () => {
  it('reads it whole between the polls of its line, which miss nothing', async () => {
    const world = await site();
    await world.pass(5_000);
    const before = readings(world, 'roof');
    const began = world.gateway.lines()[0];
    const probed = await probe(world, { link: 'tcp://ROOF:1', device: 'juntek-kg', address: 2 });
    expect(probed).toMatchObject({ address: 2, shared: 'roof', device: { id: 'juntek-kg' } });
    expect(probed.reading.groups.measured?.voltage).toBe(25);
    expect(probed.reading.faults).toEqual({});
    await world.pass(5_000);
    // Once a second, as before.
    expect(readings(world, 'roof') - before).toBeGreaterThanOrEqual(5);
    const { overruns } = world.gateway.lines()[0]?.devices[0]?.groups.measured ?? {};
    expect(overruns).toBe(began?.devices[0]?.groups.measured?.overruns);
  });

  it('finds an address on a polled line', async () => {
    const world = await site();
    const probed = await probe(
      world,
      { link: 'tcp://roof:1', device: 'juntek', address: 'find' },
      { budget: 60_000 },
    );
    expect(probed).toMatchObject({ address: 1, device: { id: 'juntek-kg' } });
  });

  it('says what silence may mean, and leaves the line as it was', async () => {
    const world = await site();
    const fault = await faultOf(probe(world, { link: 'tcp://roof:1', device: 'juntek-kg', address: 9 }));
    expect(fault.code).toBe('timeout');
    expect(fault.hint).toMatch(/powered|address/);
    expect(world.gateway.lines()[0]?.health.devices.roof?.faults).toEqual({});
    // Silence of ours is no reason to take the connection for a dead one.
    expect(world.gateway.lines()[0]?.trouble).toBeUndefined();
  });

  it('ends when its time is over, or when nobody waits any more', async () => {
    const world = await site();
    const wanted = { link: 'tcp://attic:1', device: 'juntek-kg', address: 'find' as const };
    const late = await faultOf(probe(world, wanted, { budget: 2_000 }));
    expect(late).toMatchObject({
      code: 'timeout',
      message: 'nothing answered: it takes longer than the 2 s that it may',
      hint: expect.stringContaining('nothing at all was heard') as string,
    });
    const gone = new AbortController();
    const cancelled = faultOf(probe(world, wanted, { signal: gone.signal }));
    gone.abort();
    expect((await cancelled).code).toBe('cancelled');
  });

  it.each([
    [{ link: 'tcp://h:1', device: 'juntek-kgg' }, "unknown device 'juntek-kgg'", /did you mean 'juntek-kg'/],
    [{ link: 'ttyUSB0', device: 'juntek-kg' }, "did you mean '/dev/ttyUSB0'?", /links look like/],
    [
      { link: 'tcp://h:1', device: 'juntek-kg', address: 400 },
      'expected an address from 1 to 99, not 400',
      undefined,
    ],
    [{ link: 'tcp://h:1', device: 'neva-mt3xx', password: '***' }, 'stands for a password', /type/],
  ])('refuses %j as the configuration would', (written, message, hint) => {
    expect(() => probeBus(written, catalog, portOf)).toThrow(
      expect.objectContaining({
        code: 'config',
        message: expect.stringContaining(message) as string,
        ...(hint && { hint: expect.stringMatching(hint) as string }),
      }) as Error,
    );
  });

  it('refuses other settings than those of a port that is polled', async () => {
    const world = (at = await rig({
      clock: testClock(),
      buses: [{ ...shunt('roof'), link: '/dev/busbar-no-such-port', answers: [] }],
    }));
    const fault = await faultOf(
      probe(world, { link: 'serial:/dev/busbar-no-such-port?baud=9600', device: 'juntek-kg' }),
    );
    expect(fault).toMatchObject({
      code: 'refused',
      message: 'bus roof reads this line at 115200 8N1, juntek-kg wants 9600 8N1',
    });
  });
});
