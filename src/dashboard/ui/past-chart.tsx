import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ApiHistory, ApiHistorySeries } from '../../core/site/api.ts';
import { withQuery } from '../api/client.ts';
import { titleText } from '../i18n/catalogue.ts';
import { t } from '../i18n/language.ts';
import { common } from '../i18n/common-texts.ts';
import { pastOf } from '../model/past.ts';
import { store } from '../state/store.ts';
import { Chart } from './chart.tsx';
import { FailureNote } from './notice.tsx';
import { pastTexts } from './past-texts.ts';
import { useFetched } from './use-fetched.ts';

/** Some series of the last day, or of another span, on one chart. */
export function PastChart({
  series,
  label,
  hours = 24,
  height = 200,
  name = seriesTitle,
}: {
  readonly series: readonly string[];
  readonly label: string;
  readonly hours?: number;
  readonly height?: number;
  readonly name?: (of: ApiHistorySeries) => string;
}): JSX.Element | null {
  const path =
    series.length === 0 ? undefined : withQuery('api/history', { series, from: `-${hours}h`, points: 600 });
  const { value, failure, again } = useFetched<ApiHistory>(path, 60_000);
  const past = useMemo(() => (value === undefined ? undefined : pastOf(value.series, name)), [value]);
  if (failure !== undefined && value === undefined) return <FailureNote failure={failure} onRetry={again} />;
  if (past === undefined || value === undefined) return <p class="quiet">{t(common.loading)}</p>;
  if (past.time.length === 0) return <p class="quiet">{t(pastTexts.nothing)}</p>;
  return (
    <Chart
      time={past.time}
      lines={past.lines}
      height={height}
      label={label}
      span={[value.from, value.to]}
      zone={store.site.value?.timezone}
    />
  );
}

/** What a series is called where several members are on one chart: the member, then the title. */
export function seriesTitle({ member, title, path }: ApiHistorySeries): string {
  const owner = store.site.value?.members.find(({ name }) => name === member)?.title ?? member;
  const numbers = path.split('.').filter((part) => /^\d+$/.test(part));
  return [owner, titleText(title), ...numbers].join(' · ');
}
