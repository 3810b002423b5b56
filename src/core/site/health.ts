import type { BusHealth } from '../bus/health.ts';
import type { FaultCode } from '../fault.ts';

/** How the gateway itself stands: for outputs and screens that show it. */
export interface SiteHealth {
  /** Version of this program. */
  readonly version: string;
  /** When it was started: milliseconds since 1970-01-01T00:00Z. */
  readonly startedAt: number;
  readonly lines: readonly LineStatus[];
  readonly outputs: readonly OutputStatus[];
}

/** How a line stands. */
export interface LineStatus {
  readonly name: string;
  /** The link as configured, secrets removed. */
  readonly link: string;
  readonly health: BusHealth;
  readonly devices: readonly LineDeviceStatus[];
  /** The port for foreign programs, where there is one. */
  readonly rawPort?: { readonly listening: string; readonly passed: number; readonly refused: number };
  /** Why the link is away; absent while it is there. */
  readonly trouble?: string;
}

/** How polling of a device stands. */
export interface LineDeviceStatus {
  readonly member: string;
  /** Id of the definition in use; of the family while it is not known which member answers. */
  readonly device: string;
  readonly address?: number;
  /** `searching`: it has not answered yet; `polling`; `listening`: another master asks, we only hear. */
  readonly state: 'searching' | 'polling' | 'listening';
  readonly groups: Readonly<Record<string, GroupPolling>>;
}

/** How one group is polled. */
export interface GroupPolling {
  /** Seconds between two readings as wanted. */
  readonly period: number;
  readonly read: number;
  readonly failed: number;
  /** Readings that came more than half a period late: the line is too slow for what is asked of it. */
  readonly overruns: number;
}

/** How an output stands. */
export interface OutputStatus {
  readonly name: string;
  /** `mqtt`, `influxdb` ... */
  readonly type: string;
  readonly state: 'delivering' | 'waiting' | 'failing' | 'off';
  /** Entries of the journal that it has not delivered; 0 for one that only shows what is latest. */
  readonly backlog: number;
  /** Measured when: the oldest entry that is not delivered; absent when there is none. */
  readonly oldest?: number;
  readonly delivered: number;
  readonly quarantined: number;
  /** Why it does not deliver; absent while it does. */
  readonly trouble?: { readonly code: FaultCode; readonly message: string; readonly at: number };
  /** When it is tried again: milliseconds since 1970-01-01T00:00Z. */
  readonly nextAttempt?: number;
}
