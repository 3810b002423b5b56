import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Failure, failureOf } from '../../api/failure.ts';
import type { Recording } from '../../frames/recording.ts';
import { numberText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { texts } from './bus-texts.ts';
import { Utterances } from './utterances.tsx';

/** Utterances that are shown at once. */
const MOST = 200;

/** A recording, decoded in this browser: all of it, or as it went, in its own time. */
export function Replay(): JSX.Element {
  const [name, setName] = useState('');
  const [recording, setRecording] = useState<Recording>();
  const [failure, setFailure] = useState<Failure>();
  /** How many of it are shown. */
  const [place, setPlace] = useState(0);
  const [playing, setPlaying] = useState(false);
  const said = recording?.said ?? [];

  const open = async (file: File): Promise<void> => {
    setPlaying(false);
    setFailure(undefined);
    setRecording(undefined);
    setName(file.name);
    try {
      const text = await file.text();
      const { recordingOf } = await import('../../frames/recording.ts');
      const found = recordingOf(text);
      setRecording(found);
      setPlace(found.said.length);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };

  useEffect(() => {
    if (!playing) return;
    const next = said[place];
    if (next === undefined) {
      setPlaying(false);
      return;
    }
    const wait = place === 0 ? 0 : next.at - (said[place - 1]?.at ?? next.at);
    const timer = setTimeout(() => setPlace(place + 1), wait);
    return () => clearTimeout(timer);
  }, [playing, place, recording]);

  const play = (): void => {
    if (!playing && place >= said.length) setPlace(0);
    setPlaying(!playing);
  };

  return (
    <section class="card">
      <header>
        <h2>{t(texts.replay)}</h2>
        {recording !== undefined && <span class="quiet">{recording.origin ?? name}</span>}
      </header>
      <p class="quiet">{t(texts.replay_hint)}</p>
      <label>
        <span>{t(texts.recording)}</span>
        <input
          type="file"
          accept=".cap,text/plain"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file !== undefined) void open(file);
          }}
        />
      </label>
      {failure !== undefined && <FailureNote failure={failure} />}
      {said.length > 0 && (
        <>
          <label class="later">
            <span>{t(texts.position, { n: place, of: said.length })}</span>
            <input
              type="range"
              class="slider"
              min={0}
              max={said.length}
              value={place}
              onInput={(event) => {
                setPlaying(false);
                setPlace(Number(event.currentTarget.value));
              }}
            />
          </label>
          <Utterances
            said={said.slice(Math.max(0, place - MOST), place).toReversed()}
            when={(at) => t(texts.seconds, { n: numberText(at / 1000, 3) })}
          >
            <button type="button" onClick={play}>
              {t(playing ? texts.pause : texts.play)}
            </button>
          </Utterances>
        </>
      )}
      {recording !== undefined && said.length === 0 && <p class="quiet">{t(texts.quiet)}</p>}
    </section>
  );
}
