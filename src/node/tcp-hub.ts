import type { Socket } from 'node:net';
import { byteQueue } from '../core/byte-queue.ts';
import type { Channel } from '../core/link.ts';
import { listen } from './listen.ts';
import { hostPort } from './tcp.ts';

/** A TCP converter as a device sees it: any number of clients, all on the same line. */
export interface TcpHub {
  /** The device's side: hears every client, speaks to all of them. */
  readonly channel: Channel;
  /** The real port, also where 0 was asked for. */
  readonly port: number;
}

/** Most clients at a time; a converter takes a handful. */
const MOST_CLIENTS = 32;

/**
 * Opens a port on which a simulated device can be reached by several clients at once, as converters in server mode
 * allow. Rejects with a `link` fault when the port cannot be had.
 * @param bind left out: the loopback only, because a simulator is nobody else's business
 */
export async function tcpHub(port: number, bind = '127.0.0.1'): Promise<TcpHub> {
  const clients = new Set<Socket>();
  const queue = byteQueue();
  const { server, port: real } = await listen(bind, port, (socket) => {
    if (clients.size >= MOST_CLIENTS) {
      socket.destroy();
      return;
    }
    clients.add(socket);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => queue.push(chunk));
    socket.on('close', () => clients.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  const channel: Channel = {
    peer: hostPort(bind, real),
    incoming: queue.incoming,
    write: (bytes) => {
      for (const client of clients) client.write(bytes);
      return Promise.resolve();
    },
    close: async () => {
      queue.end();
      for (const client of clients) client.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return { channel, port: real };
}
