import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ApiHistory, ApiProfileEvent } from '../../../core/site/api.ts';
import { follow, withQuery } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { ageText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { keptDays, profileSeries, type ShownDay } from '../../model/kept-profile.ts';
import { now } from '../../state/clock.ts';
import { store } from '../../state/store.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './meter-texts.ts';
import { ProfileMap } from './profile-map.tsx';

/** What was read of the archives, as long as the page is open: with the registers of each day. */
const read = new Map<string, { readonly days: readonly ShownDay[]; readonly at: number }>();

/** Days that can be asked for: a week, a month, all that meters keep. */
const SPANS = [7, 31, 127] as const;

/** The half hours that a meter keeps: those that the gateway has, and more on demand, with progress, drawn as they come. */
export function Archive({ member }: { readonly member: string }): JSX.Element {
  const [found, setFound] = useState(read.get(member));
  const [span, setSpan] = useState<number>(SPANS[0]);
  const path = withQuery('api/history', {
    series: profileSeries(member),
    from: `-${span + 1}d`,
    level: 'raw',
  });
  const { value: past } = useFetched<ApiHistory>(path, 60_000);
  const zone = store.site.value?.timezone ?? 'UTC';
  const days = useMemo(() => {
    const all = new Map(
      [...keptDays(past?.series ?? [], zone), ...(found?.days ?? [])].map((day) => [day.date, day]),
    );
    return [...all.values()].toSorted((one, other) => one.date.localeCompare(other.date)).slice(-span - 1);
  }, [past, found, span]);
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number }>();
  const [failure, setFailure] = useState<Failure>();
  const running = useRef<AbortController>(undefined);
  // Whoever leaves the screen needs no archive any more.
  useEffect(() => () => running.current?.abort(), []);

  const readNow = async (): Promise<void> => {
    const abort = new AbortController();
    running.current = abort;
    setFailure(undefined);
    setProgress({ done: 0, total: span + 1 });
    const fresh: ShownDay[] = [];
    const keep = (all: readonly ShownDay[]): void => {
      const result = { days: all, at: now.value };
      read.set(member, result);
      setFound(result);
    };
    try {
      await follow<ApiProfileEvent>(
        withQuery(`api/members/${encodeURIComponent(member)}/profile`, { days: span }),
        undefined,
        (event) => {
          if (event.what === 'error') setFailure(event);
          else if (event.what === 'end') keep(event.days);
          else {
            fresh.push(event.day);
            setProgress({ done: event.done, total: event.total });
            keep([...fresh]);
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
          <button type="button" class="primary" onClick={() => void readNow()}>
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
      {failure !== undefined && <FailureNote failure={failure} onRetry={() => void readNow()} />}
      {days.length === 0 ? <p class="quiet">{t(texts.archive_hint)}</p> : <ProfileMap days={days} />}
    </section>
  );
}
