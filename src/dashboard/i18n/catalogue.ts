import { signal } from '@preact/signals';
import { language, LANGUAGES, type Language } from './language.ts';

/** What the definitions say in English, in the other languages. */
type Rows = ReadonlyMap<string, readonly string[]>;

const rows = signal<Rows>(new Map());

/** Fetches the titles of the catalogue where English will not do; until they are there English is shown. */
export async function loadCatalogueWords(): Promise<void> {
  if (language.value === 'en' || rows.value.size > 0) return;
  const { TABLE } = await import('./catalogue-table.ts');
  rows.value = rowsOf(TABLE);
}

/** Lines of `English|Russian|French` by their English part. */
export function rowsOf(table: string): Rows {
  return new Map(
    table
      .trim()
      .split('\n')
      .map((line) => {
        const parts = line.split('|');
        return [parts[0] ?? '', parts] as const;
      }),
  );
}

/** How languages say the number of a tariff behind a title. */
const TARIFF: Readonly<Record<Language, string>> = { en: 'tariff', ru: 'тариф', fr: 'tarif' };

/** A title in a language; undefined where the table does not have it. Tariffs and phases are numbered the same everywhere. */
export function translated(title: string, of: Language, table: Rows): string | undefined {
  const exact = table.get(title)?.[LANGUAGES.indexOf(of)];
  if (exact !== undefined) return exact;
  const [, what, tariff] = /^(.+), tariff (\d)$/.exec(title) ?? [];
  if (what !== undefined) {
    const base = translated(what, of, table);
    return base === undefined ? undefined : `${base}, ${TARIFF[of]} ${tariff}`;
  }
  const [, before, phase, after = ''] = /^(.+) (L\d)(,.+)?$/.exec(title) ?? [];
  if (before === undefined) return undefined;
  const base = translated(before + after, of, table);
  return base === undefined ? undefined : `${base} ${phase}`;
}

/** A title of the catalogue (a field, a group) in the language in use; English where nobody has translated it yet. */
export function titleText(title: string): string {
  return translated(title, language.value, rows.value) ?? title;
}

/** A word that a device says (`over_voltage`) in the language in use; without a translation its own, readable. */
export function wordText(word: string): string {
  return rows.value.get(word)?.[LANGUAGES.indexOf(language.value)] ?? word.replaceAll('_', ' ');
}
