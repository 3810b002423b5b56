import { describe, expect, it } from 'vitest';
import type { Field, FieldInfo } from '../../core/field.ts';
import type { Entry, SiteGroup } from '../../core/site/index.ts';
import type { Values } from '../../core/snapshot.ts';
import { linesOf } from './lines.ts';

const field = (
  name: string,
  info: Partial<FieldInfo> & { readonly items?: readonly Field[] } = {},
): Field => ({
  name,
  title: 'A thing',
  quantity: 'number',
  kind: 'measurement',
  source: 'here',
  ...info,
});
const group: SiteGroup = {
  name: 'analog',
  title: 'Measurements',
  period: 1,
  fields: [
    field('voltage', { quantity: 'voltage' }),
    field('soc', { quantity: 'state_of_charge' }),
    field('closed', { quantity: 'flag', kind: 'state' }),
    field('output', { quantity: 'word', kind: 'state' }),
    field('code', { kind: 'raw' }),
    field('packs', {
      items: [
        field('address', { kind: 'identity' }),
        field('voltage'),
        field('cells', { quantity: 'cell_voltage' }),
      ],
    }),
  ],
};
const lines = (values: Values): string[] =>
  linesOf(
    'my home',
    {
      sequence: 1,
      what: 'snapshot',
      snapshot: { device: 'rack', group: 'analog', at: 1_500.4, values, kind: 'live' },
    },
    group,
  );

describe('line protocol', () => {
  it('has floats always, words as texts, flags as they are; what is not known has no field', () => {
    // A whole number is written without a point, and is a float all the same: an integer would end in i.
    expect(lines({ voltage: 53, soc: null, closed: true, output: 'say "on"', code: 7 })).toEqual([
      'analog,device=rack,site=my\\ home closed=T,output="say \\"on\\"",voltage=53 1500',
    ]);
  });

  it('leaves out what is no number, and points without fields', () => {
    expect(lines({ voltage: Number.NaN, soc: Infinity, closed: null })).toEqual([]);
    expect(lines({ voltage: 'none' })).toEqual([]);
    expect(lines({})).toEqual([]);
  });

  it('keeps records and places apart from the whole', () => {
    expect(lines({ voltage: 49, packs: [{ address: 2, voltage: 48.5, cells: [3.2, null, 3.25] }] })).toEqual([
      'analog,device=rack,site=my\\ home voltage=49 1500',
      'analog_packs,device=rack,pack=2,site=my\\ home address=2,voltage=48.5 1500',
      'analog_packs_cells,device=rack,index=1,pack=2,site=my\\ home value=3.2 1500',
      'analog_packs_cells,device=rack,index=3,pack=2,site=my\\ home value=3.25 1500',
    ]);
  });

  it('has events with their texts; no tag is empty, broken over lines or ends in a backslash', () => {
    const entry: Entry = {
      sequence: 2,
      what: 'event',
      event: { at: 7, kind: 'alarm_raised', severity: 'warning', subject: 'a=b,\n c\\', text: 'hot\\cold' },
    };
    expect(linesOf('home', entry, undefined)).toEqual([
      'events,kind=alarm_raised,severity=warning,site=home,subject=a\\=b\\,\\ c text="hot\\\\cold" 7',
    ]);
  });

  it('has nothing of a group that nobody knows', () => {
    const entry: Entry = {
      sequence: 3,
      what: 'snapshot',
      snapshot: { device: 'x', group: 'y', at: 1, values: { voltage: 1 }, kind: 'live' },
    };
    expect(linesOf('home', entry, undefined)).toEqual([]);
  });
});
