import type { Socket } from 'node:net';
import { endedFault, lossFault } from './socket-fault.ts';
import { streamChannel, type StreamChannel } from './stream-channel.ts';

/** Idle time before the first keep-alive probe, ms. libuv then probes each second and gives up after ten. */
const KEEP_ALIVE_AFTER = 10_000;

/** How long `close` lets the last bytes go out before it tears the connection down, ms. */
const CLOSE_PATIENCE = 500;

/** What a caller may add when it takes over a socket. */
export interface SocketChannelOptions {
  /** Who is at the other end, for people. */
  readonly peer: string;
  /** Bytes that were read from the socket already and belong to its user. */
  readonly early?: Uint8Array;
  /** Milliseconds that a write may wait for the peer to take it. Default 10,000. */
  readonly writePatience?: number;
}

/**
 * Makes a channel of a connected socket: no delay (frames are small, and Nagle's algorithm would hold them back),
 * keep-alive, bounded reading and writing. The socket must not be used by anybody else.
 */
export function socketChannel(socket: Socket, options: SocketChannelOptions): StreamChannel {
  const closed = new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_AFTER);
  return streamChannel({
    ...options,
    input: socket,
    output: socket,
    broke: (thrown) => lossFault(options.peer, thrown),
    ended: () => endedFault(options.peer),
    stuckHint: 'the connection is half open: the other side lost power or network without saying so',
    release: async (how) => {
      if (how === 'broken') socket.destroy();
      const timer = setTimeout(() => socket.destroy(), CLOSE_PATIENCE);
      socket.destroySoon(); // sends what is still buffered first
      await closed;
      clearTimeout(timer);
    },
  });
}
