import { describe, expect, it } from 'vitest';
import type { ApiField, ApiMember, ApiMemberState } from '../../core/site/api.ts';
import { alarmsOf, packsOf, spreadOf } from './battery.ts';
import { isBattery, isShunt } from './kinds.ts';

const field = (name: string, more: Partial<ApiField>): ApiField => ({
  name,
  title: name,
  quantity: 'text',
  kind: 'state',
  source: '',
  unit: '',
  digits: 0,
  ...more,
});

const address = field('address', { quantity: 'count', kind: 'identity' });
const member: ApiMember = {
  name: 'rack',
  title: 'Rack',
  bus: 'b',
  writables: [],
  simulated: false,
  profile: false,
  groups: [
    {
      name: 'one',
      title: 'One',
      period: 1,
      fields: [
        field('soc', { quantity: 'state_of_charge', kind: 'measurement', role: 'state_of_charge' }),
        field('list', {
          items: [
            address,
            field('cells', { quantity: 'cell_voltage', kind: 'measurement' }),
            field('heat', { quantity: 'temperature', kind: 'measurement' }),
            field('evened', { quantity: 'count', kind: 'state' }),
          ],
        }),
      ],
    },
    {
      name: 'two',
      title: 'Two',
      period: 1,
      fields: [
        field('list', {
          items: [
            address,
            field('cell_states', { quantity: 'word', alarm: { means: 'warning', calm: ['normal'] } }),
            field('broken', { quantity: 'count', alarm: { means: 'fault' } }),
          ],
        }),
      ],
    },
  ],
};

const state = (freshness: 'fresh' | 'gone'): ApiMemberState => ({
  name: 'rack',
  freshness,
  refused: {},
  groups: {
    one: {
      at: 1,
      freshness,
      values: {
        list: [
          { address: 2, cells: [3.3, 3.31, 3.29], heat: [20, null], evened: [2] },
          { address: 3, cells: [3.3, null, 3.34] },
        ],
      },
    },
    two: {
      at: 1,
      freshness: 'fresh',
      values: { list: [{ address: 2, cell_states: ['normal', 'above', 'normal'], broken: [] }] },
    },
  },
});

describe('the packs of a battery', () => {
  const packs = packsOf(member, state('fresh'));

  it('are gathered by their address from all groups', () => {
    expect(packs.map(({ key }) => key)).toEqual([2, 3]);
    expect(packs[0]?.values.map(({ field: { name } }) => name)).toContain('cell_states');
  });

  it('have cells with what is known of each', () => {
    expect(packs[0]?.cells).toEqual([
      { number: 1, voltage: 3.3, balancing: false, alarm: undefined, series: 'rack.one.list.2.cells.1' },
      { number: 2, voltage: 3.31, balancing: true, alarm: 'above', series: 'rack.one.list.2.cells.2' },
      { number: 3, voltage: 3.29, balancing: false, alarm: undefined, series: 'rack.one.list.2.cells.3' },
    ]);
    expect(packs[0]?.temperatures).toEqual([20, undefined]);
    expect(packs[1]?.cells[1]?.voltage).toBeUndefined();
  });

  it('are compared over all cells that are known', () => {
    const spread = spreadOf(packs);
    // (3.30 + 3.31 + 3.29 + 3.30 + 3.34) / 5
    expect(spread?.mean).toBeCloseTo(3.308, 10);
    expect([spread?.lowest.pack, spread?.lowest.number]).toEqual([2, 3]);
    expect([spread?.highest.pack, spread?.highest.number]).toEqual([3, 3]);
    expect(spread?.spread).toBeCloseTo(0.05, 10);
  });

  it('report what is marked as an alarm, and say which cell', () => {
    expect(alarmsOf(packs[0]?.values ?? [])).toEqual([
      { means: 'warning', title: 'cell_states', words: ['2: above'] },
    ]);
  });

  it('are unknown when their values are gone', () => {
    expect(packsOf(member, state('gone')).flatMap(({ cells }) => cells)).toEqual([]);
    expect(spreadOf([])).toBeUndefined();
  });

  it('make a member a battery, and one without them a shunt', () => {
    expect([isBattery(member), isShunt(member)]).toEqual([true, false]);
    const [first] = member.groups;
    const bare = {
      ...member,
      groups: first === undefined ? [] : [{ ...first, fields: first.fields.slice(0, 1) }],
    };
    expect([isBattery(bare), isShunt(bare)]).toEqual([false, true]);
  });
});
