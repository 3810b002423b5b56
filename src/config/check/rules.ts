import type { Catalog } from '../../core/catalog.ts';
import { Fault } from '../../core/fault.ts';
import type { Member, SiteGroup } from '../../core/site/index.ts';
import { consumption } from '../../site/consumption.ts';
import { energyCount } from '../../site/energy.ts';
import { sums } from '../../site/sums.ts';
import { zoneOf } from '../../site/zone.ts';
import { type Finding, list, mapping } from '../finding.ts';
import { type AlarmConfig, alarmSchema } from '../sections.ts';
import { devicesIn, type WrittenDevice } from './read.ts';

/** Checks a rule, written as one text; see `ParseOptions`. */
export type CheckRule = (rule: { readonly when: string }, members: readonly Member[]) => void;

/** A rule as one text, as the alarms take it: its condition, `for` and `clear` behind it. */
export function ruleText(rule: Pick<AlarmConfig, 'when' | 'for' | 'clear'>): string {
  const { when, for: hold, clear } = rule;
  return `${when}${hold === undefined ? '' : ` for ${hold / 1000}s`}${clear === undefined ? '' : ` clear when ${clear}`}`;
}

/** Rules of alarms, by the parser that runs them. */
export function checkRules(root: unknown, catalog: Catalog, check: CheckRule | undefined): Finding[] {
  if (check === undefined) return [];
  const devices = devicesIn(root, catalog).flatMap(memberOf).map(counted);
  const members = [...devices, ...sumsOf(root, devices)];
  return list(mapping(root)?.alarms).flatMap((rule, index) => {
    // What is wrong with its form the schema says.
    const parsed = alarmSchema.safeParse(rule);
    if (!parsed.success) return [];
    try {
      check({ when: ruleText(parsed.data) }, members);
      return [];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      return [{ path: ['alarms', index, 'when'], message: error.message, ...hint }];
    }
  });
}

/** A member with what the gateway counts for it. */
function counted(member: Member): Member {
  const options = { member, zone: zoneOf('UTC') };
  const groups = [energyCount(options)?.group, consumption(options)?.group].filter(
    (group) => group !== undefined,
  );
  return { ...member, groups: [...member.groups, ...groups] };
}

function sumsOf(root: unknown, devices: readonly Member[]): Member[] {
  return Object.entries(mapping(mapping(root)?.batteries) ?? {}).flatMap(([name, value]) => {
    const names = list(mapping(value)?.members);
    const members = devices.filter((device) => names.includes(device.name));
    return sums({ name, title: name, members, partial: true })?.member ?? [];
  });
}

/** A device as rules see it; of a family, with what any of its members has. */
function memberOf({ name, definitions }: WrittenDevice): Member[] {
  const [first] = definitions;
  if (name === undefined || first === undefined) return [];
  const groups = new Map<string, SiteGroup>();
  for (const group of definitions.flatMap((device) => device.groups)) {
    const before = groups.get(group.name);
    const added = group.fields.filter((field) => !before?.fields.some((one) => one.name === field.name));
    groups.set(group.name, { ...(before ?? group), fields: [...(before?.fields ?? []), ...added] });
  }
  return [{ name, title: name, make: first, groups: [...groups.values()], writables: [], simulated: false }];
}
