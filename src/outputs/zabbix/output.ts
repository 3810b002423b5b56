import { Fault, faultOf } from '../../core/fault.ts';
import {
  type Entry,
  onlyMembers,
  type Output,
  type OutputContext,
  type SiteView,
} from '../../core/site/index.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { EVENT, MEMBER, MEMBERS, READING, STATE, TITLE, valuesOf } from './keys.ts';
import type { ZabbixOptions } from './options.ts';
import { sender, type SenderValue } from './sender.ts';
import { openSightings, type Sighting } from './sightings.ts';
import type { Outcome } from './wire.ts';

/** Most values in a request, as zabbix_sender has it. */
const REQUEST = 250;
/** Milliseconds between two states, and the pause before one that something gave rise to. */
const STATE_EVERY = 60_000;
const STATE_SOON = 1_000;
/** Milliseconds between two discoveries although nothing is new: a host may have been made anew. */
const DISCOVERY_EVERY = 3_600_000;
/**
 * Milliseconds after a discovery by which the server has made the items and knows them (it reads its configuration once
 * a minute): what is read seldom is then sent once more, or an item would wait a day for its first value.
 */
const SETTLED = 90_000;
/** Seconds: groups that are read less often than this are sent once more after each discovery. */
const SELDOM = 600;

/** A server that is killed loses what it has not yet written; its database keeps one of two values of the same time. */
const UNWRITTEN = 60_000;

/** Where the hosts are remembered that took values once. */
const SHELF = 'hosts';

/** Sends a site to a Zabbix server or proxy. */
export async function zabbixOutput(options: ZabbixOptions, context: OutputContext): Promise<Output> {
  const { clock, log, memory } = context;
  const view = options.members === undefined ? context.view : onlyMembers(context.view, options.members);
  const site = options.host ?? view.site;
  const isShared = options.hosts === 'site';
  const hostOf = (member: string | undefined): string =>
    isShared || member === undefined ? site : `${site}-${member}`;
  const zabbix = sender(options, clock);
  const seen = await openSightings(view, context);
  // Written by ourselves below.
  const accepted = new Set(JSON.parse((await memory.get(SHELF)) ?? '[]') as string[]);
  const warned = new Set<string>();
  const closing = new AbortController();
  let discoveredAt = -Infinity;
  let cancelState = (): void => undefined;
  let cancelSettled = (): void => undefined;

  /** Sends values, those of one host in a request. What a known host does not take is a fault. */
  const send = async (values: readonly SenderValue[], signal: AbortSignal): Promise<Outcome> => {
    let last: Outcome = { processed: 0, failed: 0, info: 'nothing was sent' };
    for (const [host, of] of grouped(values, (one) => one.host)) {
      for (let at = 0; at < of.length; at += REQUEST) {
        last = await zabbix.send(of.slice(at, at + REQUEST), signal);
        if (last.failed > 0) {
          untaken(host, last);
          break;
        }
        warned.delete(host);
        if (!accepted.has(host)) {
          accepted.add(host);
          await memory.set(SHELF, JSON.stringify([...accepted]));
        }
      }
    }
    return last;
  };

  const untaken = (host: string, { failed, info }: Outcome): void => {
    const text = `Zabbix did not take ${failed === 1 ? 'a value' : `${failed} values`} of host '${host}' (${info}): is there an enabled host of this name with the template 'busbar by sender', do its items allow our address, and has the server read its configuration since?`;
    // One device of many that nobody wanted to have in Zabbix must not hold up the others.
    if (isShared || accepted.has(host)) throw new Fault('output', text);
    if (!warned.has(host)) log.warn(`${text} It is left out until then.`);
    warned.add(host);
  };

  const discovery = (): SenderValue[] => {
    const at = clock.date();
    const members = [...grouped(view.members(), ({ name }) => hostOf(name))].map(([host, of]) => ({
      host,
      key: MEMBERS,
      value: JSON.stringify(of.map(({ name, title }) => ({ [MEMBER]: name, [TITLE]: title }))),
      at,
    }));
    const byItem = grouped(seen.all(), ({ quantity, macros }) => `${hostOf(macros[MEMBER])} ${quantity}`);
    const values = [...byItem.values()].map((of) => ruleOf(of, at));
    return [...members, ...values];
  };
  const ruleOf = (of: readonly Sighting[], at: number): SenderValue => {
    const [first] = of;
    return {
      host: hostOf(first?.macros[MEMBER]),
      key: valuesOf(first?.quantity ?? ''),
      value: JSON.stringify(of.map(({ macros }) => macros)),
      at,
    };
  };

  const discover = async (fresh: ReadonlySet<string>, signal: AbortSignal): Promise<void> => {
    await send(discovery(), signal);
    discoveredAt = clock.now();
    cancelSettled();
    cancelSettled = clock.after(SETTLED, () => {
      background(() => send(latest(view, fresh), closing.signal));
    });
  };

  /** What is known now of groups that are read seldom, and of series that are new. */
  const latest = (of: SiteView, fresh: ReadonlySet<string>): SenderValue[] =>
    of.members().flatMap(({ name, groups }) =>
      groups.flatMap((group) => {
        const { at, values, freshness } = of.state(name)?.groups[group.name] ?? {};
        if (at === undefined || values === undefined || freshness === 'gone') return [];
        const all = Object.entries(
          seen.valuesOf({ device: name, group: group.name, at, values, kind: 'live' }),
        );
        const wanted = all.filter(([id]) => group.period >= SELDOM || fresh.has(id));
        if (wanted.length === 0) return [];
        return [{ host: hostOf(name), key: READING, value: JSON.stringify(Object.fromEntries(wanted)), at }];
      }),
    );

  const state = (): SenderValue[] => {
    const at = clock.date();
    const members = view.members();
    const hosts = new Set([site, ...members.map(({ name }) => hostOf(name))]);
    return [...hosts].map((host) => {
      const own = members.filter(({ name }) => hostOf(name) === host);
      const alarms = view.alarms().filter(({ member }) => hostOf(member) === host);
      const count = (severity: string): number => alarms.filter((one) => one.severity === severity).length;
      const value = JSON.stringify({
        members: Object.fromEntries(own.map(({ name }) => [name, view.state(name)?.freshness ?? 'unknown'])),
        alarms: {
          critical: count('critical'),
          warning: count('warning'),
          info: count('info'),
          text: alarms.map(({ text }) => text).join('; '),
        },
      });
      return { host, key: STATE, value, at };
    });
  };

  const background = (act: () => Promise<unknown>): void => {
    act().then(
      () => context.trouble(undefined),
      (error: unknown) => {
        if (!closing.signal.aborted) context.trouble(faultOf(error, 'output').message);
      },
    );
  };
  const tellState = (pause: number): void => {
    cancelState();
    cancelState = clock.after(pause, () => {
      background(() => send(state(), closing.signal));
      tellState(STATE_EVERY);
    });
  };
  tellState(STATE_SOON);
  const stop = view.subscribe((change) => {
    if (change.what === 'freshness' || (change.what === 'event' && change.event.kind.startsWith('alarm_')))
      tellState(STATE_SOON);
  });

  const reading = (snapshot: Snapshot): SenderValue => ({
    host: hostOf(snapshot.device),
    key: READING,
    value: JSON.stringify(seen.valuesOf(snapshot)),
    at: snapshot.at,
  });

  return {
    forgets: UNWRITTEN,
    deliver: async (entries: readonly Entry[], signal) => {
      const values = entries.map((entry) =>
        entry.what === 'snapshot'
          ? reading(entry.snapshot)
          : {
              host: hostOf(entry.event.member),
              key: EVENT,
              value: `${entry.event.severity}: ${entry.event.text}`,
              at: entry.event.at,
            },
      );
      const fresh = seen.fresh();
      if (fresh.size > 0 || clock.now() - discoveredAt >= DISCOVERY_EVERY) await discover(fresh, signal);
      await send(values, signal);
    },
    test: async (signal) => `the server took a state: ${(await send(state(), signal)).info}`,
    close: () => {
      closing.abort();
      stop();
      cancelState();
      cancelSettled();
      return Promise.resolve();
    },
  };
}

/** What has the same key together, in its order. */
function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
