import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiOutput } from '../../../core/site/api.ts';
import { post } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { common } from '../../i18n/common-texts.ts';
import { ageText, durationText, numberText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { href } from '../../shell/route.ts';
import { now } from '../../state/clock.ts';
import { Fact } from '../../ui/fact.tsx';
import { FaultText } from '../../ui/fault-text.tsx';
import { FailureNote, Notice } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './outputs-texts.ts';

/** Where numbers go, and whether they arrive. */
export default function Outputs(): JSX.Element {
  const { value: outputs, failure, again } = useFetched<readonly ApiOutput[]>('api/outputs', 2_000);
  if (outputs === undefined) {
    return failure === undefined ? (
      <p class="quiet">{t(common.loading)}</p>
    ) : (
      <FailureNote failure={failure} onRetry={again} />
    );
  }
  return (
    <>
      {outputs.length === 0 && (
        <p class="card">
          {t(texts.none)} <a href={href('config')}>{t(texts.to_config)}</a>
        </p>
      )}
      <div class="grid">
        {outputs.map((output) => (
          <OutputCard key={output.name} output={output} />
        ))}
      </div>
      <p class="quiet">{t(texts.nothing_lost)}</p>
    </>
  );
}

const TONES = { delivering: 'good', waiting: 'warn', failing: 'bad', off: '' } as const;

function OutputCard({ output }: { readonly output: ApiOutput }): JSX.Element {
  const { name, type, state, backlog, oldest, delivered, quarantined, trouble, next_attempt: next } = output;
  const [result, setResult] = useState<{ readonly message: string } | Failure>();
  const [busy, setBusy] = useState(false);
  const test = async (): Promise<void> => {
    setBusy(true);
    setResult(undefined);
    try {
      setResult(await post<{ message: string }>(`api/outputs/${encodeURIComponent(name)}/test`));
    } catch (error) {
      setResult(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  const left = next === undefined ? 0 : next - now.value;
  return (
    <section class="card">
      <header>
        <h2>{name}</h2>
        {type !== name && <span class="quiet">{type}</span>}
        <span class={`badge ${TONES[state]}`}>{t(texts[state])}</span>
      </header>
      <dl class="facts">
        <Fact title={t(texts.backlog)} tone={backlog > 0 ? 'discharging' : undefined}>
          {numberText(backlog, 0)}
          {oldest !== undefined && backlog > 0 && (
            <small class="under">{t(texts.backlog_age, { age: ageText(now.value - oldest) })}</small>
          )}
        </Fact>
        <Fact title={t(texts.delivered)}>{numberText(delivered, 0)}</Fact>
        <Fact title={t(texts.quarantined)} tone={quarantined > 0 ? 'wrong' : undefined}>
          {numberText(quarantined, 0)}
        </Fact>
      </dl>
      {trouble !== undefined && (
        <Notice tone="bad">
          <p class="quiet">
            {t(texts.last_error, { age: ageText(now.value - trouble.at) })}
            {left > 0 && `, ${t(texts.next_attempt, { time: durationText(left / 1000) })}`}
          </p>
          <FaultText fault={trouble} />
        </Notice>
      )}
      <div class="row later">
        <button type="button" disabled={busy} onClick={() => void test()}>
          {t(busy ? texts.testing : texts.test)}
          <span class="only-heard"> {name}</span>
        </button>
      </div>
      {result !== undefined &&
        ('code' in result ? <FailureNote failure={result} /> : <Notice tone="good">{result.message}</Notice>)}
    </section>
  );
}
