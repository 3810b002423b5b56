import type { Addresses } from '../device.ts';
import type { Line } from '../line.ts';
import type { Kind, QuantityName } from '../quantity.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Alarm, SiteEvent } from './event.ts';
import type { ApiGroup, ApiMember, ApiWritable } from './api-member.ts';
import type { Make } from './member.ts';
import type { Scalar } from './series.ts';
import type { GroupState, MemberState } from './state.ts';

/**
 * The documents of the HTTP API, shared by the gateway and by screens. Names are snake_case. Instants are whole
 * milliseconds since 1970-01-01T00:00Z. What is not known is absent, never 0.
 */

export * from './api-error.ts';
export * from './api-member.ts';
export * from './api-work.ts';

/** `GET /api/site`. */
export interface ApiSite {
  /** Name; the first part of topics. */
  readonly site: string;
  /** What people call it. */
  readonly title: string;
  /** IANA name of the zone whose midnights divide days. */
  readonly timezone: string;
  /** Prices of a kWh by tariff, the first is T1; absent: none are configured. */
  readonly tariffs?: { readonly currency: string; readonly prices: readonly number[] };
  /** Version of the program. */
  readonly version: string;
  readonly started_at: number;
  /** Any member is played by a simulator. */
  readonly simulated: boolean;
  readonly members: readonly ApiMember[];
  /** Names of the buses. */
  readonly buses: readonly string[];
}

/** The latest of one member, without what `GET /api/site` says of it. */
export interface ApiMemberState extends Omit<MemberState, 'member'> {
  readonly name: string;
}

/** `GET /api/state`, and the event `state` of `GET /api/live`. */
export interface ApiState {
  /** When this was put together. */
  readonly at: number;
  readonly members: readonly ApiMemberState[];
  readonly alarms: readonly Alarm[];
}

/** `GET /api/members/:name`. */
export interface ApiMemberDetail {
  readonly member: ApiMember;
  readonly state: ApiMemberState;
}

/**
 * Data of an event of `GET /api/live`, which is named after `what`. After a `state` that is not the first one, changes
 * were missed: members may have changed too, so fetch `/api/site` again.
 */
export type ApiChange =
  | ({ readonly what: 'state' } & ApiState)
  | { readonly what: 'snapshot'; readonly snapshot: Snapshot; readonly sequence?: number }
  | {
      readonly what: 'freshness';
      readonly member: string;
      readonly group: string;
      readonly state: GroupState;
    }
  /** Without `member`: it left. */
  | { readonly what: 'member'; readonly name: string; readonly member?: ApiMember }
  | { readonly what: 'event'; readonly event: SiteEvent };

/** A series that the history knows: `GET /api/series`. */
export interface ApiSeries {
  /** `member.group.path`, as `GET /api/history?series=` takes it. */
  readonly series: string;
  readonly member: string;
  readonly group: string;
  readonly path: string;
  readonly title: string;
  readonly quantity: QuantityName;
  /** As printed; empty for words and plain numbers. */
  readonly unit: string;
  readonly kind: Kind;
  /** Times of the first and the last sample known. */
  readonly oldest: number;
  readonly newest: number;
}

/** How finely history is kept. `raw`: as read; a quarter is one of an hour, a day is one of the site's zone. */
export type ApiLevel = 'raw' | 'minute' | 'quarter' | 'hour' | 'day';

/** One series over a span of time: columns of equal length, by time. Spans without a sample are left out. */
export interface ApiHistorySeries extends Omit<ApiSeries, 'oldest' | 'newest'> {
  /** Where the points come from. */
  readonly level: ApiLevel;
  /** Milliseconds that a point spans (of days: the usual 24 h); 0: points are single samples. */
  readonly step: number;
  /** Milliseconds usual between two points; where they are much farther apart, there is a gap. */
  readonly spacing: number;
  /** Begin of the span, or the time of the sample itself at level `raw`. */
  readonly time: readonly number[];
  /** Samples in the span. */
  readonly count: readonly number[];
  /** The last sample in the span. */
  readonly last: readonly Scalar[];
  /** Of numbers that are no counters. */
  readonly min?: readonly (number | null)[];
  readonly mean?: readonly (number | null)[];
  readonly max?: readonly (number | null)[];
  /** Of counters: the first sample, and growth since the sample before the span, resets recognised; null: unknown. */
  readonly first?: readonly (number | null)[];
  readonly delta?: readonly (number | null)[];
}

/** `GET /api/history`. */
export interface ApiHistory {
  readonly from: number;
  readonly to: number;
  readonly series: readonly ApiHistorySeries[];
}

/** `GET /api/events`, newest first. */
export interface ApiEvents {
  /** With their places in the journal. */
  readonly events: readonly (SiteEvent & { readonly sequence: number })[];
  /** Give it as `before` for older ones; absent: there are none. */
  readonly next?: number;
}

/** A kind of device that busbar knows: `GET /api/devices`, `busbar devices --json`. */
export interface ApiDevice extends Make {
  /** Devices that a first question tells apart have the same family, which may be named instead of the id. */
  readonly family?: string;
  readonly remarks: readonly string[];
  readonly line: Line;
  readonly addresses: Addresses;
  readonly groups: readonly ApiGroup[];
  readonly writables: readonly ApiWritable[];
  /** What may have to be said about the way to it (a password), each with its meaning. */
  readonly access: Readonly<Record<string, string>>;
  /** What a simulated one can be made to do wrong, by name with what each does. */
  readonly faults: Readonly<Record<string, string>>;
  /** Other masters on its line that a simulation can play, and output forms, by name with their titles. */
  readonly masters: Readonly<Record<string, string>>;
  readonly formats: Readonly<Record<string, string>>;
}

/** Who is asking: `GET /api/session`, `POST /api/login`. */
export interface ApiSession {
  /** Whether anything here wants a login. */
  readonly login_required: boolean;
  readonly logged_in: boolean;
}

/** `GET /healthz`. */
export interface ApiHealth {
  /** `degraded`: something outside is away, a line or a receiver. `failing` (503): the gateway itself cannot do its work. */
  readonly status: 'ok' | 'degraded' | 'failing';
  /** What is wrong, in sentences; empty when nothing is. */
  readonly reasons: readonly string[];
}
