import type { JSX } from 'preact';
import type { ApiUtterance } from '../../../core/site/api.ts';
import { t } from '../../i18n/language.ts';
import { texts } from './bus-texts.ts';

/** Edges of the bars, ms: turnarounds differ by orders of magnitude. */
const EDGES = [0, 5, 10, 20, 50, 100, 200, 500] as const;

/** How many answers came after how long a silence, of those that are shown. */
export function Histogram({ said }: { readonly said: readonly ApiUtterance[] }): JSX.Element | null {
  const pauses = said.flatMap(({ direction, pause }, place) =>
    direction === '<' && said[place - 1]?.direction === '>' ? [pause] : [],
  );
  if (pauses.length === 0) return null;
  const counts = EDGES.map(
    (from, place) => pauses.filter((pause) => pause >= from && pause < (EDGES[place + 1] ?? Infinity)).length,
  );
  const highest = Math.max(...counts);
  return (
    <figure class="histogram">
      <figcaption class="quiet">{t(texts.histogram)}</figcaption>
      <ul>
        {counts.map((count, place) => {
          const from = EDGES[place] ?? 0;
          const to = EDGES[place + 1];
          const label =
            to === undefined ? t(texts.above, { from, count }) : t(texts.histogram_bar, { from, to, count });
          return (
            <li key={from} title={label}>
              <span class="bar" style={{ height: `${Math.round((count / highest) * 44)}px` }} />
              <small aria-hidden="true">{to === undefined ? `>${from}` : `<${to}`}</small>
              <span class="only-heard">{label}</span>
            </li>
          );
        })}
      </ul>
    </figure>
  );
}
