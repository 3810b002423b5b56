import type { JSX } from 'preact';
import type { ApiMember } from '../../../core/site/api.ts';
import { titleText } from '../../i18n/catalogue.ts';
import { common } from '../../i18n/common-texts.ts';
import { powerText, valueText, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { alarmsOf } from '../../model/battery.ts';
import { batteryGlance } from '../../model/flow.ts';
import { isAnyBattery, isShunt } from '../../model/kinds.ts';
import { type Latest, latestOf, latestWithRole, newest, numberOf } from '../../model/latest.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { Fact, LatestFact } from '../../ui/fact.tsx';
import { GroupTables } from '../../ui/group-table.tsx';
import { memberScreen } from '../../ui/member-screen.tsx';
import { PastChart } from '../../ui/past-chart.tsx';
import { texts } from './shunt-texts.ts';

/** Devices that measure a battery from outside. */
export default memberScreen('shunt', isShunt, ShuntOf);

function ShuntOf({ member }: { readonly member: ApiMember }): JSX.Element {
  const state = store.state(member.name).value;
  const { soc, voltage, current, power, charge, direction } = batteryGlance(member, state);
  const all = member.groups.flatMap((group) => group.fields.map((field) => latestOf(state, group, field)));
  const counters = all.filter(({ field }) => field.kind === 'counter');
  const states = all.filter(({ field }) => field.kind === 'state' && field.quantity === 'word');
  return (
    <div class="stack">
      <section class="card">
        <header>
          <h2>{member.title}</h2>
          <span class="quiet">{member.make?.title}</span>
          <Age at={newest(state)} freshness={state.freshness} />
        </header>
        <dl class="facts large">
          <Fact title={t(common.voltage)}>
            {voltage === undefined ? undefined : valueText(voltage, { quantity: 'voltage' })}
          </Fact>
          <Fact title={direction === undefined ? t(common.current) : t(common[direction])} tone={direction}>
            {current === undefined ? undefined : valueText(Math.abs(current), { quantity: 'current' })}
          </Fact>
          <Fact title={t(common.power)} tone={direction}>
            {power === undefined ? undefined : powerText(power)}
          </Fact>
          <Fact title={t(common.soc)}>{soc === undefined ? undefined : withUnit(soc, 1, '%')}</Fact>
          {charge !== undefined && <Fact title={t(common.charge)}>{withUnit(charge, 1, 'Ah')}</Fact>}
        </dl>
      </section>
      <States states={states} />
      <section class="card">
        <h2>{t(texts.counters)}</h2>
        <dl class="facts">
          {counters.map((latest) => (
            <LatestFact key={`${latest.group.name}.${latest.field.name}`} latest={latest} />
          ))}
        </dl>
      </section>
      <Comparison />
      <GroupTables member={member} state={state} />
    </div>
  );
}

/** Relay, protection, direction: in words, marked where they are none of the calm ones. */
function States({ states }: { readonly states: readonly Latest[] }): JSX.Element | null {
  if (states.length === 0) return null;
  return (
    <section class="card">
      <h2>{t(texts.states)}</h2>
      <dl class="facts">
        {states.map(({ group, field, value }) => {
          const wrong = value !== undefined && alarmsOf([{ field, value }]).length > 0;
          return (
            <Fact
              key={`${group.name}.${field.name}`}
              title={titleText(field.title)}
              tone={wrong ? 'wrong' : undefined}
            >
              {value === undefined ? undefined : valueText(value, field)}
            </Fact>
          );
        })}
      </dl>
    </section>
  );
}

/** All that tell a state of charge, side by side, now and over a day. */
function Comparison(): JSX.Element | null {
  const members = (store.site.value?.members ?? []).filter(isAnyBattery);
  const said = members.flatMap((member) => {
    const latest = latestWithRole(member, store.state(member.name).value, 'state_of_charge');
    return latest === undefined ? [] : [{ member, latest }];
  });
  if (said.length < 2) return null;
  const known = said.flatMap(({ latest }) => numberOf(latest) ?? []);
  const apart = known.length < 2 ? undefined : Math.max(...known) - Math.min(...known);
  return (
    <section class="card">
      <header>
        <h2>{t(texts.compare)}</h2>
        {apart !== undefined && (
          <span class="badge">
            {t(texts.difference, { points: t(texts.points, { n: Math.round(apart) }) })}
          </span>
        )}
      </header>
      <dl class="facts">
        {said.map(({ member, latest }) => (
          <Fact key={member.name} title={member.title}>
            {latest.value === undefined ? undefined : valueText(latest.value, latest.field)}
          </Fact>
        ))}
      </dl>
      <PastChart
        series={said.map(({ member, latest }) => `${member.name}.${latest.group.name}.${latest.field.name}`)}
        label={t(texts.compare)}
        name={({ member }) => members.find(({ name }) => name === member)?.title ?? member}
      />
      <p class="quiet">{t(texts.compare_hint)}</p>
    </section>
  );
}
