import { TLS_WORDS } from '../tls-words.ts';

/** What a broken connection, or an attempt at one, told of its reason. */
export interface Cause {
  readonly message?: string;
  /** Word of the system (`ECONNREFUSED`), or number of MQTT's reason. */
  readonly code?: string | number;
}

/** Reasons by number: those below 6 are of MQTT 3.1.1, the others of 5. */
const REASONS: Readonly<Record<number, string>> = {
  1: 'it does not speak this version of MQTT',
  2: 'it does not accept our client id',
  3: 'it is not available',
  4: 'user or password is wrong',
  5: 'we are not authorised: check user, password and the rights of the user',
  132: 'it does not speak MQTT 5',
  133: 'it does not accept our client id',
  134: 'user or password is wrong',
  135: 'we are not authorised: check user, password and the rights of the user',
  136: 'it is not available',
  137: 'it is busy',
  138: 'it has banned us',
  139: 'it is shutting down',
  141: 'it has not heard from us for too long',
  142: 'somebody else connected with our client id: does a second gateway use it?',
  147: 'we sent more than it can take at a time',
  149: 'a message was too large for it',
  151: 'a quota is used up',
  152: 'an administrator closed the connection',
};

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is the broker running, and is the port right?',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'it does not answer',
  ...TLS_WORDS,
  ERR_SSL_WRONG_VERSION_NUMBER:
    'no TLS is spoken there: is the port right, or should the URL begin with mqtt: instead?',
};

/** Reasons for which the other version of MQTT may do. */
export const isVersionRefused = ({ code }: Cause): boolean => code === 1 || code === 132;

/** Somebody else uses our client id: hurrying back would throw them out again. */
export const isTakenOver = ({ code }: Cause): boolean => code === 142;

/** Why a broker is away, as a sentence. */
export function troubleText(broker: string, { code, message }: Cause): string {
  const known = typeof code === 'number' ? REASONS[code] : code === undefined ? undefined : WORDS[code];
  const said = [message, typeof code === 'number' ? `reason ${code}` : code].filter(
    (part) => part !== undefined && part !== '',
  );
  return `${broker}: ${[known, said.join(', ')].filter((part) => part !== undefined && part !== '').join(' (')}${
    known !== undefined && said.length > 0 ? ')' : ''
  }`;
}
