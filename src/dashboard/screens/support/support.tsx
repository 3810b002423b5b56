import type { JSX } from 'preact';
import type { ApiHealth } from '../../../core/site/api.ts';
import { address } from '../../api/client.ts';
import { common } from '../../i18n/common-texts.ts';
import { durationText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { now } from '../../state/clock.ts';
import { store } from '../../state/store.ts';
import { Fact } from '../../ui/fact.tsx';
import { FailureNote, Notice } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './support-texts.ts';

/** How the gateway is, and what helps others to help. */
export default function Support(): JSX.Element {
  const site = store.site.value;
  return (
    <div class="stack">
      <section class="card stack">
        <h2>{t(texts.health)}</h2>
        <Health />
        <dl class="facts">
          <Fact title={t(texts.version)}>{site?.version}</Fact>
          <Fact title={t(texts.running)}>
            {site === undefined ? undefined : durationText((now.value - site.started_at) / 1000)}
          </Fact>
          <Fact title={t(texts.zone)}>{site?.timezone}</Fact>
        </dl>
      </section>
      <section class="card stack">
        <h2>{t(texts.bundle)}</h2>
        <p>{t(texts.bundle_hint)}</p>
        <a class="button primary" href={address('api/support')} download>
          {t(texts.download)}
        </a>
      </section>
      <section class="card stack">
        <h2>{t(texts.captures)}</h2>
        <p class="quiet">{t(texts.captures_hint)}</p>
        <p class="row">
          {site?.buses.map((bus) => (
            <a
              key={bus}
              class="button small"
              href={address(`api/lines/${encodeURIComponent(bus)}/capture`)}
              download
            >
              {bus}
            </a>
          ))}
        </p>
        <p>
          <a href={address('openapi.json')}>{t(texts.api)}</a>
        </p>
      </section>
      <p class="quiet">{t(texts.not_for_safety)}</p>
    </div>
  );
}

const TONES = { ok: 'good', degraded: 'warn', failing: 'bad' } as const;

function Health(): JSX.Element {
  const { value: health, failure, again } = useFetched<ApiHealth>('healthz', 10_000);
  if (health === undefined) {
    return failure === undefined ? (
      <p class="quiet">{t(common.loading)}</p>
    ) : (
      <FailureNote failure={failure} onRetry={again} />
    );
  }
  return (
    <Notice tone={TONES[health.status]}>
      <p>{t(texts[health.status])}</p>
      {health.reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
    </Notice>
  );
}
