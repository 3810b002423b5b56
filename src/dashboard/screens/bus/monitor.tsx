import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiUtterance } from '../../../core/site/api.ts';
import { address, get } from '../../api/client.ts';
import { clockText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { store } from '../../state/store.ts';
import { saveFile } from '../../ui/save-file.ts';
import { texts } from './bus-texts.ts';
import { Utterances } from './utterances.tsx';

/** Utterances that are shown; older ones are in the capture. */
const MOST = 200;
/** Utterances that are recorded at most: some hours of a line that is asked once a second. */
const LONGEST = 20_000;

/** What goes over a line, as it goes: shown, held, recorded. */
export function Monitor({
  bus,
  devices,
}: {
  readonly bus: string;
  readonly devices: readonly string[];
}): JSX.Element {
  const [said, setSaid] = useState<readonly ApiUtterance[]>([]);
  const [paused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState<readonly ApiUtterance[]>([]);
  const [recorded, setRecorded] = useState<readonly ApiUtterance[]>();
  const holding = useRef(false);
  holding.current = paused;
  useFrames(bus, (fresh, live) => {
    if (holding.current) setWaiting((known) => joined(known, fresh));
    else setSaid((known) => joined(known, fresh));
    if (live) setRecorded((known) => (known === undefined ? known : [...known, ...fresh].slice(0, LONGEST)));
  });
  const resume = (): void => {
    setPaused(false);
    setSaid((known) => joined(known, waiting));
    setWaiting([]);
  };
  const stop = async (): Promise<void> => {
    const all = recorded ?? [];
    setRecorded(undefined);
    const { printRecording } = await import('../../frames/recording.ts');
    const [device, second] = devices;
    const text = printRecording(all, {
      // A line with several devices is none of any of them.
      ...(device === undefined || second !== undefined ? {} : { device }),
      origin: `line ${bus} of ${store.site.value?.site ?? ''}, busbar ${store.site.value?.version ?? ''}`,
      date: new Date(all[0]?.at ?? Date.now()).toISOString(),
    });
    saveFile(`${bus}.cap`, text);
  };
  const path = `api/lines/${encodeURIComponent(bus)}/capture`;
  return (
    <section class="card">
      <header>
        <h2>{t(texts.live)}</h2>
        {paused && waiting.length > 0 && <span class="badge">{t(texts.waiting, { n: waiting.length })}</span>}
        {recorded !== undefined && (
          <span class="badge bad" role="status">
            {t(texts.recorded, { n: recorded.length })}
          </span>
        )}
      </header>
      <Utterances said={said.toReversed()} when={(at) => clockText(at, store.site.value?.timezone)}>
        <button type="button" onClick={() => (paused ? resume() : setPaused(true))}>
          {t(paused ? texts.resume : texts.pause)}
        </button>
        {recorded === undefined ? (
          <button type="button" onClick={() => setRecorded([])}>
            {t(texts.record)}
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => void stop()}>
            {t(texts.stop_recording)}
          </button>
        )}
        <a class="button" href={address(path)} download>
          {t(texts.capture)}
        </a>
      </Utterances>
    </section>
  );
}

/** Calls back with what is said on a line from now on (`live`), and once with what was said before. */
function useFrames(bus: string, told: (fresh: readonly ApiUtterance[], live: boolean) => void): void {
  const listener = useRef(told);
  listener.current = told;
  useEffect(() => {
    const path = `api/lines/${encodeURIComponent(bus)}/frames`;
    const abort = new AbortController();
    // What cannot be fetched breaks the connection of the page as well, and that is shown.
    get<readonly ApiUtterance[]>(path, abort.signal).then(
      (known) => listener.current(known, false),
      () => undefined,
    );
    const stream = new EventSource(address(`${path}/live`));
    stream.addEventListener('frame', (event: MessageEvent<string>) => {
      // The border to the network: gateway and dashboard are built from the same types.
      listener.current([JSON.parse(event.data) as ApiUtterance], true);
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
