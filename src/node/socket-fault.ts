import { Fault } from '../core/fault.ts';

/**
 * Network errors in words: what was tried, what the system said, what it probably means, what to do next.
 * Codes are those of POSIX errno and of Node's resolver.
 */

/** The `code` of a system error (`ECONNREFUSED`), or undefined for anything else. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The fault for a caller that cancelled. */
export function cancelledFault(what: string): Fault {
  return new Fault('cancelled', `${what} was cancelled`);
}

const DIAL_HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'the machine is there, but nothing listens on that port: check the port number, that the converter is in TCP server mode, and that no firewall rejects the connection; some converters also refuse a second client',
  EHOSTUNREACH:
    'nothing answers at that address: check that the converter has power and network, and that its address is right',
  ENETUNREACH: 'this machine has no way to that network: check its own network, VPN or Wi-Fi',
  ETIMEDOUT:
    'no answer at all: the converter is off, its address is wrong, or a firewall drops the connection silently',
  ENOTFOUND: 'the name is not known: check its spelling, or write the IP address',
  EAI_AGAIN: 'the name server does not answer: check the network, or write the IP address',
  EADDRNOTAVAIL: 'that address cannot be reached from here: check the address',
  EACCES: 'the system does not let this program make network connections: check firewall and sandbox',
};

/** The fault for a connection that could not be made to `peer` (`host:port`). */
export function dialFault(peer: string, thrown: unknown): Fault {
  const code = errnoOf(thrown);
  const hint = code === undefined ? undefined : DIAL_HINTS[code];
  return new Fault('link', `cannot connect to ${peer}: ${code ?? messageOf(thrown)}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: thrown,
  });
}

/** The fault for no answer to a connection attempt within so many milliseconds. */
export function dialTimeoutFault(peer: string, milliseconds: number): Fault {
  return new Fault('link', `cannot connect to ${peer}: no answer within ${milliseconds} ms`, {
    hint: 'the converter is off, its address is wrong, or a firewall drops the connection silently',
  });
}

const LOSS_HINTS: Readonly<Record<string, string>> = {
  ECONNRESET:
    'the other side dropped the connection: it restarted, or it accepts only one client and another program took over',
  EPIPE: 'the other side had already closed the connection',
  ETIMEDOUT: 'the other side stopped answering: it lost power or network',
  EHOSTUNREACH: 'the other side cannot be reached any more: it lost power or network',
};

/** The fault for an open connection that broke with an error. */
export function lossFault(peer: string, thrown: unknown): Fault {
  const code = errnoOf(thrown);
  const hint = code === undefined ? undefined : LOSS_HINTS[code];
  return new Fault('link', `the connection to ${peer} broke: ${code ?? messageOf(thrown)}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: thrown,
  });
}

/** The fault for an orderly end by the other side. */
export function endedFault(peer: string): Fault {
  return new Fault('link', `${peer} closed the connection`, {
    hint: 'it restarted, it closes idle connections, or it accepts only one client and another program took over',
  });
}
