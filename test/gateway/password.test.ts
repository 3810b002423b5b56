import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import neva from '../../src/devices/neva/mt3xx.ts';
import { readings, rig, type Rig, type RigOptions, shunt, testClock } from './rig.ts';

const MINUTE = 60_000;

let world: Rig | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** A shunt, and a meter whose password is `12345678`. */
async function house(answer: string, password = '87654321', more: Partial<RigOptions> = {}): Promise<Rig> {
  const options = { password: '12345678', 'on-wrong-password': answer };
  world = await rig({
    clock: testClock(),
    ...more,
    buses: [
      shunt('a'),
      {
        name: 'm',
        devices: [{ name: 'meter', device: 'neva-mt3xx', password, profile: { days: 1 } }],
        answers: [{ device: neva, options }],
      },
    ],
  });
  return world;
}

/** How often a password was sent to the meter. */
const tries = ({ gateway }: Rig): number =>
  (gateway.frames('m')?.recent() ?? []).filter(
    ({ direction, bytes }) => direction === '>' && new TextDecoder('latin1').decode(bytes).includes('P1'),
  ).length;

const alarm = ({ gateway }: Rig) => gateway.view.alarms().find(({ subject }) => subject === 'meter.refused');

describe('a password that is wrong', () => {
  // Silence may be the line's doing: it is tried once more.
  it.each([
    ['error', 1],
    ['break', 1],
    ['silent', 2],
  ])('(%s) is sent %i time(s), and the device rests until its settings change', async (how, sent) => {
    const one = await house(how);
    const { url } = await one.serve();
    await one.pass(10 * MINUTE, 1_000);
    expect(tries(one)).toBe(sent);
    expect(alarm(one)).toMatchObject({
      member: 'meter',
      severity: 'warning',
      text: expect.stringMatching(/^meter is left alone: P1: the meter .* it is not sent again$/) as string,
    });
    expect(await (await fetch(new URL('healthz', url))).text()).toContain(
      'meter refused us, and is left alone until its settings change',
    );
    const groups = Object.values(one.gateway.view.state('meter')?.groups ?? {});
    expect(groups.some(({ fault }) => fault?.hint?.startsWith('meters lock themselves') === true)).toBe(true);
    // Nobody who asks meanwhile has it sent either, and the others go on.
    const asked = one.during(one.gateway.readNow('meter', undefined, new AbortController().signal));
    expect(Object.values((await asked).faults)[0]?.rests).toBe(true);
    expect(tries(one)).toBe(sent);
    expect(readings(one, 'a')).toBeGreaterThanOrEqual(590);

    // Asked for by a person, it is tried again, and is as wrong as before.
    await one.during(one.gateway.retry('meter'));
    await one.pass(5 * MINUTE, 1_000);
    expect(tries(one)).toBe(2 * sent);
    expect(alarm(one)).toBeDefined();

    const written = one.gateway.config();
    const right = {
      ...written,
      buses: written.buses.map((bus) =>
        bus.name === 'm'
          ? { ...bus, devices: bus.devices.map((of) => ({ ...of, access: { password: '12345678' } })) }
          : bus,
      ),
    };
    await one.during(one.gateway.apply(right));
    await one.pass(2 * MINUTE, 1_000);
    expect(alarm(one)).toBeUndefined();
    expect(one.gateway.view.state('meter')?.freshness).toBe('fresh');
    const events = await one.gateway.store.events({ member: 'meter' });
    expect(events.map(({ event }) => event.kind)).toEqual(
      expect.arrayContaining(['alarm_raised', 'alarm_cleared']),
    );
  });
});

describe('a password that was refused before a restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-password-'));
  const clock = testClock();
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A gateway in the same folder runs for so long; how often it sent a password. */
  const run = async (
    answer: string,
    password: string,
    milliseconds: number,
    look: (of: Rig) => Promise<unknown> | undefined = () => undefined,
  ): Promise<number> => {
    const one = await house(answer, password, { folder, clock });
    await one.pass(milliseconds, 500);
    await look(one);
    const sent = tries(one);
    await one.close();
    world = undefined;
    return sent;
  };
  const rests = (one: Rig): undefined => {
    expect(alarm(one)?.text).toMatch(/^meter is left alone: P1: the meter .* it is not sent again$/);
    expect(one.gateway.view.state('meter')?.freshness).not.toBe('fresh');
  };

  it('is not sent again by a gateway that is started again and again, until it is asked to', async () => {
    expect(await run('error', '87654321', MINUTE, rests)).toBe(1);
    for (let start = 0; start < 3; start++) expect(await run('error', '87654321', MINUTE, rests)).toBe(0);
    expect(await readFile(join(folder, 'busbar.db'), 'latin1')).not.toContain('87654321');

    // Once more for each that is asked for.
    const retried = (one: Rig): Promise<unknown> =>
      one.during(one.gateway.retry('meter')).then(() => one.pass(MINUTE, 500));
    expect(await run('error', '87654321', MINUTE, retried)).toBe(1);
    expect(await run('error', '87654321', MINUTE, rests)).toBe(0);

    // Another one is tried at once; when it is right, nothing is held against it later.
    const isRead = (one: Rig): undefined => {
      expect(alarm(one)).toBeUndefined();
      expect(one.gateway.view.state('meter')?.freshness).toBe('fresh');
    };
    expect(await run('error', '11111111', MINUTE, rests)).toBe(1);
    expect(await run('error', '12345678', MINUTE, isRead)).toBeGreaterThan(1);
    expect(await run('error', '12345678', MINUTE, isRead)).toBeGreaterThan(1);
  });

  it('is counted over restarts where only silence came back', async () => {
    const sent = [];
    // Each is stopped as soon as it knows that something is wrong.
    const isRefused = ({ gateway }: Rig): boolean =>
      Object.values(gateway.view.state('meter')?.groups ?? {}).some(({ fault }) => fault?.code === 'refused');
    const untilRefused = async (one: Rig): Promise<void> => {
      for (let step = 0; step < 200 && !isRefused(one); step++) await one.pass(50, 50);
      expect(isRefused(one)).toBe(true);
    };
    for (let start = 0; start < 4; start++) sent.push(await run('silent', '22222222', 50, untilRefused));
    expect(sent).toEqual([1, 1, 0, 0]);
  });

  it('is not sent again when the configuration is saved again and again', async () => {
    const one = await house('error');
    await one.pass(MINUTE, 500);
    for (const period of [61_000, 62_000, 63_000]) {
      const written = one.gateway.config();
      const saved = {
        ...written,
        buses: written.buses.map((bus) =>
          bus.name === 'm'
            ? { ...bus, devices: bus.devices.map((of) => ({ ...of, poll: { instant: period } })) }
            : bus,
        ),
      };
      expect((await one.during(one.gateway.apply(saved))).started).toEqual(['m/meter']);
      await one.pass(MINUTE, 500);
    }
    expect(tries(one)).toBe(1);
  });
});

describe('a password that is wrong in a probe', () => {
  it.each(['error', 'silent'])('(%s) is sent once, and none for ten minutes', async (answer) => {
    const one = await house(answer, '12345678');
    const { url } = await one.serve();
    const probe = async (password: string, address: number | 'find'): Promise<number> => {
      const body = JSON.stringify({ link: 'tcp://m:1', device: 'neva-mt3xx', password, address, budget: 60 });
      const headers = { 'content-type': 'application/json' };
      const asked = fetch(new URL('api/probe', url), { method: 'POST', headers, body });
      const { status } = await one.during(asked);
      return status;
    };
    /** How often the meter saw a password that is not the one of the configuration. */
    const seen = (): number =>
      (one.gateway.frames('m')?.recent() ?? [])
        .filter(({ direction }) => direction === '>')
        .filter(({ bytes }) => /P1.\((?!12345678)/s.test(new TextDecoder('latin1').decode(bytes))).length;
    await one.pass(10_000);
    expect(seen()).toBe(0);
    expect(await probe('87654321', answer === 'error' ? 0 : 'find')).not.toBe(429);
    expect(seen()).toBe(1);
    for (const password of ['87654321', '11111111', '22222222']) expect(await probe(password, 0)).toBe(429);
    expect(seen()).toBe(1);
    await one.pass(10 * MINUTE, 1_000);
    expect(await probe('11111111', 0)).toBe(409);
  });
});
