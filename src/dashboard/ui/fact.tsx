import type { ComponentChildren, JSX } from 'preact';
import { common } from '../i18n/common-texts.ts';
import { titleText } from '../i18n/catalogue.ts';
import { valueText } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import type { Latest } from '../model/latest.ts';

/** A named value in a list of facts; what is unknown says so. */
export function Fact({
  title,
  tone,
  children,
}: {
  readonly title: string;
  readonly tone?: string | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  const unknown = children === undefined;
  return (
    <div>
      <dt>{title}</dt>
      <dd class={unknown ? 'unknown' : tone}>{unknown ? t(common.unknown) : children}</dd>
    </div>
  );
}

/** The latest of a field as a fact. */
export function LatestFact({ latest }: { readonly latest: Latest }): JSX.Element {
  const { field, value } = latest;
  return (
    <Fact title={titleText(field.title)}>{value === undefined ? undefined : valueText(value, field)}</Fact>
  );
}
