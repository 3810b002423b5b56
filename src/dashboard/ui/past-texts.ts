import type { Texts } from '../i18n/language.ts';

/** Texts of small charts of the past. */
export const pastTexts = {
  nothing: ['Nothing is stored yet.', 'Пока ничего не сохранено.', 'Rien n’est encore enregistré.'],
  last_day: ['Last 24 hours', 'Последние 24 часа', 'Dernières 24 heures'],
} as const satisfies Texts;
