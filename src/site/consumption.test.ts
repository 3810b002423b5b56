import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field, Role } from '../core/field.ts';
import type { Member } from '../core/site/index.ts';
import type { Values } from '../core/snapshot.ts';
import { consumption, type ConsumptionOptions } from './consumption.ts';
import { growth } from './counter.ts';
import { tariffs } from './tariff.ts';
import { zoneOf } from './zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const berlin = zoneOf('Europe/Berlin');
/** Midnight in Berlin. */
const MIDNIGHT = Date.parse('2026-11-19T23:00Z');

const register = (name: string, role: Role): Field => ({
  name,
  title: name,
  quantity: 'energy',
  kind: 'counter',
  source: 'test',
  role,
});
const TOTAL = [register('total', 'imported_energy')];
const TWO = [...TOTAL, register('t1', 'imported_energy_t1'), register('t2', 'imported_energy_t2')];

const member = (fields: readonly Field[]): Member => ({
  name: 'meter',
  title: 'Meter',
  groups: [{ name: 'energy', title: 'Energy', period: 60, fields }],
  writables: [],
  simulated: false,
});

const prices = { currency: 'EUR', prices: [240_000, 160_000] };
const byRegister = tariffs(prices, berlin);
/** T2 from 23:00 to 7:00. */
const night = tariffs({ ...prices, plan: [{ tariff: 2, from: 23 * 60, to: 7 * 60 }] }, berlin);

function counting(fields: readonly Field[], options: Partial<ConsumptionOptions> = {}, at = MIDNIGHT) {
  const count = consumption({ member: member(fields), zone: berlin, ...options });
  if (count === undefined) throw new Error('a meter was not recognised');
  const clock = { now: 0, at };
  return {
    ...count,
    clock,
    after: (milliseconds: number, values: Values, jump = 0): Values => {
      clock.now += milliseconds;
      clock.at += milliseconds + jump;
      count.take(values, clock.now, clock.at);
      return count.values(clock.at);
    },
  };
}

describe('consumption', () => {
  it('is the growth of the registers, by tariff', () => {
    const { after } = counting(TWO, { tariffs: byRegister });
    after(0, { total: 5000, t1: 3000, t2: 2000 });
    // 1.5 kWh at 0.24 and 0.5 at 0.16.
    expect(after(HOUR, { total: 5002, t1: 3001.5, t2: 2000.5 })).toEqual({
      consumption_today: 2,
      consumption_today_t1: 1.5,
      consumption_today_t2: 0.5,
      consumption_today_t3: 0,
      consumption_today_t4: 0,
      cost_today: 0.44,
      consumption_month: 2,
      consumption_month_t1: 1.5,
      consumption_month_t2: 0.5,
      consumption_month_t3: 0,
      consumption_month_t4: 0,
      cost_month: 0.44,
      cost_total: 0.44,
      unpriced_energy: 0,
    });
  });

  it('costs each half hour what was in force then, never the whole day by the rate of now', () => {
    const { after } = counting(TOTAL, { tariffs: night });
    after(0, { total: 100 });
    // One reading a day: 24 kWh are 1 kWh an hour, of which eight at night: 16 × 0.24 + 8 × 0.16 = 5.12.
    expect(after(DAY - 1, { total: 124 }).cost_today).toBeCloseTo(5.12, 3);
    const fine = counting(TOTAL, { tariffs: night });
    fine.after(0, { total: 100 });
    // Ten kWh in the hour before 7:00, then ten in the hour after it: 1.60 + 2.40.
    fine.after(6 * HOUR, { total: 100 });
    fine.after(HOUR, { total: 110 });
    expect(fine.after(HOUR, { total: 120 })).toMatchObject({
      cost_today: 4,
      consumption_today_t1: 10,
      consumption_today_t2: 10,
    });
  });

  it('takes one price where there is neither a plan nor a register', () => {
    const { after, group } = counting(TOTAL, { tariffs: byRegister });
    after(0, { total: 10 });
    expect(after(HOUR, { total: 12 })).toMatchObject({ cost_today: 0.48 });
    expect(
      group.fields.filter(({ role }) => role?.startsWith('cost')).map(({ currency }) => currency),
    ).toEqual(['EUR', 'EUR', 'EUR']);
  });

  it('is known without prices', () => {
    const { after, group } = counting(TOTAL);
    after(0, { total: 10 });
    expect(after(HOUR, { total: 12.5 })).toEqual({ consumption_today: 2.5, consumption_month: 2.5 });
    expect(group.fields.map(({ name }) => name)).toEqual(['consumption_today', 'consumption_month']);
  });

  it('has no cost while energy flows in a tariff without a price, and says how much', () => {
    const { after } = counting(TWO, { tariffs: tariffs({ currency: 'EUR', prices: [240_000] }, berlin) });
    after(0, { total: 10, t1: 5, t2: 5 });
    const values = after(HOUR, { total: 12, t1: 6, t2: 6 });
    expect(values).toMatchObject({ cost_total: 0.24, unpriced_energy: 1 });
    expect(values).not.toHaveProperty('cost_today');
    expect(after(DAY, { total: 13, t1: 7, t2: 6 })).toHaveProperty('cost_today');
  });

  it('spreads a gap of days over them, for every register', () => {
    const { after } = counting(TWO, { tariffs: byRegister });
    after(0, { total: 0, t1: 0, t2: 0 });
    // 48 kWh in two and a half days; half a day of it is today: 48 × 0.5 ÷ 2.5 = 9.6.
    expect(after(2.5 * DAY, { total: 48, t1: 24, t2: 24 })).toMatchObject({
      consumption_today: 9.6,
      consumption_today_t1: 4.8,
      consumption_today_t2: 4.8,
      consumption_month: 48,
    });
  });

  it('begins anew with the month', () => {
    const { after } = counting(TOTAL, {}, Date.parse('2026-11-30T22:00Z'));
    after(0, { total: 0 });
    after(HOUR, { total: 3 });
    expect(after(HOUR, { total: 4 })).toEqual({ consumption_today: 1, consumption_month: 1 });
  });

  it('goes on after a restart, with what was used meanwhile', () => {
    const one = counting(TWO, { tariffs: night });
    one.after(0, { total: 100, t1: 50, t2: 50 });
    one.after(HOUR, { total: 101, t1: 50, t2: 51 });
    const two = counting(TWO, { tariffs: night, state: one.state() }, one.clock.at);
    expect(two.values(two.clock.at)).toEqual(one.values(one.clock.at));
    // From 1:00 to 9:00 8 kWh: six at night, two by day; with the first: 7 × 0.16 + 2 × 0.24 = 1.60.
    expect(two.after(8 * HOUR, { total: 109 })).toMatchObject({ cost_today: 1.6 });
  });

  it.each([-HOUR, HOUR, -3650 * DAY])('costs the same where clocks are set by %i ms and back', (jump) => {
    let one = counting(TOTAL, { tariffs: byRegister }, MIDNIGHT + 12 * HOUR);
    one.after(0, { total: 100 });
    one.after(HOUR, { total: 101 });
    one.after(HOUR, { total: 103 }, jump);
    // Started anew while the clock stands wrong.
    one = counting(TOTAL, { tariffs: byRegister, state: one.state() }, one.clock.at);
    one.after(HOUR, { total: 106 });
    const right = one.after(HOUR, { total: 110 }, -jump);
    // 10 kWh at 0.24. Of them 1 + 4 were used today, and those of the wrong hours too where it was the same day.
    expect(right.cost_total).toBe(2.4);
    expect(right.consumption_today).toBe(Math.abs(jump) < DAY ? 10 : 5);
  });

  it('is not for members without registers', () => {
    expect(consumption({ member: member([]), zone: berlin })).toBeUndefined();
  });

  it('costs never fall and add up, however often is read', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            hundredths: fc.integer({ min: 0, max: 500 }),
            minutes: fc.integer({ min: 1, max: 3000 }),
          }),
        ),
        (steps) => {
          const { after } = counting(TOTAL, { tariffs: night });
          let hundredths = 0;
          let before = 0;
          after(0, { total: 0 });
          for (const step of steps) {
            hundredths += step.hundredths;
            const { cost_total: cost } = after(step.minutes * 60_000, { total: hundredths / 100 });
            expect(Number(cost)).toBeGreaterThanOrEqual(before);
            before = Number(cost);
          }
          // Between all of it at night and all of it by day.
          expect(before).toBeGreaterThanOrEqual((hundredths / 100) * 0.16 - 1e-6);
          expect(before).toBeLessThanOrEqual((hundredths / 100) * 0.24 + 1e-6);
        },
      ),
    );
  });
});

describe('growth', () => {
  it.each([
    [100, 101.5, { by: 1.5, how: 'grew' }],
    [999_999.5, 0.25, { by: 0.75, how: 'wrapped' }],
    [5000, 2, { by: 2, how: 'reset' }],
    [0, 0, { by: 0, how: 'grew' }],
    // In an hour 0.3 kWh a second and one at once: 1081 at most.
    [100, 1182, { by: 0, how: 'exchanged' }],
    [50_000, 12_345, { by: 0, how: 'exchanged' }],
  ])('from %f to %f within an hour', (before, after, expected) => {
    expect(growth('energy', before, after, 3600)).toEqual(expected);
  });

  it('believes more after a longer time', () => {
    expect(growth('energy', 100, 1182, 4000)).toEqual({ by: 1082, how: 'grew' });
  });
});
