import type { Socket } from 'node:net';
import { byteQueue } from '../core/byte-queue.ts';
import { Fault } from '../core/fault.ts';
import type { Channel } from '../core/link.ts';
import { endedFault, lossFault } from './socket-fault.ts';

/** Idle time before the first keep-alive probe, ms. libuv then probes each second and gives up after ten. */
const KEEP_ALIVE_AFTER = 10_000;

/** A peer that takes no bytes for so long is as good as gone, ms. */
const WRITE_PATIENCE = 10_000;

/** How long `close` lets the last bytes go out before it tears the connection down, ms. */
const CLOSE_PATIENCE = 500;

/** Unread bytes from which on the peer is made to wait: a hostile converter must not fill the memory. */
const MOST_UNREAD = 262_144;

/** What a caller may add when it takes over a socket. */
export interface SocketChannelOptions {
  /** Who is at the other end, for people. */
  readonly peer: string;
  /** Bytes that were read from the socket already and belong to its user. */
  readonly early?: Uint8Array;
  /** Milliseconds that a write may wait for the peer to take it. Default 10,000. */
  readonly writePatience?: number;
}

/** A channel over a socket, and the means to break it from outside. */
export interface SocketChannel extends Channel {
  /** False once it has ended, from whichever side. */
  readonly alive: boolean;
  /** Bytes received so far. */
  readonly receivedBytes: number;
  /** Ends it with a fault of the owner's choice, at once. */
  fail(fault: Fault): void;
  /** Resolves when the socket is closed, whoever closed it. */
  readonly closed: Promise<void>;
}

/**
 * Makes a channel of a connected socket: no delay (frames are small, and Nagle's algorithm would hold them back),
 * keep-alive, bounded reading and writing. The socket must not be used by anybody else.
 */
export function socketChannel(socket: Socket, options: SocketChannelOptions): SocketChannel {
  const { peer } = options;
  const queue = byteQueue();
  let receivedBytes = 0;
  let dead: Fault | undefined;
  const closed = new Promise<void>((resolve) => socket.once('close', resolve));

  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_AFTER);

  function die(fault: Fault, how: 'broken' | 'closed'): void {
    if (dead !== undefined) return;
    dead = fault;
    queue.end(how === 'broken' ? fault : undefined);
    if (how === 'broken') socket.destroy();
  }

  function take(chunk: Uint8Array): void {
    receivedBytes += chunk.length;
    queue.push(chunk);
    if (queue.waiting < MOST_UNREAD || socket.isPaused()) return;
    socket.pause();
    void queue.below(MOST_UNREAD).then(() => socket.resume());
  }

  if (options.early !== undefined) take(options.early);
  socket.on('data', take);
  socket.on('error', (error) => {
    die(lossFault(peer, error), 'broken');
  });
  socket.on('end', () => {
    die(endedFault(peer), 'broken');
  });
  socket.on('close', () => {
    die(endedFault(peer), 'broken');
  });
  socket.resume();

  return {
    peer,
    incoming: queue.incoming,
    closed,
    get alive() {
      return dead === undefined;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    fail: (fault) => {
      die(fault, 'broken');
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (dead !== undefined) {
          reject(dead);
          return;
        }
        const patience = options.writePatience ?? WRITE_PATIENCE;
        const timer = setTimeout(() => {
          const fault = new Fault('link', `${peer} took no bytes for ${patience} ms`, {
            hint: 'the connection is half open: the other side lost power or network without saying so',
          });
          die(fault, 'broken');
        }, patience);
        socket.write(bytes, (error) => {
          clearTimeout(timer);
          if (error instanceof Error) {
            die(lossFault(peer, error), 'broken');
            reject(dead ?? lossFault(peer, error));
          } else {
            resolve();
          }
        });
      }),
    close: async () => {
      die(new Fault('link', `the connection to ${peer} is closed`), 'closed');
      if (socket.destroyed) return closed;
      const timer = setTimeout(() => socket.destroy(), CLOSE_PATIENCE);
      socket.destroySoon(); // sends what is still buffered first
      await closed;
      clearTimeout(timer);
    },
  };
}
