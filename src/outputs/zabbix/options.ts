/** How a Zabbix output is set. */
export interface ZabbixOptions {
  /** `host` or `host:port` of servers or proxies, any of which may take the values; port 10051 where none is given. */
  readonly server: readonly string[];
  /** Technical name of the host in Zabbix; absent: the name of the site. */
  readonly host?: string;
  /** `member`: each device has a host `HOST-DEVICE` of its own, and `HOST` is the site. */
  readonly hosts: 'site' | 'member';
  readonly compress: boolean;
  /** Absent: without encryption. */
  readonly tls?: ZabbixTls;
  /** Only these members; absent: all. */
  readonly members?: readonly string[];
}

/** Encryption by a pre-shared key (in hex), or by certificates (PEM texts). */
export type ZabbixTls =
  | { readonly psk_identity: string; readonly psk: string }
  | { readonly ca: string; readonly cert: string; readonly key: string };
