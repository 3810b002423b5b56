import type { Texts } from '../../i18n/language.ts';

/** Texts of the configuration editor. */
export const texts = {
  label: ['busbar.yaml', 'busbar.yaml', 'busbar.yaml'],
  secrets: [
    'Secrets are shown as marks; leave a mark, and what was there stays.',
    'Секреты показаны метками; оставьте метку – останется прежнее значение.',
    'Les secrets sont masqués par des marques ; laissez une marque, et la valeur reste.',
  ],
  check: ['Check', 'Проверить', 'Vérifier'],
  save: ['Save and apply', 'Сохранить и применить', 'Enregistrer et appliquer'],
  revert: ['Back to what is saved', 'Вернуть сохранённое', 'Revenir à la version enregistrée'],
  good: ['Nothing is wrong with it.', 'Ошибок нет.', 'Rien à redire.'],
  problems: ['Problems', 'Проблемы', 'Problèmes'],
  error: ['error', 'ошибка', 'erreur'],
  warning: ['warning', 'предупреждение', 'avertissement'],
  changes: ['What you change', 'Что вы меняете', 'Ce que vous changez'],
  no_changes: ['Nothing is changed.', 'Изменений нет.', 'Rien n’est changé.'],
  saved: ['Saved and applied.', 'Сохранено и применено.', 'Enregistré et appliqué.'],
  started: ['Started: {names}', 'Запущено: {names}', 'Démarrés : {names}'],
  stopped: ['Stopped: {names}', 'Остановлено: {names}', 'Arrêtés : {names}'],
  untouched: [
    'Went on untouched: {names}',
    'Продолжили работу: {names}',
    'Ont continué sans interruption : {names}',
  ],
  changed_elsewhere: [
    'Somebody else has changed it meanwhile. Load it anew, and make your change there.',
    'Файл изменил кто-то другой. Загрузите его заново и внесите правку там.',
    'Quelqu’un d’autre l’a modifié entre-temps. Rechargez-le et refaites votre changement.',
  ],
  reload: ['Load anew', 'Загрузить заново', 'Recharger'],
} as const satisfies Texts;
