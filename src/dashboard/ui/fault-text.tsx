import type { JSX } from 'preact';
import { faultTexts } from '../i18n/fault-texts.ts';
import { language, t } from '../i18n/language.ts';

/** What a code means in the language in use; one that is not known (of a newer gateway) stands for itself. */
export function faultText(code: string): string {
  return code in faultTexts ? t(faultTexts[code as keyof typeof faultTexts]) : code; // it is one of them
}

/**
 * Why something did not work: the sentence of the gateway, which is English as its logs are; before it, in other
 * languages, what it means.
 */
export function FaultText({
  fault: { code, message, hint },
}: {
  readonly fault: { readonly code: string; readonly message: string; readonly hint?: string };
}): JSX.Element {
  const isMeant = language.value !== 'en' || code === 'unreachable';
  return (
    <>
      {isMeant && <p>{faultText(code)}</p>}
      <p lang="en">{message}</p>
      {hint !== undefined && (
        <p class="quiet" lang="en">
          {hint}
        </p>
      )}
    </>
  );
}
