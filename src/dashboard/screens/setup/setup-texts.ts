import type { Texts } from '../../i18n/language.ts';

/** Texts of the guided set-up. */
export const texts = {
  step: ['Step {n} of {of}', 'Шаг {n} из {of}', 'Étape {n} sur {of}'],
  where: ['Where is it?', 'Где оно?', 'Où est-il ?'],
  what: ['What is it?', 'Что это?', 'Qu’est-ce ?'],
  send_to: ['Where shall the numbers go?', 'Куда отправлять данные?', 'Où envoyer les valeurs ?'],
  save: ['Look at it, and save', 'Проверьте и сохраните', 'Vérifiez et enregistrez'],
  done: ['It is read', 'Устройство читается', 'Il est lu'],
  serial: ['A serial port of the gateway', 'Последовательный порт шлюза', 'Un port série de la passerelle'],
  no_ports: [
    'The gateway sees no serial port. Plug the adapter in, then look again.',
    'Шлюз не видит портов. Подключите адаптер и обновите.',
    'La passerelle ne voit aucun port série. Branchez l’adaptateur, puis regardez à nouveau.',
  ],
  look_again: ['Look again', 'Обновить', 'Regarder à nouveau'],
  used_by: ['used by {bus}', 'занят шиной {bus}', 'utilisé par {bus}'],
  tcp: [
    'A TCP converter that we call',
    'TCP-преобразователь, к которому подключаемся мы',
    'Un convertisseur TCP que nous appelons',
  ],
  tcp_address: ['Host and port', 'Хост и порт', 'Hôte et port'],
  listen: [
    'A TCP converter that calls us',
    'TCP-преобразователь, который подключается к нам',
    'Un convertisseur TCP qui nous appelle',
  ],
  listen_port: ['Port to listen on', 'Порт для приёма', 'Port d’écoute'],
  rfc2217: [
    'A remote port with RFC 2217 (ser2net)',
    'Удалённый порт RFC 2217 (ser2net)',
    'Un port distant RFC 2217 (ser2net)',
  ],
  next: ['Next', 'Дальше', 'Suivant'],
  back: ['Back', 'Назад', 'Retour'],
  search: ['Search', 'Искать', 'Chercher'],
  search_hint: [
    'Asks on the line with read-only questions: baud rates, protocols, addresses. At most a minute.',
    'Задаёт на линии только вопросы чтения: скорости, протоколы, адреса. Не дольше минуты.',
    'Interroge la ligne en lecture seule : vitesses, protocoles, adresses. Une minute au plus.',
  ],
  searching: ['Searching: {text}', 'Поиск: {text}', 'Recherche : {text}'],
  stop: ['Stop', 'Остановить', 'Arrêter'],
  found: [
    { one: '{n} device found', other: '{n} devices found' },
    {
      one: 'Найдено {n} устройство',
      few: 'Найдено {n} устройства',
      many: 'Найдено {n} устройств',
      other: 'Найдено {n} устройства',
    },
    { one: '{n} appareil trouvé', many: '{n} appareils trouvés', other: '{n} appareils trouvés' },
  ],
  found_none: [
    'Nothing answered. Check A and B (swapped?), the supply, the address switches; or choose the device by hand.',
    'Никто не ответил. Проверьте A и B (не перепутаны?), питание, переключатели адреса; или выберите устройство вручную.',
    'Rien n’a répondu. Vérifiez A et B (inversés ?), l’alimentation, les commutateurs d’adresse ; ou choisissez l’appareil à la main.',
  ],
  by_hand: ['Choose by hand', 'Выбрать вручную', 'Choisir à la main'],
  device: ['Device', 'Устройство', 'Appareil'],
  address: ['Address', 'Адрес', 'Adresse'],
  name: ['Name for it', 'Имя', 'Son nom'],
  name_hint: [
    'lower case letters, digits, - and _',
    'строчные латинские буквы, цифры, - и _',
    'minuscules, chiffres, - et _',
  ],
  mqtt: [
    'MQTT, found by Home Assistant by itself',
    'MQTT, Home Assistant найдёт сам',
    'MQTT, trouvé tout seul par Home Assistant',
  ],
  mqtt_url: ['Broker', 'Брокер', 'Broker'],
  prometheus: [
    'Prometheus (metrics at /metrics)',
    'Prometheus (метрики на /metrics)',
    'Prometheus (métriques sur /metrics)',
  ],
  others: [
    'Domoticz, Zabbix, InfluxDB, SQL and others are set up in the configuration.',
    'Domoticz, Zabbix, InfluxDB, SQL и другие задаются в настройках.',
    'Domoticz, Zabbix, InfluxDB, SQL et d’autres se règlent dans la configuration.',
  ],
  already: ['set up already', 'уже настроено', 'déjà configuré'],
  nowhere: [
    'Nowhere for now: history and these pages work without.',
    'Пока никуда: история и эти страницы работают и так.',
    'Nulle part pour l’instant : l’historique et ces pages marchent sans.',
  ],
  will_change: [
    'This is what the configuration gets:',
    'Вот что добавится в настройки:',
    'Voici ce que reçoit la configuration :',
  ],
  not_writable: [
    'The configuration cannot be written from here. Copy this text into it:',
    'Настройки нельзя записать отсюда. Скопируйте этот текст:',
    'La configuration ne peut être écrite d’ici. Copiez-y ce texte :',
  ],
  save_now: ['Save and start', 'Сохранить и запустить', 'Enregistrer et démarrer'],
  first_values: [
    'Waiting for the first values…',
    'Ожидание первых значений…',
    'Attente des premières valeurs…',
  ],
  sign: [
    'Does the direction fit what happens? If not, the shunt or its wires are the other way round.',
    'Направление совпадает с действительным? Если нет, шунт или провода перевёрнуты.',
    'Le sens correspond-il à la réalité ? Sinon, le shunt ou ses fils sont inversés.',
  ],
  another: ['Connect another', 'Подключить ещё', 'En connecter un autre'],
  no_config: [
    'This gateway runs without a configuration file (a demo): it can search, and the result is shown, but not kept.',
    'Этот шлюз работает без файла настроек (демо): поиск возможен, результат будет показан, но не сохранён.',
    'Cette passerelle tourne sans fichier de configuration (démo) : elle peut chercher et montrer le résultat, pas le garder.',
  ],
} as const satisfies Texts;
