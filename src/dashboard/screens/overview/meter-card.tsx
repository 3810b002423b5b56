import type { JSX } from 'preact';
import type { ApiMember } from '../../../core/site/api.ts';
import type { Role } from '../../../core/field.ts';
import { moneyText, powerText, UNKNOWN, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { type Latest, latestWithRole, newest, numberOf } from '../../model/latest.ts';
import { href } from '../../shell/route.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { Fact } from '../../ui/fact.tsx';
import { texts } from './overview-texts.ts';

/** A meter for a glance: what is drawn now, what it has cost today. */
export function MeterCard({ member }: { readonly member: ApiMember }): JSX.Element {
  const state = store.state(member.name).value;
  const read = (role: Role): Latest | undefined => latestWithRole(member, state, role);
  const power = numberOf(read('imported_power'));
  const used = numberOf(read('consumption_today'));
  return (
    <section class="card glance">
      <header>
        <h2>
          <a href={href('meter', [member.name])}>{member.title}</a>
        </h2>
        <Age at={newest(state)} freshness={state.freshness} />
      </header>
      <p class="flowing">{power === undefined ? t(texts.grid) : flowWord(power)}</p>
      <p class="big">{power === undefined ? UNKNOWN : powerText(power)}</p>
      <dl class="facts today">
        <Fact title={`${t(texts.used_today)} · ${t(texts.today)}`}>
          {used === undefined ? undefined : withUnit(used, 1, 'kWh')}
        </Fact>
        <Fact title={`${t(texts.cost_today)} · ${t(texts.today)}`}>{cost(read('cost_today'))}</Fact>
        <Fact title={t(texts.cost_month)}>{cost(read('cost_month'))}</Fact>
      </dl>
    </section>
  );
}

function flowWord(power: number): string {
  if (power === 0) return t(texts.nothing_flows);
  return t(power > 0 ? texts.drawing : texts.feeding, { power: '' }).trim();
}

/** An amount in its currency; undefined while it is unknown. */
function cost(latest: Latest | undefined): string | undefined {
  const amount = numberOf(latest);
  const currency = latest?.field.currency ?? store.site.value?.tariffs?.currency;
  return amount === undefined || currency === undefined ? undefined : moneyText(amount, currency);
}
