import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileDay, ProfileSlot } from '../core/profile.ts';
import { microMoney, pay, purse, rounded } from './money.ts';
import { costOfDay } from './profile-cost.ts';
import { shares } from './shares.ts';
import { type PlanRule, tariffs } from './tariff.ts';
import { zoneOf } from './zone.ts';

const berlin = zoneOf('Europe/Berlin');
const utc = (text: string): number => Date.parse(text);
const HOUR = 3_600_000;
const NIGHT: PlanRule = { tariff: 2, from: 23 * 60, to: 7 * 60 };
const planned = (...plan: PlanRule[]) =>
  tariffs({ currency: 'EUR', prices: [240_000, 160_000, 300_000], plan }, berlin);

describe('microMoney', () => {
  it.each([
    ['0.24', 240_000],
    [0.24, 240_000],
    [0.1, 100_000],
    ['1500', 1_500_000_000],
    ['0.000001', 1],
    ['-0.05', -50_000],
  ])('%s', (typed, micro) => expect(microMoney(typed)).toBe(micro));

  it.each(['', 'free', '0,24', '1e-7', '0.1234567', Number.NaN])('refuses %j', (typed) => {
    expect(() => microMoney(typed)).toThrow(expect.objectContaining({ code: 'config' }));
  });
});

describe('pay', () => {
  it('is exact however finely energy is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100_000 })),
        fc.integer({ min: -1e9, max: 2e9 }),
        (parts, price) => {
          const [cut, whole] = [purse(), purse()];
          for (const part of parts) pay(cut, part, price);
          pay(
            whole,
            parts.reduce((sum, part) => sum + part, 0),
            price,
          );
          expect(cut).toEqual(whole);
        },
      ),
    );
  });

  it('rounds to the nearest millionth once', () => {
    const one = purse();
    pay(one, 1, 240_000); // 240000 / 60000 = 4
    expect(rounded(one)).toBe(4);
    pay(one, 1, 30_000); // and a half
    expect(rounded(one)).toBe(5);
    pay(one, 1, 30_000); // and another: 5 exactly
    expect(one).toEqual({ micro: 5, rest: 0 });
  });
});

describe('shares', () => {
  it('add up, and each is within one of what is due', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 40 }),
        (amount, weights) => {
          const parts = shares(amount, weights);
          const sum = weights.reduce((total, weight) => total + weight, 0);
          expect(parts.reduce((total, part) => total + part, 0)).toBe(amount);
          for (const [place, part] of parts.entries()) {
            expect(Math.abs(part - (amount * (weights[place] ?? 0)) / sum)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe('a plan', () => {
  it('is read from the top, and T1 where nothing fits', () => {
    const { tariffAt } = planned({ tariff: 3, months: [12], dates: ['2026-12-24', '12-31'] }, NIGHT);
    expect(tariffAt('2026-12-24', 0)).toBe(3);
    expect(tariffAt('2027-12-24', 0)).toBe(2);
    expect(tariffAt('2027-12-31', 720)).toBe(3);
    expect(tariffAt('2026-11-21', 7 * 60 - 1)).toBe(2);
    expect(tariffAt('2026-11-21', 7 * 60)).toBe(1);
    expect(tariffAt('2026-11-21', 23 * 60)).toBe(2);
  });

  it('gives the hours after midnight to the day on which they began', () => {
    // 2026-11-20 is a Friday, 2026-11-30 a Monday, 2026-12-01 a Tuesday.
    const { tariffAt } = planned({ ...NIGHT, weekdays: ['friday'] }, { ...NIGHT, tariff: 3, months: [11] });
    expect(tariffAt('2026-11-20', 60)).toBe(3); // Thursday's night
    expect(tariffAt('2026-11-20', 1400)).toBe(2);
    expect(tariffAt('2026-11-21', 60)).toBe(2); // still Friday's
    expect(tariffAt('2026-12-01', 60)).toBe(3); // the night of November's last day
    expect(tariffAt('2026-12-02', 60)).toBe(1);
  });

  it('cuts a day at its boundaries, in local time', () => {
    expect(planned(NIGHT).spans(utc('2026-11-20T23:00Z'), utc('2026-11-21T23:00Z'))).toEqual([
      { from: utc('2026-11-20T23:00Z'), to: utc('2026-11-21T06:00Z'), tariff: 2 },
      { from: utc('2026-11-21T06:00Z'), to: utc('2026-11-21T22:00Z'), tariff: 1 },
      { from: utc('2026-11-21T22:00Z'), to: utc('2026-11-21T23:00Z'), tariff: 2 },
    ]);
  });

  it.each([
    // The night tariff holds from 0:00 to 7:00 and from 23:00 to 24:00: eight hours, but for the one that is set.
    ['2026-03-28T23:00Z', 23, 7],
    ['2026-10-24T22:00Z', 25, 9],
    ['2026-11-20T23:00Z', 24, 8],
  ])('the day from %s of %i hours has %i at night', (from, hours, night) => {
    const spans = planned(NIGHT).spans(utc(from), utc(from) + hours * HOUR);
    const at = (tariff: number) =>
      spans.filter((span) => span.tariff === tariff).reduce((sum, span) => sum + span.to - span.from, 0) /
      HOUR;
    expect([at(1), at(2)]).toEqual([16, night]);
  });

  it('has no gaps and no overlaps, and is the same however it is asked', () => {
    const plan = planned({ ...NIGHT, from: 1379, to: 421 }, { tariff: 3, weekdays: ['sunday'] });
    const instant = fc.integer({ min: utc('2026-10-20'), max: utc('2026-10-30') });
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 3 * 24 * HOUR }), (from, length) => {
        const spans = plan.spans(from, from + length);
        expect(spans[0]?.from).toBe(from);
        expect(spans.at(-1)?.to).toBe(from + length);
        for (const [place, span] of spans.entries()) {
          if (place > 0) expect(span.from).toBe(spans[place - 1]?.to);
          for (const moment of [span.from, span.to - 1]) {
            const { date, minute } = berlin.at(moment);
            expect(plan.tariffAt(date, minute)).toBe(span.tariff);
          }
        }
      }),
    );
  });

  it.each([
    [{ tariff: 4 }, 'rule 1 of the tariff plan: there is no price for T4'],
    [{ tariff: 1, months: [0] }, 'rule 1 of the tariff plan: 0 is no month'],
    [{ tariff: 1, from: 1441 }, 'rule 1 of the tariff plan: 1441 is no minute of a day'],
    [{ tariff: 1, dates: ['02-30'] }, "rule 1 of the tariff plan: '02-30' is no date"],
    [{ tariff: 1, dates: ['Christmas'] }, "rule 1 of the tariff plan: 'Christmas' is no date"],
  ])('refuses %j', (rule, message) => {
    expect(() => planned(rule)).toThrow(expect.objectContaining({ code: 'config', message }));
  });

  it('takes a leap day', () =>
    expect(() => planned({ tariff: 1, dates: ['02-29', '2028-02-29'] })).not.toThrow());
});

describe('costOfDay', () => {
  /** 48 slots of 600 W: 300 Wh, which are 18000 watt-minutes each; the meter's own T2 holds until 7:00. */
  const slots = Array.from({ length: 48 }, (_, place): ProfileSlot => ({
    from: place * 30,
    to: (place + 1) * 30,
    power: 600,
    energy: 18_000,
    tariffs: place < 14 ? [0, 18_000] : [18_000, 0],
    marks: [],
  }));
  const day: ProfileDay = {
    date: '2026-11-20',
    schedule: { schedule: 1, because: 'test' },
    spans: [],
    minutes: 30,
    slots,
    opening: undefined,
    closing: undefined,
    outcome: 'open',
    difference: undefined,
    tolerance: 0,
  };

  it('takes the tariffs of the meter where there is no plan', () => {
    const {
      cost,
      energies,
      slots: costs,
    } = costOfDay(day, tariffs({ currency: 'EUR', prices: [240_000, 160_000] }, berlin));
    // 7 h × 0.6 kW = 4.2 kWh at 0.16, 17 h × 0.6 kW = 10.2 kWh at 0.24: 0.672 + 2.448 = 3.12.
    expect(energies).toEqual([10.2, 4.2]);
    expect(cost).toBe(3_120_000);
    expect(costs[0]).toEqual({ from: 0, to: 30, cost: 48_000 }); // 0.3 kWh × 0.16
    expect(costs[47]).toEqual({ from: 1410, to: 1440, cost: 72_000 }); // 0.3 kWh × 0.24
  });

  it('takes the plan where there is one, also within a slot', () => {
    // T2 from 23:00 to 6:45: 7.75 h × 0.6 = 4.65 kWh at 0.16 and 16.25 h × 0.6 = 9.75 at 0.24: 0.744 + 2.34.
    const { cost, energies } = costOfDay(day, planned({ tariff: 2, from: 23 * 60, to: 6 * 60 + 45 }));
    expect(energies).toEqual([9.75, 4.65, 0]);
    expect(cost).toBe(3_084_000);
  });

  it('does not know the cost of a tariff without a price', () => {
    const {
      cost,
      energies,
      slots: costs,
    } = costOfDay(day, tariffs({ currency: 'EUR', prices: [240_000] }, berlin));
    expect(cost).toBeUndefined();
    expect(energies).toEqual([10.2, 4.2]);
    expect(costs[0]?.cost).toBeUndefined();
    expect(costs[47]?.cost).toBe(72_000);
  });
});
