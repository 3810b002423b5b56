import { signal } from '@preact/signals';
import type { JSX, TargetedEvent } from 'preact';
import { post, session } from '../api/client.ts';
import { LANGUAGE_NAMES, LANGUAGES, language, t } from '../i18n/language.ts';
import { connect } from '../state/live.ts';
import { chooseLanguage, chooseTheme, THEMES, theme } from '../state/preferences.ts';
import { store } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { href, route } from './route.ts';
import { type Screen, SCREENS } from './screens.ts';
import { shell } from './shell-texts.ts';

/** Whether the menu is unfolded, on a narrow page. */
const open = signal(false);

/** The strip on top: whose site this is, and the way to the menu. */
export function Header(): JSX.Element {
  const alarms = store.alarms.value.length;
  return (
    <header class="top">
      <button
        type="button"
        class="plain menu-button"
        aria-expanded={open.value}
        aria-controls="menu"
        aria-label={t(shell.menu)}
        onClick={() => (open.value = !open.value)}
      >
        <Icon name={open.value ? 'close' : 'menu'} />
      </button>
      <a class="brand" href={href('')}>
        <img src="./icon.svg" width="24" height="24" alt="" />
        <span>{store.site.value?.title ?? 'busbar'}</span>
      </a>
      {alarms > 0 && (
        <a class="badge bad" href={href('alarms')}>
          <Icon name="warning" size={16} />
          {t(shell.alarm_count, { n: alarms })}
        </a>
      )}
    </header>
  );
}

/** The menu: all screens that make sense on this site, language and theme. */
export function Menu(): JSX.Element {
  const members = store.site.value?.members ?? [];
  const shown = SCREENS.filter(({ needs }) => needs === undefined || members.some(needs));
  return (
    <nav id="menu" class={open.value ? 'menu open' : 'menu'} aria-label={t(shell.screens)}>
      {(['watch', 'manage'] as const).map((part) => (
        <div key={part}>
          <h2 class="menu-part">{t(part === 'watch' ? shell.part_watch : shell.part_manage)}</h2>
          <ul>
            {shown
              .filter((screen) => screen.part === part)
              .map((screen) => (
                <MenuItem key={screen.name} screen={screen} />
              ))}
          </ul>
        </div>
      ))}
      <div class="choices">
        <label>
          <span>{t(shell.language)}</span>
          <select value={language.value} onChange={onLanguage}>
            {LANGUAGES.map((one) => (
              <option key={one} value={one} lang={one}>
                {LANGUAGE_NAMES[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t(shell.theme)}</span>
          <select value={theme.value} onChange={onTheme}>
            {THEMES.map((one) => (
              <option key={one} value={one}>
                {t(THEME_TITLES[one])}
              </option>
            ))}
          </select>
        </label>
        {session.value?.login_required === true && (
          <button type="button" onClick={() => void logOut()}>
            {t(shell.log_out)}
          </button>
        )}
      </div>
    </nav>
  );
}

const THEME_TITLES = { auto: shell.theme_auto, light: shell.theme_light, dark: shell.theme_dark } as const;

function MenuItem({ screen }: { readonly screen: Screen }): JSX.Element {
  const here = route.value.screen === screen.name;
  return (
    <li>
      <a
        href={href(screen.name)}
        {...(here ? { 'aria-current': 'page' as const } : {})}
        onClick={() => (open.value = false)}
      >
        <Icon name={screen.icon} />
        <span>{t(screen.title)}</span>
      </a>
    </li>
  );
}

function onLanguage(event: TargetedEvent<HTMLSelectElement>): void {
  const wanted = LANGUAGES.find((one) => one === event.currentTarget.value);
  if (wanted !== undefined) chooseLanguage(wanted);
}

function onTheme(event: TargetedEvent<HTMLSelectElement>): void {
  const wanted = THEMES.find((one) => one === event.currentTarget.value);
  if (wanted !== undefined) chooseTheme(wanted);
}

async function logOut(): Promise<void> {
  await post('api/logout').catch(() => undefined);
  await connect();
}
