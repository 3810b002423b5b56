import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Field } from '../src/core/field.ts';
import { memberGroup, type Member } from '../src/core/site/index.ts';
import type { Values } from '../src/core/snapshot.ts';
import { catalog } from '../src/devices/index.ts';
import {
  alarmRule,
  alarms,
  consumption,
  energyCount,
  plausibility,
  type RuleSettings,
  sums,
  zoneOf,
} from '../src/site/index.ts';
import { proofs } from './every-device/captures.ts';
import { ROOT } from './import-rules/program.ts';

/** The logic of a site on every device that there is. */

const memberOf = (name: string, id: string): Member => {
  const device = catalog.devices.find((one) => one.id === id);
  if (device === undefined) throw new Error(`no device ${id}`);
  return { name, title: name, make: device, groups: device.groups, writables: [], simulated: true };
};
const RACK = memberOf('rack', 'pylontech');
const SHUNT = memberOf('shunt', 'juntek-kg');
const METER = memberOf('meter', 'neva-mt3xx');

describe('plausibility', () => {
  it.each(proofs.map((proof) => [proof.name, proof] as const))(
    'refuses nothing of what was captured: %s',
    (_, proof) => {
      const judges = new Map(proof.device.groups.map((group) => [group.name, plausibility(group)]));
      for (const [place, { expected }] of proof.replies.entries()) {
        if (expected === null) continue;
        // Captures of several packs and days have other values at the same place: an hour lies between two.
        const { refusals } = judges.get(expected.group)?.judge(expected.values, place * 36e5) ?? {
          refusals: [],
        };
        const rates = /jumped|counter fell/;
        expect(refusals.filter(({ why }) => !rates.test(why))).toEqual([]);
      }
    },
  );
});

describe('alarms of devices', () => {
  const marked = (fields: readonly Field[]): readonly Field[] =>
    fields.flatMap((field) => [...(field.alarm === undefined ? [] : [field]), ...marked(field.items ?? [])]);

  it.each(catalog.devices.map((device) => [device.id, device] as const))(
    '%s: every mark says what its field can tell',
    (_, device) => {
      for (const { quantity, kind, alarm, name } of device.groups.flatMap((group) => marked(group.fields))) {
        expect(kind, name).toBe('state');
        // Words with calm ones, lists of words or places without.
        expect(['word', 'flag', 'count'], name).toContain(quantity);
        if (alarm?.calm !== undefined) expect(quantity, name).toBe('word');
      }
    },
  );

  it.each(['juntek-kg', 'pylontech', 'topbms', 'pace', 'seplos'])('%s reports some', (id) => {
    expect(memberOf('x', id).groups.flatMap((group) => marked(group.fields))).not.toEqual([]);
  });

  it.each(proofs.map((proof) => [proof.name, proof] as const))(
    '%s: raises alarms where the device says that something is wrong, and nowhere else',
    (_, { device, replies }) => {
      for (const { expected } of replies) {
        if (expected === null) continue;
        const book = alarms({ lookup: () => undefined });
        book.configure([], [memberOf('x', device.id)], 0);
        book.observe('x', expected.group, expected.values, 0, 0);
        expect(book.standing().length > 0).toBe(troubled(expected.values));
      }
    },
  );
});

/** Whether an answer says of itself that something is wrong, in the words of its device. */
function troubled(values: Values): boolean {
  const text = JSON.stringify(values);
  return (
    values.alarm === true ||
    (typeof values.alarm_severity === 'string' && values.alarm_severity !== 'normal') ||
    /"output":"(?!on"|off")/.test(text) ||
    /"severity":"(?!normal)/.test(text)
  );
}

describe('energy, consumption and sums', () => {
  it('find what they need by role', () => {
    const zone = zoneOf('Europe/Berlin');
    const names = (group: { readonly fields: readonly Field[] } | undefined) =>
      group?.fields.map(({ name }) => name);
    expect(names(energyCount({ member: RACK, zone })?.group)).toContain('time_to_full');
    expect(names(energyCount({ member: SHUNT, zone })?.group)).toContain('charge_energy_difference');
    expect(energyCount({ member: METER, zone })).toBeUndefined();
    expect(names(consumption({ member: METER, zone })?.group)).toContain('consumption_today_t4');
    expect(consumption({ member: RACK, zone })).toBeUndefined();
    const site = sums({ name: 'home', title: 'Home', members: [RACK, METER], partial: false });
    expect(site?.member.groups.map(({ name }) => name)).toEqual(['batteries', 'meters']);
    expect(site && names(memberGroup(site.member, 'batteries'))).toEqual([
      'power',
      'current',
      'remaining_capacity',
      'full_capacity',
      'soc',
      'count',
      'missing',
    ]);
  });
});

describe('docs/alarms.md', () => {
  const [, example = ''] =
    /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/alarms.md'), 'utf8')) ?? [];
  const { alarms: rules } = parse(example) as { alarms: RuleSettings[] }; // the document of this test

  it.each(rules.map((rule) => [rule.when, rule] as const))('%s is a rule', (_, rule) => {
    expect(alarmRule(rule, [RACK, SHUNT]).subject).toBe(rule.name ?? rule.when);
  });
});
