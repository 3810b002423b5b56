import { Fault } from '../../core/fault.ts';

/** What errors of the client package mean, by their names. */
const MEANINGS: Readonly<Record<string, string>> = {
  AuthorizationError: 'it does not accept user, password or token',
  UserAuthenticationExpiredError: 'our credentials have expired',
  PermissionViolationError: 'this user may not do that',
  JetStreamNotEnabled: 'JetStream is not switched on there: start nats-server with -js',
  NoRespondersError: 'no stream takes our subjects: does the stream cover them?',
  TimeoutError: 'it does not answer',
  ConnectionError: 'the connection failed: is the server running, and is the port right?',
  ClosedConnectionError: 'the connection was closed',
};

/** JetStream's code of a message that is larger than its stream takes. */
const TOO_LARGE = 10_054;

/** What a failure means: `refused` for a message that will never be taken, else `output`. */
export function natsFault(servers: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  // JetStream wraps what it was told.
  const inner: unknown = error instanceof Error ? error.cause : undefined;
  const known = MEANINGS[name] ?? (inner instanceof Error ? MEANINGS[inner.name] : undefined);
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return new Fault(
    code === TOO_LARGE ? 'refused' : 'output',
    `${servers}: ${known === undefined ? message : `${known} (${message})`}`,
    { cause: error },
  );
}
