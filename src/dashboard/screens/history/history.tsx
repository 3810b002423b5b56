import type { JSX } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { ApiHistory, ApiSeries } from '../../../core/site/api.ts';
import type { Role } from '../../../core/field.ts';
import { address, withQuery } from '../../api/client.ts';
import { common } from '../../i18n/common-texts.ts';
import { instantText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { hasRole, isAnyBattery, isWhole } from '../../model/kinds.ts';
import { pastOf } from '../../model/past.ts';
import { go, href, route } from '../../shell/route.ts';
import { now } from '../../state/clock.ts';
import { store } from '../../state/store.ts';
import { Chart } from '../../ui/chart.tsx';
import { FailureNote } from '../../ui/notice.tsx';
import { seriesTitle } from '../../ui/past-chart.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './history-texts.ts';
import { SeriesPicker } from './series-picker.tsx';

/** Hours that can be chosen. */
const SPANS = [
  [1, texts.hour],
  [24, texts.day],
  [168, texts.week],
  [744, texts.month],
  [8784, texts.year],
] as const;

/** Charts on the screen: one for each unit. More would have to be scrolled, and nobody compares what they cannot see. */
const MOST_CHARTS = 3;
const HOUR = 3_600_000;

/** What was: several series, one chart a unit, zoomed by dragging. All that is chosen stands in the address. */
export default function History(): JSX.Element {
  const known = useFetched<readonly ApiSeries[]>('api/series');
  const { query } = route.value;
  const chosen =
    query
      .get('series')
      ?.split(',')
      .filter((one) => one !== '') ?? usual();
  const hours = Number(query.get('hours') ?? 24);
  const zoom = zoomOf(query.get('from'), query.get('to'));
  const show = (change: Readonly<Record<string, string | undefined>>, replace = false): void => {
    const kept = {
      series: chosen.join(','),
      hours: String(hours),
      from: query.get('from'),
      to: query.get('to'),
    };
    const wanted: Readonly<Record<string, string | null | undefined>> = { ...kept, ...change };
    const all = Object.entries(wanted).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, value] as const],
    );
    go(href('history', [], Object.fromEntries(all)), replace);
  };
  const shift = (share: number): void => {
    const [from, to] = zoom ?? [now.value - hours * HOUR, now.value];
    const step = (to - from) * share;
    show({ from: String(Math.round(from + step)), to: String(Math.round(to + step)) });
  };
  const span = zoom === undefined ? { from: `-${hours}h` } : { from: zoom[0], to: zoom[1] };
  return (
    <div class="stack">
      <section class="card">
        <div class="row end">
          <div class="row" role="group" aria-label={t(texts.span)}>
            {SPANS.map(([count, title]) => (
              <button
                key={count}
                type="button"
                class="small"
                aria-pressed={zoom === undefined && hours === count}
                onClick={() => show({ hours: String(count), from: undefined, to: undefined })}
              >
                {t(title)}
              </button>
            ))}
            <button type="button" class="small" onClick={() => shift(-0.5)}>
              ← {t(texts.earlier)}
            </button>
            <button type="button" class="small" onClick={() => shift(0.5)}>
              {t(texts.later)} →
            </button>
            {zoom !== undefined && (
              <button type="button" class="small" onClick={() => show({ from: undefined, to: undefined })}>
                {t(texts.zoom_out)}
              </button>
            )}
          </div>
        </div>
        {known.failure !== undefined && <FailureNote failure={known.failure} onRetry={known.again} />}
        <SeriesPicker
          known={known.value ?? []}
          chosen={chosen}
          onChange={(series) => show({ series: series.join(',') }, true)}
        />
        <div class="row">
          {(['csv', 'json'] as const).map((format) => (
            <a
              key={format}
              class="button small"
              href={address(withQuery('api/history/export', { series: chosen, ...span, format }))}
              download
            >
              {t(format === 'csv' ? texts.export_csv : texts.export_json)}
            </a>
          ))}
        </div>
      </section>
      {chosen.length === 0 ? (
        <p class="quiet">{t(texts.empty)}</p>
      ) : (
        <Charts
          series={chosen}
          span={span}
          onZoom={(from, to) => show({ from: String(from), to: String(to) })}
        />
      )}
    </div>
  );
}

function Charts({
  series,
  span,
  onZoom,
}: {
  readonly series: readonly string[];
  readonly span: { readonly from: string | number; readonly to?: number };
  readonly onZoom: (from: number, to: number) => void;
}): JSX.Element {
  const path = withQuery('api/history', { series, ...span, points: 900 });
  const { value, failure, again } = useFetched<ApiHistory>(path, span.to === undefined ? 60_000 : undefined);
  const zoom = useCallback((from: number, to: number) => onZoom(Math.round(from), Math.round(to)), [path]);
  const charts = useMemo(() => {
    const units = [...new Set(value?.series.map(({ unit }) => unit))];
    return units.map((unit) => ({
      unit,
      past: pastOf(value?.series.filter((one) => one.unit === unit) ?? [], seriesTitle),
    }));
  }, [value]);
  if (failure !== undefined && value === undefined) return <FailureNote failure={failure} onRetry={again} />;
  if (value === undefined) return <p class="quiet">{t(common.loading)}</p>;
  const zone = store.site.value?.timezone;
  const left = charts.slice(MOST_CHARTS).map(({ unit }) => unit);
  return (
    <>
      <p class="quiet">
        {t(texts.from_to, { from: instantText(value.from, zone), to: instantText(value.to, zone) })}
      </p>
      {charts.slice(0, MOST_CHARTS).map(({ unit, past }) => (
        <section class="card" key={unit}>
          <Chart
            time={past.time}
            lines={past.lines}
            label={past.lines.map(({ label }) => label).join('; ')}
            span={[value.from, value.to]}
            zone={zone}
            onZoom={zoom}
          />
          {past.lines.length === 1 && <p class="quiet">{past.lines[0]?.label}</p>}
        </section>
      ))}
      {left.length > 0 && <p class="quiet">{t(texts.too_many, { units: left.join(', ') })}</p>}
      <p class="quiet">{t(texts.envelope)}</p>
    </>
  );
}

function zoomOf(from: string | null, to: string | null): readonly [number, number] | undefined {
  const [begin, end] = [Number(from ?? NaN), Number(to ?? NaN)];
  return begin < end ? [begin, end] : undefined;
}

/** Roles that are looked at first. */
const USUAL: readonly Role[] = ['state_of_charge', 'battery_power', 'imported_power'];

/** What most people look for: charge and power; of the batteries together where the site shows their sums. */
function usual(): string[] {
  const members = store.site.value?.members ?? [];
  const sums = members.some((one) => isWhole(one) && hasRole(one, 'battery_power'));
  return members
    .filter((one) => !sums || !isAnyBattery(one))
    .flatMap(({ name, groups }) =>
      groups.flatMap((group) =>
        group.fields
          .filter(({ role }) => role !== undefined && USUAL.includes(role))
          .map((field) => `${name}.${group.name}.${field.name}`),
      ),
    );
}
