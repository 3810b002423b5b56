import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiUtterance } from '../../../core/site/api.ts';
import { aboutOf, Verdict } from '../../frames/frame-view.tsx';
import { numberText, valueText } from '../../i18n/format.ts';
import { titleText } from '../../i18n/catalogue.ts';
import { t } from '../../i18n/language.ts';
import { href } from '../../shell/route.ts';
import { texts } from './bus-texts.ts';
import { Histogram } from './histogram.tsx';

/** What was said on a line: bytes and their meaning side by side, how long answers took, and a filter. */
export function Utterances({
  said,
  when,
  children,
}: {
  /** In the order in which they are shown. */
  readonly said: readonly ApiUtterance[];
  /** Writes the time of one. */
  readonly when: (at: number) => string;
  /** What else can be done with them. */
  readonly children: ComponentChildren;
}): JSX.Element {
  const [filter, setFilter] = useState('');
  const [onlyBad, setOnlyBad] = useState(false);
  const shown = said.filter((one) => (!onlyBad || isBad(one)) && matches(one, filter));
  return (
    <>
      <Histogram said={said} />
      <div class="row end">
        <label>
          <span>{t(texts.filter)}</span>
          <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
        </label>
        <label class="inline">
          <input type="checkbox" checked={onlyBad} onChange={() => setOnlyBad(!onlyBad)} />
          <span>{t(texts.only_bad)}</span>
        </label>
        {children}
      </div>
      {shown.length === 0 && <p class="quiet">{t(said.length === 0 ? texts.quiet : texts.no_match)}</p>}
      <ol class="utterances">
        {shown.map((one) => (
          <Said key={one.number} utterance={one} when={when} />
        ))}
      </ol>
    </>
  );
}

function Said({
  utterance,
  when,
}: {
  readonly utterance: ApiUtterance;
  readonly when: (at: number) => string;
}): JSX.Element {
  const { at, direction, pause, bytes, frames } = utterance;
  const text = frames.map(({ frame }) => frame).join('');
  return (
    <li class={direction === '>' ? 'sent' : 'heard'}>
      <div class="said-when">
        <b aria-hidden="true">{direction === '>' ? '→' : '←'}</b>{' '}
        <span class="only-heard">{t(direction === '>' ? texts.we : texts.they)}</span>
        {when(at)}
        <small> +{t(texts.milliseconds, { n: numberText(pause, 0) })}</small>
      </div>
      <code class="said-bytes" tabIndex={0}>
        {text}
      </code>
      <div class="said-means">
        {frames.map((frame, place) => (
          <div key={place}>
            <Verdict frame={frame} /> <span class="quiet">{aboutOf(frame)}</span>
            {frame.message !== undefined && <p class="wrong">{frame.message}</p>}
            {direction === '<' && <p>{gist(frame.parts)}</p>}
          </div>
        ))}
        <a href={href('explain', [], { frame: bytes })}>{t(texts.explain)}</a>
      </div>
    </li>
  );
}

/** The first values of a frame. */
function gist(parts: ApiUtterance['frames'][number]['parts']): string {
  return parts
    .flatMap(({ title, quantity, value }) =>
      title === undefined || quantity === undefined || value === undefined
        ? []
        : [`${titleText(title)} ${valueText(value, { quantity })}`],
    )
    .slice(0, 5)
    .join(', ');
}

function isBad({ frames }: ApiUtterance): boolean {
  return frames.some(({ verdict }) => verdict !== 'ok');
}

function matches({ bytes, frames }: ApiUtterance, filter: string): boolean {
  if (filter === '') return true;
  const text = [bytes, ...frames.flatMap((frame) => [frame.frame, aboutOf(frame)])].join(' ').toLowerCase();
  return text.includes(filter.toLowerCase());
}
