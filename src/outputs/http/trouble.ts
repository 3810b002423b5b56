import { TLS_WORDS } from '../tls-words.ts';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is it running, and is the port right?',
  ECONNRESET: 'it broke the connection',
  EPIPE: 'it broke the connection',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'it does not answer',
  ...TLS_WORDS,
  ERR_SSL_WRONG_VERSION_NUMBER:
    'no TLS is spoken there: is the port right, or should the URL begin with http: instead?',
};

/** Why no answer came, as a sentence. */
export function troubleText(thrown: unknown): string {
  // A name with several addresses fails with all their errors.
  const error: unknown = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown;
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const said = error instanceof Error ? error.message : String(error);
  const known = code === undefined ? undefined : WORDS[code];
  return known === undefined ? said : `${known} (${said})`;
}
