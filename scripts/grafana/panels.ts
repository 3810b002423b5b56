import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { QuantityName } from '../../src/core/quantity.ts';
import type { Shown } from './shown.ts';
import { record, type Rows, type Source, type Target, type Unit } from './source.ts';
import { colourOf, wordsOf } from './words.ts';

/** A panel to be built. */
export type Panel = Builder<dashboard.Panel>;

/** Where a value begins to look otherwise, in the unit of its quantity. */
type Steps = readonly (readonly [from: number | null, colour: string])[];

/** What is worth a colour of its own; owners change it in Grafana. */
const STEPS: Partial<Readonly<Record<QuantityName, Steps>>> = {
  state_of_charge: [
    [null, 'red'],
    [15, 'orange'],
    [30, 'green'],
  ],
  temperature: [
    [null, 'blue'],
    [5, 'green'],
    [45, 'orange'],
    [55, 'red'],
  ],
};
/** Millivolts between the lowest and the highest cell. */
const SPREAD: Steps = [
  [null, 'green'],
  [50, 'orange'],
  [100, 'red'],
];
/** Seconds since something was heard. */
const AGE: Steps = [
  [null, 'green'],
  [300, 'orange'],
  [3600, 'red'],
];
const PLAIN: Steps = [[null, 'text']];

const NOTHING = 'No device has sent this in this time';
/** Nanoseconds are no matter here: V and mV. */
const MILLI = 1000;

/** Half the width of a dashboard, and the usual height. */
const [HALF, HEIGHT] = [12, 8];

interface Common<T> extends Builder<dashboard.Panel> {
  readonly title: (text: string) => T;
  readonly datasource: (ref: common.DataSourceRef) => T;
  readonly targets: (all: ReturnType<Target>[]) => T;
  readonly noValue: (text: string) => T;
  readonly span: (width: number) => T;
  readonly height: (height: number) => T;
}

const letter = (place: number): string =>
  (place >= 26 ? String.fromCharCode(64 + Math.floor(place / 26)) : '') +
  String.fromCharCode(65 + (place % 26));

function begun<T extends Common<T>>(panel: T, title: string, source: Source, targets: readonly Target[]): T {
  return panel
    .title(title)
    .datasource({ type: source.plugin, uid: '${datasource}' })
    .targets(targets.map((target, place) => target(letter(place))))
    .noValue(NOTHING)
    .span(HALF)
    .height(HEIGHT);
}

function thresholds(steps: Steps, scale = 1): dashboard.ThresholdsConfigBuilder {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(([from, color]) => ({ value: from === null ? null : from * scale, color })));
}

const byThreshold = (): dashboard.FieldColorBuilder =>
  new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds);
const last = (): common.ReduceDataOptionsBuilder =>
  new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']);

/** Names and last values under a chart. */
const legend = (calcs: string[]): common.VizLegendOptionsBuilder =>
  new common.VizLegendOptionsBuilder()
    .displayMode(common.LegendDisplayMode.Table)
    .placement(common.LegendPlacement.Bottom)
    .showLegend(true)
    .calcs(calcs);

/** Shortest interval of a chart: two readings in each, so that none is empty by chance. */
const interval = (shown: readonly Shown[]): string => `${Math.max(10, 2 * longest(shown))}s`;
/** A pause that is no gap, in milliseconds: some readings may be missing, or be sent once a minute only. */
const pause = (shown: readonly Shown[]): number => Math.max(90, 3 * longest(shown)) * MILLI;
const longest = (shown: readonly Shown[]): number => Math.max(...shown.map(({ period }) => period));

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

/** States over time: words, each in its colour. */
export function words(title: string, source: Source, shown: readonly Shown[]): Panel {
  const all = wordsOf(shown);
  const code = (word: string): number => all.indexOf(word) + 1;
  const options: Record<string, dashboard.ValueMappingResult> = {};
  for (const [index, word] of all.entries()) {
    const result = { text: word.replaceAll('_', ' '), color: colourOf(word, shown), index };
    options[word] = result;
    options[String(code(word))] = result;
  }
  return timeline(title, source, source.words(shown, code), shown).mappings([
    { type: dashboard.MappingType.ValueToText, options },
  ]);
}

/** Yes and no over time. */
export function flags(title: string, source: Source, shown: readonly Shown[]): Panel {
  const [no, yes] = [
    { text: 'no', color: 'text', index: 0 },
    { text: 'yes', color: 'blue', index: 1 },
  ];
  return timeline(title, source, source.flags(shown), shown).mappings([
    { type: dashboard.MappingType.ValueToText, options: { '0': no, false: no, '1': yes, true: yes } },
  ]);
}

/** What is said in lists of words, while it is said. */
export function conditions(title: string, source: Source, shown: readonly Shown[]): Panel {
  return timeline(title, source, source.conditions(shown), shown)
    .mappings([
      {
        type: dashboard.MappingType.ValueToText,
        options: { '1': { text: 'yes', color: 'orange', index: 0 } },
      },
    ])
    .noValue('All is well: nothing was said in this time');
}

function timeline(title: string, source: Source, targets: readonly Target[], shown: readonly Shown[]) {
  return begun(new statetimeline.PanelBuilder(), title, source, targets)
    .interval(interval(shown))
    .spanNulls(pause(shown))
    .mergeValues(true)
    .showValue(common.VisibilityMode.Auto)
    .thresholds(thresholds(PLAIN))
    .colorScheme(byThreshold())
    .lineWidth(0)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false))
    .span(24)
    .height(10);
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

function quantityOf(shown: readonly Shown[]): QuantityName {
  const [first] = shown;
  if (first === undefined) throw new Error('a panel shows something');
  return first.field.quantity;
}

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
