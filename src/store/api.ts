import type {
  Clock,
  Entry,
  Kind,
  Logger,
  QuantityName,
  Scalar,
  SiteEvent,
  SiteGroup,
  Snapshot,
} from '../core/index.ts';

/** How finely history is kept: as it was read, or condensed. A quarter is a quarter of an hour; a day is one of the site's zone. */
export type Level = 'raw' | 'minute' | 'quarter' | 'hour' | 'day';

/** How long something is kept, in milliseconds; counted from its own time, not from its arrival. */
export type Keep = number | 'forever';

/** How long each level is kept. */
export interface Retention {
  /** Live snapshots as they were read. Whatever an output has still to deliver is kept longer, until the size limit. */
  readonly raw: Keep;
  readonly minutes: Keep;
  readonly quarters: Keep;
  /** Also of events, and of what devices themselves recorded (archives): those are few and cannot be had again. */
  readonly hours: Keep;
  readonly days: Keep;
}

/** How a store is opened. */
export interface StoreOptions {
  /** File of the database; its folder is made where it is missing. `:memory:` keeps nothing. */
  readonly path: string;
  readonly retention: Retention;
  /** Most bytes that the database may take; the oldest is dropped first, is counted and reported. Absent: no limit. */
  readonly sizeLimit?: number;
  /** Milliseconds over which what arrives is gathered for one commit. Default 1000; more spares an SD card. */
  readonly flush?: number;
  /** IANA name of the zone whose midnights divide days: `Europe/Berlin`. */
  readonly timezone: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Hears of events that the store itself has put into the journal: loss, a mended database. Not before the store is open. */
  readonly report?: (event: SiteEvent) => void;
}

/** What goes into the journal. */
export type Item =
  | { readonly what: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly what: 'event'; readonly event: SiteEvent };

/** What is committed together with items, or not at all. */
export interface Along {
  /** Small texts to remember, by name. */
  readonly memory?: Readonly<Record<string, string>>;
}

/** Names one line on a chart. */
export interface SeriesName {
  readonly member: string;
  readonly group: string;
  /** Place in the group, as `pointsOf` names it: `voltage`, `packs.2.cell_voltages.3`. */
  readonly path: string;
}

/** A line on a chart, and what is known of it. */
export interface Series extends SeriesName {
  readonly title: string;
  readonly quantity: QuantityName;
  /** Counters are condensed to first, last and delta; other numbers to min, mean, max and last; words to the last. */
  readonly kind: Kind;
  /** As printed: `V`; empty for words and plain numbers. */
  readonly unit: string;
  /** Times of the first and last sample known: milliseconds since 1970-01-01T00:00Z. */
  readonly first: number;
  readonly last: number;
}

/** What became of a series within a span of time. Spans without a sample are left out. */
export interface HistoryPoint {
  /** Begin of the span, or the time of the sample itself at level `raw`: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  /** Samples in it. */
  readonly count: number;
  /** Of numbers that are no counters. */
  readonly min?: number;
  /** Arithmetic mean of the samples. */
  readonly mean?: number;
  readonly max?: number;
  /** The last sample. */
  readonly last: Scalar;
  /** Of counters: the first sample. */
  readonly first?: number;
  /**
   * Of counters: growth since the sample before the span, resets recognised, so that the deltas of all points add up to
   * the growth over all of them. At the begin of a series: growth since its first sample.
   */
  readonly delta?: number;
  /**
   * Of counters: time of the sample that `delta` counts from. Long before `at`: the growth of a gap is in it. After it:
   * the calendar was set back in between.
   */
  readonly since?: number;
}

/** What is wanted of the past. */
export interface HistoryQuery {
  readonly series: readonly SeriesName[];
  /** From (included) and to (excluded): milliseconds since 1970-01-01T00:00Z. */
  readonly from: number;
  readonly to: number;
  /** Most points wanted of each series. Default 1000; where a level is given, all that it has. */
  readonly points?: number;
  /** Absent: the coarsest that gives as many points, or a coarser one where that is kept no longer. */
  readonly level?: Level;
}

/** The past of one series. */
export interface SeriesHistory extends SeriesName {
  readonly title: string;
  readonly quantity: QuantityName;
  readonly kind: Kind;
  readonly unit: string;
  /** Where the points come from. */
  readonly level: Level;
  /** Milliseconds that a point spans (of days: the usual 24 h); 0: points are single samples. */
  readonly step: number;
  /** Milliseconds usual between two points; where they are much farther apart, there is a gap. */
  readonly spacing: number;
  /** By time. */
  readonly points: readonly HistoryPoint[];
}

/** Which entries are wanted; absent parts do not restrict. */
export interface ReadFilter {
  readonly what?: Item['what'];
  readonly members?: readonly string[];
}

/** Which events are wanted; absent parts do not restrict. */
export interface EventQuery {
  readonly from?: number;
  readonly to?: number;
  readonly member?: string;
  readonly kinds?: readonly SiteEvent['kind'][];
  /** Only entries before this sequence: for paging backwards. */
  readonly before?: number;
  /** Default 100. */
  readonly limit?: number;
}

/** An event with its place in the journal. */
export type EventEntry = Extract<Entry, { what: 'event' }>;

/** What waits for an output. */
export interface Backlog {
  /** Entries after its cursor. */
  readonly entries: number;
  /** Time of the oldest of them; absent when there are none. */
  readonly oldest?: number;
}

/** An entry that an output's receiver would not take. */
export interface Quarantined {
  readonly output: string;
  readonly entry: Entry;
  readonly why: string;
  /** When it was set aside: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
}

/** What is to be exported. */
export interface ExportQuery {
  /** Absent: all series. */
  readonly series?: readonly SeriesName[];
  readonly from?: number;
  readonly to?: number;
  /** Default `raw`. */
  readonly level?: Level;
}

/** One line of an export. */
export interface ExportRow extends SeriesName, HistoryPoint {
  readonly unit: string;
}

/** How the store is. */
export interface StoreStatus {
  readonly path: string;
  /** Bytes that the database takes, its log included. */
  readonly bytes: number;
  /** Entries in the journal. */
  readonly entries: number;
  /** Times of the oldest and newest live snapshot; absent when there is none. */
  readonly oldest?: number;
  readonly newest?: number;
  /** Entries dropped since the database was made before they were stored or delivered, and since when. */
  readonly lost: { readonly count: number; readonly since?: number };
  /** `full`, `read_only`: nothing can be written at the moment; `failed`: for another reason. It is tried again by itself. */
  readonly state: 'ok' | 'full' | 'read_only' | 'failed';
  /** Why it is not ok, and what to do. */
  readonly why?: string;
  /** Entries that wait in memory for the disk. */
  readonly waiting: number;
  /** When the last commit succeeded: milliseconds since 1970-01-01T00:00Z. */
  readonly lastCommit?: number;
}

/** What an examination of the database has found. */
export interface CheckResult {
  readonly ok: boolean;
  /** Sentences of SQLite; empty when it is well. */
  readonly problems: readonly string[];
}

/** Journal and history of a site in one SQLite database, worked by a thread of its own. */
export interface Store {
  /** Says which groups a member has: from then on their values become series. Call it again when they change. */
  describe(member: string, groups: readonly SiteGroup[]): void;
  /**
   * Puts items into the journal, in their order, all or none. Resolves with their sequences when they are on the disk
   * for good. An archive snapshot that is already there has none (undefined); one with other values replaces it and is
   * a new entry. Rejects with an `output` fault when the disk takes nothing and the memory for waiting entries is full:
   * then they are counted as lost. A number that is not finite is kept as unknown.
   */
  append(items: readonly Item[], along?: Along): Promise<readonly (number | undefined)[]>;
  /** Entries after a sequence, by sequence; fewer than `limit` only at the end of the journal. */
  read(after: number, limit: number, filter?: ReadFilter): Promise<readonly Entry[]>;
  /** The highest sequence that is on the disk; 0: none yet. */
  newest(): number;
  /** Last sequence that an output has delivered. An output that is new starts at the newest, or at the oldest kept. */
  cursor(output: string, start?: 'newest' | 'oldest'): Promise<number>;
  /** Notes what an output has delivered. Resolves with the next commit; a crash before it delivers again. */
  advance(output: string, sequence: number): Promise<void>;
  /** Forgets an output that is configured no more, so that nothing is kept for it. */
  forget(output: string): Promise<void>;
  /** Names of all outputs that have a cursor. */
  outputs(): Promise<readonly string[]>;
  backlog(output: string): Promise<Backlog>;
  /** Sets aside an entry that an output's receiver refuses. */
  quarantine(output: string, entry: Entry, why: string): Promise<void>;
  /** What was set aside, newest first; at most 1000 of each output are kept. */
  quarantined(output?: string): Promise<readonly Quarantined[]>;
  /** The past of several series, reduced to the points asked for. A series that is unknown is left out. */
  history(query: HistoryQuery): Promise<readonly SeriesHistory[]>;
  series(): Promise<readonly Series[]>;
  /** The last live snapshot of each group of a member that is kept. */
  latest(member: string): Promise<readonly Snapshot[]>;
  /** Newest first. */
  events(query?: EventQuery): Promise<readonly EventEntry[]>;
  /** Small texts that survive a restart, by name. */
  readonly memory: {
    readonly get: (name: string) => Promise<string | undefined>;
    /** Resolves with the next commit. */
    readonly set: (name: string, text: string) => Promise<void>;
  };
  /** Stored data, group by group, each by time. */
  export(query?: ExportQuery): AsyncIterable<ExportRow>;
  status(): Promise<StoreStatus>;
  /** Examines the whole database; slow when it is large. */
  check(): Promise<CheckResult>;
  /** Commits what waits and frees everything. */
  close(): Promise<void>;
}
