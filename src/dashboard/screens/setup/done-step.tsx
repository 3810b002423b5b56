import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiSite } from '../../../core/site/api.ts';
import { get } from '../../api/client.ts';
import { common } from '../../i18n/common-texts.ts';
import { powerText, valueText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { batteryGlance } from '../../model/flow.ts';
import { isAnyBattery } from '../../model/kinds.ts';
import { newest } from '../../model/latest.ts';
import { href } from '../../shell/route.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { texts } from './setup-texts.ts';

/** The first values of what was added, with the question whether the direction is right. */
export function DoneStep({
  buses,
  onAgain,
}: {
  readonly buses: string;
  readonly onAgain: () => void;
}): JSX.Element {
  // The names as they were written: `{ name: shunt, device: ...`.
  const [names] = useState(() =>
    [...buses.matchAll(/-\s*\{?\s*name:\s*"?([\w-]+)"?,\s*device:/g)].map(([, name]) => name),
  );
  useEffect(() => {
    void get<ApiSite>('api/site').then(store.setSite, () => undefined);
  }, []);
  const members = (store.site.value?.members ?? []).filter(({ name }) => names.includes(name));
  return (
    <div class="stack">
      {members.length === 0 && (
        <p class="quiet" role="status">
          {t(texts.first_values)}
        </p>
      )}
      {members.map((member) => {
        const state = store.state(member.name).value;
        const { power, direction, voltage } = batteryGlance(member, state);
        return (
          <div key={member.name}>
            <h3>
              <a href={href('devices', [member.name])}>{member.title}</a>{' '}
              <Age at={newest(state)} freshness={state.freshness} />
            </h3>
            {isAnyBattery(member) && direction !== undefined && (
              <>
                <p class={direction}>
                  {t(common[direction])} {power !== undefined && powerText(power)} ·{' '}
                  {valueText(voltage, { quantity: 'voltage' })}
                </p>
                <p class="quiet">{t(texts.sign)}</p>
              </>
            )}
          </div>
        );
      })}
      <div class="row">
        <a class="button primary" href={href('')}>
          {t(common.close)}
        </a>
        <button type="button" onClick={onAgain}>
          {t(texts.another)}
        </button>
      </div>
    </div>
  );
}
