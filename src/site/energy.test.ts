import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../core/field.ts';
import type { Member } from '../core/site/index.ts';
import type { Values } from '../core/snapshot.ts';
import { energyCount, type EnergyOptions } from './energy.ts';
import { tariffs } from './tariff.ts';
import { zoneOf } from './zone.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-20T12:00Z');
const berlin = zoneOf('Europe/Berlin');

const named = (name: string, quantity: Field['quantity'], role: Field['role']): Field => ({
  name,
  title: name,
  quantity,
  kind: 'measurement',
  source: 'test',
  ...(role === undefined ? {} : { role }),
});
const POWER = named('power', 'power', 'battery_power');
const CURRENT = named('current', 'current', 'battery_current');
const CHARGED = named('charged_energy', 'watt_hours', 'charged_energy');

const member = (fields: readonly Field[], more: readonly Field[] = []): Member => ({
  name: 'shunt',
  title: 'Shunt',
  groups: [
    { name: 'measured', title: 'Measured', period: 1, fields },
    { name: 'configured', title: 'Configured', period: 600, fields: more },
  ],
  writables: [],
  simulated: false,
});

/** A count, and both its clocks, which a test may set. */
function counting(fields: readonly Field[], options: Partial<EnergyOptions> = {}) {
  const count = energyCount({ member: member(fields), zone: berlin, ...options });
  if (count === undefined) throw new Error('a battery was not recognised');
  const clock = { now: 0, at: NOON };
  return {
    ...count,
    clock,
    /** Takes values so many milliseconds later. */
    after: (milliseconds: number, values: Values, jump = 0): Values => {
      clock.now += milliseconds;
      clock.at += milliseconds + jump;
      count.take('measured', values, clock.now, clock.at);
      return count.values(clock.now, clock.at);
    },
  };
}

describe('integration', () => {
  it('takes the trapezoid between two readings', () => {
    const { after } = counting([POWER]);
    after(0, { power: 100 });
    // 100 W rising to 300 W over 9 s: 200 W × 9 s = 1800 Ws = 0.5 Wh.
    expect(after(9 * SECOND, { power: 300 })).toMatchObject({
      charge_energy_total: 0.0005,
      discharge_energy_total: 0,
    });
  });

  it('cuts where the power changes its sign', () => {
    const { after } = counting([POWER]);
    after(0, { power: -720 });
    // From -720 to 2160 W in 8 s: zero after 2 s. 720 × 2 ÷ 2 = 720 Ws = 0.2 Wh out, 2160 × 6 ÷ 2 = 6480 Ws = 1.8 Wh in.
    expect(after(8 * SECOND, { power: 2160 })).toMatchObject({
      charge_energy_total: 0.0018,
      discharge_energy_total: 0.0002,
    });
  });

  it('counts charge beside energy, and power from voltage and current where none is told', () => {
    const { after } = counting([named('voltage', 'voltage', 'battery_voltage'), CURRENT]);
    after(0, { voltage: 50, current: 36 });
    // 36 A for 10 s: 0.1 Ah; at 50 V 5 Wh.
    expect(after(10 * SECOND, { voltage: 50, current: 36 })).toMatchObject({
      charge_total: 0.1,
      charge_energy_total: 0.005,
    });
  });

  it('makes up nothing over a gap, and says how long it was', () => {
    const { after } = counting([POWER]);
    after(0, { power: 3600 });
    after(10 * SECOND, { power: 3600 }); // 10 Wh
    expect(after(11 * SECOND, { power: 3600 })).toMatchObject({ charge_energy_total: 0.01, gap_time: 11 });
    expect(after(1 * SECOND, { power: 3600 })).toMatchObject({ charge_energy_total: 0.011, gap_time: 11 });
  });

  it('joins readings on both sides of a refused one', () => {
    const { after } = counting([POWER]);
    after(0, { power: 3600 });
    after(1 * SECOND, {});
    expect(after(1 * SECOND, { power: 3600 })).toMatchObject({ charge_energy_total: 0.002, gap_time: 0 });
  });

  it('has nothing to say before the first reading, and no field that it cannot fill', () => {
    const { values, group } = counting([POWER]);
    expect(values(0, NOON)).toEqual({});
    expect(group.fields.map(({ name }) => name)).toEqual([
      'charge_energy_total',
      'charge_energy_today',
      'charge_energy_month',
      'discharge_energy_total',
      'discharge_energy_today',
      'discharge_energy_month',
      'gap_time',
    ]);
  });

  it('is not for members without a battery', () => {
    expect(
      energyCount({ member: member([named('power', 'power', undefined)]), zone: berlin }),
    ).toBeUndefined();
  });
});

describe('counters of the device', () => {
  it('replace the integral, and the difference is shown', () => {
    const { after } = counting([POWER, CHARGED]);
    after(0, { power: 3600, charged_energy: 500 });
    // Integrated 10 Wh, the device says 9.5.
    expect(after(10 * SECOND, { power: 3600, charged_energy: 509.5 })).toMatchObject({
      charge_energy_total: 0.0095,
      charge_energy_difference: -0.0005,
    });
  });

  it('bridge a gap', () => {
    const { after } = counting([POWER, CHARGED]);
    after(0, { power: 1000, charged_energy: 500 });
    expect(after(HOUR, { power: 1000, charged_energy: 1480 })).toEqual(
      expect.objectContaining({ charge_energy_total: 0.98, gap_time: 3600 }),
    );
  });

  it('bridge a restart', () => {
    const one = counting([POWER, CHARGED]);
    one.after(0, { power: 1000, charged_energy: 500 });
    one.after(SECOND, { power: 1000, charged_energy: 500.3 });
    const two = counting([POWER, CHARGED], { state: one.state() });
    two.clock.at += 2 * HOUR;
    expect(two.after(0, { power: 1000, charged_energy: 2500.3 })).toMatchObject({
      charge_energy_total: 2.0003,
      gap_time: 7199, // two hours but for the second before
    });
  });

  it('may be cleared: what the integral knows is kept', () => {
    const { after } = counting([POWER, CHARGED]);
    after(0, { power: 3600, charged_energy: 500 });
    after(SECOND, { power: 3600, charged_energy: 501 });
    expect(after(SECOND, { power: 3600, charged_energy: 0 })).toMatchObject({ charge_energy_total: 0.002 });
    expect(after(SECOND, { power: 3600, charged_energy: 1.2 })).toMatchObject({
      charge_energy_total: 0.0032,
    });
  });

  it('may be exchanged: what the other one counted before is nobody’s', () => {
    const { after } = counting([POWER, CHARGED]);
    after(0, { power: 0, charged_energy: 500 });
    expect(after(SECOND, { power: 0, charged_energy: 9e6 })).toMatchObject({ charge_energy_total: 0 });
    expect(after(SECOND, { power: 0, charged_energy: 9e6 + 1 })).toMatchObject({
      charge_energy_total: 0.001,
    });
  });

  it('that are slower than the power never make the total fall', () => {
    const count = energyCount({ member: member([POWER], [CHARGED]), zone: berlin });
    count?.take('configured', { charged_energy: 100 }, 0, NOON);
    count?.take('measured', { power: 3600 }, 0, NOON);
    count?.take('measured', { power: 3600 }, 10_000, NOON + 10_000); // 10 Wh
    expect(count?.values(10_000, NOON + 10_000)).toMatchObject({ charge_energy_total: 0.01 });
    count?.take('configured', { charged_energy: 108 }, 10_000, NOON + 10_000);
    expect(count?.values(10_000, NOON + 10_000)).toMatchObject({ charge_energy_total: 0.01 });
    count?.take('measured', { power: 3600 }, 14_000, NOON + 14_000); // 8 Wh and 4 more
    expect(count?.values(14_000, NOON + 14_000)).toMatchObject({ charge_energy_total: 0.012 });
  });
});

describe('the calendar', () => {
  /** Midnight in Berlin, and the first of December. */
  const MIDNIGHT = Date.parse('2026-11-30T23:00Z');

  it('cuts at midnight', () => {
    const { after, clock } = counting([POWER]);
    clock.at = MIDNIGHT - 4 * SECOND;
    after(0, { power: 3600 });
    expect(after(10 * SECOND, { power: 3600 })).toMatchObject({
      charge_energy_total: 0.01,
      charge_energy_today: 0.006,
      charge_energy_month: 0.006,
    });
  });

  it('shows a new day before anything is read in it', () => {
    const { after, clock, values } = counting([POWER]);
    clock.at = MIDNIGHT - 10 * SECOND;
    after(0, { power: 3600 });
    expect(after(9 * SECOND, { power: 3600 })).toMatchObject({ charge_energy_today: 0.009 });
    expect(values(clock.now, MIDNIGHT)).toMatchObject({ charge_energy_today: 0, charge_energy_total: 0.009 });
  });

  it('spreads over a gap what a counter tells of it', () => {
    const { after, clock } = counting([POWER, CHARGED]);
    clock.at = MIDNIGHT - HOUR;
    after(0, { power: 0, charged_energy: 0 });
    // Four hours, one of them before midnight: a quarter of 400 Wh is of the day before.
    expect(after(4 * HOUR, { power: 0, charged_energy: 400 })).toMatchObject({
      charge_energy_total: 0.4,
      charge_energy_today: 0.3,
    });
  });

  it.each([-HOUR, HOUR, -3650 * 24 * HOUR])(
    'loses nothing when clocks are set by %i ms, across midnight too',
    (jump) => {
      for (const start of [NOON, MIDNIGHT - 4 * SECOND, MIDNIGHT + 4 * SECOND]) {
        const { after, clock } = counting([POWER]);
        clock.at = start;
        after(0, { power: 3600 });
        after(8 * SECOND, { power: 3600 });
        after(8 * SECOND, { power: 3600 }, jump);
        expect(after(8 * SECOND, { power: 3600 }, -jump)).toMatchObject({
          charge_energy_total: 0.024,
          gap_time: 0,
        });
      }
    },
  );

  it('counts every second once, however often clocks are set and it is started anew', () => {
    const years = 3650 * 24 * HOUR;
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            elapsed: fc.integer({ min: 1, max: 10 * SECOND }),
            jump: fc.constantFrom(0, 0, -HOUR, HOUR, -years, years),
            restart: fc.boolean(),
          }),
          { maxLength: 40 },
        ),
        (steps) => {
          let one = counting([POWER]);
          one.after(0, { power: 3600 });
          let counted = 0;
          for (const { elapsed, jump, restart } of steps) {
            if (restart) {
              const { at } = one.clock;
              one = counting([POWER], { state: one.state() });
              one.clock.at = at;
              // The first reading after a start has none before it that is known by the same clock.
              one.after(elapsed, { power: 3600 }, jump);
            } else {
              counted += elapsed;
              one.after(elapsed, { power: 3600 }, jump);
            }
          }
          // 3600 W are 1 Wh a second: a millionth of a kWh each millisecond.
          const { charge_energy_total: total } = one.values(one.clock.now, one.clock.at);
          expect(total).toBeCloseTo(counted / 1e6, 9);
        },
      ),
    );
  });

  it('comes back to the day when a clock was years ahead', () => {
    const { after } = counting([POWER]);
    after(0, { power: 3600 });
    after(8 * SECOND, { power: 3600 });
    after(1 * SECOND, { power: 3600 }, 4000 * 24 * HOUR);
    expect(after(2 * SECOND, { power: 3600 }, -4000 * 24 * HOUR)).toMatchObject({
      charge_energy_total: 0.011,
      charge_energy_today: 0.01, // all but the second in which it was wrong
    });
  });

  it('has 25 hours where clocks are set back', () => {
    const { after, clock } = counting([POWER], { patience: 4000 });
    clock.at = Date.parse('2026-10-24T22:00Z');
    after(0, { power: 1000 });
    for (let hour = 1; hour < 25; hour++) after(HOUR, { power: 1000 });
    expect(after(HOUR - 1, { power: 1000 }).charge_energy_today).toBeCloseTo(25, 5);
    expect(after(1, { power: 1000 }).charge_energy_today).toBe(0);
  });

  it('counts by tariff where a plan tells it', () => {
    const plan = tariffs(
      { currency: 'EUR', prices: [240_000, 160_000], plan: [{ tariff: 2, from: 0, to: 360 }] },
      berlin,
    );
    const { after, clock } = counting([POWER], { tariffs: plan });
    clock.at = MIDNIGHT - 4 * SECOND;
    after(0, { power: -3600 });
    expect(after(10 * SECOND, { power: -3600 })).toMatchObject({
      discharge_energy_t1: 0.004,
      discharge_energy_t2: 0.006,
    });
  });
});

describe('time to empty and to full', () => {
  const fields = [POWER, CURRENT, named('remaining_capacity', 'charge', 'battery_charge')];
  const whole = member(fields, [named('full_capacity', 'charge', 'battery_capacity')]);
  const lasting = (current: number, elapsed = 0): Values => {
    const count = energyCount({ member: whole, zone: berlin });
    count?.take('configured', { full_capacity: 100 }, 0, NOON);
    count?.take('measured', { power: current * 50, current, remaining_capacity: 60 }, 0, NOON);
    return count?.values(elapsed, NOON + elapsed) ?? {};
  };

  it('follow from charge and current', () => {
    expect(lasting(-20)).toMatchObject({ time_to_empty: 180 }); // 60 Ah at 20 A
    expect(lasting(16)).toMatchObject({ time_to_full: 150 }); // 40 Ah at 16 A
    expect(lasting(-20)).not.toHaveProperty('time_to_full');
    expect(lasting(16)).not.toHaveProperty('time_to_empty');
  });

  it('are unknown when idle, and when nothing was read for long', () => {
    expect(lasting(0)).not.toHaveProperty('time_to_empty');
    expect(lasting(-0.2)).not.toHaveProperty('time_to_empty'); // 300 h
    expect(lasting(-20, 10_000)).toHaveProperty('time_to_empty');
    expect(lasting(-20, 10_001)).not.toHaveProperty('time_to_empty');
  });

  it('do not jump with every kettle', () => {
    const { after } = counting(fields);
    after(0, { power: -500, current: -10, remaining_capacity: 60 });
    // A kettle for one second: 1 - e^(-1/120) = 0.0083 of the step of 50 A, so 10.415 A: 345.7 min instead of 60.
    expect(after(SECOND, { power: -3000, current: -60, remaining_capacity: 60 })).toMatchObject({
      time_to_empty: 346,
    });
  });
});

describe('a restart', () => {
  it('goes on exactly', () => {
    const [whole, first] = [counting([POWER, CURRENT]), counting([POWER, CURRENT])];
    for (const one of [whole, first]) {
      one.after(0, { power: 1234, current: 23 });
      one.after(SECOND, { power: -777, current: -12 });
    }
    const second = counting([POWER, CURRENT], { state: first.state() });
    expect(second.values(0, NOON + SECOND)).toEqual({
      ...whole.values(SECOND, NOON + SECOND),
      time_to_empty: undefined,
      time_to_full: undefined,
    });
    expect(second.state()).toBe(first.state());
    expect(first.state().length).toBeLessThan(1000);
  });

  it.each(['', '{}', '[]', '{"version":2}', '{"version":1}', '{"version":1,"charge":{"shown":"1"}}'])(
    'refuses a state that is broken: %s',
    (state) => {
      expect(() => counting([POWER], { state })).toThrow(expect.objectContaining({ code: 'format' }));
    },
  );
});

describe('totals', () => {
  /** What may happen between two readings. */
  const step = fc.record({
    elapsed: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5 * HOUR })),
    jump: fc.oneof(fc.constant(0), fc.constantFrom(-HOUR, HOUR, -40 * 24 * HOUR, 5000 * 24 * HOUR)),
    power: fc.option(fc.integer({ min: -5000, max: 5000 }), { nil: undefined }),
    /** Wh more on the device's counter; undefined: not told; null: cleared. */
    counted: fc.option(fc.option(fc.integer({ min: 0, max: 3000 }), { nil: null }), { nil: undefined }),
    restart: fc.boolean(),
  });

  it('never fall, and parts of a day and month never pass what was counted, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let one = counting([POWER, CHARGED]);
        let counter = 7000;
        let before: Values = {};
        for (const { elapsed, jump, power, counted, restart } of steps) {
          if (restart) {
            const { at } = one.clock;
            one = counting([POWER, CHARGED], { state: one.state() });
            one.clock.at = at;
          }
          if (counted === null) counter = 0;
          else counter += counted ?? 0;
          const values = one.after(
            elapsed,
            {
              ...(power === undefined ? {} : { power }),
              ...(counted === undefined ? {} : { charged_energy: counter }),
            },
            jump,
          );
          for (const way of ['charge', 'discharge']) {
            const total = Number(values[`${way}_energy_total`] ?? 0);
            expect(total).toBeGreaterThanOrEqual(Number(before[`${way}_energy_total`] ?? 0));
            for (const part of ['today', 'month']) {
              const share = Number(values[`${way}_energy_${part}`] ?? 0);
              expect(share).toBeGreaterThanOrEqual(0);
              expect(share).toBeLessThanOrEqual(total + 1e-6);
            }
          }
          before = values;
        }
      }),
    );
  });

  it('are the same however finely readings come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 50 }), (cuts) => {
        const { after } = counting([POWER]);
        // A power that rises by 1 W each millisecond, crossing zero after 10 s.
        let at = 0;
        after(0, { power: -10_000 });
        let values: Values = {};
        for (const cut of cuts) values = after(cut, { power: (at += cut) - 10_000 });
        const joules = (from: number, to: number): number => ((from + to) / 2) * ((to - from) / 1000);
        const end = at - 10_000;
        expect(values.charge_energy_total).toBeCloseTo(end > 0 ? joules(0, end) / 3.6e6 : 0, 5);
        expect(values.discharge_energy_total).toBeCloseTo(-joules(-10_000, Math.min(0, end)) / 3.6e6, 5);
      }),
    );
  });
});
