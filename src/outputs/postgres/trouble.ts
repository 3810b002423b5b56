import { Fault } from '../../core/fault.ts';
import { TLS_WORDS } from '../tls-words.ts';

/** What SQLSTATEs and words of the system mean to whoever set the output up. */
const MEANINGS: Readonly<Record<string, string>> = {
  '28P01': 'the password is wrong',
  '28000': 'the server does not let this user in from here: see its pg_hba.conf',
  '3D000': 'there is no such database: make it with createdb',
  '42501': 'this user may not do that: let it own the schema, or give it the right to create one',
  '53100': 'its disk is full',
  '53300': 'it has too many connections',
  '57014': 'it took longer than allowed',
  '57P01': 'it is being shut down',
  '57P03': 'it is starting up',
  '25006': 'it is read-only: a replica?',
  ECONNREFUSED: 'nothing listens there: is the server running, and is the port right?',
  ENOENT: 'there is no such socket: is the server running?',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ETIMEDOUT: 'it does not answer',
  ...TLS_WORDS,
};

/**
 * SQLSTATE classes that blame the values: 22 data exception (a NUL in a text, a time out of range), 54 limits exceeded.
 * Everything else may be right the next time.
 */
const BLAMES_VALUES = /^(22|54)/;

/** What a failed statement or connection means: `refused` for values that will never be taken, else `output`. */
export function databaseFault(server: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const { code, message } = told(error);
  const refused = code !== undefined && BLAMES_VALUES.test(code);
  const known = code === undefined ? undefined : MEANINGS[code];
  const said = [message, code].filter((part) => part !== undefined && part !== '').join(', ');
  return new Fault(
    refused ? 'refused' : 'output',
    `${server}: ${known === undefined ? said : `${known} (${said})`}`,
    { cause: error },
  );
}

function told(error: unknown): { readonly code?: string; readonly message: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  // Several addresses of a host were tried: the first tells as much as all.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (inner instanceof Error) return told(inner);
  const code: unknown = 'code' in error ? error.code : undefined;
  return { message: error.message, ...(typeof code === 'string' ? { code } : {}) };
}
