import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { loginWanted } from '../api/client.ts';
import { language, t } from '../i18n/language.ts';
import { loadCatalogueWords } from '../i18n/catalogue.ts';
import { common } from '../i18n/common-texts.ts';
import { connection } from '../state/live.ts';
import { store } from '../state/store.ts';
import { Banners } from './banners.tsx';
import { Boundary } from './boundary.tsx';
import { Lazy } from './lazy.tsx';
import { Login } from './login.tsx';
import { Header, Menu } from './menu.tsx';
import { href, route } from './route.ts';
import { SCREENS } from './screens.ts';
import { shell } from './shell-texts.ts';

/** The whole page: menu, what concerns every screen, and the screen. */
export function App(): JSX.Element {
  const spoken = language.value;
  useEffect(() => void loadCatalogueWords().catch(() => undefined), [spoken]);
  if (loginWanted.value) return <Login />;
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        {t(shell.skip)}
      </a>
      <Header />
      <div class="frame">
        <Menu />
        <main id="main" tabIndex={-1}>
          <Banners />
          <ScreenOf />
        </main>
      </div>
    </>
  );
}

/** A fragment is an address of a screen here: the browser may not follow this one. */
function toMain(event: Event): void {
  event.preventDefault();
  document.querySelector('main')?.focus();
}

function ScreenOf(): JSX.Element {
  const { screen: name, rest } = route.value;
  const screen = SCREENS.find((one) => one.name === name);
  const site = store.site.value;
  const title = screen === undefined ? undefined : t(screen.title);
  const place = [...rest, title, site?.title ?? 'busbar'].filter((part) => part !== undefined).join(' · ');
  useEffect(() => {
    document.title = place;
  }, [place]);
  useFocusOnChange(name);
  if (screen === undefined) {
    return (
      <section class="card">
        <p>{t(shell.no_screen)}</p>
        <a class="button" href={href('')}>
          {t(shell.to_overview)}
        </a>
      </section>
    );
  }
  if (site === undefined) {
    return (
      <p class="quiet" role="status">
        {t(connection.value.state === 'lost' ? common.unreachable : shell.connecting)}
      </p>
    );
  }
  return (
    <Boundary key={name}>
      <h1>{title}</h1>
      <Lazy load={screen.load} />
    </Boundary>
  );
}

/** After going to another screen by a link, what is read next is that screen. */
function useFocusOnChange(name: string): void {
  const before = useRef(name);
  useEffect(() => {
    if (before.current === name) return;
    before.current = name;
    document.querySelector('main')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [name]);
}
