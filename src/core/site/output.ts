import type { Clock } from '../clock.ts';
import type { Snapshot } from '../snapshot.ts';
import type { WriteReport } from '../write.ts';
import type { SiteEvent } from './event.ts';
import type { SiteHealth } from './health.ts';
import type { SiteView } from './state.ts';

/** What the journal hands to outputs: numbered without gaps in the order of arrival. */
export type Entry =
  | { readonly sequence: number; readonly what: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly sequence: number; readonly what: 'event'; readonly event: SiteEvent };

/** Where numbers go: a broker, a database, a monitoring system. Knows quantities, kinds and roles, and no device by name. */
export interface Output {
  /**
   * Takes entries of the journal, oldest first, and resolves when the receiver has them for good: only then does its
   * cursor move. Rejects with an `output` fault when the receiver is away (the same entries come again after a pause),
   * or with a `refused` fault when it does not accept what is in them (the batch is halved until the bad entry is found
   * and quarantined). The same entry may come twice. Absent: the output shows only what is latest, which it takes
   * from the site view.
   */
  readonly deliver?: (entries: readonly Entry[], signal: AbortSignal) => Promise<void>;
  /** Most entries that one `deliver` takes; absent: 500. */
  readonly batch?: number;
  /**
   * Milliseconds for which the receiver keeps only in memory what it has acknowledged. What it took in so many before it
   * went away comes once more when it is back. Absent: what is acknowledged is there for good.
   */
  readonly forgets?: number;
  /** What is fetched from it, where it is not us who send. */
  readonly page?: OutputPage;
  /** Sends something harmless and says in a sentence what the receiver made of it; rejects like `deliver`. */
  readonly test: (signal: AbortSignal) => Promise<string>;
  /** Says goodbye (within a second) and frees everything; never rejects. */
  readonly close: () => Promise<void>;
}

/** A text that others fetch from us by HTTP. */
export interface OutputPage {
  /** `/metrics`. */
  readonly path: string;
  /** Content type, with its version. */
  readonly type: string;
  /** Whether it is given to those who are not logged in. */
  readonly public: boolean;
  /** As it is now. */
  readonly read: () => Promise<string>;
}

/** What an output is given. */
export interface OutputContext {
  /** Its name in the configuration: `mqtt`, or one of several of a kind. */
  readonly name: string;
  readonly view: SiteView;
  /** How lines and outputs stand; absent: nobody counts. */
  readonly health?: () => SiteHealth;
  readonly clock: Clock;
  /** Numbers in [0, 1) for jitter. */
  readonly random: () => number;
  readonly log: Logger;
  /** How the connection stands, where the output keeps one: undefined when it is well, else a sentence. Shown, and counted. */
  readonly trouble: (text: string | undefined) => void;
  /** Carries out a remote command: refused unless the owner allows that field; rejects with a fault that says why. */
  readonly write: (command: RemoteCommand) => Promise<WriteReport>;
  /** A small text that survives a restart (what was announced), by name. */
  readonly memory: {
    readonly get: (name: string) => Promise<string | undefined>;
    readonly set: (name: string, text: string) => Promise<void>;
  };
}

/** A write that came from outside. */
export interface RemoteCommand {
  readonly member: string;
  readonly field: string;
  /** The value as typed; empty for a trigger. */
  readonly value: string;
  /** Who asks, for the audit: `mqtt:busbar/home/shunt/set/output`. */
  readonly by: string;
  /** When it was given, if it says so: milliseconds since 1970-01-01T00:00Z. Old ones are refused. */
  readonly at?: number;
}

/** Messages for a log, with the part that speaks already named. */
export interface Logger {
  readonly debug: (text: string) => void;
  readonly info: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string) => void;
}
