import type { Texts } from '../../i18n/language.ts';

/** Texts of the support screen. */
export const texts = {
  health: ['How the gateway is', 'Состояние шлюза', 'État de la passerelle'],
  ok: ['It does its work.', 'Работает нормально.', 'Elle fait son travail.'],
  degraded: [
    'It works; something around it does not.',
    'Работает; вокруг что-то не в порядке.',
    'Elle marche ; quelque chose autour, non.',
  ],
  failing: ['It cannot do its work.', 'Работать не может.', 'Elle ne peut pas faire son travail.'],
  version: ['Version', 'Версия', 'Version'],
  running: ['Running for', 'Работает', 'En marche depuis'],
  zone: ['Zone', 'Часовой пояс', 'Fuseau'],
  bundle: ['Support bundle', 'Пакет для поддержки', 'Dossier d’assistance'],
  bundle_hint: [
    'Version, configuration, counters, states, the last events and frames in one file, secrets replaced. Look at it before you pass it on.',
    'Версия, настройки, счётчики, состояния, последние события и кадры одним файлом, секреты заменены. Просмотрите его перед отправкой.',
    'Version, configuration, compteurs, états, derniers événements et trames en un fichier, secrets remplacés. Regardez-le avant de le transmettre.',
  ],
  download: ['Download', 'Скачать', 'Télécharger'],
  captures: ['Captures of the lines', 'Записи линий', 'Captures des lignes'],
  captures_hint: [
    'The last frames of a line, for busbar replay and busbar decode.',
    'Последние кадры линии для busbar replay и busbar decode.',
    'Les dernières trames d’une ligne, pour busbar replay et busbar decode.',
  ],
  api: ['Description of the API (OpenAPI)', 'Описание API (OpenAPI)', 'Description de l’API (OpenAPI)'],
  not_for_safety: [
    'busbar shows and records. It is no protection: leave safety to the devices made for it.',
    'busbar показывает и записывает. Это не защита: безопасность оставьте предназначенным для неё устройствам.',
    'busbar montre et enregistre. Ce n’est pas une protection : laissez la sécurité aux appareils prévus pour.',
  ],
} as const satisfies Texts;
