import { connect as dial, type Socket } from 'node:net';
import type { Fault } from '../core/fault.ts';
import type { Format } from '../core/line.ts';
import type { Link } from '../core/link.ts';
import { rawParity } from './raw-parity.ts';
import { socketChannel } from './socket-channel.ts';
import { cancelledFault, dialFault, dialTimeoutFault } from './socket-fault.ts';

/**
 * What a network converter adds to the first byte of an answer, ms: it packs characters for 10 to 50 ms, and
 * Wi-Fi adds some tens more.
 */
export const CONVERTER_LATENCY = 100;

/** Silence that may fall inside one answer over the network, ms: segments are cut anywhere and one may be sent again. */
export const CONVERTER_GAP = 300;

/** Where a converter listens and how it is set. */
export interface TcpAddress {
  /** Name or IP address, without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Character format of the converter's serial side; see `rawParity`. Left out: by the device's own line. */
  readonly format?: Format | 'auto';
  /** `Link.latency`, ms. */
  readonly latency?: number;
  /** `Link.gap`, ms. */
  readonly gap?: number;
}

/** What may be changed about dialling. */
export interface TcpOptions {
  /** `Link.name`. Default made from the address. */
  readonly name?: string;
  /** Milliseconds for name look-up and connection together. Default 5000. */
  readonly connectTimeout?: number;
  /** Milliseconds that a write may wait for the peer to take it. Default 10,000. */
  readonly writePatience?: number;
}

/** `host:port`, with brackets around an IPv6 address. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * A link to a converter in TCP server mode. A peer that vanishes without a word is noticed by keep-alive after
 * about 20 s of idleness, and by a write that is not taken; a bus that hears nothing for several requests should
 * connect anew sooner (`renewable`).
 */
export function tcpLink(address: TcpAddress, options: TcpOptions = {}): Link {
  const peer = hostPort(address.host, address.port);
  return {
    name: options.name ?? `tcp://${peer}`,
    latency: address.latency ?? CONVERTER_LATENCY,
    gap: address.gap ?? CONVERTER_GAP,
    renewable: true,
    connect: async (line, signal) => {
      const socket = await dialTcp(address.host, address.port, signal, options.connectTimeout);
      const { writePatience } = options;
      const channel = socketChannel(socket, {
        peer,
        ...(writePatience === undefined ? {} : { writePatience }),
      });
      return rawParity(channel, address.format, line);
    },
  };
}

/**
 * Dials and gives the connected socket. Rejects with a `link` fault that says why it failed, or with `cancelled`.
 * @param timeout milliseconds for name look-up and connection together; default 5000
 */
export function dialTcp(host: string, port: number, signal: AbortSignal, timeout = 5000): Promise<Socket> {
  const peer = hostPort(host, port);
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelledFault(`connecting to ${peer}`));
      return;
    }
    const socket = dial({ host, port, noDelay: true });
    const timer = setTimeout(() => {
      fail(dialTimeoutFault(peer, timeout));
    }, timeout);
    const abort = (): void => {
      fail(cancelledFault(`connecting to ${peer}`));
    };
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const fail = (fault: Fault): void => {
      settle();
      socket.destroy();
      reject(fault);
    };
    signal.addEventListener('abort', abort);
    // Stays on: an error after destroy (a late resolver answer) must not bring the program down.
    socket.on('error', (error) => {
      fail(dialFault(peer, error));
    });
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}
