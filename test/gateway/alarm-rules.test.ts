import { afterEach, describe, expect, it } from 'vitest';
import { rig, type Rig, shunt, testClock } from './rig.ts';

const SECOND = 1_000;

let world: Rig | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const states = ({ gateway }: Rig): Readonly<Record<string, string>> =>
  Object.fromEntries(gateway.alarmRules().map(({ subject, state }) => [subject, state]));

describe('the rules of the configuration', () => {
  it('say how they stand: calm, pending, raised, unknown, waiting', async () => {
    const one = (world = await rig({
      clock: testClock(),
      buses: [
        shunt('a'),
        {
          name: 'x',
          devices: [
            { name: 'b', device: 'juntek-kg' },
            { name: 'p', device: 'juntek' },
          ],
        },
      ],
      more: {
        alarms: [
          { name: 'high', when: 'a.voltage > 45 for 30s', say: 'too high', severity: 'critical' },
          { when: 'a.voltage > 55' },
          { name: 'silent', when: 'b.voltage > 1' },
          { name: 'later', when: 'p.voltage > 1' },
        ],
      },
    }));
    await one.pass(10 * SECOND);
    expect(states(one)).toEqual({
      high: 'pending',
      'a.voltage > 55': 'calm',
      silent: 'unknown',
      later: 'waiting',
    });
    await one.pass(40 * SECOND);
    expect(one.gateway.alarmRules()[0]).toMatchObject({
      subject: 'high',
      when: 'a.voltage > 45 for 30s',
      say: 'too high',
      severity: 'critical',
      state: 'raised',
      because: 'a.voltage is 50.00 V',
    });
    expect(one.gateway.alarmRules()[3]?.because).toContain('p.voltage');
    // Dismissed though its cause is there, it begins to count anew.
    one.gateway.dismiss('high', 'test');
    expect(states(one).high).toBe('pending');
    const kinds = (await one.gateway.store.events()).flatMap(({ event }) =>
      event.subject === 'high' ? event.kind : [],
    );
    expect(kinds).toEqual(expect.arrayContaining(['alarm_raised']));
  });
});
