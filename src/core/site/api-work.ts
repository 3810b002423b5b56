import type { Risk } from '../device.ts';
import type { FaultCode } from '../fault.ts';
import type { Inspected } from '../inspect.ts';
import type { ProfileDay } from '../profile.ts';
import type { QuantityName } from '../quantity.ts';
import type { Readings, Value, Values } from '../snapshot.ts';
import type { ApiMember } from './api-member.ts';
import type { ApiError, ConfigProblem } from './api-error.ts';

/** Documents of the HTTP API about the work of the gateway: lines, frames, outputs, writes, searches, configuration. */

/** How a line served one of its users since the gateway opened it. */
export interface ApiDeviceHealth {
  readonly answered: number;
  readonly faults: Readonly<Partial<Record<FaultCode, number>>>;
  readonly retries: number;
  /** Milliseconds from the end of a request to the first byte of its answer. */
  readonly turnaround?: { readonly p50: number; readonly p95: number };
  /** Requests in a row without an answer. */
  readonly silent_for: number;
  readonly last_fault?: string;
}

/** How polling of a device stands. */
export interface ApiLineDevice {
  readonly member: string;
  /** Id of the definition in use. */
  readonly device: string;
  readonly address?: number;
  readonly state: 'searching' | 'polling' | 'listening';
  readonly groups: Readonly<
    Record<
      string,
      {
        /** Seconds between two readings as wanted. */
        readonly period: number;
        readonly read: number;
        readonly failed: number;
        /** Readings that came more than half a period late. */
        readonly overruns: number;
      }
    >
  >;
}

/** A line: `GET /api/lines`. */
export interface ApiLine {
  readonly name: string;
  /** The link as configured, without secrets. */
  readonly link: string;
  /** Why the link is away; absent while it is there. */
  readonly trouble?: string;
  /** Share of the last minute, 0 to 1, in which a dialogue of ours held the line. */
  readonly utilisation: number;
  readonly counters: {
    readonly bytes_in: number;
    readonly bytes_out: number;
    readonly frames: number;
    readonly foreign: number;
    readonly echoes: number;
    readonly bad: number;
    readonly noise_bytes: number;
    readonly stale_bytes: number;
  };
  readonly devices: readonly ApiLineDevice[];
  /** By the name under which somebody uses the line: of a member, of a foreign program. */
  readonly health: Readonly<Record<string, ApiDeviceHealth>>;
  /** The port for foreign programs. */
  readonly raw_port?: { readonly listening: string; readonly passed: number; readonly refused: number };
}

/** A part of a frame, explained; offsets are into its bytes. */
export interface ApiFramePart {
  readonly start: number;
  readonly end: number;
  /** The way to it: `cells[3]`. */
  readonly path: string;
  readonly title?: string;
  readonly quantity?: QuantityName;
  readonly value?: unknown;
  /** What is wrong with it. */
  readonly problem?: string;
}

/** A frame, or bytes that are none, explained: `POST /api/decode`. The first names are those of `busbar decode --json`. */
export interface ApiFrame extends Pick<
  Inspected,
  'verdict' | 'message' | 'device' | 'direction' | 'kind' | 'address' | 'unverified'
> {
  /** Text without its line end, or hex pairs. */
  readonly frame: string;
  readonly protocol?: string;
  readonly values?: Values;
  /** Hex pairs. */
  readonly bytes: string;
  readonly parts: readonly ApiFramePart[];
}

/** Bytes that went one way without a pause, explained: `GET /api/lines/:bus/frames` and its live stream. */
export interface ApiUtterance {
  /** Counts up from 1 for each line. */
  readonly number: number;
  /** When its first byte went. */
  readonly at: number;
  /** `>`: sent by us; `<`: heard. */
  readonly direction: '>' | '<';
  /** Milliseconds of silence before it. */
  readonly pause: number;
  /** Hex pairs. */
  readonly bytes: string;
  readonly frames: readonly ApiFrame[];
}

/** A write that waits for a yes: `POST /api/members/:name/writes`. */
export interface ApiProposal {
  /** Give it to `POST /api/writes/:token`, once. */
  readonly token: string;
  readonly member: string;
  readonly field: string;
  readonly value: Value;
  /** The frame that will be sent. */
  readonly frame: string;
  readonly risk: Risk;
  readonly remark?: string;
  readonly until: number;
}

/** What became of a write: `POST /api/writes/:token`. */
export interface ApiWriteReport {
  readonly field: string;
  readonly requested: Value;
  /** By `group.field`; null: unknown. */
  readonly before: Readonly<Record<string, Value>>;
  readonly after: Readonly<Record<string, Value>>;
  /** As it came; absent when none did. */
  readonly acknowledgement?: string;
  /** `confirmed`: read back as written. `shown`: before and after are for the eye. */
  readonly outcome: 'confirmed' | 'shown';
}

/** How an output stands: `GET /api/outputs`. */
export interface ApiOutput {
  readonly name: string;
  readonly type: string;
  readonly state: 'delivering' | 'waiting' | 'failing' | 'off';
  /** Entries of the journal that it has not delivered. */
  readonly backlog: number;
  /** When the oldest of them was measured. */
  readonly oldest?: number;
  readonly delivered: number;
  readonly quarantined: number;
  readonly trouble?: { readonly code: FaultCode; readonly message: string; readonly at: number };
  readonly next_attempt?: number;
}

/** Events of `GET /api/members/:name/profile`: each day as it comes, then the end, or an `error` with an `ApiError`. */
export type ApiProfileEvent =
  | { readonly what: 'day'; readonly day: ProfileDay; readonly done: number; readonly total: number }
  | { readonly what: 'end'; readonly days: readonly ProfileDay[] }
  | ({ readonly what: 'error' } & ApiError);

/** A device that a scan found. */
export interface ApiScanHit {
  readonly link: string;
  /** Line settings: `115200 8N1`. */
  readonly line: string;
  readonly device: string;
  readonly title: string;
  readonly protocol: string;
  readonly address: number;
  readonly model?: string;
}

/** Events of `POST /api/scan`: steps, hits, then the end with a ready configuration, or an `error`. */
export type ApiScanEvent =
  /** `link 9600 8N1: juntek, address 3`; done and total where they are known. */
  | { readonly what: 'step'; readonly text: string; readonly done?: number; readonly total?: number }
  | { readonly what: 'hit'; readonly hit: ApiScanHit }
  | { readonly what: 'end'; readonly hits: readonly ApiScanHit[]; readonly yaml: string }
  | ({ readonly what: 'error' } & ApiError);

/** A device that is not configured, read once: `POST /api/probe`. */
export interface ApiProbe {
  /** What answered, with its groups, fields and units; its name is `probe`. */
  readonly member: ApiMember;
  /** Line settings: `115200 8N1`. A converter with fixed settings keeps its own. */
  readonly line: string;
  /** What it says that it is, where it says so. */
  readonly model?: string;
  readonly serial_number?: string;
  readonly at: number;
  /** Values by group, then by field; groups that did not answer stand under `faults`. */
  readonly values: Readings;
  /** By group, or by `group/unit` where only one unit of it failed. */
  readonly faults: Readonly<
    Record<string, { readonly code: FaultCode; readonly message: string; readonly hint?: string }>
  >;
  /** Name of the bus that polls this line; the questions were put between its own. */
  readonly shared?: string;
}

/** A serial port of the gateway's machine: `GET /api/ports`. */
export interface ApiPort {
  readonly path: string;
  /** Name that stays with the adapter. */
  readonly by_id?: string;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serial_number?: string;
  /** False: no permission; `hint` says what to do. */
  readonly allowed: boolean;
  /** Name of the bus that uses it already. */
  readonly used_by?: string;
  readonly hint?: string;
}

/** `GET /api/config`; the ETag of the answer goes into `If-Match` of `PUT`. */
export interface ApiConfig {
  /** YAML with every secret replaced by a mark; a text with these marks can be sent back, they stand for what was there. */
  readonly text: string;
  /** What the text says. */
  readonly parsed: unknown;
  /** False: the file cannot be written from here; `hint` says why. */
  readonly writable: boolean;
  readonly hint?: string;
}

/** `POST /api/config/check`. */
export interface ApiConfigCheck {
  readonly valid: boolean;
  readonly problems: readonly ConfigProblem[];
}

/** `PUT /api/config`: what was started, stopped, and left alone. */
export interface ApiConfigApplied {
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  readonly untouched: readonly string[];
}
