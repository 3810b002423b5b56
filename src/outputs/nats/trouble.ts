import { Fault } from '../../core/fault.ts';
import { TLS_WORDS } from '../tls-words.ts';

/** What errors of the client package mean, by their names. */
const MEANINGS: Readonly<Record<string, string>> = {
  AuthorizationError: 'it does not accept user, password, token or credentials',
  UserAuthenticationExpiredError: 'our credentials have expired',
  PermissionViolationError: 'this user may not do that',
  JetStreamNotEnabled: 'JetStream is not switched on there: start nats-server with -js',
  NoRespondersError: 'no stream takes our subjects: does the stream cover them?',
  TimeoutError: 'it does not answer',
  ConnectionError: 'the connection failed: is the server running, and is the port right?',
  ClosedConnectionError: 'the connection was closed',
};

/** What its words mean that have no name of their own. */
const SAYINGS: readonly (readonly [said: RegExp, means: string])[] = [
  [
    /does not support 'tls'/,
    'it does not encrypt: begin the URL with nats: and leave tls out, or switch TLS on there',
  ],
  [/^unable to parse credentials|^nkeys:/, 'our credentials are not the content of a .creds file'],
];

/** JetStream's code of a message that is larger than its stream takes. */
const TOO_LARGE = 10_054;

/** What a failure means: `refused` for a message that will never be taken, else `output`. */
export function natsFault(servers: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  // JetStream wraps what it was told.
  const inner: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  const known =
    SAYINGS.find(([said]) => said.test(message))?.[1] ??
    MEANINGS[name] ??
    (inner instanceof Error ? MEANINGS[inner.name] : undefined) ??
    (typeof code === 'string' ? TLS_WORDS[code] : undefined);
  return new Fault(
    code === TOO_LARGE ? 'refused' : 'output',
    `${servers}: ${known === undefined ? message : `${known} (${message})`}`,
    { cause: error },
  );
}
