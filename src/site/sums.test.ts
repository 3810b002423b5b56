import { describe, expect, it } from 'vitest';
import type { Field, Role } from '../core/field.ts';
import type { Freshness, Member, MemberState } from '../core/site/index.ts';
import type { Values } from '../core/snapshot.ts';
import { sums } from './sums.ts';

const named = (name: string, quantity: Field['quantity'], role: Role, more: Partial<Field> = {}): Field => ({
  name,
  title: name,
  quantity,
  kind: 'measurement',
  source: 'test',
  role,
  ...more,
});
const member = (name: string, fields: readonly Field[], simulated = false): Member => ({
  name,
  title: name,
  groups: [{ name: 'measured', title: 'Measured', period: 1, fields }],
  writables: [],
  simulated,
});

const BATTERY = [
  named('power', 'power', 'battery_power'),
  named('soc', 'state_of_charge', 'state_of_charge'),
  named('full_capacity', 'charge', 'battery_capacity'),
];
const COST = named('cost_today', 'money', 'cost_today', { currency: 'EUR' });
const METER = [named('active_power', 'power', 'imported_power'), COST];
const BATTERIES = [member('rack', BATTERY), member('shed', BATTERY, true)];

const looking =
  (site: Readonly<Record<string, readonly [Values, Freshness?]>>) =>
  (name: string): MemberState | undefined => {
    const [values, freshness = 'fresh'] = site[name] ?? [];
    const of = BATTERIES.find((one) => one.name === name) ?? member(name, []);
    return values && { member: of, freshness, groups: { measured: { values, freshness } }, refused: {} };
  };
const all = (members: readonly Member[], partial = false) => {
  const found = sums({ name: 'home', title: 'Home', members, partial });
  if (found === undefined) throw new Error('nothing to sum');
  return found;
};

const RACK = { power: -1200, soc: 80, full_capacity: 300 };
const SHED = { power: 200, soc: 20, full_capacity: 100 };

describe('batteries', () => {
  it('are summed, and the charge weighs by capacity', () => {
    // (80 × 300 + 20 × 100) ÷ 400 = 65.
    expect(all(BATTERIES).values(looking({ rack: [RACK], shed: [SHED] }))).toEqual({
      batteries: { power: -1000, full_capacity: 400, soc: 65, count: 2, missing: [] },
    });
  });

  it.each(['stale', 'gone'] as const)('have no sum while one is %s', (freshness) => {
    const site = looking({ rack: [RACK], shed: [SHED, freshness] });
    expect(all(BATTERIES).values(site)).toEqual({ batteries: { count: 2, missing: ['shed'] } });
    expect(all(BATTERIES, true).values(site)).toEqual({
      batteries: { power: -1200, full_capacity: 300, soc: 80, count: 2, missing: ['shed'] },
    });
  });

  it('have no sum of what one does not tell now, and the other sums all the same', () => {
    const site = looking({ rack: [RACK], shed: [{ ...SHED, power: undefined }] });
    expect(all(BATTERIES).values(site)).toEqual({
      batteries: { full_capacity: 400, soc: 65, count: 2, missing: ['shed'] },
    });
  });

  it('have nothing at all when none is there, partial or not', () => {
    expect(all(BATTERIES, true).values(() => undefined)).toEqual({
      batteries: { count: 2, missing: ['rack', 'shed'] },
    });
  });

  it('show what is summed, simulated when one of them is', () => {
    const { member: site } = all(BATTERIES);
    expect(site.simulated).toBe(true);
    expect(site.groups.map(({ name, fields }) => [name, fields.map((field) => field.name)])).toEqual([
      ['batteries', ['power', 'full_capacity', 'soc', 'count', 'missing']],
    ]);
    expect(site.groups[0]?.fields[0]?.source).toBe('sum over rack, shed');
  });

  it('without a capacity weigh nothing: no charge of all', () => {
    const bare = [member('rack', BATTERY.slice(0, 2)), member('shed', BATTERY)];
    expect(all(bare).values(looking({ rack: [RACK], shed: [SHED] })).batteries).not.toHaveProperty('soc');
  });
});

describe('meters', () => {
  const two = [member('flat', METER), member('shop', METER)];

  it('are summed with their cost', () => {
    const site = looking({
      flat: [{ active_power: 500, cost_today: 1.1 }],
      shop: [{ active_power: 1500, cost_today: 2.2 }],
    });
    expect(all(two).values(site)).toEqual({
      meters: { power: 2000, cost_today: 3.3, count: 2, missing: [] },
    });
    expect(all(two).member.groups[0]?.fields[1]).toMatchObject({ name: 'cost_today', currency: 'EUR' });
  });

  it('do not add euros to roubles', () => {
    const mixed = [member('flat', METER), member('shop', [METER[0] ?? COST, { ...COST, currency: 'RUB' }])];
    expect(all(mixed).member.groups[0]?.fields.map(({ name }) => name)).toEqual([
      'power',
      'count',
      'missing',
    ]);
  });
});

it('there is nothing to sum without a battery or a meter', () => {
  expect(sums({ name: 'home', title: 'Home', members: [member('x', [])], partial: false })).toBeUndefined();
});
