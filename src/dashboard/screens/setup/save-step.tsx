import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiConfigApplied, ApiConfigCheck } from '../../../core/site/api.ts';
import { post, put } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { t } from '../../i18n/language.ts';
import { differenceOf } from '../../model/difference.ts';
import { withSection } from '../../model/merge.ts';
import { Diff } from '../../ui/diff.tsx';
import { FailureNote, Notice } from '../../ui/notice.tsx';
import type { Base } from './base.ts';
import { texts } from './setup-texts.ts';

/** Shows what will be written, lets the gateway check it, and saves it. */
export function SaveStep({
  base,
  buses,
  outputs,
  onBack,
  onNext,
}: {
  readonly base: Base | undefined;
  readonly buses: string;
  readonly outputs: string;
  readonly onBack: () => void;
  readonly onNext: () => void;
}): JSX.Element {
  const before = base?.config.text ?? '';
  const text = withSection(withSection(before, buses, 'buses'), outputs, 'outputs');
  const [check, setCheck] = useState<ApiConfigCheck>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (base === undefined) return;
    post<ApiConfigCheck>('api/config/check', { text }).then(setCheck, (error: unknown) =>
      setFailure(failureOf(error)),
    );
  }, [text, base]);

  const save = async (): Promise<void> => {
    if (base === undefined) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await put<ApiConfigApplied>('api/config', { text }, base.tag);
      onNext();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };

  const writable = base?.config.writable === true;
  return (
    <>
      <p>{t(writable ? texts.will_change : texts.not_writable)}</p>
      <Diff lines={differenceOf(before, text)} />
      {check?.problems.map((problem, place) => (
        <Notice key={place} tone={problem.severity === 'error' ? 'bad' : 'warn'}>
          {problem.line !== undefined && <code>{`${problem.line}:${problem.column ?? 1} `}</code>}
          {problem.message} {problem.hint}
        </Notice>
      ))}
      {failure !== undefined && <FailureNote failure={failure} />}
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={busy || !writable || check?.valid !== true}
          onClick={() => void save()}
        >
          {t(texts.save_now)}
        </button>
        <button type="button" onClick={onBack}>
          {t(texts.back)}
        </button>
      </div>
    </>
  );
}
