import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ApiSeries } from '../../../core/site/api.ts';
import { titleText } from '../../i18n/catalogue.ts';
import { t } from '../../i18n/language.ts';
import { store } from '../../state/store.ts';
import { Icon } from '../../ui/icon.tsx';
import { texts } from './history-texts.ts';

/** Matches that are offered at once. */
const MOST = 60;

/** What is on the charts, and a search among all series for more. */
export function SeriesPicker({
  known,
  chosen,
  onChange,
}: {
  readonly known: readonly ApiSeries[];
  readonly chosen: readonly string[];
  readonly onChange: (series: readonly string[]) => void;
}): JSX.Element {
  const [wanted, setWanted] = useState('');
  const named = useMemo(() => new Map(known.map((one) => [one.series, nameOf(one)])), [known]);
  const words = wanted
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const matches = known
    .filter(({ series }) => {
      const text = `${series} ${named.get(series) ?? ''}`.toLowerCase();
      return !chosen.includes(series) && words.every((word) => text.includes(word));
    })
    .slice(0, MOST);
  return (
    <>
      <ul class="chips">
        {chosen.map((series) => (
          <li key={series} class="chip">
            {named.get(series) ?? series}
            <button
              type="button"
              class="plain"
              aria-label={t(texts.remove, { name: named.get(series) ?? series })}
              onClick={() => onChange(chosen.filter((one) => one !== series))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      <details class="picker">
        <summary>{t(texts.add)}</summary>
        <label>
          <span>{t(texts.find)}</span>
          <input type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
        </label>
        <ul class="matches">
          {matches.map(({ series }) => (
            <li key={series}>
              <button type="button" class="plain" onClick={() => onChange([...chosen, series])}>
                + {named.get(series)}
              </button>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function nameOf({ member, title, path, unit }: ApiSeries): string {
  const owner = store.site.value?.members.find(({ name }) => name === member)?.title ?? member;
  const numbers = path.split('.').filter((part) => /^\d+$/.test(part));
  return `${[owner, titleText(title), ...numbers].join(' · ')}${unit === '' ? '' : `, ${unit}`}`;
}
