import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { common } from '../../i18n/common-texts.ts';
import {
  type Filled,
  type OutputForm,
  outputForms,
  outputsYaml,
  type Setting,
} from '../../model/output-form.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
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
  const { value: schema, failure, again } = useFetched<object>('api/schema');
  const forms = useMemo(() => (schema === undefined ? [] : outputForms(schema)), [schema]);
  const [chosen, setChosen] = useState<Readonly<Record<string, Filled>>>({});
  const has = (output: string): boolean => new RegExp(`^\\s+${output}:`, 'm').test(text);
  const toggle = (name: string): void => {
    const { [name]: was, ...others } = chosen;
    setChosen(was === undefined ? { ...others, [name]: {} } : others);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onNext(outputsYaml(forms, chosen));
      }}
    >
      <p class="quiet">{t(texts.nowhere)}</p>
      {failure !== undefined && <FailureNote failure={failure} onRetry={again} />}
      {schema === undefined && failure === undefined && <p class="quiet">{t(common.loading)}</p>}
      {forms.map((form) => {
        const there = has(form.name);
        const filled = chosen[form.name];
        return (
          <div key={form.name}>
            <label class="inline choice">
              <input
                type="checkbox"
                checked={filled !== undefined || there}
                disabled={there}
                onChange={() => toggle(form.name)}
              />
              <span>
                <code>{form.name}</code> {there && <span class="badge">{t(texts.already)}</span>}
              </span>
            </label>
            {filled !== undefined && (
              <Settings
                form={form}
                filled={filled}
                onFill={(name, value) => setChosen({ ...chosen, [form.name]: { ...filled, [name]: value } })}
              />
            )}
          </div>
        );
      })}
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

/** What an output has to be told, and what it may be told besides. */
function Settings({
  form: { name: output, settings },
  filled,
  onFill,
}: {
  readonly form: OutputForm;
  readonly filled: Filled;
  readonly onFill: (name: string, value: string) => void;
}): JSX.Element {
  const input = (setting: Setting): JSX.Element => (
    <SettingInput
      key={setting.name}
      output={output}
      setting={setting}
      value={filled[setting.name] ?? ''}
      onFill={(value) => onFill(setting.name, value)}
    />
  );
  const more = settings.filter(({ required }) => !required);
  return (
    <div class="indent stack">
      {settings.filter(({ required }) => required).map(input)}
      {more.length > 0 && (
        <details>
          <summary>{t(texts.more_settings)}</summary>
          <div class="stack">{more.map(input)}</div>
        </details>
      )}
    </div>
  );
}

function SettingInput({
  output,
  setting: { name, says, required, ask, usual },
  value,
  onFill,
}: {
  readonly output: string;
  readonly setting: Setting;
  readonly value: string;
  readonly onFill: (value: string) => void;
}): JSX.Element {
  const common = {
    name: `${output}.${name}`,
    required,
    value,
    onInput: (event: { currentTarget: { value: string } }) => onFill(event.currentTarget.value),
    ...(usual === undefined ? {} : { placeholder: usual }),
  };
  return (
    <label>
      <span>
        <code>{name}</code> <span class="quiet">{says}</span>
      </span>
      {ask.form === 'number' ? (
        <input {...common} type="number" step="any" min={ask.lowest} max={ask.highest} />
      ) : ask.form === 'text' && ask.secret ? (
        <input {...common} type="password" autocomplete="new-password" />
      ) : ask.form === 'text' ? (
        <input {...common} {...(ask.pattern === undefined ? {} : { pattern: ask.pattern })} />
      ) : ask.form === 'list' ? (
        <input {...common} />
      ) : (
        <select
          name={common.name}
          required={required}
          value={value}
          onChange={(event) => onFill(event.currentTarget.value)}
        >
          <option value="">{usual === undefined ? '' : t(texts.usual, { value: usual })}</option>
          {(ask.form === 'flag' ? ['true', 'false'] : ask.words.map(String)).map((word) => (
            <option key={word} value={word}>
              {word}
            </option>
          ))}
        </select>
      )}
    </label>
  );
}
