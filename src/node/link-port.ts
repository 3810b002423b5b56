import { realpathSync } from 'node:fs';
import { parseLink } from './link-address.ts';

/**
 * The port of a link, which only one bus can use, whatever name it was called by; undefined where several can. Throws a
 * `config` fault for what is no link.
 */
export function portOf(text: string): string | undefined {
  const link = parseLink(text);
  switch (link.kind) {
    case 'serial':
    case 'pty':
      return realPath(link.path);
    case 'tcp':
    case 'rfc2217':
      return `${link.host.toLowerCase()}:${link.port}`;
    case 'tcp-listen':
      // Converters that dial one port are told apart by what they match, or by the device behind them.
      return `:${link.port} ${link.serial === undefined ? (link.match ?? '') : `serial ${link.serial}`}`;
    case 'rfc2217-listen':
      return `:${link.port}`;
    case 'replay':
      return undefined;
  }
}

/** Names under /dev/serial/by-id point to what other names point to. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // not plugged in: it is compared as it stands
  }
}
