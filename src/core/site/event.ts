/** How much a matter wants attention. */
export type Severity = 'info' | 'warning' | 'critical';

/** Something that happened on a site, for people and for outputs; kept in the journal. */
export interface SiteEvent {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  readonly kind:
    /** An alarm began, ended, or a person has seen it. */
    | 'alarm_raised'
    | 'alarm_cleared'
    | 'alarm_acknowledged'
    /** Something was written to a device, or was refused. */
    | 'write'
    /** Data was dropped: a size limit, a quarantined batch. */
    | 'loss'
    /** The gateway itself: started, stopped, configuration applied, clock jumped, database mended. */
    | 'gateway';
  readonly severity: Severity;
  /** Name of the member concerned; absent where it is the gateway. */
  readonly member?: string;
  /** What it is about, the same for raised and cleared: `rack.protections.cell_under_voltage`, a rule's name. */
  readonly subject: string;
  /** A sentence for a person. */
  readonly text: string;
  /** More for programs: who wrote what, before and after, how many entries. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** A rule of the owner's, and how it stands: `GET /api/alarms/rules`. */
export interface AlarmRule {
  /** Subject of its alarm and of its events: its name, or the condition. */
  readonly subject: string;
  /** The condition as configured, with its times. */
  readonly when: string;
  /** What people are told. */
  readonly say: string;
  readonly severity: Severity;
  /**
   * `raised`: its alarm stands; `pending`: the condition holds, but not for long enough yet; `calm`: it does not hold;
   * `unknown`: a value that it needs is missing or not fresh; `waiting`: a device of which it speaks has not answered yet.
   */
  readonly state: 'raised' | 'pending' | 'calm' | 'unknown' | 'waiting';
  /** What makes it hold, or why it waits. */
  readonly because?: string;
  /** When its alarm was raised. */
  readonly since?: number;
}

/** An alarm as it stands now. */
export interface Alarm {
  /** The same as the `subject` of its events; unique. */
  readonly subject: string;
  readonly severity: Severity;
  readonly member?: string;
  readonly text: string;
  /** When it was raised: milliseconds since 1970-01-01T00:00Z. */
  readonly since: number;
  /** When and by whom it was acknowledged; absent: not yet. */
  readonly acknowledged?: { readonly at: number; readonly by: string };
}
