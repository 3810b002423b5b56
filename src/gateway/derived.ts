import { type Config, ruleText } from '../config/index.ts';
import { faultOf } from '../core/fault.ts';
import type { Member } from '../core/site/index.ts';
import { alarmRule, type Rule, sums, type Sums } from '../site/index.ts';

/** The named sums of a site, over the members that are known. */
export function sumsOf({ batteries }: Config, members: readonly Member[]): readonly Sums[] {
  return Object.entries(batteries).flatMap(([name, { title, members: parts, partial }]) => {
    const of = members.filter((member) => parts.includes(member.name));
    return sums({ name, title: title ?? name, members: of, partial }) ?? [];
  });
}

/**
 * The rules of a site as far as they can be understood: one may speak of a device that has not answered yet.
 * @param waits told of each rule that cannot be understood yet, and why
 */
export function rulesOf(
  { alarms }: Config,
  members: readonly Member[],
  waits: (rule: string, why: string) => void,
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
      waits(when, faultOf(error, 'config').message);
      return [];
    }
  });
}
