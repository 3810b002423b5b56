import type { Timing } from '../core/bus/timing.ts';

/**
 * Times of the dialogue in milliseconds (6.3.14 and annex B), with the standard's values as defaults. Meters bend
 * them; the remarks say which way.
 */
export interface Timings {
  /**
   * Silence that we keep behind a message of the meter: reaction time tr, at least. Absent: 200, or 20 where the third
   * letter of the identification is lower case. Many meters with upper case take 20 too.
   */
  readonly reaction?: number;
  /** Longest wait for the first character of an answer: reaction time tr, at most. Default 1500. */
  readonly response: number;
  /** Longest silence inside a message: ta. Default 1500; on a quiet local line 300 finds a cut answer sooner. */
  readonly gap: number;
  /** Silence kept before the sign-on. Default 200, which Energomera meters need. */
  readonly beforeSignOn: number;
  /**
   * From the last character of the option select to the change of the baud rate; must end before the meter's tr. Absent:
   * 50, or 10 where the third letter of the identification is lower case, since such meters answer after 20.
   */
  readonly beforeSwitch?: number;
  /** How long NULs are sent to wake a battery meter: 2100 to 2300. Default 0: none. */
  readonly wakeUp: number;
  /** Pause behind the NULs: 1500 to 1700. Default 1600. */
  readonly afterWakeUp: number;
  /**
   * Silence after which a meter ends the session. Default 60000, the standard's least; Russian meters do after 1500 to
   * 3000. `rest` keeps a session alive by asking something at half of it.
   */
  readonly inactivity: number;
}

/** The standard's values. */
export const STANDARD_TIMINGS: Timings = {
  response: 1500,
  gap: 1500,
  beforeSignOn: 200,
  wakeUp: 0,
  afterWakeUp: 1600,
  inactivity: 60_000,
};

/** Named times completed by the standard's. */
export function timings(wanted: Partial<Timings> = {}): Timings {
  return { ...STANDARD_TIMINGS, ...wanted };
}

/** What the bus that carries out the exchanges should be told (`Job.timing`, `Device.timing`). */
export function busTiming(wanted: Partial<Timings> = {}): Partial<Timing> {
  const { response, gap, reaction } = timings(wanted);
  return { response, gap, turnaround: Math.min(20, reaction ?? 20) };
}
