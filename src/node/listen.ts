import { createServer, type Server, type Socket } from 'node:net';
import { Fault } from '../core/fault.ts';
import { errnoOf, messageOf } from './socket-fault.ts';

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'another program, or another bus with a different bind address, listens there already: `ss -ltnp` shows which one; choose another port or give both buses the same link address',
  EACCES: 'ports below 1024 belong to the system: choose a higher one',
  EADDRNOTAVAIL:
    'that address is not one of this machine: `ip address` lists them; leave it out to listen on all',
};

/** A server that listens. */
export interface Listening {
  readonly server: Server;
  /** The real port, also where 0 was asked for. */
  readonly port: number;
}

/**
 * Listens for TCP connections. Rejects with a `link` fault that explains a taken port or a foreign address.
 * @param bind address of this machine, or undefined for all of them
 * @param port 0 lets the system choose
 */
export function listen(
  bind: string | undefined,
  port: number,
  onSocket: (socket: Socket) => void,
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = createServer(onSocket);
    server.once('error', (error) => {
      const code = errnoOf(error);
      const hint = code === undefined ? undefined : HINTS[code];
      const where = `${bind ?? 'all addresses'}, port ${port}`;
      reject(
        new Fault('link', `cannot listen on ${where}: ${code ?? messageOf(error)}`, {
          ...(hint === undefined ? {} : { hint }),
          cause: error,
        }),
      );
    });
    server.listen({ port, ...(bind === undefined ? {} : { host: bind }) }, () => {
      server.removeAllListeners('error');
      // Running out of file descriptors while accepting: that one connection is lost, listening goes on.
      server.on('error', () => undefined);
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}
