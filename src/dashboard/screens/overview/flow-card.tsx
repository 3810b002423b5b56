import type { JSX } from 'preact';
import type { ApiMember } from '../../../core/site/api.ts';
import { common } from '../../i18n/common-texts.ts';
import { powerText, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { batteryGlance } from '../../model/flow.ts';
import { hasRole, isAnyBattery, isMeter, isWhole } from '../../model/kinds.ts';
import { latestWithRole, numberOf } from '../../model/latest.ts';
import { store } from '../../state/store.ts';
import { Icon } from '../../ui/icon.tsx';
import { texts } from './overview-texts.ts';

/** One stream of power into the site (positive) or out of it (negative), W. */
interface Stream {
  readonly name: string;
  readonly icon: string;
  readonly power: number | undefined;
  readonly words: string;
  /** How full it is, %; undefined: unknown, or no battery. */
  readonly soc?: number | undefined;
  readonly tone: string;
}

/** Grid and batteries around the loads: who gives, who takes, in words and arrows. */
export function FlowCard({ members }: { readonly members: readonly ApiMember[] }): JSX.Element | null {
  // Where the site shows sums over its batteries, those count each battery once.
  const whole = members.find((one) => isWhole(one) && hasRole(one, 'battery_power'));
  const batteries = whole === undefined ? members.filter(isAnyBattery) : [whole];
  const streams = [...members.filter(isMeter).map(gridStream), ...batteries.map(batteryStream)];
  if (streams.length < 2) return null;
  return (
    <section class="card">
      <h2>{t(texts.flow)}</h2>
      <ul class="streams">
        {streams.map((stream) => (
          <li key={stream.name} class={stream.tone}>
            <span class="node">
              <Icon name={stream.icon} size={26} />
              <b>{stream.name}</b>
              {stream.soc !== undefined && <strong class="soc">{withUnit(stream.soc, 0, '%')}</strong>}
            </span>
            <Pipe power={stream.power} />
            <span class="stream-words">{stream.words}</span>
          </li>
        ))}
        <li class="target" style={{ gridRow: `1 / span ${streams.length}` }}>
          <span class="node">
            <Icon name="home" size={26} />
            <b>{t(texts.home)}</b>
          </span>
        </li>
      </ul>
      <p class="quiet">{t(texts.balance)}</p>
    </section>
  );
}

/** Dashes that run to the loads, or away from them. */
function Pipe({ power }: { readonly power: number | undefined }): JSX.Element {
  const way = power === undefined ? 'unknown' : power > 0 ? 'in' : power < 0 ? 'back' : 'still';
  return (
    <span class={`pipe ${way}`} aria-hidden="true">
      {way === 'back' && <Icon name="back" />}
      <i />
      {way === 'in' && <Icon name="arrow" />}
    </span>
  );
}

function gridStream(member: ApiMember): Stream {
  const power = numberOf(latestWithRole(member, store.state(member.name).value, 'imported_power'));
  return {
    name: member.title,
    icon: 'grid',
    power,
    tone: '',
    words:
      power === undefined
        ? t(common.unknown)
        : power === 0
          ? t(texts.nothing_flows)
          : t(power > 0 ? texts.drawing : texts.feeding, { power: powerText(power) }),
  };
}

function batteryStream(member: ApiMember): Stream {
  const { soc, power, direction } = batteryGlance(member, store.state(member.name).value);
  return {
    name: member.title,
    icon: 'battery',
    soc,
    // What charges a battery flows away from the loads.
    power: power === undefined ? undefined : direction === 'idle' ? 0 : -power,
    tone: direction ?? '',
    words:
      power === undefined || direction === undefined
        ? t(common.unknown)
        : direction === 'idle'
          ? t(common.idle)
          : t(direction === 'charging' ? texts.charging_at : texts.discharging_at, {
              power: powerText(power),
            }),
  };
}
