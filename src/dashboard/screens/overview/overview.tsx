import type { JSX } from 'preact';
import type { ApiMember } from '../../../core/site/api.ts';
import { common } from '../../i18n/common-texts.ts';
import { listText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { isAnyBattery, isMeter } from '../../model/kinds.ts';
import { newest } from '../../model/latest.ts';
import { href } from '../../shell/route.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { Icon } from '../../ui/icon.tsx';
import { BatteryCard } from './battery-card.tsx';
import { FlowCard } from './flow-card.tsx';
import { MeterCard } from './meter-card.tsx';
import { texts } from './overview-texts.ts';

/** How full, what flows where, whether anything is wrong. */
export default function Overview(): JSX.Element {
  const members = store.site.value?.members ?? [];
  const devices = members.filter(({ bus }) => bus !== undefined);
  if (devices.length === 0) {
    return (
      <section class="card stack">
        <p>{t(texts.no_devices)}</p>
        <a class="button primary" href={href('setup')}>
          {t(texts.connect)}
        </a>
      </section>
    );
  }
  return (
    <>
      <Verdict devices={devices} />
      <FlowCard members={members} />
      <div class="grid later">
        {devices.filter(isAnyBattery).map((member) => (
          <BatteryCard key={member.name} member={member} />
        ))}
        {devices.filter(isMeter).map((member) => (
          <MeterCard key={member.name} member={member} />
        ))}
      </div>
      <section class="card later">
        <h2>{t(texts.devices)}</h2>
        <ul class="freshness">
          {devices.map((member) => (
            <DeviceLine key={member.name} member={member} />
          ))}
        </ul>
      </section>
    </>
  );
}

/** Whether anything is wrong, in a sentence. */
function Verdict({ devices }: { readonly devices: readonly ApiMember[] }): JSX.Element {
  const alarms = store.alarms.value;
  const silent = devices.filter(({ name }) => {
    const { freshness, groups } = store.state(name).value;
    // What was not read yet is no trouble before an attempt has failed.
    const failed = Object.values(groups).some(({ fault }) => fault !== undefined);
    return freshness === 'gone' || (freshness === 'unknown' && failed);
  });
  if (!store.known.value) {
    return (
      <p class="verdict" role="status">
        {t(common.loading)}
      </p>
    );
  }
  if (alarms.length === 0 && silent.length === 0) {
    return (
      <p class="verdict good" role="status">
        <Icon name="check" />
        {t(texts.all_well)}
      </p>
    );
  }
  const worst = alarms.some(({ severity }) => severity === 'critical') ? 'bad' : 'warn';
  return (
    <div class={`verdict ${worst}`} role="status">
      <Icon name="warning" />
      <div>
        {alarms.slice(0, 3).map(({ subject, text }) => (
          <p key={subject}>{text}</p>
        ))}
        {silent.length > 0 && (
          <p>
            {t(texts.devices_silent, {
              n: silent.length,
              names: listText(silent.map(({ title }) => title)),
            })}
          </p>
        )}
        {alarms.length > 0 && <a href={href('alarms')}>{t(texts.show_alarms)}</a>}
      </div>
    </div>
  );
}

function DeviceLine({ member }: { readonly member: ApiMember }): JSX.Element {
  const state = store.state(member.name).value;
  return (
    <li>
      <a href={href('devices', [member.name])}>{member.title}</a>
      <span class="quiet">{member.make?.title}</span>
      <Age at={newest(state)} freshness={state.freshness} />
    </li>
  );
}
