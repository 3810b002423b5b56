import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { calmWords, legend, record, type Rows, type Source, type Target } from './source.ts';
import type { Shown } from './shown.ts';
import { baseUnit } from './units.ts';

const HERE = 'site=~"$site", device=~"$device"';
const within = (one: Shown): string => (one.list === undefined ? HERE : `${HERE}, pack=~"$pack"`);
const named = (one: Shown, more = ''): string =>
  one.metric.includes('[')
    ? `{__name__=~"${one.metric}", ${within(one)}${more}}`
    : `${one.metric}{${within(one)}${more}}`;
const names = (having: readonly Shown[]): string => having.map(({ metric }) => metric).join('|');
const any = (having: readonly Shown[]): string => `__name__=~"${names(having)}"`;

const range =
  (expr: string, name: string): Target =>
  (refId) =>
    new DataqueryBuilder().refId(refId).expr(expr).legendFormat(name).range();
const instant =
  (expr: string, name: string): Target =>
  (refId) =>
    new DataqueryBuilder().refId(refId).expr(expr).legendFormat(name).instant();
const row =
  (expr: string): Target =>
  (refId) =>
    new DataqueryBuilder().refId(refId).expr(expr).format(PromQueryFormat.Table).instant();

const nameOf = (one: Shown): string => legend(one, (label) => `{{${label}}}`);
const times = (expr: string, factor: number): string => (factor === 1 ? expr : `${expr} * ${factor}`);

/** Rows of several queries that agree in their labels, with names for the values of each; of the hidden ones labels only. */
function joined(
  columns: Readonly<Record<string, string>>,
  units: Rows['units'],
  hidden: readonly string[] = [],
): Rows {
  const names = Object.keys(columns);
  const valueOf = (place: number): string =>
    names.length === 1 ? 'Value' : `Value #${String.fromCharCode(65 + place)}`;
  return {
    targets: Object.values(columns).map(row),
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: {
            Time: true,
            ...Object.fromEntries(hidden.map((name) => [valueOf(names.indexOf(name)), true])),
          },
          renameByName: Object.fromEntries(names.map((name, place) => [valueOf(place), name])),
        },
      },
    ],
    units,
  };
}

/** What is fetched from /metrics; VictoriaMetrics has the same, but for how gateway and alarms stand. */
export const prometheus: Source = {
  id: 'prometheus',
  title: 'Prometheus',
  plugin: 'prometheus',
  unit: baseUnit,
  // A site of which everything is away is still one; VictoriaMetrics is not told who answers.
  sites: (having) => `label_values({__name__=~"busbar_device_up|${names(having)}"}, site)`,
  gateways: 'label_values(busbar_start_timestamp_seconds{site=~"$site"}, instance)',
  devices: (having) => `label_values({${any(having)}, site=~"$site"}, device)`,
  packs: (having) => `label_values({${any(having)}, ${HERE}}, pack)`,
  trend: (shown, factor = 1) =>
    shown.map((one) => {
      // Two digits, so that the second cell comes before the tenth.
      const expr = one.places ? `label_replace(${named(one)}, "index", "0$1", "index", "(.)")` : named(one);
      return range(times(expr, factor), nameOf(one));
    }),
  spread: (shown, factor) =>
    shown.map((one) => {
      const by = `by (device, ${record(one)})`;
      return range(
        `(max ${by} (${named(one)}) - min ${by} (${named(one)})) * ${factor}`,
        `{{device}} ${record(one)} {{${record(one)}}}`,
      );
    }),
  growth: (shown) => shown.map((one) => range(`increase(${named(one)}[$__interval])`, nameOf(one))),
  now: (shown, factor = 1) => shown.map((one) => instant(times(named(one), factor), nameOf(one))),
  words: (shown, code) =>
    shown.map((one) => {
      const each = (one.field.words ?? []).map(
        (word) => `${named(one, `, state="${word}"`)} * ${code(word)}`,
      );
      return range(`max without (state) (${each.join(' or ')})`, nameOf(one));
    }),
  flags: (shown) => shown.map((one) => range(named(one), nameOf(one))),
  conditions: (shown) =>
    shown.map((one) => {
      const calm = calmWords(one);
      const wanted = named(one, calm.length === 0 ? '' : `, state!~"${calm.join('|')}"`);
      return range(wanted, `${nameOf(one)}: {{state}}`);
    }),
  deviceTable: () =>
    joined(
      {
        // The name of the column says what 1 means.
        Answers: 'max by (site, device) (busbar_device_up{site=~"$site"})',
        'Last sample':
          'time() - max by (site, device) (busbar_device_last_success_timestamp_seconds{site=~"$site"})',
        Alarms: 'count by (site, device) (busbar_alarm_active{site=~"$site", device!=""})',
        Refused: 'max by (site, device) (busbar_device_refused_values_total{site=~"$site"})',
        Info: 'max by (site, device, title, type, model, serial_number, firmware) (busbar_device_info{site=~"$site"})',
      },
      { 'Last sample': 's' },
      ['Info'],
    ),
  fleetTable: () => {
    const gateway = 'site=~"$site", instance=~"$gateway"';
    return joined(
      {
        'Last sample': `time() - max by (site, instance) (busbar_device_last_success_timestamp_seconds{${gateway}})`,
        Devices: `count by (site, instance) (busbar_device_up{${gateway}})`,
        Answering: `sum by (site, instance) (busbar_device_up{${gateway}})`,
        Alarms: `count by (site, instance) (busbar_alarm_active{${gateway}})`,
        'Runs for': `time() - max by (site, instance) (busbar_start_timestamp_seconds{${gateway}})`,
        'Not sent yet': `sum by (site, instance) (busbar_output_backlog_entries{${gateway}})`,
        'Set aside': `sum by (site, instance) (busbar_output_quarantined_entries_total{${gateway}})`,
      },
      { 'Last sample': 's', 'Runs for': 's' },
    );
  },
  alarms: {
    title: 'Alarms that stand',
    ...joined(
      {
        Active: 'max by (site, device, subject, severity, acknowledged) (busbar_alarm_active{site=~"$site"})',
      },
      {},
    ),
  },
};

const site = (metric: string): string => `${metric}{site=~"$site"}`;

/** How lines and outputs stand, which only /metrics tells. */
export const health: Readonly<
  Record<string, { readonly unit: string; readonly targets: readonly Target[] }>
> = {
  'Lines and outputs: 1 is up, 0 is not': {
    unit: 'none',
    targets: [
      range(site('busbar_bus_up'), '{{site}} {{bus}}'),
      range(site('busbar_output_up'), '{{site}} {{output}}'),
    ],
  },
  'Use of the lines': {
    unit: 'percentunit',
    targets: [range(site('busbar_bus_utilisation_ratio'), '{{site}} {{bus}}')],
  },
  'Requests that failed': {
    unit: 'cps',
    targets: [
      range(
        'sum by (site, device) (rate(busbar_poll_failures_total{site=~"$site"}[$__rate_interval]))',
        '{{site}} {{device}}',
      ),
    ],
  },
  'Noise and bad frames': {
    unit: 'cps',
    targets: [
      range(
        'rate(busbar_bus_noise_bytes_total{site=~"$site"}[$__rate_interval])',
        '{{site}} {{bus}}: bytes of noise',
      ),
      range(
        'rate(busbar_bus_bad_frames_total{site=~"$site"}[$__rate_interval])',
        '{{site}} {{bus}}: bad frames',
      ),
    ],
  },
  'Entries not sent yet': {
    unit: 'none',
    targets: [range(site('busbar_output_backlog_entries'), '{{site}} {{output}}')],
  },
};
