import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { yamlText } from '../../model/merge.ts';
import { texts } from './setup-texts.ts';

/** Chooses where numbers go besides these pages; what is set up already is left alone. */
export function SendStep({
  text,
  onBack,
  onNext,
}: {
  /** The configuration as it is. */
  readonly text: string;
  readonly onBack: () => void;
  readonly onNext: (yaml: string) => void;
}): JSX.Element {
  const has = (output: string): boolean => new RegExp(`^\\s+${output}:`, 'm').test(text);
  const [mqtt, setMqtt] = useState(false);
  const [url, setUrl] = useState('mqtt://localhost');
  const [prometheus, setPrometheus] = useState(false);
  const next = (): void => {
    const lines = [
      ...(mqtt ? [`  mqtt: { url: ${yamlText(url)}, homeassistant: true }`] : []),
      ...(prometheus ? ['  prometheus: {}'] : []),
    ];
    onNext(lines.length === 0 ? '' : ['outputs:', ...lines, ''].join('\n'));
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      <p class="quiet">{t(texts.nowhere)}</p>
      <Choice title={t(texts.mqtt)} there={has('mqtt')} chosen={mqtt} onChange={setMqtt} />
      {mqtt && (
        <label class="indent">
          <span>{t(texts.mqtt_url)}</span>
          <input required value={url} onInput={(event) => setUrl(event.currentTarget.value.trim())} />
        </label>
      )}
      <Choice
        title={t(texts.prometheus)}
        there={has('prometheus')}
        chosen={prometheus}
        onChange={setPrometheus}
      />
      <p class="quiet">{t(texts.others)}</p>
      <div class="row">
        <button type="submit" class="primary">
          {t(texts.next)}
        </button>
        <button type="button" onClick={onBack}>
          {t(texts.back)}
        </button>
      </div>
    </form>
  );
}

function Choice({
  title,
  there,
  chosen,
  onChange,
}: {
  readonly title: string;
  readonly there: boolean;
  readonly chosen: boolean;
  readonly onChange: (chosen: boolean) => void;
}): JSX.Element {
  return (
    <label class="inline choice">
      <input type="checkbox" checked={chosen || there} disabled={there} onChange={() => onChange(!chosen)} />
      <span>
        {title} {there && <span class="badge">{t(texts.already)}</span>}
      </span>
    </label>
  );
}
