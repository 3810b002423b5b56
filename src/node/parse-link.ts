import type { Clock } from '../core/clock.ts';
import type { Link } from '../core/link.ts';
import type { SerialQuestion } from '../core/serial-number.ts';
import { parseLink, type LinkAddress } from './link-address.ts';
import { ptyLink } from './pty.ts';
import { replayLink } from './replay.ts';
import { rfc2217ListenLink } from './rfc2217-listen.ts';
import { rfc2217Link } from './rfc2217.ts';
import { serialLink } from './serial.ts';
import { tcpListenLink } from './tcp-listen.ts';
import { tcpLink } from './tcp.ts';

export { LINK_FORMS, parseLink, type LinkAddress } from './link-address.ts';

/** What every kind of link may be given. */
export interface LinkOptions {
  /** One line for people: a refused stranger, a driver that is missing. Default: nobody is told. */
  readonly log?: (line: string) => void;
  /** How a caller is asked for the serial number of the device behind it: for `tcp-listen://port?serial=...`. */
  readonly question?: () => SerialQuestion;
  /** Time for the links that take a clock. Default: the system's. */
  readonly clock?: Clock;
}

/**
 * The link that a text names; see `LINK_FORMS`. Nothing is opened yet. Throws a `config` fault for a text that is
 * no link. Baud rate and format in the text go before what a device wants.
 */
export function openLink(text: string, options: LinkOptions = {}): Link {
  return linkOf(parseLink(text), { ...options, name: text.trim() });
}

function linkOf(address: LinkAddress, options: LinkOptions & { readonly name: string }): Link {
  switch (address.kind) {
    case 'serial':
      return serialLink(address, options);
    case 'tcp':
      return tcpLink(address, options);
    case 'tcp-listen':
      return tcpListenLink(address, options);
    case 'rfc2217':
      return rfc2217Link(address, options);
    case 'rfc2217-listen':
      return rfc2217ListenLink(address, options);
    case 'replay':
      return replayLink(address, options);
    case 'pty':
      return ptyLink(address.path);
  }
}
