import type { Texts } from '../../i18n/language.ts';

/** Texts of the history screen. */
export const texts = {
  span: ['Span', 'Период', 'Période'],
  hour: ['Hour', 'Час', 'Heure'],
  day: ['Day', 'Сутки', 'Jour'],
  week: ['Week', 'Неделя', 'Semaine'],
  month: ['Month', 'Месяц', 'Mois'],
  year: ['Year', 'Год', 'Année'],
  zoom_out: ['Zoom out', 'Отдалить', 'Dézoomer'],
  earlier: ['Earlier', 'Раньше', 'Plus tôt'],
  later: ['Later', 'Позже', 'Plus tard'],
  add: ['Add a series', 'Добавить ряд', 'Ajouter une série'],
  find: ['Find a value', 'Найти величину', 'Trouver une valeur'],
  remove: ['Remove {name}', 'Убрать {name}', 'Retirer {name}'],
  export_csv: ['Export CSV', 'Экспорт CSV', 'Exporter CSV'],
  export_json: ['Export JSON', 'Экспорт JSON', 'Exporter JSON'],
  empty: ['Choose what to look at.', 'Выберите, что показать.', 'Choisissez ce que vous voulez voir.'],
  envelope: [
    'Lines are means; the band around them reaches from the lowest to the highest sample. Drag over a part to look closer.',
    'Линии – средние; полоса вокруг них – от минимума до максимума. Выделите участок мышью, чтобы приблизить.',
    'Les lignes sont des moyennes ; la bande va de la valeur la plus basse à la plus haute. Glissez sur une partie pour zoomer.',
  ],
  too_many: [
    'Three units fit on the screen; the others are left out: {units}',
    'На экран помещаются три единицы измерения; не показаны: {units}',
    'Trois unités tiennent à l’écran ; les autres sont omises : {units}',
  ],
  from_to: ['{from} to {to}', '{from} – {to}', 'du {from} au {to}'],
} as const satisfies Texts;
