import { afterEach, describe, expect, it } from 'vitest';
import neva from '../../src/devices/neva/mt3xx.ts';
import { readings, rig, type Rig, shunt, testClock } from './rig.ts';

const MINUTE = 60_000;

let world: Rig | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** A shunt, and a meter whose password is `12345678`. */
async function house(answer: string): Promise<Rig> {
  const options = { password: '12345678', 'on-wrong-password': answer };
  world = await rig({
    clock: testClock(),
    buses: [
      shunt('a'),
      {
        name: 'm',
        devices: [{ name: 'meter', device: 'neva-mt3xx', password: '87654321', profile: { days: 1 } }],
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
