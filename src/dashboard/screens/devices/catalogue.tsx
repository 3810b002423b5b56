import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { lineText } from '../../../core/line.ts';
import type { ApiDevice } from '../../../core/site/api.ts';
import { titleText } from '../../i18n/catalogue.ts';
import { common } from '../../i18n/common-texts.ts';
import { t } from '../../i18n/language.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './devices-texts.ts';

/** Every kind of device that is known: models, line, addresses, remarks, values. */
export function Catalogue(): JSX.Element {
  const { value: devices, failure, again } = useFetched<readonly ApiDevice[]>('api/devices');
  const [wanted, setWanted] = useState('');
  const words = wanted.toLowerCase().split(/\s+/);
  const shown = (devices ?? []).filter(({ title, vendor, models, protocol, id }) => {
    const text = [title, vendor, protocol, id, ...models].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <section class="card">
      <header>
        <h2>{t(texts.catalogue)}</h2>
        {devices !== undefined && (
          <span class="quiet">{t(texts.catalogue_count, { n: devices.length })}</span>
        )}
      </header>
      {failure !== undefined && <FailureNote failure={failure} onRetry={again} />}
      {devices === undefined && failure === undefined && <p class="quiet">{t(common.loading)}</p>}
      <label>
        <span>{t(texts.find)}</span>
        <input type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
      </label>
      {shown.map((device) => (
        <DeviceEntry key={device.id} device={device} />
      ))}
    </section>
  );
}

function DeviceEntry({ device }: { readonly device: ApiDevice }): JSX.Element {
  const { id, title, models, protocol, line, addresses, remarks, groups } = device;
  return (
    <details class="entry">
      <summary>
        {title} <code class="quiet">{id}</code>
      </summary>
      <dl class="pairs">
        <div>
          <dt>{t(texts.models)}</dt>
          <dd>{models.join(', ')}</dd>
        </div>
        <div>
          <dt>{t(texts.protocol)}</dt>
          <dd>{protocol}</dd>
        </div>
        <div>
          <dt>{t(texts.line)}</dt>
          <dd>{lineText(line)}</dd>
        </div>
        <div>
          <dt>{t(texts.addresses)}</dt>
          <dd>
            {t(texts.address_range, {
              lowest: addresses.lowest,
              highest: String(addresses.highest),
              usual: addresses.usual,
            })}
          </dd>
        </div>
      </dl>
      {remarks.length > 0 && (
        <>
          <h3>{t(texts.remarks)}</h3>
          <ul class="remarks">
            {remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </>
      )}
      <h3>{t(texts.values)}</h3>
      {groups.map((group) => (
        <p key={group.name} class="quiet">
          <b>{titleText(group.title)}:</b>{' '}
          {group.fields
            .filter(({ kind }) => kind !== 'raw')
            .map((field) => titleText(field.title))
            .join(', ')}
        </p>
      ))}
    </details>
  );
}
