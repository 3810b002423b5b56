import type { ComponentChildren, JSX } from 'preact';
import type { Failure } from '../api/failure.ts';
import { common } from '../i18n/common-texts.ts';
import { t } from '../i18n/language.ts';
import { FaultText } from './fault-text.tsx';
import { Icon } from './icon.tsx';

/** Something that a person should read. */
export function Notice({
  tone,
  children,
}: {
  readonly tone: 'bad' | 'warn' | 'good' | 'plain';
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {tone !== 'plain' && <Icon name={tone === 'good' ? 'check' : 'warning'} />}
      <div>{children}</div>
    </div>
  );
}

/** Why something did not work, and what to do. */
export function FailureNote({
  failure,
  onRetry,
}: {
  readonly failure: Failure;
  readonly onRetry?: () => void;
}): JSX.Element {
  return (
    <Notice tone="bad">
      <FaultText fault={failure} />
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          {t(common.retry)}
        </button>
      )}
    </Notice>
  );
}
