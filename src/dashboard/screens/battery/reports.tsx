import type { JSX } from 'preact';
import { titleText, wordText } from '../../i18n/catalogue.ts';
import { common } from '../../i18n/common-texts.ts';
import { listText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { alarmsOf, type Pack } from '../../model/battery.ts';
import { texts } from './battery-texts.ts';

const MEANS = {
  warning: texts.means_warning,
  protection: texts.means_protection,
  fault: texts.means_fault,
} as const;

/** Alarms, protections and faults of the packs, in words. */
export function Reports({ packs }: { readonly packs: readonly Pack[] }): JSX.Element {
  const found = packs.flatMap(({ key, values }) => alarmsOf(values).map((alarm) => ({ key, ...alarm })));
  return (
    <section class={found.length === 0 ? 'card' : 'card alarming'}>
      <h2>{t(texts.reports)}</h2>
      {found.length === 0 ? (
        <p class="quiet">{t(texts.reports_nothing)}</p>
      ) : (
        <ul class="reports">
          {found.map(({ key, means, title, words }) => (
            <li key={`${key ?? ''} ${title}`}>
              <span class={`badge ${means === 'warning' ? 'warn' : 'bad'}`}>{t(MEANS[means])}</span>{' '}
              {key !== undefined && `${t(common.pack, { n: key })}: `}
              {titleText(title)}
              {words.length > 0 && ` – ${listText(words.map(readable))}`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A word, or `3: word` of the third cell. */
function readable(word: string): string {
  const [, place, rest] = /^(\d+: )(.+)$/.exec(word) ?? [];
  return place === undefined || rest === undefined ? wordText(word) : place + wordText(rest);
}
