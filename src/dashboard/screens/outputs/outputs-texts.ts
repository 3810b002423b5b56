import type { Texts } from '../../i18n/language.ts';

/** Texts of the screen of outputs. */
export const texts = {
  none: [
    'Numbers go nowhere yet. Outputs stand under “outputs” in the configuration.',
    'Данные пока никуда не отправляются. Выходы задаются в настройках, раздел «outputs».',
    'Les valeurs ne vont encore nulle part. Les sorties sont sous « outputs » dans la configuration.',
  ],
  to_config: ['Open the configuration', 'Открыть настройки', 'Ouvrir la configuration'],
  delivering: ['delivers', 'доставляет', 'livre'],
  waiting: ['waits', 'ждёт', 'attend'],
  failing: ['does not deliver', 'не доставляет', 'ne livre pas'],
  off: ['off', 'выключен', 'désactivée'],
  backlog: ['Waiting', 'В очереди', 'En attente'],
  backlog_age: ['oldest of {age}', 'старейшая: {age}', 'la plus ancienne : {age}'],
  delivered: ['Delivered', 'Доставлено', 'Livrées'],
  quarantined: ['Not accepted', 'Не принято', 'Refusées'],
  nothing_lost: [
    'Nothing is lost while a receiver is away: what waits is delivered with its own times.',
    'Пока приёмник недоступен, ничего не теряется: очередь уйдёт с исходным временем.',
    'Rien n’est perdu tant qu’un récepteur est absent : l’attente est livrée avec ses heures d’origine.',
  ],
  last_error: ['Last error, {age}', 'Последняя ошибка, {age}', 'Dernière erreur, {age}'],
  next_attempt: [
    'next attempt in {time}',
    'следующая попытка через {time}',
    'prochaine tentative dans {time}',
  ],
  test: ['Test', 'Проверить', 'Tester'],
  testing: ['Testing…', 'Проверка…', 'Test en cours…'],
} as const satisfies Texts;
