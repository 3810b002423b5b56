import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiDevice, ApiFrame } from '../../core/site/api.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import { t } from '../i18n/language.ts';
import { texts } from '../screens/explain/explain-texts.ts';
import { go, href, route } from '../shell/route.ts';
import { FailureNote } from '../ui/notice.tsx';
import { FrameView } from './frame-view.tsx';

/**
 * Pasted frames, explained; what was pasted stands behind the `#` of the address, so it can be passed on. Knows nothing
 * of a gateway.
 */
export function Explainer({
  devices,
  explain,
}: {
  /** The catalogue. */
  readonly devices: readonly ApiDevice[];
  /** Explains a text; with the id of the device that it is from, where that was said. Rejects with a fault in words. */
  readonly explain: (text: string, device: string | undefined) => Promise<readonly ApiFrame[]>;
}): JSX.Element {
  const { query } = route.value;
  const given = query.get('frame') ?? '';
  const [text, setText] = useState(given);
  const [device, setDevice] = useState(query.get('device') ?? '');
  const [frames, setFrames] = useState<readonly ApiFrame[]>();
  const [failure, setFailure] = useState<Failure>();
  const [copied, setCopied] = useState(false);

  const run = async (): Promise<void> => {
    setFailure(undefined);
    setCopied(false);
    const from = device === '' ? undefined : device;
    try {
      setFrames(await explain(text, from));
      go(href('explain', [], { frame: text, device: from }), true);
    } catch (error) {
      setFrames(undefined);
      setFailure(failureOf(error));
    }
  };
  useEffect(() => {
    if (given !== '') void run();
  }, []);

  return (
    <div class="stack">
      <form
        class="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <label>
          <span>{t(texts.paste)}</span>
          <textarea
            class="code"
            rows={4}
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div class="row end">
          <label>
            <span>{t(texts.device)}</span>
            <select value={device} onChange={(event) => setDevice(event.currentTarget.value)}>
              <option value="">{t(texts.guess)}</option>
              {devices.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" class="primary" disabled={text.trim() === ''}>
            {t(texts.explain)}
          </button>
          {frames !== undefined && (
            <button
              type="button"
              onClick={() => void navigator.clipboard.writeText(location.href).then(() => setCopied(true))}
            >
              {t(copied ? texts.copied : texts.link)}
            </button>
          )}
        </div>
        <p class="quiet">{t(texts.where)}</p>
      </form>
      {failure !== undefined && <FailureNote failure={failure} />}
      {frames?.length === 0 && <p class="quiet">{t(texts.nothing)}</p>}
      {frames?.map((frame, place) => (
        <FrameView key={`${place} ${frame.bytes}`} frame={frame} devices={devices} />
      ))}
    </div>
  );
}
