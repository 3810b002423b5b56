import type { Server } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { Fault, faultOf } from '../../core/fault.ts';
import type { Gateway } from '../gateway.ts';
import { createApp } from './app.ts';
import { listenerOf } from './listener.ts';
import type { ApiOptions } from './options.ts';

/** An API that is served. */
export interface RunningApi {
  /** Where a browser finds it. */
  readonly url: string;
  /** Ends all connections. */
  readonly close: () => Promise<void>;
}

/** Milliseconds for a request to arrive: first its headers, then all of it. */
const HEADERS_PATIENCE = 15_000;
const REQUEST_PATIENCE = 60_000;
/** Connections at a time; each screen needs two or three. */
const MOST_CONNECTIONS = 512;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Serves the API. Rejects with a `config` fault when it would be open to strangers, or when certificate and key are
 * not good, and with a `link` fault when the address cannot be had.
 */
export async function startApi(gateway: Gateway, options: ApiOptions): Promise<RunningApi> {
  const { host, port } = options.listen;
  if (!isLoopback(host) && options.password === undefined && options.token === undefined) {
    throw new Fault(
      'config',
      `http.listen is ${shown(host)}:${port}, which others can reach, and nobody has to log in`,
      {
        hint: 'set http.password (for people) or http.token (for programs), or listen on 127.0.0.1 only',
      },
    );
  }
  const { app, close } = createApp(gateway, options);
  const server = serverOf(
    options,
    listenerOf(app, (error) => options.log.error(`an answer broke off: ${faultOf(error, 'link').message}`)),
  );
  server.headersTimeout = HEADERS_PATIENCE;
  server.requestTimeout = REQUEST_PATIENCE;
  server.maxConnections = MOST_CONNECTIONS;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    close();
    throw unavailable(error, host, port);
  }
  server.on('error', (error) => options.log.error(`the server: ${error.message}`));
  const address = server.address();
  const real = typeof address === 'object' && address !== null ? address.port : port;
  // Who listens everywhere is found at the loopback address too.
  const name = host === '::' || host === '0.0.0.0' ? '127.0.0.1' : shown(host);
  return {
    url: `http${options.tls === undefined ? '' : 's'}://${name}:${real}${options.base_path}/`,
    close: () =>
      new Promise((resolve) => {
        close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Neither module is imported: an `import` looks at everything that a module of Node offers, and `node:http` offers
 * `WebSocket`, for which Node would load its whole client (11 MB); TLS is 4 MB more.
 */
function serverOf({ tls }: ApiOptions, listener: ReturnType<typeof listenerOf>): Server {
  if (tls === undefined) return process.getBuiltinModule('node:http').createServer(listener);
  try {
    return process.getBuiltinModule('node:https').createServer({ ...tls, minVersion: 'TLSv1.2' }, listener);
  } catch (error) {
    throw new Fault('config', 'http.tls: certificate and key are not good', {
      hint: 'both are PEM: -----BEGIN CERTIFICATE----- with its chain, and the private key that belongs to it',
      cause: error,
    });
  }
}

/** Whether only programs of this machine reach an address. */
function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

function shown(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has this port, perhaps another gateway: choose another one in http.listen',
  EACCES: 'ports below 1024 are for root: choose one above in http.listen, and put a reverse proxy in front',
  EADDRNOTAVAIL: 'this machine has no such address: http.listen takes one of its own',
};

function unavailable(error: unknown, host: string, port: number): Fault {
  const { message, cause } = faultOf(error, 'link');
  const hint = error instanceof Error && 'code' in error ? HINTS[String(error.code)] : undefined;
  return new Fault('link', `cannot listen on ${shown(host)}:${port}: ${message}`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
