import type { Entry, FaultCode, SiteEvent, Snapshot } from '../core/index.ts';
import type {
  Backlog,
  CheckResult,
  EventEntry,
  EventQuery,
  ExportQuery,
  HistoryQuery,
  Quarantined,
  ReadFilter,
  Series,
  SeriesHistory,
  StoreStatus,
} from './api.ts';
import type { DatabaseOptions } from './database.ts';
import type { Committed } from './engine.ts';
import type { ExportPage, ExportPosition } from './export.ts';
import type { Batch } from './journal.ts';

/** What the thread of the database is started with. */
export type Opening = Omit<DatabaseOptions, 'report' | 'onConnect'> & { readonly now: number };

/** Everything that can be asked of the thread: what goes in, and what comes back. */
export interface Calls {
  commit: { in: { batch: Batch; dropped: number; now: number }; out: Committed };
  read: { in: { after: number; limit: number; filter: ReadFilter }; out: Entry[] };
  cursor: { in: string; out: { at: number | undefined; oldest: number; newest: number } };
  outputs: { in: undefined; out: string[] };
  backlog: { in: string; out: Backlog };
  quarantined: { in: string | undefined; out: Quarantined[] };
  remembered: { in: string; out: string | undefined };
  history: { in: { query: HistoryQuery; now: number }; out: SeriesHistory[] };
  series: { in: undefined; out: Series[] };
  latest: { in: string; out: Snapshot[] };
  events: { in: EventQuery; out: EventEntry[] };
  exportPage: { in: { query: ExportQuery; position: ExportPosition }; out: ExportPage };
  status: { in: undefined; out: Omit<StoreStatus, 'waiting'> };
  check: { in: undefined; out: CheckResult };
  /** Begins with what is not urgent; the answer comes at once. */
  work: { in: { now: number; steady: boolean }; out: undefined };
  close: { in: undefined; out: undefined };
}

/** Name of a call. */
export type CallName = keyof Calls;

/** A call as it is sent. */
export interface Request<Name extends CallName = CallName> {
  readonly id: number;
  readonly name: Name;
  readonly input: Calls[Name]['in'];
}

/** A fault as it is sent: an error loses its own fields on the way between threads. */
export interface SentFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What the thread says. */
export type Reply =
  /** The first message: how opening went. */
  | { readonly what: 'opened'; readonly newest: number }
  | { readonly what: 'refused'; readonly fault: SentFault }
  | { readonly what: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly what: 'fault'; readonly id: number; readonly fault: SentFault }
  /** The database has put an event into its journal by itself. */
  | { readonly what: 'event'; readonly event: SiteEvent };
