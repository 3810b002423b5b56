import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/core/field.ts';
import { rowsOf, translated } from '../../src/dashboard/i18n/catalogue.ts';
import { TABLE } from '../../src/dashboard/i18n/catalogue-table.ts';
import { catalog } from '../../src/devices/index.ts';
import type { Member } from '../../src/core/site/index.ts';
import { consumption, energyCount, sums, tariffs, zoneOf } from '../../src/site/index.ts';
import { memberOf } from '../outputs/site.ts';

/** Titles of the catalogue in the languages of the dashboard. */
const lines = TABLE.trim().split('\n');
const table = rowsOf(TABLE);

const within = (field: Field): Field[] => [field, ...(field.items ?? []).flatMap(within)];

const zone = zoneOf('Europe/Berlin');
const prices = tariffs({ currency: 'EUR', prices: [240_000, 160_000] }, zone);

/** Each device as a member, with what the gateway counts for it. */
const members = catalog.devices.map((device): Member => {
  const member = memberOf(device, device.id);
  const counted = [consumption, energyCount].flatMap(
    (count) => count({ member, zone, tariffs: prices })?.group ?? [],
  );
  return { ...member, groups: [...member.groups, ...counted] };
});
const all = sums({ name: 'site', title: 'Site', members, partial: true })?.member;
if (all === undefined) throw new Error('nothing is summed');
const groups = [...members, all].flatMap((member) => member.groups);
const fields = groups.flatMap((group) => group.fields.flatMap(within));

/** Words of lists: where each of them comes from stands in the source of the field. */
const listed = fields
  .filter(({ quantity, words }) => quantity === 'word' && words === undefined)
  .flatMap(({ source }) => {
    const [, names] = /^those of (.+) that are true$/.exec(source) ?? [];
    // `byte 1 bit 0 cell_over_voltage`, `bits of status_word: 0 data_memory_error`, `01 below, F0 error`.
    const coded = [...source.matchAll(/\b[\dA-F]+ (?!bit\b)([a-z]\w*)/g)].map(([, word = '']) => word);
    return names === undefined ? coded : names.split(', ');
  });

/** Those that the table does not have. */
const missing = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].filter((text) => translated(text, 'ru', table) === undefined);

describe('titles of the catalogue', () => {
  it('stand once, in three languages', () => {
    expect(table.size).toBe(lines.length);
    for (const line of lines) {
      const parts = line.split('|');
      expect(parts, line).toHaveLength(3);
      for (const part of parts) expect(part, line).toBe(part.trim());
      expect(parts, line).not.toContain('');
    }
  });

  it('are translated, every one, of devices and of what the gateway counts, and every word that they say', () => {
    expect(fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['charge_energy_total', 'consumption_today', 'unpriced_energy', 'missing']),
    );
    expect(missing(groups.map(({ title }) => title))).toEqual([]);
    expect(missing(fields.map(({ title }) => title))).toEqual([]);
    expect(missing(fields.flatMap(({ words }) => words ?? []))).toEqual([]);
    expect(listed).toEqual(
      expect.arrayContaining(['cell_over_voltage', 'pack_power', 'battery_low', 'error']),
    );
    expect(missing(listed)).toEqual([]);
  });

  it('are numbered by tariff and phase in every language', () => {
    expect(translated('Energy, tariff 2', 'ru', table)).toBe('Энергия, тариф 2');
    expect(translated('Reactive power L3, positive', 'fr', table)).toBe('Puissance réactive positive L3');
    expect(translated('Nobody says this', 'fr', table)).toBeUndefined();
  });
});
