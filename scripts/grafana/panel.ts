import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { QuantityName } from '../../src/core/quantity.ts';
import type { Shown } from './shown.ts';
import type { Source, Target } from './source.ts';

/** A panel to be built. */
export type Panel = Builder<dashboard.Panel>;

/** Where a value begins to look otherwise, in the unit of its quantity. */
export type Steps = readonly (readonly [from: number | null, colour: string])[];

/** What is worth a colour of its own; owners change it in Grafana. */
export const STEPS: Partial<Readonly<Record<QuantityName, Steps>>> = {
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
export const SPREAD: Steps = [
  [null, 'green'],
  [50, 'orange'],
  [100, 'red'],
];
/** Seconds since something was heard. */
export const AGE: Steps = [
  [null, 'green'],
  [300, 'orange'],
  [3600, 'red'],
];
/** What has no colour of its own. */
export const PLAIN: Steps = [[null, 'text']];

const NOTHING = 'No device has sent this in this time';

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

/** What all panels have: a title, queries, and words for when there is nothing. */
export function begun<T extends Common<T>>(
  panel: T,
  title: string,
  source: Source,
  targets: readonly Target[],
): T {
  return panel
    .title(title)
    .datasource({ type: source.plugin, uid: '${datasource}' })
    .targets(targets.map((target, place) => target(letter(place))))
    .noValue(NOTHING)
    .span(HALF)
    .height(HEIGHT);
}

/** @param scale of the unit in which the source has the quantity */
export function thresholds(steps: Steps, scale = 1): dashboard.ThresholdsConfigBuilder {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(([from, color]) => ({ value: from === null ? null : from * scale, color })));
}

/** Coloured by its value. */
export const byThreshold = (): dashboard.FieldColorBuilder =>
  new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds);
/** The latest value that there is. */
export const last = (): common.ReduceDataOptionsBuilder =>
  new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']);

/** Names and last values under a chart. */
export const legend = (calcs: string[]): common.VizLegendOptionsBuilder =>
  new common.VizLegendOptionsBuilder()
    .displayMode(common.LegendDisplayMode.Table)
    .placement(common.LegendPlacement.Bottom)
    .showLegend(true)
    .calcs(calcs);

/** Shortest interval of a chart: two readings in each, so that none is empty by chance. */
export const interval = (shown: readonly Shown[]): string => `${Math.max(10, 2 * longest(shown))}s`;
/** A pause that is no gap, in milliseconds: some readings may be missing, or be sent once a minute only. */
export const pause = (shown: readonly Shown[]): number => Math.max(90, 3 * longest(shown)) * 1000;
const longest = (shown: readonly Shown[]): number => Math.max(...shown.map(({ period }) => period));

/** The quantity of all of them: a panel shows one. */
export function quantityOf(shown: readonly Shown[]): QuantityName {
  const [first] = shown;
  if (first === undefined) throw new Error('a panel shows something');
  return first.field.quantity;
}
