import type { Texts } from '../../i18n/language.ts';

/** Texts of the frame explainer. */
export const texts = {
  paste: [
    'Paste frames: text, escapes (\\r, \\x02), hex pairs, or a whole log',
    'Вставьте кадры: текст, escape-последовательности (\\r, \\x02), hex-пары или целый журнал',
    'Collez des trames : texte, échappements (\\r, \\x02), paires hexadécimales ou un journal entier',
  ],
  device: ['From', 'От', 'Provenant de'],
  guess: ['guess', 'угадать', 'deviner'],
  explain: ['Explain', 'Разобрать', 'Expliquer'],
  link: ['Link to this', 'Ссылка на это', 'Lien vers ceci'],
  copied: ['Copied', 'Скопировано', 'Copié'],
  where: [
    'Decoded in this browser and sent nowhere. The link holds the frame behind its #, which browsers do not send.',
    'Разбирается в этом браузере и никуда не отправляется. Ссылка хранит кадр после #, браузеры эту часть не отправляют.',
    'Décodé dans ce navigateur et envoyé nulle part. Le lien contient la trame après son #, que les navigateurs n’envoient pas.',
  ],
  nothing: ['No frame was found in it.', 'Кадров не найдено.', 'Aucune trame trouvée.'],
} as const satisfies Texts;
