import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiPort } from '../../../core/site/api.ts';
import { t } from '../../i18n/language.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './setup-texts.ts';

/** Ways to a line that are typed: the form of the link, a title, an example. */
const TYPED = [
  { scheme: 'tcp://', title: texts.tcp, label: texts.tcp_address, example: '192.168.2.22:9999' },
  { scheme: 'tcp-listen://', title: texts.listen, label: texts.listen_port, example: '9000' },
  { scheme: 'rfc2217://', title: texts.rfc2217, label: texts.tcp_address, example: 'raspberrypi:4000' },
] as const;

/** Chooses the link: a port of the gateway, or a converter. */
export function WhereStep({
  link,
  onNext,
}: {
  readonly link: string;
  readonly onNext: (link: string) => void;
}): JSX.Element {
  const { value: ports, failure, again } = useFetched<readonly ApiPort[]>('api/ports');
  const [chosen, setChosen] = useState(link);
  const [scheme, setScheme] = useState(TYPED.find((one) => link.startsWith(one.scheme))?.scheme ?? '');
  const typed = TYPED.find((one) => one.scheme === scheme);
  const rest = typed === undefined ? '' : chosen.slice(typed.scheme.length);
  const ready = typed === undefined ? chosen !== '' : /^\S+$/.test(rest);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onNext(chosen);
      }}
    >
      <fieldset>
        <legend>{t(texts.serial)}</legend>
        {failure !== undefined && <FailureNote failure={failure} onRetry={again} />}
        {ports?.length === 0 && <p class="quiet">{t(texts.no_ports)}</p>}
        {ports?.map((port) => {
          const way = port.by_id ?? port.path;
          return (
            <label key={port.path} class="inline choice">
              <input
                type="radio"
                name="where"
                checked={chosen === way}
                disabled={!port.allowed || port.used_by !== undefined}
                onChange={() => {
                  setScheme('');
                  setChosen(way);
                }}
              />
              <span>
                <code>{port.path}</code>{' '}
                {[port.manufacturer, port.product].filter((part) => part !== undefined).join(' ')}
                {port.used_by !== undefined && (
                  <span class="badge">{t(texts.used_by, { bus: port.used_by })}</span>
                )}
                {port.hint !== undefined && <small class="hint">{port.hint}</small>}
              </span>
            </label>
          );
        })}
        <button type="button" class="small" onClick={again}>
          {t(texts.look_again)}
        </button>
      </fieldset>
      {TYPED.map(({ scheme: one, title, label, example }) => (
        <div key={one}>
          <label class="inline choice">
            <input
              type="radio"
              name="where"
              checked={scheme === one}
              onChange={() => {
                setScheme(one);
                setChosen(one);
              }}
            />
            <span>{t(title)}</span>
          </label>
          {scheme === one && (
            <label class="indent">
              <span>{t(label)}</span>
              <input
                required
                placeholder={example}
                value={rest}
                onInput={(event) => setChosen(one + event.currentTarget.value.trim())}
              />
            </label>
          )}
        </div>
      ))}
      <div class="row later">
        <button type="submit" class="primary" disabled={!ready}>
          {t(texts.next)}
        </button>
      </div>
    </form>
  );
}
