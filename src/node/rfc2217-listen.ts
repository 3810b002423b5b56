import type { Line } from '../core/line.ts';
import type { Channel } from '../core/link.ts';
import { COM, comPort, comSettingBytes, comSettings, lineAfter, SERVER } from './com-port.ts';
import { tcpListenLink, type ListenLink, type TcpListenOptions } from './tcp-listen.ts';
import { telnetChannel } from './telnet-channel.ts';
import { OPTION, telnetOptions, telnetSubnegotiation } from './telnet.ts';
import { ascii } from '../core/bytetext.ts';

/** Where clients of a served port connect. */
export interface Rfc2217ListenAddress {
  /** Address of this machine to listen on. Left out: the loopback, because a simulator is nobody else's business. */
  readonly bind?: string;
  /** 0 to 65535; 0 lets the system choose, see `ListenLink.listening`. */
  readonly port: number;
}

/** The device's side of a served port. */
export interface ServedChannel extends Channel {
  /** What the client has set last; before that, the line given to `connect`. */
  readonly line: Line;
  /** Calls the listener each time the client changes the line; the returned function ends that. */
  onLine(listener: (line: Line) => void): () => void;
}

/** A link on which a device is played to RFC 2217 clients. */
export interface Rfc2217ListenLink extends ListenLink {
  connect(line: Line, signal: AbortSignal): Promise<ServedChannel>;
}

/** Who we say we are when asked (RFC 2217 section 3, SIGNATURE). */
const SIGNATURE = 'busbar';

/**
 * Serves one serial port to one client at a time, as ser2net would: for simulators. Nothing is negotiated unless
 * the client begins, so that a plain client sees plain bytes. Line settings out of range are answered with those in
 * force, as RFC 2217 section 3 asks.
 */
export function rfc2217ListenLink(
  address: Rfc2217ListenAddress,
  options: TcpListenOptions = {},
): Rfc2217ListenLink {
  const bind = address.bind ?? '127.0.0.1';
  const inner = tcpListenLink({ bind, port: address.port, allow: ['0.0.0.0/0', '::/0'] }, options);
  return {
    ...inner,
    name: options.name ?? inner.name.replace('tcp-listen:', 'rfc2217-listen:'),
    get strangers() {
      return inner.strangers;
    },
    // A line of 8 data bits keeps the bytes as they are: parity is the client's and its imagined port's.
    connect: async (line, signal) => served(await inner.connect({ ...line, dataBits: 8 }, signal), line),
  };
}

function served(raw: Channel, first: Line): ServedChannel {
  let line = first;
  const listeners = new Set<(line: Line) => void>();
  const agreed = telnetOptions(
    [OPTION.BINARY, OPTION.SUPPRESS_GO_AHEAD],
    [OPTION.BINARY, OPTION.SUPPRESS_GO_AHEAD, OPTION.COM_PORT],
  );

  function answer(command: number, value: number): Uint8Array | undefined {
    const next = lineAfter(line, command, value);
    if (next !== undefined) {
      line = next;
      for (const listener of [...listeners]) listener(next);
    }
    const setting = comSettings(line).find((known) => known.command === command);
    if (setting !== undefined) return comSettingBytes({ command: command + SERVER, value: setting.value });
    switch (command) {
      case COM.SIGNATURE:
        return telnetSubnegotiation(
          OPTION.COM_PORT,
          Uint8Array.of(COM.SIGNATURE + SERVER, ...ascii(SIGNATURE)),
        );
      case COM.SET_CONTROL:
      case COM.SET_LINESTATE_MASK:
      case COM.SET_MODEMSTATE_MASK:
      case COM.PURGE_DATA:
        return comPort(command + SERVER, value); // done as asked: there is no wire to do it on
      default:
        return undefined;
    }
  }

  const channel = telnetChannel(raw, agreed, { comPort: answer });
  return {
    ...channel,
    get line() {
      return line;
    },
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
