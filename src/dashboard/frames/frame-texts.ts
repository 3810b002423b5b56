import type { Texts } from '../i18n/language.ts';

/** Texts about frames. */
export const frameTexts = {
  ok: ['whole, sums agree', 'цел, суммы сходятся', 'complète, sommes exactes'],
  unverified: [
    'whole; nothing in it proves it',
    'цел; проверочной суммы нет',
    'complète ; sans somme qui le prouve',
  ],
  noise: ['noise: no frame', 'шум: не кадр', 'bruit : aucune trame'],
  checksum: ['wrong check sum', 'неверная сумма', 'somme fausse'],
  format: ['not laid out as it should be', 'неверный формат', 'structure incorrecte'],
  length: ['wrong length', 'неверная длина', 'longueur fausse'],
  refused: ['the device says no', 'устройство отказало', 'l’appareil refuse'],
  other: ['not good: {code}', 'негоден: {code}', 'mauvaise : {code}'],
  request: ['question', 'запрос', 'question'],
  reply: ['answer', 'ответ', 'réponse'],
  as_text: ['Text', 'Текст', 'Texte'],
  as_hex: ['Hex', 'Hex', 'Hex'],
  bytes: ['Bytes', 'Байты', 'Octets'],
  field: ['Field', 'Поле', 'Champ'],
  place: ['Bytes', 'Байты', 'Octets'],
  around: [
    'Bytes without colour belong to the frame itself: begin, addresses, length, sums, end.',
    'Байты без цвета – сам кадр: начало, адреса, длина, суммы, конец.',
    'Les octets sans couleur sont ceux de la trame : début, adresses, longueur, sommes, fin.',
  ],
  values: ['What follows from it', 'Что из этого следует', 'Ce qui en découle'],
  no_parts: [
    'Nothing in it can be explained field by field.',
    'По полям разобрать нечего.',
    'Rien n’y est explicable champ par champ.',
  ],
} as const satisfies Texts;
