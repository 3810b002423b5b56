import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import {
  AGE,
  begun,
  byThreshold,
  interval,
  last,
  legend,
  type Panel,
  pause,
  PLAIN,
  quantityOf,
  SPREAD,
  STEPS,
  thresholds,
} from './panel.ts';
import type { Shown } from './shown.ts';
import { record, type Rows, type Source, type Target, type Unit } from './source.ts';

function chart(
  title: string,
  source: Source,
  targets: readonly Target[],
  shown: readonly Shown[],
  unit: Unit,
) {
  return begun(new timeseries.PanelBuilder(), title, source, targets)
    .unit(unit.unit)
    .decimals(unit.decimals)
    .interval(interval(shown))
    .spanNulls(pause(shown))
    .showPoints(common.VisibilityMode.Auto)
    .lineWidth(1)
    .fillOpacity(5)
    .legend(legend(['lastNotNull', 'min', 'max']))
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
}

/** Numbers of one quantity over time. What is missing for longer than a few readings is a gap. */
export function trend(title: string, source: Source, shown: readonly Shown[]): Panel {
  const name = quantityOf(shown);
  const unit = source.unit(name);
  const panel = chart(title, source, source.trend(shown), shown, unit);
  const steps = STEPS[name];
  if (steps !== undefined) panel.thresholds(thresholds(steps, unit.scale));
  if (name === 'state_of_charge') panel.min(0).max(100 * unit.scale);
  return shown.some(({ field }) => field.role === 'battery_power' || field.role === 'battery_current')
    ? panel.axisCenteredZero(true).fillOpacity(15)
    : panel;
}

/** Differences between cells over time, in millivolts. */
export function spread(
  title: string,
  source: Source,
  targets: readonly Target[],
  shown: readonly Shown[],
): Panel {
  return chart(title, source, targets, shown, { unit: 'mvolt', decimals: 0, scale: 1 })
    .min(0)
    .thresholds(thresholds(SPREAD))
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
}

/** How much counters grew in each hour, or in each longer interval. */
export function growth(title: string, source: Source, shown: readonly Shown[]): Panel {
  return chart(title, source, source.growth(shown), shown, source.unit(quantityOf(shown)))
    .interval('1h')
    .drawStyle(common.GraphDrawStyle.Bars)
    .fillOpacity(60)
    .spanNulls(false)
    .legend(legend(['sum']));
}

/** The latest values as large figures. */
export function figures(title: string, source: Source, shown: readonly Shown[]): Panel {
  const name = quantityOf(shown);
  const unit = source.unit(name);
  return begun(new stat.PanelBuilder(), title, source, source.now(shown))
    .unit(unit.unit)
    .decimals(unit.decimals)
    .thresholds(thresholds(STEPS[name] ?? PLAIN, unit.scale))
    .colorScheme(byThreshold())
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .textMode(common.BigValueTextMode.ValueAndName)
    .reduceOptions(last())
    .height(5);
}

/** The latest values as bars, from nothing to full. */
export function bars(title: string, source: Source, shown: readonly Shown[]): Panel {
  const name = quantityOf(shown);
  const unit = source.unit(name);
  return begun(new bargauge.PanelBuilder(), title, source, source.now(shown))
    .unit(unit.unit)
    .decimals(unit.decimals)
    .min(0)
    .max(100 * unit.scale)
    .thresholds(thresholds(STEPS[name] ?? PLAIN, unit.scale))
    .colorScheme(byThreshold())
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .reduceOptions(last());
}

/** A row for each cell, coloured by its value: one such panel for each pack. */
export function cells(title: string, source: Source, shown: readonly Shown[]): Panel {
  const [first] = shown;
  const unit = source.unit(quantityOf(shown));
  const panel = begun(new heatmap.PanelBuilder(), title, source, source.trend(shown))
    .calculate(false)
    .interval(interval(shown))
    .color(
      new heatmap.HeatmapColorOptionsBuilder()
        .mode(heatmap.HeatmapColorMode.Scheme)
        .scheme('RdYlBu')
        .steps(64)
        .reverse(false),
    )
    .cellValues(new heatmap.CellValuesBuilder().unit(unit.unit).decimals(unit.decimals))
    .cellGap(0)
    .height(12);
  return first?.list === undefined ? panel : panel.repeat(record(first)).repeatDirection('h').maxPerRow(2);
}

/** A table; ages are coloured, and a device leads to its own dashboard. */
export function rows(
  title: string,
  source: Source,
  { targets, transformations, units }: Rows,
  more: Links = {},
): Panel {
  const panel = begun(new table.PanelBuilder(), title, source, targets)
    .transformations(transformations.map(({ id, options }) => ({ id, options })))
    .filterable(true)
    .span(24)
    .height(10);
  // Whoever is silent longest stands first.
  const age = units['Last sample'];
  if (age !== undefined) {
    const byAge = new common.TableSortByFieldStateBuilder().displayName('Last sample').desc(age === 's');
    panel.sortBy([byAge]);
  }
  for (const [name, unit] of Object.entries(units)) {
    const properties: dashboard.DynamicConfigValue[] = [{ id: 'unit', value: unit }];
    if (name === 'Last sample' && unit === 's') {
      properties.push(
        { id: 'thresholds', value: thresholds(AGE).build() },
        { id: 'color', value: { mode: 'thresholds' } },
        { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
      );
    }
    panel.overrideByName(name, properties);
  }
  panel.overrideByName('Answers', [
    {
      id: 'mappings',
      value: [
        {
          type: 'value',
          options: {
            '0': { text: 'no', color: 'red', index: 0 },
            '1': { text: 'yes', color: 'green', index: 1 },
          },
        },
      ],
    },
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
  ]);
  for (const [column, links] of Object.entries(more))
    panel.overrideByName(column, [{ id: 'links', value: links }]);
  return panel;
}

/** Where values of a column lead. */
export type Links = Readonly<Record<string, readonly { readonly title: string; readonly url: string }[]>>;

/** Something that the gateway tells of itself over time. */
export function plain(title: string, source: Source, targets: readonly Target[], unit: string): Panel {
  return begun(new timeseries.PanelBuilder(), title, source, targets)
    .unit(unit)
    .min(0)
    .lineWidth(1)
    .fillOpacity(5)
    .spanNulls(false)
    .legend(legend(['lastNotNull', 'max']));
}
