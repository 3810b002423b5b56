import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../core/clock.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Alarm, Logger, Member, SiteEvent, SiteGroup } from '../core/site/index.ts';
import type { Snapshot, Values } from '../core/snapshot.ts';
import type { Alarms, Expected, Backlog, Rule } from '../site/index.ts';
import {
  alarms as alarmsOf,
  freshnessOf,
  type Lookup,
  type Plausibility,
  plausibility,
  pulseOf,
  type Sums,
  type Zone,
} from '../site/index.ts';
import type { Store } from '../store/index.ts';
import { type Count, countsOf, type MemberSettings, memoryName } from './counts.ts';
import { journalFeed } from './journal-feed.ts';
import { type SiteState, siteState } from './site-state.ts';

/**
 * The way of every value from the line to the journal: judged, shown, counted, watched, kept. One engine serves a site;
 * lines bring values in, outputs and screens read its state and the journal.
 */
export interface Engine {
  readonly state: SiteState;
  /** A device is known now, or better. What was counted before a restart is taken up again. */
  readonly put: (member: Member, settings: MemberSettings) => Promise<void>;
  /** A member left; its alarms end with the next `watch`. */
  readonly remove: (name: string) => void;
  /** What is summed over members from now on. */
  readonly sum: (sums: readonly Sums[]) => void;
  /** The rules in force from now on. Alarms end whose rule or member is neither there nor expected. */
  readonly watch: (rules: readonly Rule[], expected?: Expected) => void;
  /** Values that a line brought. Those of a member that is not known are dropped. */
  readonly measured: (member: string, group: string, at: number, values: Values) => void;
  /** Values that a device kept, with their own times. Resolves when they are kept here. */
  readonly archived: (snapshots: readonly Snapshot[]) => Promise<void>;
  readonly failed: (member: string, group: string, fault: Fault) => void;
  readonly happened: (event: SiteEvent) => void;
  /** How far an output is behind, and from how many milliseconds on that is an alarm. */
  readonly backlog: (output: string, waiting: Backlog, limit: number) => void;
  /** What each rule in force says now. */
  readonly rules: Alarms['rules'];
  readonly acknowledge: (subject: string, by: string) => Alarm;
  /** A person says that an alarm is over, though nothing tells (a pack that was taken out). Throws `config` where there is none. */
  readonly dismiss: (subject: string, by: string) => void;
  /** Ages, rules, sums and what is written seldom; to be called once a second. */
  readonly tick: () => void;
  /** Writes out what waits, and the counts as they stand. */
  readonly close: () => Promise<void>;
}

/** What an engine works with. */
export interface EngineOptions {
  readonly site: string;
  readonly zone: Zone;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Logger;
  /** Told when entries are in the journal for good. */
  readonly onKept: () => void;
  /** What `alarms.state()` said before a restart. */
  readonly alarmState?: string;
}

interface Treated {
  readonly member: Member;
  readonly limits: MemberSettings['limits'];
  readonly judges: ReadonlyMap<string, Plausibility>;
  readonly counts: readonly Count[];
  /** When each count was last shown, by group. */
  readonly shown: Map<string, number>;
}

/** Starts the way of values for a site. */
export function engine(options: EngineOptions): Engine {
  const { clock, store, log } = options;
  const members = new Map<string, Treated>();
  let sums: readonly Sums[] = [];
  const sumsShown = new Map<string, number>();

  const state = siteState({
    site: options.site,
    now: () => clock.date(),
    monotonic: () => clock.now(),
    judge: freshnessOf,
    alarms: () => watcher.standing(),
    onError: (error) => log.error(`a listener failed: ${faultOf(error, 'output').message}`),
  });
  const lookup: Lookup = state.group;
  const watcher: Alarms = alarmsOf({
    lookup,
    ...(options.alarmState === undefined ? {} : { state: options.alarmState }),
  });

  const feed = journalFeed(options);

  /** Members whose counts cannot be read at the moment; nothing is counted for them, since that would replace what is there. */
  const uncounted = new Map<string, { readonly member: Member; readonly settings: MemberSettings }>();
  let asked = clock.now();

  /** The counts of a member as they stand in the database; those that it has already while nothing can be read there. */
  const taken = async (member: Member, settings: MemberSettings): Promise<readonly Count[]> => {
    try {
      const inForce = (): readonly Count[] => members.get(member.name)?.counts ?? [];
      const counts = await countsOf(member, settings, inForce, options);
      uncounted.delete(member.name);
      return counts;
    } catch (error) {
      const { code, message } = faultOf(error, 'format');
      if (code !== 'output') throw error;
      if (!uncounted.has(member.name))
        log.warn(`energy of ${member.name} is counted when the totals can be read: ${message}`);
      uncounted.set(member.name, { member, settings });
      return members.get(member.name)?.counts ?? [];
    }
  };

  const show = (snapshot: Snapshot): void => {
    state.measured(snapshot);
    feed.note({ what: 'snapshot', snapshot });
  };

  const happened = (event: SiteEvent): void => {
    state.happened(event);
    feed.note({ what: 'event', event });
  };

  const alarmed = (events: readonly SiteEvent[]): void => {
    if (events.length === 0) return;
    feed.remember('alarms', watcher.state);
    for (const event of events) {
      if (event.kind === 'alarm_raised') log.warn(event.text);
      happened(event);
    }
  };

  /** Shows a count of ours when its period is over; at once with `now`. */
  const showCount = (treated: Treated, { of, count }: Count, at: number, due: boolean): void => {
    const { name, period } = count.group;
    const now = clock.now();
    if (!due && now - (treated.shown.get(name) ?? -Infinity) < period * 1000) return;
    treated.shown.set(name, now);
    const values = of === 'energy' ? count.values(now, at) : count.values(at);
    feed.remember(memoryName(of, treated.member.name), () => count.state());
    show({ device: treated.member.name, group: name, at, values, kind: 'live' });
  };

  const put: Engine['put'] = async (member, settings) => {
    // A database that cannot be read says so elsewhere; then the first reading is believed.
    const stored = await store.latest(member.name).catch(() => []);
    // Last, since the counts in force go on counting until others take over.
    const counts = await taken(member, settings);
    const groups: SiteGroup[] = [...member.groups, ...counts.map(({ count }) => count.group)];
    const whole: Member = { ...member, groups };
    const before = members.get(member.name);
    const now = clock.now();
    const judges = new Map(
      [...member.groups, ...(member.archives ?? [])].map((group) => {
        const same = before?.member.groups.find((one) => one.fields === group.fields);
        const kept = same === undefined ? undefined : before?.judges.get(group.name);
        // It knows more than what is shown: what it has refused, and how often.
        if (kept !== undefined && isDeepStrictEqual(before?.limits, settings.limits))
          return [group.name, kept] as const;
        const judge = plausibility(group, settings.limits);
        // What is shown lacks what was refused, so that what is stored comes first.
        for (const known of [
          stored.find((one) => one.group === group.name),
          state.state(member.name)?.groups[group.name],
        ])
          if (known?.at !== undefined) judge.seed(known.values, now - ageOf(known.at, clock.date()));
        return [group.name, judge] as const;
      }),
    );
    const { limits } = settings;
    members.set(member.name, { member: whole, limits, judges, counts, shown: new Map() });
    store.describe(member.name, [...groups, ...(member.archives ?? [])]);
    state.put(whole);
    watcher.know(whole);
  };

  /** Takes up counts that could not be read before. */
  const recount = (): void => {
    if (uncounted.size === 0 || clock.now() - asked < RECOUNT) return;
    asked = clock.now();
    for (const [name, { member, settings }] of uncounted) {
      put(member, settings).catch((error: unknown) =>
        log.error(`${name}: ${faultOf(error, 'format').message}`),
      );
    }
  };

  return {
    state,
    put,
    remove: (name) => {
      members.delete(name);
      uncounted.delete(name);
      state.remove(name);
    },
    sum: (wanted) => {
      const names = new Set(wanted.map(({ member }) => member.name));
      for (const { member } of sums) if (!names.has(member.name)) state.remove(member.name);
      sums = wanted;
      for (const { member } of sums) {
        store.describe(member.name, member.groups);
        state.put(member);
      }
    },
    watch: (rules, expected) => alarmed(watcher.configure(rules, state.members(), clock.date(), expected)),
    measured: (name, group, at, values) => {
      const treated = members.get(name);
      const judge = treated?.judges.get(group);
      if (treated === undefined || judge === undefined) return;
      const now = clock.now();
      const judged = judge.judge(values, now);
      for (const { path, why } of judged.refusals) {
        state.refused(name, `${group}.${path}`, why);
        log.info(`${name}.${group}.${path} refused: ${why}`);
      }
      show({ device: name, group, at, values: judged.values, kind: 'live' });
      for (const counting of treated.counts) {
        if (counting.of === 'energy') {
          if (!counting.count.sources.includes(group)) continue;
          counting.count.take(group, judged.values, now, at);
        } else {
          if (counting.count.source !== group) continue;
          counting.count.take(judged.values, now, at);
        }
        showCount(treated, counting, at, false);
      }
      alarmed(watcher.resting(name, group, undefined, now, at));
      alarmed(watcher.observe(name, group, judged.values, now, at));
    },
    archived: async (snapshots) => {
      for (const snapshot of snapshots) {
        const judge = members.get(snapshot.device)?.judges.get(snapshot.group);
        const judged = judge?.judgeArchive(snapshot.values);
        for (const { path, why } of judged?.refusals ?? []) {
          state.refused(snapshot.device, `${snapshot.group}.${path}`, why);
        }
        show({ ...snapshot, values: judged?.values ?? snapshot.values });
      }
      await feed.flush();
    },
    failed: (name, group, fault) => {
      // A fault before the groups are known strikes all of them; of one unit of a group it is told as `group/unit`.
      const groups = state.state(name)?.member.groups.map((one) => one.name) ?? [];
      const own = group.split('/')[0] ?? group;
      const struck = group === '' ? groups : [own];
      for (const one of struck) {
        state.failed(name, one, fault);
        if (fault.rests) alarmed(watcher.resting(name, one, fault.message, clock.now(), clock.date()));
      }
    },
    happened,
    rules: watcher.rules,
    backlog: (output, waiting, limit) =>
      alarmed(watcher.backlog(output, waiting, limit, clock.now(), clock.date())),
    acknowledge: (subject, by) => {
      const event = watcher.acknowledge(subject, by, clock.date());
      if (event !== undefined) alarmed([event]);
      const alarm = watcher.standing().find((one) => one.subject === subject);
      if (alarm === undefined) throw new Fault('config', `there is no alarm '${subject}'`);
      return alarm;
    },
    dismiss: (subject, by) => {
      const event = watcher.dismiss(subject, by, clock.date());
      if (event === undefined) throw new Fault('config', `there is no alarm '${subject}'`);
      alarmed([event]);
    },
    tick: () => {
      state.age();
      recount();
      const [now, at] = [clock.now(), clock.date()];
      for (const { member, values } of sums) {
        const latest = values(state.state);
        for (const { name, period } of member.groups) {
          const key = `${member.name}.${name}`;
          const own = latest[name];
          if (own === undefined || now - (sumsShown.get(key) ?? -Infinity) < period * 1000) continue;
          sumsShown.set(key, now);
          show({ device: member.name, group: name, at, values: own, kind: 'live' });
        }
      }
      for (const { member } of members.values()) {
        alarmed(watcher.presence(member.name, pulseOf(member, lookup), now, at));
      }
      alarmed(watcher.tick(now, at));
    },
    close: async () => {
      for (const treated of members.values()) {
        for (const { of, count } of treated.counts)
          feed.remember(memoryName(of, treated.member.name), () => count.state());
      }
      feed.remember('alarms', watcher.state);
      await feed.flush();
    },
  };
}

/** Milliseconds between two attempts to read what was counted. */
const RECOUNT = 10_000;
/** An age that is not known: nothing is concluded from it but that counters have not fallen. */
const LONG_AGO = 365 * 24 * 3_600_000;

/** Milliseconds since something was measured; of a time to come, which a clock had that was wrong, nobody knows. */
const ageOf = (at: number, now: number): number => (at <= now ? now - at : LONG_AGO);
