import { type Config, ruleText } from '../config/index.ts';
import { faultOf } from '../core/fault.ts';
import type { Engine } from './engine.ts';
import type { Alarm, AlarmRule, Member } from '../core/site/index.ts';
import { alarmRule, type Rule, sums, type Sums, type Truth } from '../site/index.ts';

/** The named sums of a site, over the members that are known. */
export function sumsOf({ batteries }: Config, members: readonly Member[]): readonly Sums[] {
  return Object.entries(batteries).flatMap(([name, { title, members: parts, partial }]) => {
    const of = members.filter((member) => parts.includes(member.name));
    return sums({ name, title: title ?? name, members: of, partial }) ?? [];
  });
}

/**
 * How the rules of a site stand.
 * @param truths what those say that are understood
 * @param waiting why others are not, by subject
 */
export function ruleStates(
  { alarms }: Config,
  truths: readonly { readonly subject: string; readonly truth: Truth }[],
  standing: readonly Alarm[],
  waiting: ReadonlyMap<string, string>,
): readonly AlarmRule[] {
  return alarms.map((alarm): AlarmRule => {
    const when = ruleText(alarm);
    const { name: subject = when, say = when, severity } = alarm;
    const truth = truths.find((one) => one.subject === subject)?.truth;
    const raised = standing.find((one) => one.subject === subject);
    const because = truth === undefined ? waiting.get(subject) : truth.because;
    return {
      ...{ subject, when, say, severity },
      state: raised !== undefined ? 'raised' : truth === undefined ? 'waiting' : STATES[`${truth.holds}`],
      ...(because === undefined ? {} : { because }),
      ...(raised === undefined ? {} : { since: raised.since }),
    };
  });
}

const STATES = { true: 'pending', false: 'calm', undefined: 'unknown' } as const;

/**
 * The rules of a site as far as they can be understood: one may speak of a device that has not answered yet.
 * @param waits told of each rule that cannot be understood yet, and why
 */
export function rulesOf(
  { alarms }: Config,
  members: readonly Member[],
  waits: (subject: string, why: string) => void,
): readonly Rule[] {
  return alarms.flatMap((alarm) => {
    const { name, say, severity } = alarm;
    const when = ruleText(alarm);
    try {
      return alarmRule(
        { when, severity, ...(name === undefined ? {} : { name }), ...(say === undefined ? {} : { say }) },
        members,
      );
    } catch (error) {
      waits(name ?? when, faultOf(error, 'config').message);
      return [];
    }
  });
}

/** Keeps sums and rules in step with the members that they speak of. */
export interface Derivation {
  /** Sums and rules of the configuration as it is, over the members that are known. */
  readonly renew: () => void;
  /** A member is known better: the next `renewLate` does something. */
  readonly outdate: () => void;
  /** Renews where something is outdated: once for all members that were found meanwhile. */
  readonly renewLate: () => void;
  /** Rules that cannot be understood yet, and why, by subject. */
  readonly waiting: ReadonlyMap<string, string>;
}

/**
 * @param config the configuration in force
 * @param devices names of the devices in it
 */
export function derivation(
  way: Pick<Engine, 'state' | 'sum' | 'watch'>,
  config: () => Config,
  devices: () => Iterable<string>,
): Derivation {
  const waiting = new Map<string, string>();
  let isOutdated = false;
  const renew = (): void => {
    isOutdated = false;
    const now = config();
    const sumNames = Object.keys(now.batteries);
    way.sum(
      sumsOf(
        now,
        way.state.members().filter(({ name }) => !sumNames.includes(name)),
      ),
    );
    waiting.clear();
    const rules = rulesOf(now, way.state.members(), (subject, why) => waiting.set(subject, why));
    way.watch(rules, {
      members: new Set([...devices(), ...sumNames]),
      rules: new Set(waiting.keys()),
      outputs: new Set(Object.keys(now.outputs)),
    });
  };
  return {
    renew,
    outdate: () => (isOutdated = true),
    renewLate: () => {
      if (isOutdated) renew();
    },
    waiting,
  };
}
