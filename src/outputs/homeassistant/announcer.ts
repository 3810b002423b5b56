import { isDeepStrictEqual } from 'node:util';
import {
  type BrokerAddOn,
  type BrokerLink,
  fieldWithRole,
  type MakeBrokerAddOn,
  type MemberState,
  type OutputContext,
  type SiteChange,
  valueWithRole,
} from '../../core/site/index.ts';
import { announceGateway, announceMember, type Announcement } from './announcement.ts';
import { slug } from './component.ts';
import { type Ledger, type LedgerEntry, openLedger } from './ledger.ts';
import { type Announced, changing, type Form, removing } from './messages.ts';
import type { HomeAssistantOptions } from './options.ts';
import { sight } from './sightings.ts';
import { type Strays, strays } from './strays.ts';
import { nameDevice } from './unique-id.ts';

/** Milliseconds after which something new is announced: what comes together is announced together. */
const GATHER = 1_000;
/** Milliseconds between two looks for values that were not there before. */
const LOOK = 60_000;
/** Milliseconds after the start by which serial numbers were read, and members that follow from others are there. */
const SETTLED = 60_000;
/** After Home Assistant has started it is told everything again, some milliseconds later and not by all gateways at once. */
const BIRTH_PAUSE = 1_000;
const BIRTH_SPREAD = 4_000;
/** Name of the gateway's own entry in the ledger; no member is called so. */
const GATEWAY = '';

/**
 * Announces a site to Home Assistant over the connection of an MQTT output.
 * @param commands whether commands are heard
 * @param version of busbar
 */
export async function homeAssistant(
  options: HomeAssistantOptions,
  { memory, log }: Pick<OutputContext, 'memory' | 'log'>,
  commands: boolean,
  version: string,
): Promise<MakeBrokerAddOn> {
  const ledger = await openLedger(memory, (error) => log.warn(`Home Assistant: ${String(error)}`));
  return (link, context) => announcer({ options, commands, version, ledger }, link, context);
}

interface Announcing {
  readonly options: HomeAssistantOptions;
  readonly commands: boolean;
  readonly version: string;
  readonly ledger: Ledger;
}

function announcer(
  { options, commands, version, ledger }: Announcing,
  { topics, publish, again }: BrokerLink,
  { view, clock, random, log }: OutputContext,
): BrokerAddOn {
  const { site } = view;
  const form: Form = { prefix: options.prefix, mode: options.mode, node: `busbar_${slug(site)}` };
  const status = options.status_topic ?? `${options.prefix}/status`;
  const startedAt = clock.now();
  const isSettled = (): boolean => clock.now() - startedAt >= SETTLED;
  /** What stands on the broker since this connection, by member: its announcement as text. */
  const told = new Map<string, string>();
  const stray: Strays = strays(form);
  /** Members that left since the last time. */
  const left = new Set<string>();
  /** Groups that were looked at since they were first read. */
  const looked = new Set<string>();
  let isOpen = false;
  let cancelGather: (() => void) | undefined;
  let cancelLook = (): void => undefined;
  let cancelBirth = (): void => undefined;
  /** What is being announced: one after the other, since order matters. */
  let work = Promise.resolve();

  /** Whether a device waits for its serial number before it is named. */
  const isNameable = (state: MemberState): boolean => {
    const { member, groups } = state;
    if (ledger.get(member.name) !== undefined || isSettled()) return true;
    const found = fieldWithRole(member.groups, 'serial_number');
    // A device whose make is not known yet has no groups; what the gateway computes has no make.
    if (found === undefined) return member.groups.length > 0;
    const group = groups[found.group.name];
    return group?.at !== undefined || group?.fault !== undefined;
  };

  const tell = async (
    name: string,
    seen: Omit<LedgerEntry, 'form' | 'announced'>,
    of: Announcement,
  ): Promise<void> => {
    const text = JSON.stringify(of);
    const announced: Announced = Object.fromEntries(
      of.components.map(({ key, platform }) => [key, platform]),
    );
    const entry: LedgerEntry = { ...seen, form, announced };
    const before = ledger.get(name);
    if (told.get(name) !== text) {
      const isSame = before === undefined || (before.uid === of.uid && isDeepStrictEqual(before.form, form));
      // Written down before it is said: what is broken off in between is found again and taken back.
      if (isSame) ledger.set(name, { ...entry, announced: { ...before?.announced, ...announced } });
      for (const post of changing(before, form, of, version)) await publish(post);
      told.set(name, text);
    }
    ledger.set(name, entry);
  };

  const tellMember = async (state: MemberState): Promise<void> => {
    const { name } = state.member;
    if (!isNameable(state) || state.member.groups.length === 0) return;
    const before = ledger.get(name);
    const serial = valueWithRole(state, 'serial_number');
    const others = ledger.members().filter((other) => other !== name);
    const named = nameDevice(
      site,
      state.member,
      serial === undefined || serial === '' ? undefined : String(serial),
      before,
      (uid) => others.some((other) => ledger.get(other)?.uid === uid),
    );
    const seen = sight(state, before, clock.date());
    const { spots, paths, absent } = seen;
    if (spots.length === 0) return;
    const of = announceMember(state, named.uid, spots, { site, topics, options, commands });
    await tell(name, { ...named, paths, absent }, of);
  };

  const forget = async (name: string): Promise<void> => {
    const entry = ledger.get(name);
    if (entry === undefined) return;
    for (const post of removing(entry.form, entry.uid, entry.announced)) await publish(post);
    told.delete(name);
    ledger.set(name, undefined);
  };

  const everything = async (): Promise<void> => {
    const gateway = announceGateway(site, topics, version);
    await tell(GATEWAY, { uid: gateway.uid, paths: {}, absent: {} }, gateway);
    const members = view.members().map(({ name }) => name);
    for (const name of left) if (view.state(name) === undefined) await forget(name);
    left.clear();
    const expected = view.expected?.();
    if (isSettled() && expected !== undefined) {
      const here = new Set([GATEWAY, ...expected, ...members]);
      for (const name of ledger.members()) if (!here.has(name)) await forget(name);
      const ours = ledger.members().flatMap((name) => ledger.get(name) ?? []);
      for (const post of stray.removals(ours)) await publish(post);
    }
    for (const name of members) {
      const state = view.state(name);
      if (state !== undefined) await tellMember(state);
    }
  };

  const run = (act: () => Promise<void>): void => {
    work = work.then(async () => {
      if (!isOpen) return;
      try {
        await act();
      } catch (error) {
        // Broken off: it is done again when the connection is back.
        log.debug(`Home Assistant: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  };

  const soon = (): void => {
    cancelGather ??= clock.after(GATHER, () => {
      cancelGather = undefined;
      run(everything);
    });
  };
  const lookAgain = (): void => {
    cancelLook = clock.after(LOOK, () => {
      run(everything);
      lookAgain();
    });
  };
  lookAgain();

  const stop = view.subscribe((change: SiteChange) => {
    switch (change.what) {
      case 'snapshot': {
        const group = `${change.snapshot.device} ${change.snapshot.group}`;
        if (looked.has(group)) return;
        looked.add(group);
        soon();
        return;
      }
      case 'member':
        // Not at once: what follows from others leaves and comes back when it is put together anew.
        if (change.member === undefined) left.add(change.name);
        soon();
        return;
      case 'freshness':
      case 'event':
    }
  });

  return {
    filters: [status, ...stray.filters],
    opened: () => {
      isOpen = true;
      told.clear();
      run(everything);
    },
    heard: (topic, payload, retained) => {
      if (topic !== status) {
        stray.heard(topic, payload, retained);
        return;
      }
      if (payload.trim() !== 'online') return;
      cancelBirth();
      cancelBirth = clock.after(BIRTH_PAUSE + BIRTH_SPREAD * random(), () => {
        told.clear();
        run(everything);
        run(() => {
          again();
          return Promise.resolve();
        });
      });
    },
    close: () => {
      isOpen = false;
      stop();
      cancelGather?.();
      cancelLook();
      cancelBirth();
    },
  };
}
