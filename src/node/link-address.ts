import { isIP } from 'node:net';
import { Fault } from '../core/fault.ts';
import { baudOf, FORMATS } from '../core/line.ts';
import { nearest } from '../core/nearest.ts';
import { linkFault, oneOf, readOptions, wholeNumber, type OptionReader } from './link-options.ts';
import { isPeerPattern } from './peer-filter.ts';
import type { ReplayAddress } from './replay.ts';
import type { Rfc2217ListenAddress } from './rfc2217-listen.ts';
import type { Rfc2217Address } from './rfc2217.ts';
import { DRIVERS, type SerialAddress } from './serial.ts';
import type { TcpListenAddress } from './tcp-listen.ts';
import type { TcpAddress } from './tcp.ts';

/** A link text taken apart. */
export type LinkAddress =
  | ({ readonly kind: 'serial' } & SerialAddress)
  | ({ readonly kind: 'tcp' } & TcpAddress)
  | ({ readonly kind: 'tcp-listen' } & TcpListenAddress)
  | ({ readonly kind: 'rfc2217' } & Rfc2217Address)
  | ({ readonly kind: 'rfc2217-listen' } & Rfc2217ListenAddress)
  | ({ readonly kind: 'replay' } & ReplayAddress)
  | { readonly kind: 'pty'; readonly path: string };

/** The forms of a link with examples, for messages and help texts. */
export const LINK_FORMS: Readonly<Record<LinkAddress['kind'], string>> = {
  serial: '/dev/ttyUSB0, COM4 or serial:/dev/ttyUSB0?baud=9600&format=7E1',
  tcp: 'tcp://192.168.2.22:9999',
  'tcp-listen': 'tcp-listen://18899?match=192.168.2.30',
  rfc2217: 'rfc2217://192.168.2.22:2217',
  'rfc2217-listen': 'rfc2217-listen://127.0.0.1:2217',
  replay: 'replay:file.cap?speed=max',
  pty: 'pty:/tmp/ttyV0',
};

const KINDS: readonly string[] = Object.keys(LINK_FORMS);

/** `COM4`, and the longer form that ports from COM10 on need in some programs. */
const WINDOWS_PORT = /^(\\\\\.\\)?COM\d+$/i;

const character = oneOf(FORMATS);
const characterOrAuto = oneOf([...FORMATS, 'auto']);
const milliseconds = wholeNumber(0, 60_000, 'ms');

/** Options of all links over a network. */
const NETWORK = { latency: milliseconds, gap: milliseconds } as const;

/**
 * Takes a link text apart. Throws a `config` fault that says what is wrong, at which column, and what is expected.
 * In option values `%20` and the like stand for characters; paths are taken as they are, up to the first `?`.
 */
export function parseLink(text: string): LinkAddress {
  const link = text.trim();
  const mark = link.indexOf('?');
  const place = mark < 0 ? link : link.slice(0, mark);
  const { kind, rest, column } = schemeOf(link, place);
  const options = <R extends Readonly<Record<string, OptionReader>>>(readers: R) =>
    readOptions(link, mark, kind, readers);

  switch (kind) {
    case 'serial':
      return {
        kind,
        path: portPath(link, rest, column),
        driver: 'auto',
        ...options({ baud: baudOf, format: character, driver: oneOf(DRIVERS) }),
      };
    case 'tcp':
      return {
        kind,
        ...hostAndPort(link, rest, column),
        ...options({ format: characterOrAuto, ...NETWORK }),
      };
    case 'tcp-listen': {
      const network = { allow: peers, format: characterOrAuto, ...NETWORK };
      const chosen = options({ match: registration, serial: serialNumber, ...network });
      if (chosen.match !== undefined && chosen.serial !== undefined) {
        const wrong = 'match= and serial= both say which caller is meant';
        throw linkFault(link, mark + 2, wrong, 'write one of them');
      }
      return { kind, ...bindAndPort(link, rest, column), allow: [], ...chosen };
    }
    case 'rfc2217':
      return {
        kind,
        ...hostAndPort(link, rest, column),
        ...options({ baud: baudOf, format: character, ...NETWORK }),
      };
    case 'rfc2217-listen':
      return { kind, ...bindAndPort(link, rest, column), ...options({}) };
    case 'replay':
      return {
        kind,
        path: pathOf(link, rest, column, 'file.cap'),
        speed: 1,
        loop: false,
        ...options({ speed, loop: yesOrNo }),
      };
    case 'pty':
      return { kind, path: pathOf(link, rest, column, '/tmp/ttyV0'), ...options({}) };
  }
}

interface Scheme {
  readonly kind: LinkAddress['kind'];
  /** What follows the scheme and its slashes. */
  readonly rest: string;
  /** 1-based column of `rest`. */
  readonly column: number;
}

function schemeOf(link: string, place: string): Scheme {
  if (place.startsWith('/') || WINDOWS_PORT.test(place)) return { kind: 'serial', rest: place, column: 1 };
  const [, scheme, slashes = '', rest = ''] = /^([a-z][a-z0-9-]*):(\/\/)?(.*)$/is.exec(place) ?? [];
  const kind = scheme === undefined ? undefined : kindOf(scheme.toLowerCase());
  if (scheme === undefined || kind === undefined) throw unknownForm(link, place, scheme);
  const isPlace = kind === 'serial' || kind === 'replay' || kind === 'pty';
  const column = scheme.length + 2 + slashes.length;
  if (!isPlace && slashes === '') {
    throw linkFault(link, scheme.length + 2, `'//' is missing after ${scheme}:`, `write ${LINK_FORMS[kind]}`);
  }
  // serial:///dev/ttyUSB0 is a path of its own after an empty host, as in file:///etc.
  return { kind, rest, column };
}

function kindOf(word: string): LinkAddress['kind'] | undefined {
  switch (word) {
    case 'serial':
    case 'tcp':
    case 'tcp-listen':
    case 'rfc2217':
    case 'rfc2217-listen':
    case 'replay':
    case 'pty':
      return word;
    default:
      return undefined;
  }
}

function unknownForm(link: string, place: string, scheme: string | undefined): Fault {
  const forms = `links look like ${Object.values(LINK_FORMS).join('; ')}`;
  if (place === '') return linkFault(link, 1, 'the link is empty', forms);
  if (/^(tty|cu\.)\w+$/.test(place)) {
    return linkFault(link, 1, `'${place}' is not a link; did you mean '/dev/${place}'?`, forms);
  }
  if (/^[\w.-]+:\d+$/.test(place)) {
    return linkFault(link, 1, `'${place}' is not a link; did you mean 'tcp://${place}'?`, forms);
  }
  if (scheme === undefined) return linkFault(link, 1, `'${place}' is neither a port nor an address`, forms);
  const meant = nearest(scheme, KINDS);
  const guess = meant === undefined ? '' : `; did you mean '${meant}'?`;
  return linkFault(link, 1, `unknown kind of link '${scheme}'${guess}`, forms);
}

function pathOf(link: string, rest: string, column: number, example: string): string {
  if (rest !== '') return rest;
  throw linkFault(link, column, 'the path is missing', `write it here, as in ${example}`);
}

function portPath(link: string, rest: string, column: number): string {
  const path = pathOf(link, rest, column, '/dev/ttyUSB0');
  if (path.startsWith('/') || WINDOWS_PORT.test(path)) return path;
  const meant = path.startsWith('dev/') ? `/${path}` : `/dev/${path}`;
  throw linkFault(
    link,
    column,
    `'${path}' is not a port; did you mean '${meant}'?`,
    'a port is a path from / on, or COM1',
  );
}

function hostAndPort(link: string, rest: string, column: number): { host: string; port: number } {
  const { host, port } = networkPlace(link, rest, column, 1);
  if (host === undefined) {
    throw linkFault(link, column, 'the host is missing', 'write host and port, as in 192.168.2.22:9999');
  }
  return { host, port };
}

function bindAndPort(link: string, rest: string, column: number): { bind?: string; port: number } {
  const only = /^\d+$/.test(rest) ? `:${rest}` : rest;
  const { host, port } = networkPlace(link, only, column - (only.length - rest.length), 0);
  return host === undefined ? { port } : { bind: host, port };
}

/** `host:port` with the host possibly empty, and in brackets when it is an IPv6 address (RFC 3986 section 3.2.2). */
function networkPlace(
  link: string,
  rest: string,
  column: number,
  lowestPort: number,
): { readonly host: string | undefined; readonly port: number } {
  if (rest.includes('@')) {
    throw linkFault(
      link,
      column,
      'a link has no user name or password',
      'leave out what stands before the @',
    );
  }
  const parts = /^(\[[^\]]*\]|[^:[\]]*)(?::([^/:]*))?\/?$/.exec(rest);
  if (parts === null) {
    const many = rest.split(':').length > 2 && !rest.startsWith('[');
    throw linkFault(
      link,
      column,
      `'${rest}' is not host:port`,
      many
        ? 'an IPv6 address stands in brackets: [fd00::1]:9999'
        : 'write host and port, as in 192.168.2.22:9999',
    );
  }
  const [, host = '', port] = parts;
  if (port === undefined || port === '') {
    throw linkFault(link, column + host.length, 'the port is missing', portHint(host === '' ? 'host' : host));
  }
  return {
    host: host === '' ? undefined : hostOf(link, host, column),
    port: portOf(link, port, column + host.length + 1, lowestPort),
  };
}

/** Converters have no usual port: Elfin and USR devices come with 8899, 9999, 23, 26 or 20108. */
function portHint(host: string): string {
  return `write it as ${host}:9999; the converter's own page shows which port it uses`;
}

function portOf(link: string, written: string, column: number, lowest: number): number {
  const port = /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN;
  if (port >= lowest && port <= 65_535) return port;
  throw linkFault(link, column, `bad port '${written}'`, `a port is a whole number from ${lowest} to 65535`);
}

function hostOf(link: string, written: string, column: number): string {
  const bracketed = /^\[(.*)\]$/.exec(written)?.[1];
  if (bracketed !== undefined) {
    if (isIP(bracketed) === 6) return bracketed;
    throw linkFault(
      link,
      column + 1,
      `'${bracketed}' is not an IPv6 address`,
      'brackets hold an IPv6 address only',
    );
  }
  if (!/^[\w.-]+$/.test(written)) {
    throw linkFault(link, column, `'${written}' is not a host name`, 'letters, digits, dots and hyphens');
  }
  if (/^[\d.]+$/.test(written) && isIP(written) !== 4) {
    throw linkFault(
      link,
      column,
      `'${written}' is not an IPv4 address`,
      'four numbers from 0 to 255, as in 192.168.2.22',
    );
  }
  return written;
}

function registration(value: string): string {
  // Almost an address, such as 192.168.2.300, would silently wait for that text for ever.
  if (/^[\d.]+(\/\d*)?$/.test(value) && value.includes('.') && !isPeerPattern(value)) {
    throw new Fault('config', `'${value}' is neither an IP address nor a range like 192.168.2.0/24`);
  }
  return value;
}

function serialNumber(value: string): string {
  if (/^[!-~]{1,32}$/.test(value)) return value;
  throw new Fault(
    'config',
    `'${value}' is no serial number: expected it as the device tells it, as in 12345678`,
  );
}

function peers(value: string): readonly string[] {
  const all = value.split(',').map((peer) => peer.trim());
  const bad = all.find((peer) => !isPeerPattern(peer));
  if (bad === undefined) return all;
  throw new Fault('config', `'${bad}' is neither an IP address nor a range like 192.168.2.0/24`);
}

function speed(value: string): 'max' | number {
  if (value === 'max') return 'max';
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 0.01 && number <= 1000) return number;
  throw new Fault('config', `'${value}' is not a speed: expected max, or a number from 0.01 to 1000`);
}

function yesOrNo(value: string): boolean {
  if (value === '1') return true;
  if (value === '0') return false;
  throw new Fault('config', `'${value}' is neither 1 (yes) nor 0 (no)`);
}
