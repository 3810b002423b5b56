import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiEvents } from '../../../core/site/api.ts';
import type { SiteEvent } from '../../../core/site/event.ts';
import { get, withQuery } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { instantText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { store } from '../../state/store.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { texts } from './alarms-texts.ts';
import { toneOf } from './tone.ts';

const KINDS = [
  'alarm_raised',
  'alarm_cleared',
  'alarm_acknowledged',
  'write',
  'loss',
  'gateway',
] as const satisfies readonly SiteEvent['kind'][];

/** What happened, newest first, page by page. */
export function Journal(): JSX.Element {
  const [kind, setKind] = useState<string>('');
  const [events, setEvents] = useState<ApiEvents['events']>([]);
  const [next, setNext] = useState<number>();
  const [failure, setFailure] = useState<Failure>();
  const newest = store.events.value[0];
  const zone = store.site.value?.timezone;

  const load = async (before: number | undefined): Promise<void> => {
    const query = { limit: 50, kind: kind === '' ? undefined : kind, before };
    try {
      const page = await get<ApiEvents>(withQuery('api/events', query));
      setEvents((known) => (before === undefined ? page.events : [...known, ...page.events]));
      setNext(page.next);
      setFailure(undefined);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  useEffect(() => void load(undefined), [kind, newest]);

  // What has just happened is shown at once: the gateway writes it down a moment later.
  const fresh = store.events.value.filter(
    (one) => (kind === '' || one.kind === kind) && !events.some((known) => isSame(one, known)),
  );
  const shown = [...fresh, ...events];
  return (
    <section class="card">
      <header>
        <h2>{t(texts.journal)}</h2>
        <label class="inline">
          <span>{t(texts.kind)}</span>
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            <option value="">{t(texts.all)}</option>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {t(texts[one])}
              </option>
            ))}
          </select>
        </label>
      </header>
      {failure !== undefined && <FailureNote failure={failure} onRetry={() => void load(undefined)} />}
      {shown.length === 0 && failure === undefined && <p class="quiet">{t(texts.no_events)}</p>}
      <ul class="journal">
        {shown.map((event) => (
          <li key={`${event.at} ${event.kind} ${event.subject}`}>
            <time dateTime={new Date(event.at).toISOString()}>{instantText(event.at, zone)}</time>
            <span class={`badge ${toneOf(event.severity)}`}>{t(texts[event.kind])}</span>
            <span>{event.text}</span>
          </li>
        ))}
      </ul>
      {next !== undefined && (
        <button type="button" onClick={() => void load(next)}>
          {t(texts.older)}
        </button>
      )}
    </section>
  );
}

function isSame(one: SiteEvent, other: SiteEvent): boolean {
  return one.at === other.at && one.kind === other.kind && one.subject === other.subject;
}
