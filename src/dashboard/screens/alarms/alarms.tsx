import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Alarm } from '../../../core/site/event.ts';
import { post } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { ageText, instantText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { href } from '../../shell/route.ts';
import { now } from '../../state/clock.ts';
import { store } from '../../state/store.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { texts } from './alarms-texts.ts';
import { Journal } from './journal.tsx';
import { Rules } from './rules.tsx';
import { toneOf } from './tone.ts';

/** What is wrong now, and what happened. */
export default function Alarms(): JSX.Element {
  const alarms = store.alarms.value;
  return (
    <div class="stack">
      <section class="card">
        <h2>{t(texts.standing)}</h2>
        {alarms.length === 0 ? (
          <p class="quiet">{t(texts.none)}</p>
        ) : (
          <ul class="alarms">
            {alarms.map((alarm) => (
              <AlarmLine key={alarm.subject} alarm={alarm} />
            ))}
          </ul>
        )}
      </section>
      <Rules />
      <Journal />
    </div>
  );
}

function AlarmLine({ alarm }: { readonly alarm: Alarm }): JSX.Element {
  const { subject, severity, member, text, since, acknowledged } = alarm;
  const [failure, setFailure] = useState<Failure>();
  const zone = store.site.value?.timezone;
  const acknowledge = async (): Promise<void> => {
    try {
      const seen = await post<Alarm>(`api/alarms/${encodeURIComponent(subject)}/acknowledge`);
      store.setAlarms(store.alarms.value.map((one) => (one.subject === subject ? seen : one)));
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  const dismiss = async (): Promise<void> => {
    try {
      store.setAlarms(await post<readonly Alarm[]>(`api/alarms/${encodeURIComponent(subject)}/dismiss`));
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <li class={toneOf(severity)}>
      <div>
        <p>
          <span class={`badge ${toneOf(severity)}`}>{t(texts[severity])}</span> <b>{text}</b>
        </p>
        <p class="quiet">
          {member !== undefined && <a href={href('devices', [member])}>{member}</a>}{' '}
          {t(texts.since, { time: instantText(since, zone), age: ageText(now.value - since) })}
        </p>
        {acknowledged !== undefined && (
          <p class="quiet">
            {t(texts.acknowledged, { age: ageText(now.value - acknowledged.at), by: acknowledged.by })}
          </p>
        )}
        {failure !== undefined && <FailureNote failure={failure} />}
      </div>
      {acknowledged === undefined ? (
        <button type="button" onClick={() => void acknowledge()}>
          {t(texts.acknowledge)}
        </button>
      ) : (
        <button type="button" title={t(texts.dismiss_hint)} onClick={() => void dismiss()}>
          {t(texts.dismiss)}
        </button>
      )}
    </li>
  );
}
