import { describe, expect, it } from 'vitest';
import type { Device, Group } from '../core/device.ts';
import { Fault } from '../core/fault.ts';
import type { Field } from '../core/field.ts';
import { reportJson } from '../core/report.ts';
import kg from '../devices/juntek/kg.ts';
import { reportTable } from './report.ts';

const field = (name: string, of: Partial<Field>): Field => ({
  name,
  title: name,
  source: '',
  quantity: 'voltage',
  kind: 'measurement',
  ...of,
});

/** A rack with two packs, on the frame of a device that is otherwise not looked at. */
const group: Group = {
  name: 'analog',
  title: 'Cells',
  period: 1,
  derived: {},
  read: () => {
    throw new Error('not read here');
  },
  fields: [
    field('packs', {
      items: [
        field('address', { quantity: 'count' }),
        field('cells', { quantity: 'cell_voltage' }),
        field('states', { quantity: 'word', kind: 'state' }),
        field('code', { quantity: 'number', kind: 'raw' }),
      ],
    }),
    field('limit', { kind: 'setting' }),
  ],
};
const device: Device = { ...kg, title: 'Rack', groups: [group] };
const report = {
  device,
  address: 2,
  at: Date.UTC(2026, 10, 21, 4, 15),
  groups: {
    analog: {
      packs: [
        { address: 2, cells: [3.3, 3.31, 3.29, 3.3, 3.3], states: ['ok', 'ok', 'ok', 'ok', 'low'], code: 7 },
        { address: 3, cells: [3.2], states: [], code: 8 },
      ],
      limit: null,
    },
  },
  faults: { 'analog/4': new Fault('timeout', 'no answer') },
};

describe('a reading of a rack', () => {
  it('shows packs side by side, long lists in short, what is off as off, and who did not answer', () => {
    expect(reportTable(report, false).split('\n').slice(2)).toEqual([
      'Cells',
      '  ✗ 4: timeout: no answer',
      '  address  2                    3',
      '  cells    5: 3.290 to 3.310 V  3.200 V',
      '  states   4 ok, 1 low          none',
      '  limit    off',
      '',
    ]);
  });

  it('leaves raw codes of packs out of the document unless they are wanted', () => {
    const packs = (raw: boolean): unknown =>
      (reportJson(report, raw).analog as { packs: unknown[] }).packs[1];
    expect(packs(false)).toEqual({ address: 3, cells: [3.2], states: [] });
    expect(packs(true)).toEqual({ address: 3, cells: [3.2], states: [], code: 8 });
    expect(reportJson(report, false).faults).toEqual({
      'analog/4': { code: 'timeout', message: 'no answer' },
    });
  });
});
