import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ProfileDay } from '../../../core/profile.ts';
import type { ApiProfileEvent } from '../../../core/site/api.ts';
import { follow, withQuery } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { ageText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { now } from '../../state/clock.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { texts } from './meter-texts.ts';
import { ProfileMap } from './profile-map.tsx';

/** What was read of the archives, as long as the page is open. */
const kept = new Map<string, { readonly days: readonly ProfileDay[]; readonly at: number }>();

/** Days that can be asked for: a week, a month, all that meters keep. */
const SPANS = [7, 31, 127] as const;

/** The half hours that a meter keeps: read on demand, with progress, drawn as they come. */
export function Archive({ member }: { readonly member: string }): JSX.Element {
  const [found, setFound] = useState(kept.get(member));
  const [span, setSpan] = useState<number>(SPANS[0]);
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number }>();
  const [failure, setFailure] = useState<Failure>();
  const running = useRef<AbortController>(undefined);
  // Whoever leaves the screen needs no archive any more.
  useEffect(() => () => running.current?.abort(), []);

  const read = async (): Promise<void> => {
    const abort = new AbortController();
    running.current = abort;
    setFailure(undefined);
    setProgress({ done: 0, total: span + 1 });
    const days: ProfileDay[] = [];
    const keep = (all: readonly ProfileDay[]): void => {
      const result = { days: all, at: now.value };
      kept.set(member, result);
      setFound(result);
    };
    try {
      const path = withQuery(`api/members/${encodeURIComponent(member)}/profile`, { days: span });
      await follow<ApiProfileEvent>(
        path,
        undefined,
        (event) => {
          if (event.what === 'error') setFailure(event);
          else if (event.what === 'end') keep(event.days);
          else {
            days.push(event.day);
            setProgress({ done: event.done, total: event.total });
            keep([...days]);
          }
        },
        abort.signal,
      );
    } catch (error) {
      if (!abort.signal.aborted) setFailure(failureOf(error));
    } finally {
      setProgress(undefined);
    }
  };

  return (
    <section class="card">
      <header>
        <h2>{t(texts.archive)}</h2>
        {found !== undefined && (
          <span class="quiet">{t(texts.read_when, { age: ageText(now.value - found.at) })}</span>
        )}
      </header>
      <div class="row end">
        <label>
          <span>{t(texts.days)}</span>
          <select value={span} onChange={(event) => setSpan(Number(event.currentTarget.value))}>
            {SPANS.map((days) => (
              <option key={days} value={days}>
                {days}
              </option>
            ))}
          </select>
        </label>
        {progress === undefined ? (
          <button type="button" class="primary" onClick={() => void read()}>
            {t(texts.read_archive)}
          </button>
        ) : (
          <button type="button" onClick={() => running.current?.abort()}>
            {t(texts.stop)}
          </button>
        )}
        {progress !== undefined && (
          <div class="grow">
            <progress max={progress.total} value={progress.done} aria-label={t(texts.read_archive)} />
            <span class="quiet" role="status">
              {t(texts.reading, progress)}
            </span>
          </div>
        )}
      </div>
      {failure !== undefined && <FailureNote failure={failure} onRetry={() => void read()} />}
      {found === undefined ? <p class="quiet">{t(texts.archive_hint)}</p> : <ProfileMap days={found.days} />}
    </section>
  );
}
