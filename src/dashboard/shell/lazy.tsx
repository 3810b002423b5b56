import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { common } from '../i18n/common-texts.ts';
import { t } from '../i18n/language.ts';

interface Loaded {
  readonly default: ComponentType;
}

/** Draws a screen when its file is there. What is wrong with fetching it is thrown, for the boundary around it. */
export function Lazy({ load }: { readonly load: () => Promise<Loaded> }): JSX.Element {
  const [found, setFound] = useState<Loaded | { readonly error: Error }>();
  useEffect(() => {
    let current = true;
    load().then(
      (loaded) => current && setFound(loaded),
      (error: unknown) =>
        current && setFound({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
    return () => {
      current = false;
    };
  }, [load]);
  if (found === undefined) {
    return (
      <p class="quiet" role="status">
        {t(common.loading)}
      </p>
    );
  }
  if ('error' in found) throw found.error;
  const { default: Screen } = found;
  return <Screen />;
}
