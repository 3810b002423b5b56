import type { Alarm, Freshness, Member, SiteEvent } from '../core/site/index.ts';
import type { Values } from '../core/snapshot.ts';
import type { Lookup, Rule, Truth } from './alarm-rule.ts';
import { alarmBook } from './alarm-book.ts';
import { BACKLOG_CLEARED, type Entry, restored } from './alarm-entry.ts';
import { watch } from './alarm-watch.ts';
import { reportsAlarms, troublesIn } from './device-alarms.ts';

/** What the alarms of a site need. */
export interface AlarmsOptions {
  readonly lookup: Lookup;
  /** Milliseconds that a trouble must be over before its alarm is cleared, where a rule does not say; absent: 60 s. */
  readonly calm?: number;
  /** What `state` said before a restart. Throws a `format` fault where it cannot be read. */
  readonly state?: string;
}

/** How far an output is behind. */
export interface Backlog {
  /** Entries that wait. */
  readonly entries: number;
  /** Milliseconds that the oldest of them waits. */
  readonly age: number;
}

/** What is configured, and not known or not understood yet: its alarms from before a restart go on standing. */
export interface Expected {
  /** Names of members. */
  readonly members: ReadonlySet<string>;
  /** Subjects of rules. */
  readonly rules: ReadonlySet<string>;
  /** Names of outputs. */
  readonly outputs: ReadonlySet<string>;
}

/**
 * All alarms of a site. Every method brings the events that follow, in order; each alarm is raised once, cleared once.
 * An alarm is raised as soon as its condition says, and cleared only after a time of calm, so it cannot flap faster.
 * `now` is milliseconds of a clock that never goes back, `at` calendar time in milliseconds since 1970-01-01T00:00Z.
 */
export interface Alarms {
  /** A member is known now, or better. */
  readonly know: (member: Member) => void;
  /** The rules and members in force from now on; alarms of what is neither there nor expected are cleared. */
  readonly configure: (
    rules: readonly Rule[],
    members: readonly Member[],
    at: number,
    expected?: Expected,
  ) => SiteEvent[];
  /** Takes plausible values of a group, for the alarms that the device itself reports: `MEMBER.PATH.WORD`. */
  readonly observe: (member: string, group: string, values: Values, now: number, at: number) => SiteEvent[];
  /** Tells how fresh a member is (see `pulseOf`): `MEMBER.no_data` when it is gone, or never answered for five minutes. */
  readonly presence: (member: string, freshness: Freshness, now: number, at: number) => SiteEvent[];
  /**
   * Tells that a group of a member is left alone until its owner changes something (a wrong password), and why; without
   * `why`: that it is not. `MEMBER.refused` while there is any.
   */
  readonly resting: (
    member: string,
    group: string,
    why: string | undefined,
    now: number,
    at: number,
  ) => SiteEvent[];
  /** Tells how far an output is behind: `output.NAME.backlog` when the oldest entry waits for `limit` ms. */
  readonly backlog: (output: string, waiting: Backlog, limit: number, now: number, at: number) => SiteEvent[];
  /** Looks at the rules; call it about once a second. */
  readonly tick: (now: number, at: number) => SiteEvent[];
  /** A person has seen it; undefined where no such alarm stands, or it was acknowledged before. */
  readonly acknowledge: (subject: string, by: string, at: number) => SiteEvent | undefined;
  /** A person says that it is over, though nothing tells (a pack that was taken out). */
  readonly dismiss: (subject: string, by: string, at: number) => SiteEvent | undefined;
  /** What each rule in force says now, in their order. */
  readonly rules: () => readonly { readonly subject: string; readonly truth: Truth }[];
  /** Alarms that stand, oldest first. */
  readonly standing: () => readonly Alarm[];
  /** All that must survive a restart, as JSON. */
  readonly state: () => string;
}

/** Subject of the alarm of a member that is left alone. */
export const refusedSubject = (member: string): string => `${member}.refused`;

const CALM = 60_000;
const NOTHING: Expected = { members: new Set(), rules: new Set(), outputs: new Set() };
const backlogSubject = (output: string): string => `output.${output}.backlog`;
/** Milliseconds that a member may take until its first answer. */
const FIRST_ANSWER = 300_000;

/** The alarms of a site. */
export function alarms({ lookup, calm = CALM, state }: AlarmsOptions): Alarms {
  const book = alarmBook(state === undefined ? [] : restored(state, calm));
  const { entries, entryOf, look, ended } = book;
  let rules: readonly Rule[] = [];
  let members = new Map<string, Member>();

  function ruleWatch(rule: Rule, raised: boolean): Pick<Entry, 'watch' | 'times'> {
    return { watch: watch(rule.hold, rule.clearHold ?? calm, raised), times: timesOf(rule) };
  }

  function configure(
    nextRules: readonly Rule[],
    nextMembers: readonly Member[],
    at: number,
    expected: Expected = NOTHING,
  ): SiteEvent[] {
    rules = nextRules;
    members = new Map(nextMembers.map((member) => [member.name, member]));
    const outputs = new Set([...expected.outputs].map(backlogSubject));
    const inForce = new Map(rules.map((rule) => [rule.subject, rule]));
    const events: SiteEvent[] = [];
    for (const [subject, entry] of entries.all()) {
      const { origin, member } = entry;
      const isKnown = member !== undefined && members.has(member);
      const rule = origin.of === 'rule' ? inForce.get(subject) : undefined;
      let left: string | undefined;
      if (member !== undefined && !isKnown && !expected.members.has(member)) left = member;
      // One that is not understood although its member is known has lost what it spoke of.
      else if (origin.of === 'rule' && rule === undefined && (isKnown || !expected.rules.has(subject)))
        left = 'the rule';
      else if (origin.of === 'output' && !outputs.has(subject)) left = 'the output';
      if (left !== undefined) {
        events.push(...ended(subject, entry, `${left} is no more`, at));
        entries.delete(subject);
      } else if (rule !== undefined && entry.times !== timesOf(rule)) {
        // The same name with other times: what stands goes on standing.
        entries.set(subject, { ...entry, ...ruleWatch(rule, entry.alarm !== undefined) });
      }
    }
    return events;
  }

  function observe(name: string, groupName: string, values: Values, now: number, at: number): SiteEvent[] {
    const group = members.get(name)?.groups.find((one) => one.name === groupName);
    if (group === undefined || !marked(group)) return [];
    const { troubles, told } = troublesIn(group, values);
    const seen = new Map(troubles.map((trouble) => [`${name}.${trouble.path}`, trouble]));
    const events: SiteEvent[] = [];
    for (const [subject, trouble] of seen) {
      const entry = entryOf(subject, () => ({
        watch: watch(0, calm),
        origin: { of: 'device', group: groupName, path: trouble.path },
        member: name,
      }));
      events.push(...look(subject, entry, { begins: true, over: false }, trouble, now, at));
    }
    for (const [subject, entry] of entries.of(name)) {
      const { origin, alarm } = entry;
      if (origin.of !== 'device' || origin.group !== groupName || seen.has(subject)) continue;
      const over = told(origin.path) ? true : undefined;
      const about = { severity: alarm?.severity ?? 'warning', text: alarm?.text ?? subject } as const;
      events.push(
        ...look(subject, entry, { begins: over === true ? false : undefined, over }, about, now, at),
      );
      if (!entry.watch.raised()) entries.delete(subject);
    }
    return events;
  }

  const markedGroups = new WeakMap<object, boolean>();
  function marked(group: Member['groups'][number]): boolean {
    let known = markedGroups.get(group);
    if (known === undefined) markedGroups.set(group, (known = reportsAlarms(group)));
    return known;
  }

  /** Members that were never read, and since when. */
  const silent = new Map<string, number>();

  function presence(name: string, freshness: Freshness, now: number, at: number): SiteEvent[] {
    if (freshness === 'unknown') silent.set(name, silent.get(name) ?? now);
    else silent.delete(name);
    const subject = `${name}.no_data`;
    const never = now - (silent.get(name) ?? now) >= FIRST_ANSWER;
    const gone = freshness === 'gone' || never;
    if (!gone && entries.get(subject) === undefined) return [];
    const entry = entryOf(subject, () => ({ watch: watch(0, 0), origin: { of: 'presence' }, member: name }));
    const over = freshness === 'fresh' ? true : freshness === 'unknown' ? undefined : false;
    const text = freshness === 'unknown' ? `${name} has not answered since start` : `no data from ${name}`;
    return look(
      subject,
      entry,
      { begins: gone, over },
      { severity: 'warning', text, cleared: 'it answers again' },
      now,
      at,
    );
  }

  /** Groups that are left alone, by member; of an alarm from before a restart it is not known which. */
  const restingGroups = new Map<string, Set<string>>();
  for (const [, { origin, member }] of entries.all())
    if (origin.of === 'access' && member !== undefined) restingGroups.set(member, new Set());

  function resting(
    name: string,
    group: string,
    why: string | undefined,
    now: number,
    at: number,
  ): SiteEvent[] {
    let groups = restingGroups.get(name);
    if (why === undefined && groups === undefined) return [];
    if (groups === undefined) restingGroups.set(name, (groups = new Set()));
    if (why !== undefined) groups.add(group);
    else groups.delete(group);
    const over = groups.size === 0;
    if (over) restingGroups.delete(name);
    const subject = refusedSubject(name);
    const entry = entryOf(subject, () => ({ watch: watch(0, 0), origin: { of: 'access' }, member: name }));
    const text = `${name} is left alone: ${why ?? 'it refused'}`;
    const about = { severity: 'warning', text, cleared: 'it is read again' } as const;
    return look(subject, entry, { begins: !over, over }, about, now, at);
  }

  function backlog(
    output: string,
    { entries: waiting, age }: Backlog,
    limit: number,
    now: number,
    at: number,
  ): SiteEvent[] {
    const subject = backlogSubject(output);
    const begins = waiting > 0 && age >= limit;
    if (!begins && entries.get(subject) === undefined) return [];
    const entry = entryOf(subject, () => ({ watch: watch(0, BACKLOG_CLEARED), origin: { of: 'output' } }));
    const text = `output ${output} is behind: ${waiting} entries, the oldest from ${Math.round(age / 60_000)} min ago`;
    // Over when it has caught up by half, so that it does not hang on the limit.
    return look(
      subject,
      entry,
      { begins, over: waiting === 0 || age < limit / 2 },
      { severity: 'warning', text, cleared: 'caught up' },
      now,
      at,
    );
  }

  function tick(now: number, at: number): SiteEvent[] {
    return rules.flatMap((rule) => {
      const { subject, severity, say, member } = rule;
      const entry = entryOf(subject, () => ({
        ...ruleWatch(rule, false),
        origin: { of: 'rule' },
        ...(member === undefined ? {} : { member }),
      }));
      const { holds, because } = rule.begins(lookup);
      const over = entry.watch.raised() ? rule.ends(lookup) : undefined;
      const text = because === undefined || because === say ? say : `${say}: ${because}`;
      return look(subject, entry, { begins: holds, over }, { severity, text }, now, at);
    });
  }

  return {
    know: (member) => void members.set(member.name, member),
    configure,
    observe,
    presence,
    resting,
    backlog,
    tick,
    acknowledge: book.acknowledge,
    dismiss: book.dismiss,
    rules: () => rules.map((rule) => ({ subject: rule.subject, truth: rule.begins(lookup) })),
    standing: book.standing,
    state: book.state,
  };
}

function timesOf({ hold, clearHold }: Rule): string {
  return `${hold} ${clearHold ?? ''}`;
}
