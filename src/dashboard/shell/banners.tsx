import type { JSX } from 'preact';
import { durationText, listText } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { now } from '../state/clock.ts';
import { connection } from '../state/live.ts';
import { store } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { href } from './route.ts';
import { shell } from './shell-texts.ts';

/** What concerns every screen: that the connection is lost, and that data is simulated. */
export function Banners(): JSX.Element {
  return (
    <>
      <Lost />
      <Simulated />
    </>
  );
}

function Lost(): JSX.Element | null {
  const how = connection.value;
  if (how.state !== 'lost') return null;
  const age = durationText(Math.max(1, (now.value - how.since) / 1000));
  return (
    <p class="banner bad" role="alert">
      <Icon name="warning" />
      <span>{t(shell.lost, { age })}</span>
    </p>
  );
}

function Simulated(): JSX.Element | null {
  const site = store.site.value;
  if (site?.simulated !== true) return null;
  const devices = site.members.filter(({ bus }) => bus !== undefined);
  const played = devices.filter(({ simulated }) => simulated);
  const all = played.length === devices.length;
  return (
    <p class="banner simulated">
      <span>
        {all
          ? t(shell.simulated)
          : t(shell.partly_simulated, { names: listText(played.map(({ title }) => title)) })}{' '}
        <a href={href('setup')}>{t(shell.connect_yours)}</a>
      </span>
    </p>
  );
}
