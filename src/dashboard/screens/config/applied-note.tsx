import type { JSX } from 'preact';
import type { ApiConfigApplied } from '../../../core/site/api.ts';
import { listText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Notice } from '../../ui/notice.tsx';
import { texts } from './config-texts.ts';

/** What a new configuration did. */
export function AppliedNote({ applied }: { readonly applied: ApiConfigApplied }): JSX.Element {
  return (
    <Notice tone="good">
      <p>{t(texts.saved)}</p>
      {(['started', 'stopped', 'untouched'] as const).map((how) =>
        applied[how].length === 0 ? null : (
          <p key={how} class="quiet">
            {t(texts[how], { names: listText(applied[how]) })}
          </p>
        ),
      )}
    </Notice>
  );
}
