import type { Alarm, Severity, SiteEvent } from '../core/site/index.ts';
import { type Entries, entriesWith } from './alarm-entries.ts';
import type { Entry } from './alarm-entry.ts';

/** What an alarm says while it stands, and when it is over. */
export interface About {
  readonly severity: Severity;
  readonly text: string;
  readonly cleared?: string;
}

/** Troubles and the alarms that they are: raised once, seen by a person, cleared once. Times as in `Alarms`. */
export interface AlarmBook {
  readonly entries: Entries;
  /** The trouble of that subject; made where there is none. */
  readonly entryOf: (subject: string, make: () => Entry) => Entry;
  /** Looks at one trouble; brings the event that follows. */
  readonly look: (
    subject: string,
    entry: Entry,
    truth: { readonly begins: boolean | undefined; readonly over: boolean | undefined },
    about: About,
    now: number,
    at: number,
  ) => SiteEvent[];
  /** Ends the alarm of a trouble, where it is one. */
  readonly ended: (subject: string, entry: Entry, why: string, at: number, by?: string) => SiteEvent[];
  /** As in `Alarms`. */
  readonly acknowledge: (subject: string, by: string, at: number) => SiteEvent | undefined;
  /** As in `Alarms`. */
  readonly dismiss: (subject: string, by: string, at: number) => SiteEvent | undefined;
  /** As in `Alarms`. */
  readonly standing: () => readonly Alarm[];
  /** As in `Alarms`. */
  readonly state: () => string;
}

/** @param initial troubles that are alarms already */
export function alarmBook(initial: readonly (readonly [string, Entry])[]): AlarmBook {
  const entries = entriesWith(initial);

  const look: AlarmBook['look'] = (subject, entry, truth, about, now, at) => {
    const turn = entry.watch.look(truth.begins, truth.over, now);
    if (turn === undefined) return [];
    const of = entry.member === undefined ? {} : { member: entry.member };
    if (turn === 'raised') {
      const { severity, text } = about;
      entry.alarm = { subject, severity, text, since: at, ...of };
      return [{ at, kind: 'alarm_raised', severity, subject, text, ...of }];
    }
    return ended(subject, entry, about.cleared ?? 'over', at);
  };

  function ended(subject: string, entry: Entry, why: string, at: number, by?: string): SiteEvent[] {
    const { alarm } = entry;
    if (alarm === undefined) return [];
    delete entry.alarm;
    const of = alarm.member === undefined ? {} : { member: alarm.member };
    const detail = {
      seconds: Math.max(0, Math.round((at - alarm.since) / 1000)),
      ...(by === undefined ? {} : { by }),
    };
    return [
      {
        at,
        kind: 'alarm_cleared',
        severity: alarm.severity,
        subject,
        text: `${alarm.text}: ${why}`,
        detail,
        ...of,
      },
    ];
  }

  function entryOf(subject: string, make: () => Entry): Entry {
    const known = entries.get(subject);
    if (known !== undefined) return known;
    const entry = make();
    entries.set(subject, entry);
    return entry;
  }

  return {
    entries,
    entryOf,
    look,
    ended,
    acknowledge: (subject, by, at) => {
      const entry = entries.get(subject);
      if (entry?.alarm === undefined || entry.alarm.acknowledged !== undefined) return undefined;
      const alarm = { ...entry.alarm, acknowledged: { at, by } };
      entry.alarm = alarm;
      const { severity, text, member } = alarm;
      const of = member === undefined ? {} : { member };
      return { at, kind: 'alarm_acknowledged', severity, subject, text, detail: { by }, ...of };
    },
    dismiss: (subject, by, at) => {
      const entry = entries.get(subject);
      if (entry === undefined) return undefined;
      const [event] = ended(subject, entry, `${by} says it is over`, at, by);
      entries.delete(subject);
      return event;
    },
    standing: () =>
      entries
        .all()
        .flatMap(([, { alarm }]) => alarm ?? [])
        .sort((one, other) => one.since - other.since),
    state: () =>
      JSON.stringify({
        version: 1,
        alarms: entries
          .all()
          .flatMap(([, { alarm, origin }]) => (alarm === undefined ? [] : [{ ...alarm, origin }])),
      } satisfies Readonly<Record<string, unknown>>),
  };
}
