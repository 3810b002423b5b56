import { computed, signal } from '@preact/signals';

/** Languages that every text exists in, in the order of `Text`. */
export const LANGUAGES = ['en', 'ru', 'fr'] as const;

/** A language of the dashboard. */
export type Language = (typeof LANGUAGES)[number];

/** How each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  ru: 'Русский',
  fr: 'Français',
};

/** Forms of a text by plural category, as `Intl.PluralRules` names them. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** What one language says; `{name}` stands for a value, `{n}` for the number that decides the form. */
export type Phrase = string | Forms;

/** A text in all languages: none can be missing. */
export type Text = readonly [en: Phrase, ru: Phrase, fr: Phrase];

/** Texts of one part of the dashboard. */
export type Texts = Readonly<Record<string, Text>>;

/** Values for the places of a text. */
export type Places = Readonly<Record<string, string | number>>;

/** The language that a browser asks for: the first of its wishes that is known, else English. */
export function languageOf(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const found = LANGUAGES.find((one) => wish.toLowerCase().split('-')[0] === one);
    if (found !== undefined) return found;
  }
  return 'en';
}

/** The language in use. Whoever reads it while drawing is drawn again when it changes. */
export const language = signal<Language>('en');

/** Locale for numbers and dates: the browser's own variant of the language where it has one (`fr-CH`, `en-GB`). */
export const locale = computed<string>(() => {
  const wishes = typeof navigator === 'undefined' ? [] : navigator.languages;
  return wishes.find((wish) => wish.toLowerCase().split('-')[0] === language.value) ?? language.value;
});

const plurals = new Map<Language, Intl.PluralRules>();

function pluralRules(of: Language): Intl.PluralRules {
  let rules = plurals.get(of);
  if (rules === undefined) plurals.set(of, (rules = new Intl.PluralRules(of)));
  return rules;
}

/** A text in a language, its places filled in. Numbers are written as the language writes them. */
export function say(text: Text, places: Places, of: Language, numbers: string = of): string {
  const phrase = text[LANGUAGES.indexOf(of) as 0 | 1 | 2]; // the place of a known language in a triple
  const { n } = places;
  const form =
    typeof phrase === 'string'
      ? phrase
      : ((typeof n === 'number' ? phrase[pluralRules(of).select(n)] : undefined) ?? phrase.other);
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = places[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(numbers).format(value) : value;
  });
}

/** A text in the language in use. */
export function t(text: Text, places: Places = {}): string {
  return say(text, places, language.value, locale.value);
}
