import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Fault, faultOf } from '../core/fault.ts';
import { lineText } from '../core/line.ts';
import { common } from '../dashboard/i18n/common-texts.ts';
import { t } from '../dashboard/i18n/language.ts';
import { DeviceView } from './device-view.tsx';
import { Frames } from './frames.tsx';
import { texts } from './page-texts.ts';
import { hits, readFound, seen, stage, stop, trouble, webSerial } from './reader.ts';
import { Trouble } from './trouble.tsx';
import { WishForm, wishOf } from './wish-form.tsx';

/** Reading a device by a port of this computer. */
export function ReadPart(): JSX.Element {
  const [missing, setMissing] = useState<Fault>();
  useEffect(() => {
    try {
      webSerial();
    } catch (error) {
      setMissing(faultOf(error, 'link'));
    }
  }, []);
  const { kind } = stage.value;
  const fault = trouble.value;
  return (
    <div class="stack">
      {missing !== undefined && <Trouble fault={missing} />}
      {kind === 'idle' && <WishForm disabled={missing !== undefined} />}
      <Progress />
      {fault !== undefined && <Trouble fault={fault} />}
      <Found />
      {seen.value !== undefined && <DeviceView seen={seen.value} />}
      <Frames />
    </div>
  );
}

/** What goes on before a device is read, and how to end it. */
function Progress(): JSX.Element | null {
  const now = stage.value;
  if (now.kind === 'idle' || now.kind === 'reading') return null;
  return (
    <section class="card stack">
      <p role="status">
        {t(now.kind === 'searching' ? texts.searching : texts.connecting)}{' '}
        <span class="quiet" lang="en">
          {now.step}
        </span>
      </p>
      {now.kind === 'searching' && <progress aria-label={t(texts.searching)} value={now.share} />}
      <button type="button" onClick={stop}>
        {t(texts.stop)}
      </button>
    </section>
  );
}

/** What a search found. */
function Found(): JSX.Element | null {
  const found = hits.value;
  if (found === undefined || (found.length === 0 && stage.value.kind !== 'idle')) return null;
  return (
    <section class="card">
      <h2>{found.length === 0 ? t(texts.found_none) : t(texts.found, { n: found.length })}</h2>
      <ul class="found">
        {found.map((hit) => (
          <li key={`${hit.device.id} ${hit.address} ${lineText(hit.line)}`}>
            <span>
              <b>{hit.device.title}</b> {hit.model}{' '}
              <span class="quiet">
                {t(common.address, { n: String(hit.address) })} · {lineText(hit.line)}
              </span>
            </span>
            <button
              type="button"
              class="primary"
              disabled={stage.value.kind !== 'idle'}
              onClick={() => void readFound(hit, wishOf())}
            >
              {t(texts.read_this)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
