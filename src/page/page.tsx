import type { JSX, TargetedEvent } from 'preact';
import { useEffect } from 'preact/hooks';
import { loadCatalogueWords } from '../dashboard/i18n/catalogue.ts';
import { LANGUAGE_NAMES, LANGUAGES, language, t } from '../dashboard/i18n/language.ts';
import { Boundary } from '../dashboard/shell/boundary.tsx';
import { href, route } from '../dashboard/shell/route.ts';
import { shell } from '../dashboard/shell/shell-texts.ts';
import { chooseLanguage, chooseTheme, THEMES, theme } from '../dashboard/state/preferences.ts';
import { ExplainPart } from './explain-part.tsx';
import { texts } from './page-texts.ts';
import { ReadPart } from './read-part.tsx';

/** The whole page: two parts, and what a person chooses for both. */
export function Page(): JSX.Element {
  const spoken = language.value;
  // The words are part of the page, so that fetching them cannot fail.
  useEffect(() => void loadCatalogueWords(), [spoken]);
  const explaining = route.value.screen === 'explain';
  const title = t(explaining ? shell.explain : texts.read);
  useEffect(() => {
    document.title = `${title} · busbar`;
  }, [title]);
  return (
    <>
      <header class="top">
        <a class="brand" href={href('')}>
          <span>{'busbar'}</span>
        </a>
        <div class="choices">
          <select aria-label={t(shell.language)} value={language.value} onChange={onLanguage}>
            {LANGUAGES.map((one) => (
              <option key={one} value={one} lang={one}>
                {LANGUAGE_NAMES[one]}
              </option>
            ))}
          </select>
          <select aria-label={t(shell.theme)} value={theme.value} onChange={onTheme}>
            {THEMES.map((one) => (
              <option key={one} value={one}>
                {t(THEME_TITLES[one])}
              </option>
            ))}
          </select>
        </div>
      </header>
      <main id="main" class="page">
        <nav class="tabs" aria-label={t(texts.parts)}>
          <a href={href('')} {...(explaining ? {} : HERE)}>
            {t(texts.read)}
          </a>
          <a href={href('explain')} {...(explaining ? HERE : {})}>
            {t(shell.explain)}
          </a>
        </nav>
        <h1>{title}</h1>
        <Boundary key={route.value.screen}>{explaining ? <ExplainPart /> : <ReadPart />}</Boundary>
        <p class="quiet">{t(texts.stays)}</p>
      </main>
    </>
  );
}

const HERE = { 'aria-current': 'page' } as const;

const THEME_TITLES = { auto: shell.theme_auto, light: shell.theme_light, dark: shell.theme_dark } as const;

function onLanguage(event: TargetedEvent<HTMLSelectElement>): void {
  const wanted = LANGUAGES.find((one) => one === event.currentTarget.value);
  if (wanted !== undefined) chooseLanguage(wanted);
}

function onTheme(event: TargetedEvent<HTMLSelectElement>): void {
  const wanted = THEMES.find((one) => one === event.currentTarget.value);
  if (wanted !== undefined) chooseTheme(wanted);
}
