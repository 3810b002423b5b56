import type { Texts } from '../../i18n/language.ts';

/** Texts of the overview. */
export const texts = {
  all_well: ['All is well', 'Всё в порядке', 'Tout va bien'],
  devices_silent: [
    { one: '{n} device does not answer: {names}', other: '{n} devices do not answer: {names}' },
    {
      one: '{n} устройство не отвечает: {names}',
      few: '{n} устройства не отвечают: {names}',
      many: '{n} устройств не отвечают: {names}',
      other: '{n} устройства не отвечают: {names}',
    },
    {
      one: '{n} appareil ne répond pas : {names}',
      many: '{n} appareils ne répondent pas : {names}',
      other: '{n} appareils ne répondent pas : {names}',
    },
  ],
  show_alarms: ['Show alarms', 'Показать тревоги', 'Voir les alarmes'],
  flow: ['What flows now', 'Потоки сейчас', 'Flux actuels'],
  grid: ['Grid', 'Сеть', 'Réseau'],
  home: ['Home', 'Дом', 'Maison'],
  drawing: ['drawing {power}', 'потребление {power}', 'soutirage {power}'],
  feeding: ['feeding in {power}', 'отдача {power}', 'injection {power}'],
  nothing_flows: ['nothing flows', 'тока нет', 'aucun flux'],
  charging_at: ['charging with {power}', 'заряд {power}', 'charge {power}'],
  discharging_at: ['delivering {power}', 'отдаёт {power}', 'fournit {power}'],
  balance: [
    'Sun and other sources are not measured here.',
    'Солнце и другие источники здесь не измеряются.',
    'Le soleil et d’autres sources ne sont pas mesurés ici.',
  ],
  soc_of: [
    '{name}: {soc} charged, {direction}',
    '{name}: заряд {soc}, {direction}',
    '{name} : chargée à {soc}, {direction}',
  ],
  soc_unknown: [
    '{name}: state of charge unknown',
    '{name}: уровень заряда неизвестен',
    '{name} : état de charge inconnu',
  ],
  to_full: ['full in {time}', 'полный через {time}', 'pleine dans {time}'],
  to_empty: ['empty in {time}', 'пустая через {time}', 'vide dans {time}'],
  today: ['Today', 'Сегодня', 'Aujourd’hui'],
  charged_today: ['Charged', 'Заряжено', 'Chargé'],
  discharged_today: ['Delivered', 'Отдано', 'Fourni'],
  used_today: ['Used', 'Израсходовано', 'Consommé'],
  cost_today: ['Cost', 'Стоимость', 'Coût'],
  cost_month: ['Cost this month', 'Стоимость за месяц', 'Coût du mois'],
  devices: ['Devices', 'Устройства', 'Appareils'],
  no_devices: ['Nothing is connected yet.', 'Пока ничего не подключено.', 'Rien n’est encore connecté.'],
  connect: ['Connect a device', 'Подключить устройство', 'Connecter un appareil'],
} as const satisfies Texts;
