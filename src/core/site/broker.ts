import type { OutputContext } from './output.ts';
import type { Topics } from './topics.ts';

/** A message for a broker; QoS 1 always. */
export interface Post {
  readonly topic: string;
  /** Empty and retained: removes what the broker keeps there. */
  readonly payload: string;
  /** Absent: false. */
  readonly retain?: boolean;
  /** Seconds after which the broker drops it, where it speaks MQTT 5. Absent: never. */
  readonly expiry?: number;
  /** For programs, where the broker speaks MQTT 5. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Ties an answer to its request, where the broker speaks MQTT 5. */
  readonly correlation?: Uint8Array;
}

/** A connection to a broker that somebody else keeps. */
export interface BrokerLink {
  readonly topics: Topics;
  /** Resolves when the broker has acknowledged it; rejects with `output` while it is away and `refused` when it never takes it. */
  readonly publish: (post: Post) => Promise<void>;
  /** Sends every availability and state once more. */
  readonly again: () => void;
}

/** Something that speaks over the connection of an MQTT output besides it, such as a discovery. */
export interface BrokerAddOn {
  /** What it wants to hear. */
  readonly filters: readonly string[];
  /** The connection is there (again), and everything was subscribed. */
  readonly opened: () => void;
  /** Something arrived for one of its filters. */
  readonly heard: (topic: string, payload: string, retained: boolean) => void;
  /** Frees everything; the connection is still there when it was before. */
  readonly close: () => void;
}

/** Makes an add-on for a connection. */
export type MakeBrokerAddOn = (link: BrokerLink, context: OutputContext) => BrokerAddOn;
