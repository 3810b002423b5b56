/** How an MQTT output is set. */
export interface MqttOptions {
  /** `mqtt://host`, `mqtts://host` (TLS), `ws://host/mqtt`, `wss://...`; ports 1883, 8883, 80 and 443 where none is given. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Absent: what the system trusts, and no certificate of our own. */
  readonly tls?: MqttTls;
  /** 5, 4 (that is 3.1.1), or 5 and then 4 where that is refused. */
  readonly version: 'auto' | 4 | 5;
  /** First part of all topics; the name of the site is the second. */
  readonly prefix: string;
  /** Absent: `busbar-`, the name of the site and the first part of the gateway's id. Two programs with one client id throw each other out. */
  readonly client_id?: string;
  /** Seconds between two signs of life when there is nothing else to say. */
  readonly keepalive: number;
  /** Whether the broker keeps the latest state for those who come later. */
  readonly retain: boolean;
  /**
   * Milliseconds after which a broker with MQTT 5 forgets a state that was not renewed; they are renewed in time. Absent:
   * it keeps them.
   */
  readonly expiry?: number;
  /** Besides the documents, every plain value has a topic of its own. */
  readonly values_topics: boolean;
  /** Whether commands are heard. What may be written is what each device allows, in any case. */
  readonly commands: boolean;
  /** Every snapshot is sent as a message for consumers of many sites. */
  readonly stream: boolean;
  /** What nobody at the broker listens to (as one with MQTT 5 says) is not delivered: it stays in the journal and is sent again. */
  readonly keep_unheard: boolean;
  /** Old snapshots a second, at most, while catching up after the broker was away. */
  readonly backfill_rate: number;
}

/** TLS of a connection. */
export interface MqttTls {
  /** Authorities to trust instead of the system's: a file, or the PEM text itself. */
  readonly ca?: string;
  /** Our own certificate and its key: files, or PEM texts. Files are read anew for each connection, so they may be renewed. */
  readonly cert?: string;
  readonly key?: string;
  /** True: the broker's certificate is not checked at all, so that anybody in between can read and change everything. */
  readonly insecure: boolean;
}
