import type { JSX } from 'preact';
import type { AlarmRule } from '../../../core/site/event.ts';
import { common } from '../../i18n/common-texts.ts';
import { ageText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { href } from '../../shell/route.ts';
import { now } from '../../state/clock.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './alarms-texts.ts';
import { toneOf } from './tone.ts';

const STATES = {
  raised: texts.rule_raised,
  pending: texts.rule_pending,
  calm: texts.rule_calm,
  unknown: texts.rule_unknown,
  waiting: texts.rule_waiting,
} as const;

/** The owner's rules, and how each of them stands. */
export function Rules(): JSX.Element {
  const { value: rules, failure, again } = useFetched<readonly AlarmRule[]>('api/alarms/rules', 2_000);
  return (
    <section class="card">
      <h2>{t(texts.rules)}</h2>
      {failure !== undefined && <FailureNote failure={failure} onRetry={again} />}
      {rules === undefined && failure === undefined && <p class="quiet">{t(common.loading)}</p>}
      {rules?.length === 0 && <p class="quiet">{t(texts.no_rules)}</p>}
      <ul class="alarms">
        {rules?.map((rule) => (
          <RuleLine key={rule.subject} rule={rule} />
        ))}
      </ul>
      <p class="quiet">
        {t(texts.rules_where)} <a href={href('config')}>{t(texts.to_config)}</a>
      </p>
    </section>
  );
}

function RuleLine({
  rule: { when, say, severity, state, because, since },
}: {
  readonly rule: AlarmRule;
}): JSX.Element {
  const tone = state === 'raised' ? toneOf(severity) : state === 'calm' ? 'good' : 'warn';
  return (
    <li class={state === 'raised' ? tone : ''}>
      <div>
        <p>
          <span class={`badge ${tone}`}>{t(STATES[state])}</span> <b>{say}</b>{' '}
          <span class="quiet">
            {t(texts[severity])}
            {since !== undefined && ` · ${ageText(now.value - since)}`}
          </span>
        </p>
        <p>
          <code>{when}</code>
        </p>
        {because !== undefined && <p class="quiet">{because}</p>}
      </div>
    </li>
  );
}
