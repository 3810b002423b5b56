import type { JSX } from 'preact';
import type { ApiMember } from '../../../core/site/api.ts';
import { common } from '../../i18n/common-texts.ts';
import { t } from '../../i18n/language.ts';
import { newest } from '../../model/latest.ts';
import { href, route } from '../../shell/route.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { Catalogue } from './catalogue.tsx';
import { texts } from './devices-texts.ts';
import { MemberCard } from './member-card.tsx';

/** The devices of this site, and all that could be. */
export default function Devices(): JSX.Element {
  const members = store.site.value?.members ?? [];
  const [name] = route.value.rest;
  const member = members.find((one) => one.name === name);
  if (member !== undefined) return <MemberCard key={member.name} member={member} />;
  return (
    <div class="stack">
      <section class="card scroll" tabIndex={0} aria-label={t(texts.here)}>
        <h2>{t(texts.here)}</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">{t(common.name)}</th>
              <th class="make" scope="col">
                {t(texts.models)}
              </th>
              <th scope="col">{t(texts.bus)}</th>
              <th scope="col">{t(common.state)}</th>
            </tr>
          </thead>
          <tbody>
            {members.map((one) => (
              <MemberRow key={one.name} member={one} />
            ))}
          </tbody>
        </table>
      </section>
      <Catalogue />
    </div>
  );
}

function MemberRow({ member }: { readonly member: ApiMember }): JSX.Element {
  const { name, title, make, bus, address, simulated } = member;
  const state = store.state(name).value;
  return (
    <tr>
      <th scope="row">
        <a href={href('devices', [name])}>{title}</a>
        {simulated && (
          <>
            {' '}
            <span class="badge simulated">{t(common.simulated)}</span>
          </>
        )}
      </th>
      <td class="make">{make?.title}</td>
      <td>
        {bus !== undefined && <a href={href('bus', [bus])}>{bus}</a>}
        {address !== undefined && <span class="quiet"> {t(common.address, { n: address })}</span>}
      </td>
      <td>
        <Age at={newest(state)} freshness={state.freshness} />
      </td>
    </tr>
  );
}
