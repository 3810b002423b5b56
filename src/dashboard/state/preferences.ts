import { effect, signal } from '@preact/signals';
import { language, type Language, LANGUAGES, languageOf } from '../i18n/language.ts';

/** How bright the pages are; `auto`: as the machine wants it. */
export const THEMES = ['auto', 'light', 'dark'] as const;

/** One of `THEMES`. */
export type Theme = (typeof THEMES)[number];

/** The theme that was chosen. */
export const theme = signal<Theme>('auto');

/** A remembered choice; undefined where there is none, or where the browser keeps nothing. */
function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(`busbar.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a choice, where the browser lets us. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`busbar.${name}`, value);
  } catch {
    // Private windows keep nothing: the choice lasts as long as the page.
  }
}

/** Takes up what was chosen before, and keeps page and memory in step with the choice from now on. */
export function startPreferences(): void {
  const spoken = remembered('language');
  language.value = LANGUAGES.find((one) => one === spoken) ?? languageOf(navigator.languages);
  theme.value = THEMES.find((one) => one === remembered('theme')) ?? 'auto';
  effect(() => {
    document.documentElement.lang = language.value;
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}

/** Chooses a language for good. */
export function chooseLanguage(wanted: Language): void {
  language.value = wanted;
  remember('language', wanted);
}

/** Chooses a theme for good. */
export function chooseTheme(wanted: Theme): void {
  theme.value = wanted;
  remember('theme', wanted);
}
