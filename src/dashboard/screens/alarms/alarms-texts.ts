import type { Texts } from '../../i18n/language.ts';

/** Texts of the screen of alarms and events. */
export const texts = {
  standing: ['Standing alarms', 'Действующие тревоги', 'Alarmes en cours'],
  none: ['No alarm stands.', 'Тревог нет.', 'Aucune alarme en cours.'],
  since: ['since {time}, {age}', 'с {time}, {age}', 'depuis {time}, {age}'],
  acknowledge: ['I have seen it', 'Вижу', 'J’ai vu'],
  acknowledged: ['seen {age} by {by}', 'отмечено {age}: {by}', 'vu {age} par {by}'],
  journal: ['Journal', 'Журнал', 'Journal'],
  older: ['Older', 'Раньше', 'Plus anciens'],
  all: ['Everything', 'Все события', 'Tout'],
  kind: ['Show', 'Показать', 'Afficher'],
  alarm_raised: ['alarm', 'тревога', 'alarme'],
  alarm_cleared: ['cleared', 'снята', 'levée'],
  alarm_acknowledged: ['seen', 'отмечена', 'vue'],
  write: ['write', 'запись', 'écriture'],
  loss: ['data lost', 'потеря данных', 'perte de données'],
  gateway: ['gateway', 'шлюз', 'passerelle'],
  info: ['note', 'сведение', 'note'],
  warning: ['warning', 'предупреждение', 'avertissement'],
  critical: ['critical', 'критично', 'critique'],
  no_events: ['Nothing has happened.', 'Ничего не произошло.', 'Rien ne s’est passé.'],
  rules: [
    'Rules stand under “alarms” in the configuration.',
    'Правила заданы в настройках, раздел «alarms».',
    'Les règles sont sous « alarms » dans la configuration.',
  ],
  to_config: ['Open the configuration', 'Открыть настройки', 'Ouvrir la configuration'],
} as const satisfies Texts;
