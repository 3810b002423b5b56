import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiUtterance } from '../../../core/site/api.ts';
import { address, get } from '../../api/client.ts';
import { aboutOf, Verdict } from '../../frames/frame-view.tsx';
import { clockText, numberText, valueText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { href } from '../../shell/route.ts';
import { store } from '../../state/store.ts';
import { texts } from './bus-texts.ts';
import { Histogram } from './histogram.tsx';

/** Utterances that are shown; older ones are in the capture. */
const MOST = 200;

/** What goes over a line, as it goes: bytes and their meaning side by side. */
export function Monitor({ bus }: { readonly bus: string }): JSX.Element {
  const [said, setSaid] = useState<readonly ApiUtterance[]>([]);
  const [paused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState<readonly ApiUtterance[]>([]);
  const [filter, setFilter] = useState('');
  const [onlyBad, setOnlyBad] = useState(false);
  const holding = useRef(false);
  holding.current = paused;
  useFrames(bus, (fresh) => {
    if (holding.current) setWaiting((known) => joined(known, fresh));
    else setSaid((known) => joined(known, fresh));
  });
  const resume = (): void => {
    setPaused(false);
    setSaid((known) => joined(known, waiting));
    setWaiting([]);
  };
  const shown = said.filter((one) => (!onlyBad || isBad(one)) && matches(one, filter)).toReversed();
  const path = `api/lines/${encodeURIComponent(bus)}/capture`;
  return (
    <section class="card">
      <header>
        <h2>{t(texts.live)}</h2>
        {paused && waiting.length > 0 && <span class="badge">{t(texts.waiting, { n: waiting.length })}</span>}
      </header>
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
        <button type="button" onClick={() => (paused ? resume() : setPaused(true))}>
          {t(paused ? texts.resume : texts.pause)}
        </button>
        <a class="button" href={address(path)} download>
          {t(texts.capture)}
        </a>
      </div>
      {shown.length === 0 && <p class="quiet">{t(texts.quiet)}</p>}
      <ol class="utterances">
        {shown.map((one) => (
          <Said key={one.number} utterance={one} />
        ))}
      </ol>
    </section>
  );
}

function Said({ utterance }: { readonly utterance: ApiUtterance }): JSX.Element {
  const { at, direction, pause, bytes, frames } = utterance;
  const text = frames.map(({ frame }) => frame).join('');
  return (
    <li class={direction === '>' ? 'sent' : 'heard'}>
      <div class="said-when">
        <b aria-hidden="true">{direction === '>' ? '→' : '←'}</b>{' '}
        <span class="only-heard">{t(direction === '>' ? texts.we : texts.they)}</span>
        {clockText(at, store.site.value?.timezone)}
        <small> +{numberText(pause, 0)} ms</small>
      </div>
      <code class="said-bytes">{text}</code>
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
        : [`${title} ${valueText(value, { quantity })}`],
    )
    .slice(0, 5)
    .join(', ');
}

/** Calls back with what is said on a line from now on, and once with what was said before. */
function useFrames(bus: string, told: (fresh: readonly ApiUtterance[]) => void): void {
  const listener = useRef(told);
  listener.current = told;
  useEffect(() => {
    const path = `api/lines/${encodeURIComponent(bus)}/frames`;
    const abort = new AbortController();
    // What cannot be fetched breaks the connection of the page as well, and that is shown.
    get<readonly ApiUtterance[]>(path, abort.signal).then(
      (known) => listener.current(known),
      () => undefined,
    );
    const stream = new EventSource(address(`${path}/live`));
    stream.addEventListener('frame', (event: MessageEvent<string>) => {
      // The border to the network: gateway and dashboard are built from the same types.
      listener.current([JSON.parse(event.data) as ApiUtterance]);
    });
    return () => {
      abort.abort();
      stream.close();
    };
  }, [bus]);
}

/** Both, each once, by number; the newest of them. */
function joined(known: readonly ApiUtterance[], fresh: readonly ApiUtterance[]): readonly ApiUtterance[] {
  const all = new Map([...known, ...fresh].map((one) => [one.number, one]));
  return [...all.values()].sort((one, other) => one.number - other.number).slice(-MOST);
}

function isBad({ frames }: ApiUtterance): boolean {
  return frames.some(({ verdict }) => verdict !== 'ok');
}

function matches({ bytes, frames }: ApiUtterance, filter: string): boolean {
  if (filter === '') return true;
  const text = [bytes, ...frames.flatMap((frame) => [frame.frame, aboutOf(frame)])].join(' ').toLowerCase();
  return text.includes(filter.toLowerCase());
}
