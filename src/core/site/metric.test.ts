import { describe, expect, it } from 'vitest';
import type { Field, FieldInfo } from '../field.ts';
import type { SiteGroup } from './member.ts';
import { metricsOf, singular } from './metric.ts';

const field = (name: string, info: Partial<FieldInfo> & { readonly items?: readonly Field[] }): Field => ({
  name,
  title: 'A thing',
  quantity: 'number',
  kind: 'measurement',
  source: 'here',
  ...info,
});
const group = (...fields: readonly Field[]): SiteGroup => ({
  name: 'energy',
  title: 'Energy',
  period: 1,
  fields,
});
const volts = field('voltage', { quantity: 'voltage' });

/** Samples as they would be printed. */
const printed = (of: SiteGroup, values: Parameters<typeof metricsOf>[2]): string[] =>
  metricsOf('bus', of, values).map(
    ({ family: { name, type }, labels, value }) =>
      `${type} ${name}${Object.entries(labels)
        .map(([label, text]) => ` ${label}=${text}`)
        .join('')} ${value}`,
  );

describe('metrics of a group', () => {
  it.each([
    // Base units: 53.6 V is 53.6 V, 87 % is 0.87, 1.5 kWh is 1500 Wh, 3 min is 180 s, 250 mΩ is 0.25 Ω.
    // Which cells balance: how many they are.
    [field('balancing', { quantity: 'count', kind: 'state' }), [3, 14], 'gauge bus_balancing 2'],
    [field('balancing', { quantity: 'count', kind: 'state' }), [5], 'gauge bus_balancing 1'],
    [field('balancing', { quantity: 'count', kind: 'state' }), [], 'gauge bus_balancing 0'],
    [volts, 53.6, 'gauge bus_voltage_volts 53.6'],
    [field('soc', { quantity: 'state_of_charge' }), 98.7, 'gauge bus_soc_ratio 0.987'],
    [field('total', { quantity: 'energy', kind: 'counter' }), 1.5, 'counter bus_energy_watthours_total 1500'],
    [
      field('charged', { quantity: 'energy', kind: 'counter' }),
      0.00987,
      'counter bus_charged_watthours_total 9.87',
    ],
    [field('t1', { quantity: 'energy', kind: 'counter' }), 2, 'counter bus_energy_t1_watthours_total 2000'],
    [
      field('charge_energy_total', { quantity: 'energy', kind: 'counter' }),
      2,
      'counter bus_charge_energy_watthours_total 2000',
    ],
    [field('time_to_empty', { quantity: 'minutes' }), 3, 'gauge bus_time_to_empty_seconds 180'],
    [field('resistance', { quantity: 'resistance' }), 250, 'gauge bus_resistance_ohms 0.25'],
    [field('count', { quantity: 'count' }), 4, 'gauge bus_counted 4'],
    [field('pack_count', { quantity: 'count' }), 4, 'gauge bus_packs 4'],
    [field('cycles', { quantity: 'count', kind: 'counter' }), 20, 'counter bus_cycles_total 20'],
    [field('closed', { quantity: 'flag', kind: 'state' }), true, 'gauge bus_closed 1'],
    [field('output', { quantity: 'word', kind: 'state' }), 'on', 'gauge bus_output_state state=on 1'],
    // 1970-01-01T00:01+01:00 is one minute less an hour.
    [
      field('read_at', { quantity: 'time' }),
      '1970-01-01T00:01:00+01:00',
      'gauge bus_read_at_timestamp_seconds -3540',
    ],
    // What something cost may fall, so it is no counter.
    [
      field('cost_total', { quantity: 'money', kind: 'counter', currency: 'EUR' }),
      1.25,
      'gauge bus_cost_eur 1.25',
    ],
  ])('%j', (of, value, text) => {
    expect(printed(group(of), { [of.name]: value })).toEqual([text]);
  });

  it.each([
    ['null', volts, null],
    ['no number', volts, Number.NaN],
    ['a text where a number should be', volts, 'bad'],
    ['a raw code', field('code', { kind: 'raw' }), 3],
    ['a text', field('model', { quantity: 'text' }), 'X'],
    ['a number that is a name', field('serial_number', { kind: 'identity' }), 17],
    [
      'a local time, of which nobody knows when that was',
      field('clock', { quantity: 'time' }),
      '2026-11-21T04:15:00',
    ],
  ])('none of %s', (_, of, value) => {
    expect(printed(group(of), { [of.name]: value })).toEqual([]);
  });

  it('tells records and places by labels, and keeps parts apart from the whole', () => {
    const packs = field('packs', {
      items: [
        field('address', { kind: 'identity' }),
        volts,
        field('cell_voltages', { quantity: 'cell_voltage' }),
        field('warnings', { quantity: 'word', kind: 'state' }),
      ],
    });
    const values = {
      voltage: 49,
      packs: [{ address: 2, voltage: 48, cell_voltages: [3.3, null, 3.2], warnings: ['hot', 'low', 'hot'] }],
    };
    expect(printed(group(volts, packs), values)).toEqual([
      'gauge bus_voltage_volts 49',
      'gauge bus_pack_voltage_volts pack=2 48',
      'gauge bus_pack_cell_voltage_volts pack=2 index=1 3.3',
      'gauge bus_pack_cell_voltage_volts pack=2 index=3 3.2',
      'gauge bus_pack_warnings_state pack=2 state=hot 1',
      'gauge bus_pack_warnings_state pack=2 state=low 1',
    ]);
  });

  it.each([
    ['packs', 'pack'],
    ['entries', 'entry'],
    ['class', 'class'],
  ])('one of %s is a %s', (many, one) => {
    expect(singular(many)).toBe(one);
  });
});
