/** How a PostgreSQL output is set. */
export interface PostgresOptions {
  /**
   * `postgres://user:password@host:5432/database`. Of parameters behind `?` only `sslmode` (disable, require,
   * verify-full; both of the last check the certificate) and `host` (folder of a Unix socket) are known.
   */
  readonly url: string;
  /** Absent: that of the URL, of `PGPASSWORD`, of `~/.pgpass`. */
  readonly password?: string;
  /** Schema of our tables: lower-case letters, digits and _; made where it is missing. */
  readonly schema: string;
  /** `auto`: the table of samples becomes a hypertable where TimescaleDB is there. */
  readonly timescale: 'auto' | 'never';
  /** Present: the connection is encrypted. */
  readonly tls?: PostgresTls;
}

/** TLS of a connection; certificates and keys as PEM texts. */
export interface PostgresTls {
  /** Authorities to trust instead of the system's. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** True: the server's certificate is not checked at all. */
  readonly insecure: boolean;
}
