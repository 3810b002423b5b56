import { BlockList, isIP } from 'node:net';
import { Fault } from '../core/fault.ts';

/** Sets of peers written as IP addresses and CIDR ranges (RFC 4632, RFC 4291 section 2.3). */
export interface PeerFilter {
  /** True when the address is in the set. */
  matches(address: string): boolean;
  /** True when the set is a single address. */
  readonly single: boolean;
}

/** The address without the form that IPv4 takes on an IPv6 socket: `::ffff:10.0.0.5` is `10.0.0.5` (RFC 4291 2.5.5.2). */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}

/** True when the text is an IP address or a CIDR range, rather than a registration text. */
export function isPeerPattern(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/** The set of all these addresses and ranges. Throws a `config` fault that names the one which is neither. */
export function peerFilter(patterns: readonly string[]): PeerFilter {
  const list = new BlockList();
  for (const pattern of patterns) {
    if (!isPeerPattern(pattern)) {
      throw new Fault('config', `'${pattern}' is neither an IP address nor a range like 192.168.2.0/24`);
    }
    const [address = '', prefix] = pattern.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return {
    single: patterns.length === 1 && patterns[0]?.includes('/') === false,
    matches: (address) => {
      const plain = plainAddress(address).replace(/%.*$/, ''); // a link-local address carries its interface
      const version = isIP(plain);
      return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}
