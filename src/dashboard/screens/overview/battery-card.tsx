import type { JSX } from 'preact';
import type { ApiMember } from '../../../core/site/api.ts';
import { common } from '../../i18n/common-texts.ts';
import { durationText, powerText, UNKNOWN, valueText, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { batteryGlance, type BatteryGlance } from '../../model/flow.ts';
import { isBattery } from '../../model/kinds.ts';
import { latestWithRole, newest, numberOf } from '../../model/latest.ts';
import { href } from '../../shell/route.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { Fact } from '../../ui/fact.tsx';
import { Ring } from '../../ui/ring.tsx';
import { texts } from './overview-texts.ts';

/** A battery for a glance: how full, in or out and how much, how long. */
export function BatteryCard({ member }: { readonly member: ApiMember }): JSX.Element {
  const state = store.state(member.name).value;
  const glance = batteryGlance(member, state);
  const { soc, direction, power, voltage, current, energy } = glance;
  const word = direction === undefined ? t(common.unknown) : t(common[direction]);
  const full = soc === undefined ? undefined : withUnit(soc, 0, '%');
  const charged = numberOf(latestWithRole(member, state, 'charge_energy_today'));
  const drained = numberOf(latestWithRole(member, state, 'discharge_energy_today'));
  return (
    <section class="card glance">
      <header>
        <h2>
          <a href={href(isBattery(member) ? 'battery' : 'shunt', [member.name])}>{member.title}</a>
        </h2>
        <Age at={newest(state)} freshness={state.freshness} />
      </header>
      <div class="glance-body">
        <Ring
          percent={soc}
          tone={toneOf(soc)}
          label={
            full === undefined
              ? t(texts.soc_unknown, { name: member.title })
              : t(texts.soc_of, { name: member.title, soc: full, direction: word })
          }
        >
          <strong>{full ?? UNKNOWN}</strong>
          {energy !== undefined && <small>{withUnit(energy / 1000, 1, 'kWh')}</small>}
        </Ring>
        <div>
          <p class={`flowing ${direction ?? ''}`}>{word}</p>
          {power !== undefined && direction !== 'idle' && <p class="big">{powerText(power)}</p>}
          <p class="quiet">
            {valueText(voltage, { quantity: 'voltage' })}
            {' · '}
            {valueText(current === undefined ? undefined : Math.abs(current), { quantity: 'current' })}
          </p>
          <Remaining glance={glance} />
        </div>
      </div>
      {(charged !== undefined || drained !== undefined) && (
        <dl class="facts today">
          <Fact title={`${t(texts.charged_today)} · ${t(texts.today)}`}>
            {charged === undefined ? undefined : withUnit(charged, 1, 'kWh')}
          </Fact>
          <Fact title={`${t(texts.discharged_today)} · ${t(texts.today)}`}>
            {drained === undefined ? undefined : withUnit(drained, 1, 'kWh')}
          </Fact>
        </dl>
      )}
    </section>
  );
}

function Remaining({
  glance: { minutes, direction },
}: {
  readonly glance: BatteryGlance;
}): JSX.Element | null {
  if (minutes === undefined) return null;
  const time = durationText(minutes * 60);
  return <p>{t(direction === 'charging' ? texts.to_full : texts.to_empty, { time })}</p>;
}

/** From here on a battery is low, %. */
const LOW = 20;

function toneOf(soc: number | undefined): string {
  if (soc === undefined) return 'unknown';
  return soc < LOW ? 'low' : 'good';
}
