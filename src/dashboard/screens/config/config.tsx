import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConfigProblem } from '../../../core/site/api-error.ts';
import type { ApiConfig, ApiConfigApplied, ApiConfigCheck } from '../../../core/site/api.ts';
import { getTagged, post, put } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { common } from '../../i18n/common-texts.ts';
import { t } from '../../i18n/language.ts';
import { differenceOf } from '../../model/difference.ts';
import { Diff } from '../../ui/diff.tsx';
import { FaultText } from '../../ui/fault-text.tsx';
import { FailureNote, Notice } from '../../ui/notice.tsx';
import { texts } from './config-texts.ts';
import { Editor, type EditorHandle } from './editor.tsx';
import { AppliedNote } from './applied-note.tsx';

/** Milliseconds after the last key until the text is checked. */
const REST = 700;

/** The configuration as text: checked while it is written, saved as a whole, with the difference shown before. */
export default function Config(): JSX.Element {
  const [saved, setSaved] = useState<{ readonly config: ApiConfig; readonly tag: string }>();
  const [text, setText] = useState('');
  const [check, setCheck] = useState<ApiConfigCheck>();
  const [applied, setApplied] = useState<ApiConfigApplied>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const editor = useRef<EditorHandle>(null);

  const load = async (): Promise<void> => {
    setFailure(undefined);
    try {
      const { document: config, tag } = await getTagged<ApiConfig>('api/config');
      setSaved({ config, tag });
      setText(config.text);
      setCheck(undefined);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  useEffect(() => void load(), []);

  const examine = async (): Promise<void> => {
    try {
      setCheck(await post<ApiConfigCheck>('api/config/check', { text }));
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  useEffect(() => {
    if (saved === undefined || text === saved.config.text) return;
    const timer = setTimeout(() => void examine(), REST);
    return () => clearTimeout(timer);
  }, [text, saved]);

  const save = async (): Promise<void> => {
    if (saved === undefined) return;
    setBusy(true);
    setFailure(undefined);
    setApplied(undefined);
    try {
      const done = await put<ApiConfigApplied>('api/config', { text }, saved.tag);
      await load();
      setApplied(done);
    } catch (error) {
      const found = failureOf(error);
      setFailure(found);
      if (found.problems !== undefined) setCheck({ valid: false, problems: found.problems });
    } finally {
      setBusy(false);
    }
  };

  if (saved === undefined) {
    // A demonstration has no file: that is no failure.
    if (failure?.code === 'not_found') {
      return (
        <Notice tone="plain">
          <FaultText fault={failure} />
        </Notice>
      );
    }
    return failure === undefined ? (
      <p class="quiet">{t(common.loading)}</p>
    ) : (
      <FailureNote failure={failure} onRetry={() => void load()} />
    );
  }
  const { config } = saved;
  const changes = differenceOf(config.text, text);
  return (
    <div class="stack">
      {!config.writable && <Notice tone="warn">{config.hint}</Notice>}
      <section class="card">
        <Editor
          handle={editor}
          text={text}
          readOnly={!config.writable}
          problems={check?.problems ?? []}
          onChange={setText}
        />
        <p class="quiet">{t(texts.secrets)}</p>
        <div class="row">
          <button type="button" onClick={() => void examine()}>
            {t(texts.check)}
          </button>
          <button
            type="button"
            class="primary"
            disabled={busy || !config.writable || changes.length === 0 || check?.valid === false}
            onClick={() => void save()}
          >
            {t(texts.save)}
          </button>
          {changes.length > 0 && (
            <button type="button" onClick={() => setText(config.text)}>
              {t(texts.revert)}
            </button>
          )}
        </div>
      </section>
      {failure !== undefined &&
        (failure.code === 'changed' ? (
          <Notice tone="bad">
            <p>{t(texts.changed_elsewhere)}</p>
            <button type="button" onClick={() => void load()}>
              {t(texts.reload)}
            </button>
          </Notice>
        ) : (
          <FailureNote failure={failure} />
        ))}
      {applied !== undefined && <AppliedNote applied={applied} />}
      {check !== undefined && <Problems check={check} onGo={(problem) => editor.current?.goTo(problem)} />}
      <section class="card">
        <h2>{t(texts.changes)}</h2>
        {changes.length === 0 ? <p class="quiet">{t(texts.no_changes)}</p> : <Diff lines={changes} />}
      </section>
    </div>
  );
}

function Problems({
  check,
  onGo,
}: {
  readonly check: ApiConfigCheck;
  readonly onGo: (problem: ConfigProblem) => void;
}): JSX.Element {
  if (check.problems.length === 0) return <Notice tone="good">{t(texts.good)}</Notice>;
  return (
    <section class="card" role="status">
      <h2>{t(texts.problems)}</h2>
      <ul class="problems">
        {check.problems.map((problem, place) => (
          <li key={place}>
            <span class={`badge ${problem.severity === 'error' ? 'bad' : 'warn'}`}>
              {t(texts[problem.severity])}
            </span>{' '}
            {problem.line !== undefined && (
              <button type="button" class="small" onClick={() => onGo(problem)}>
                {problem.line}:{problem.column ?? 1}
              </button>
            )}{' '}
            {problem.message}
            {problem.hint !== undefined && <span class="quiet"> {problem.hint}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
