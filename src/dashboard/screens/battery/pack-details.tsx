import type { JSX } from 'preact';
import { titleText } from '../../i18n/catalogue.ts';
import { common } from '../../i18n/common-texts.ts';
import { valueText, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import type { Pack, PackValue } from '../../model/battery.ts';
import { texts } from './battery-texts.ts';

/** Every pack with its temperatures, and all else that it says when unfolded. */
export function PackDetails({ packs }: { readonly packs: readonly Pack[] }): JSX.Element | null {
  const shown = packs.filter(({ key }) => key !== undefined);
  if (shown.length === 0) return null;
  return (
    <section>
      <div class="grid dense">
        {shown.map((pack) => (
          <PackCard key={pack.key} pack={pack} />
        ))}
      </div>
    </section>
  );
}

function PackCard({ pack: { key, values, temperatures } }: { readonly pack: Pack }): JSX.Element {
  const single = values.filter(
    ({ field, value }) => field.kind !== 'raw' && !(Array.isArray(value) && field.kind === 'measurement'),
  );
  const first = single.filter(({ field }) => field.kind === 'measurement' || field.kind === 'counter');
  const rest = single.filter((one) => !first.includes(one) && one.field.quantity !== 'count');
  return (
    <div class="card">
      <h2>{t(common.pack, { n: key ?? 0 })}</h2>
      <Pairs values={first} />
      {temperatures.length > 0 && (
        <>
          <h3>{t(texts.temperatures)}</h3>
          <p class="temperatures">
            {temperatures.map((one, place) => (
              <span key={place} class="badge">
                {place + 1}: {one === undefined ? t(common.unknown) : withUnit(one, 1, '°C')}
              </span>
            ))}
          </p>
        </>
      )}
      {rest.length > 0 && (
        <details>
          <summary>{t(texts.limits)}</summary>
          <Pairs values={rest} />
        </details>
      )}
    </div>
  );
}

function Pairs({ values }: { readonly values: readonly PackValue[] }): JSX.Element {
  return (
    <dl class="pairs">
      {values.map(({ group, field, value }) => (
        <div key={`${group}.${field.name}`}>
          <dt>{titleText(field.title)}</dt>
          <dd>{valueText(value, field)}</dd>
        </div>
      ))}
    </dl>
  );
}
