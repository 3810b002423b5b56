import type { Failure } from '../api/failure.ts';
import { common } from './common-texts.ts';
import type { Text } from './language.ts';

/** What went wrong, by the word for programs that a fault or an answer of the gateway carries. */
export const faultTexts = {
  timeout: ['no answer in time', 'нет ответа вовремя', 'pas de réponse à temps'],
  checksum: ['wrong check sum', 'неверная контрольная сумма', 'somme de contrôle fausse'],
  format: ['an answer that is not as it should be', 'ответ неверного формата', 'réponse mal formée'],
  length: ['an answer of the wrong length', 'ответ неверной длины', 'réponse de longueur fausse'],
  refused: ['refused', 'отказано', 'refusé'],
  readback: [
    'another value was read back',
    'прочитано не то значение, что записано',
    'la relecture donne une autre valeur',
  ],
  link: ['the line is away', 'нет связи с линией', 'liaison absente'],
  backoff: [
    'left alone for a while, since it was silent',
    'временно не опрашивается: молчало',
    'laissé en paix un moment : il se taisait',
  ],
  config: ['wrong settings', 'неверные настройки', 'réglages erronés'],
  cancelled: ['cancelled', 'отменено', 'annulé'],
  output: ['the receiver did not take it', 'получатель не принял данные', 'le destinataire ne l’a pas pris'],
  request: ['a wrong request', 'неверный запрос', 'requête erronée'],
  login: [
    'not logged in, or the password is wrong',
    'вход не выполнен или пароль неверен',
    'non connecté, ou mot de passe erroné',
  ],
  forbidden: ['not allowed from here', 'отсюда не разрешено', 'interdit d’ici'],
  not_found: ['not found', 'не найдено', 'introuvable'],
  method: ['not possible here', 'здесь это невозможно', 'impossible ici'],
  changed: [
    'changed by somebody else meanwhile',
    'тем временем изменено кем-то другим',
    'modifié entre-temps par quelqu’un d’autre',
  ],
  too_large: ['too large', 'слишком большой объём', 'trop volumineux'],
  too_many: ['too often', 'слишком часто', 'trop souvent'],
  internal: ['a mistake of the gateway', 'ошибка шлюза', 'erreur de la passerelle'],
  unreachable: common.unreachable,
} as const satisfies Readonly<Record<Failure['code'], Text>>;
