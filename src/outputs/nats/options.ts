/** How a NATS output is set. */
export interface NatsOptions {
  /** Servers of one cluster: `nats://host:4222`, `tls://host`. */
  readonly servers: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  /** Content of a `.creds` file. */
  readonly credentials?: string;
  /** First part of subjects; the name of the site is the second. */
  readonly prefix: string;
  /** Stream of JetStream that keeps the messages. */
  readonly stream: string;
  /** Make the stream where it is missing. */
  readonly create: boolean;
  /** Present: the connection is encrypted. Certificates and keys as PEM texts. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    /** True: the server's certificate is not checked at all. */
    readonly insecure: boolean;
  };
}
