import type { JSX } from 'preact';
import type { Freshness } from '../../core/site/state.ts';
import { common } from '../i18n/common-texts.ts';
import { ageText, instantText } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { now } from '../state/clock.ts';
import { store } from '../state/store.ts';

const WORDS = {
  fresh: common.fresh,
  stale: common.stale,
  gone: common.gone,
  unknown: common.never,
} as const;

/** How old a value is; counts on by itself. Old ones say so in words besides their colour. */
export function Age({
  at,
  freshness,
}: {
  readonly at: number | undefined;
  readonly freshness: Freshness;
}): JSX.Element {
  const age = at === undefined ? undefined : ageText(Math.max(0, now.value - at));
  const word = freshness === 'fresh' && age !== undefined ? undefined : t(WORDS[freshness]);
  return (
    <span
      class={`age ${freshness}`}
      {...(at === undefined ? {} : { title: instantText(at, store.site.value?.timezone) })}
    >
      <span class={`dot ${freshness}`} aria-hidden="true" />
      {[word, age].filter((part) => part !== undefined).join(' · ')}
    </span>
  );
}
