import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { Fault } from '../../core/fault.ts';
import type { NatsOptions } from './options.ts';

/** One connection from its beginning to its end. */
export interface Session {
  /**
   * Resolves when the stream has stored it, or had it already.
   * @param key names it: the stream drops what comes again under a key while it remembers it; absent: never
   */
  readonly publish: (subject: string, payload: string, key?: string) => Promise<void>;
  /** Whether it broke. */
  readonly isOver: () => boolean;
  /** What is there, in a sentence. */
  readonly about: () => Promise<string>;
  readonly end: () => void;
}

/** Milliseconds to connect, and for an acknowledgement. */
export const PATIENCE = 10_000;
/** How long a stream of our making remembers keys: longer than the longest pause between two attempts. Nanoseconds. */
const REMEMBERED = 3_600_000_000_000;
/** JetStream's code of a stream that is not there. */
const NO_STREAM = 10_059;
/** Bytes of headers, at most. */
const HEADERS = 512;

function pems({
  ca,
  cert,
  key,
}: Partial<NonNullable<NatsOptions['tls']>>): NonNullable<ConnectionOptions['tls']> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/**
 * Whose certificate is taken where servers are known by their addresses alone: the package knows no name then, and Node
 * would take the certificate of any `localhost`, and none that is made for an address.
 */
function byAddress(urls: readonly URL[]): { readonly checkServerIdentity?: typeof checkServerIdentity } {
  const addresses = urls.map(({ hostname }) => hostname.replace(/^\[(.*)\]$/, '$1'));
  if (!addresses.every((one) => isIP(one) > 0)) return {};
  return {
    checkServerIdentity: (_name, certificate) => {
      const doubts = addresses.map((one) => checkServerIdentity(one, certificate));
      return doubts.includes(undefined) ? undefined : doubts[0];
    },
  };
}

/** How to reach servers, and as whom. */
export type NatsAccess = Pick<
  NatsOptions,
  'servers' | 'username' | 'password' | 'token' | 'credentials' | 'tls'
>;

/** Connects, and stays away once the connection breaks. Rejects with what the client package says. */
export async function openConnection(
  { servers, username, password, token, credentials, tls }: NatsAccess,
  name: string,
): Promise<{ readonly connection: NatsConnection; readonly jet: typeof import('@nats-io/jetstream') }> {
  const { nats, jet } = await load();
  const urls = servers.map((one) => new URL(one));
  const [first] = urls;
  const user = username ?? decodeURIComponent(first?.username ?? '');
  const pass = password ?? decodeURIComponent(first?.password ?? '');
  // As all clients of NATS have it: in a URL, somebody without a password is a token.
  const isToken = username === undefined && user !== '' && pass === '';
  // Given, the package goes on with nobody who does not encrypt. What it does not know of it, it hands to Node.
  const encryption =
    tls === undefined && !urls.some(({ protocol }) => protocol === 'tls:')
      ? undefined
      : { ...pems(tls ?? {}), ...byAddress(urls), rejectUnauthorized: tls?.insecure !== true };
  const connection = await nats.connect({
    // It does not take users in a URL.
    servers: urls.map(({ host }) => host),
    name,
    timeout: PATIENCE,
    // Who delivers tries again by itself, and nothing waits in the package meanwhile.
    reconnect: false,
    ...(user === '' ? {} : isToken ? { token: user } : { user }),
    ...(pass === '' ? {} : { pass }),
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined
      ? {}
      : // The package does not understand lines that end as in Windows.
        {
          authenticator: nats.credsAuthenticator(new TextEncoder().encode(credentials.replaceAll('\r', ''))),
        }),
    ...(encryption === undefined ? {} : { tls: encryption }),
  });
  return { connection, jet };
}

/** Connects, and makes the stream where it is missing. Rejects with what the client package says. */
export async function openSession(options: NatsOptions): Promise<Session> {
  const { stream } = options;
  const { connection, jet } = await openConnection(options, 'busbar');
  const end = (): void => void connection.close().catch(() => undefined);
  const largest = (connection.info?.max_payload ?? Infinity) - HEADERS;
  try {
    const manager = await jet.jetstreamManager(connection, { timeout: PATIENCE });
    await ensureStream();
    const client = jet.jetstream(connection, { timeout: PATIENCE });
    return {
      publish: async (subject, payload, key) => {
        const size = Buffer.byteLength(payload);
        if (size > largest) {
          throw new Fault(
            'refused',
            `${subject}: a message of ${size} bytes, and the server takes ${largest}`,
          );
        }
        await client.publish(subject, payload, {
          ...(key === undefined ? {} : { msgID: key }),
          // A stream of another name that covers the subject must not swallow it.
          expect: { streamName: stream },
        });
      },
      isOver: () => connection.isClosed(),
      about: async () => {
        const { state } = await manager.streams.info(stream);
        return `nats-server ${connection.info?.version ?? '?'}, stream ${stream} with ${state.messages} messages`;
      },
      end,
    };

    async function ensureStream(): Promise<void> {
      try {
        await manager.streams.info(stream);
      } catch (error) {
        if (!(error instanceof jet.JetStreamApiError) || error.code !== NO_STREAM) throw error;
        if (!options.create) {
          throw new Fault('output', `there is no stream ${stream}`, {
            hint: 'make it (nats stream add), or set create: true',
          });
        }
        await manager.streams.add({
          name: stream,
          subjects: [`${options.prefix}.>`],
          duplicate_window: REMEMBERED,
        });
      }
    }
  } catch (error) {
    end();
    throw error;
  }
}

async function load() {
  try {
    const [nats, jet] = await Promise.all([import('@nats-io/transport-node'), import('@nats-io/jetstream')]);
    return { nats, jet };
  } catch (cause) {
    throw new Fault('config', 'the packages that speak to NATS are not installed', {
      cause,
      hint: 'install them where busbar is: npm install @nats-io/transport-node @nats-io/jetstream',
    });
  }
}
