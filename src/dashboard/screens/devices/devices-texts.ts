import type { Texts } from '../../i18n/language.ts';

/** Texts of the screen of devices. */
export const texts = {
  here: ['On this site', 'На этом объекте', 'Sur ce site'],
  catalogue: ['Catalogue', 'Каталог', 'Catalogue'],
  find: ['Find a device', 'Найти устройство', 'Trouver un appareil'],
  catalogue_count: [
    { one: '{n} kind of device is known', other: '{n} kinds of devices are known' },
    {
      one: 'известен {n} вид устройств',
      few: 'известно {n} вида устройств',
      many: 'известно {n} видов устройств',
      other: 'известно {n} вида устройств',
    },
    {
      one: '{n} type d’appareil connu',
      many: '{n} types d’appareils connus',
      other: '{n} types d’appareils connus',
    },
  ],
  models: ['Models', 'Модели', 'Modèles'],
  protocol: ['Protocol', 'Протокол', 'Protocole'],
  line: ['Line', 'Линия', 'Ligne'],
  addresses: ['Addresses', 'Адреса', 'Adresses'],
  address_range: [
    '{lowest} to {highest}, usually {usual}',
    'от {lowest} до {highest}, обычно {usual}',
    'de {lowest} à {highest}, d’ordinaire {usual}',
  ],
  remarks: ['What you should know', 'Что нужно знать', 'À savoir'],
  values: ['Values', 'Величины', 'Valeurs'],
  bus: ['Bus', 'Шина', 'Bus'],
  back: ['All devices', 'Все устройства', 'Tous les appareils'],
  writes: ['Settings and commands', 'Настройки и команды', 'Réglages et commandes'],
  writes_hint: [
    'What the owner allows. Nothing is sent before you have seen the frame and said yes.',
    'То, что разрешил владелец. Ничего не отправляется, пока вы не увидите кадр и не подтвердите.',
    'Ce que le propriétaire autorise. Rien n’est envoyé avant que vous ayez vu la trame et dit oui.',
  ],
  risk_low: ['harmless', 'безвредно', 'anodin'],
  risk_medium: ['changes what is counted', 'меняет подсчёт', 'change le comptage'],
  risk_high: [
    'switches or changes measuring',
    'переключает или меняет измерения',
    'commute ou change la mesure',
  ],
  change: ['Change…', 'Изменить…', 'Modifier…'],
  do_it: ['Do it…', 'Выполнить…', 'Exécuter…'],
  new_value: ['New value', 'Новое значение', 'Nouvelle valeur'],
  off: ['switched off', 'отключено', 'désactivé'],
  range: [
    '{lowest} to {highest} {unit}',
    'от {lowest} до {highest} {unit}',
    'de {lowest} à {highest} {unit}',
  ],
  show_frame: ['Show what would be sent', 'Показать, что будет отправлено', 'Montrer ce qui serait envoyé'],
  will_send: [
    'This frame will be sent to {name}:',
    'Этот кадр будет отправлен: {name}',
    'Cette trame sera envoyée à {name} :',
  ],
  send: ['Send it', 'Отправить', 'Envoyer'],
  valid_for: [
    'This offer holds for {time}.',
    'Предложение действует {time}.',
    'Cette proposition tient {time}.',
  ],
  expired: [
    'The offer has run out: ask again.',
    'Предложение истекло: запросите снова.',
    'La proposition a expiré : redemandez.',
  ],
  confirmed: [
    'Written, and read back as written.',
    'Записано и прочитано обратно без расхождений.',
    'Écrit, et relu tel qu’écrit.',
  ],
  shown: [
    'Sent. Compare what was read before and after.',
    'Отправлено. Сравните прочитанное до и после.',
    'Envoyé. Comparez les lectures avant et après.',
  ],
  before: ['Before', 'До', 'Avant'],
  after: ['After', 'После', 'Après'],
  acknowledgement: ['Acknowledged with', 'Подтверждение', 'Accusé de réception'],
  read_now: ['Read now', 'Прочитать сейчас', 'Lire maintenant'],
  refused: [
    'Values refused as implausible',
    'Отклонённые неправдоподобные значения',
    'Valeurs rejetées car invraisemblables',
  ],
  refused_times: [
    { one: '{n} time: {why}', other: '{n} times: {why}' },
    { one: '{n} раз: {why}', few: '{n} раза: {why}', many: '{n} раз: {why}', other: '{n} раза: {why}' },
    { one: '{n} fois : {why}', many: '{n} fois : {why}', other: '{n} fois : {why}' },
  ],
} as const satisfies Texts;
