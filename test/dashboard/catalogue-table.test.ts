import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/core/field.ts';
import { rowsOf, translated } from '../../src/dashboard/i18n/catalogue.ts';
import { TABLE } from '../../src/dashboard/i18n/catalogue-table.ts';
import { catalog } from '../../src/devices/index.ts';

/** Titles of the catalogue in the languages of the dashboard. */
const lines = TABLE.trim().split('\n');
const table = rowsOf(TABLE);

const within = (field: Field): Field[] => [field, ...(field.items ?? []).flatMap(within)];
const fields = catalog.devices.flatMap(({ groups }) =>
  groups.flatMap((group) => group.fields.flatMap(within)),
);

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

  it('are translated wherever a screen asks for the field by its role, or an alarm hangs on it', () => {
    const wanted = fields.filter(({ role, alarm }) => role !== undefined || alarm !== undefined);
    expect(wanted).not.toEqual([]);
    const missing = wanted
      .map(({ title }) => title)
      .filter((title) => translated(title, 'ru', table) === undefined);
    expect([...new Set(missing)]).toEqual([]);
  });

  it('are numbered by tariff and phase in every language', () => {
    expect(translated('Energy, tariff 2', 'ru', table)).toBe('Энергия, тариф 2');
    expect(translated('Reactive power L3, positive', 'fr', table)).toBe('Puissance réactive positive L3');
    expect(translated('Nobody says this', 'fr', table)).toBeUndefined();
  });
});
