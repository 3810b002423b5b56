import { quantity } from '../quantity.ts';
import type { Values } from '../snapshot.ts';
import type { SiteGroup } from './member.ts';
import { type Point, pointsOf } from './series.ts';

/** What all samples of one metric have in common. */
export interface MetricFamily {
  /** With its unit: `busbar_pack_voltage_volts`; that of a counter ends in `_total`. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
}

/** A value as Prometheus and its relatives know it. */
export interface MetricSample {
  readonly family: MetricFamily;
  /** What tells it from its neighbours within a device: `pack`, `index`, `state`. */
  readonly labels: Readonly<Record<string, string>>;
  /** In base units. */
  readonly value: number;
}

/**
 * The values of a group as metrics: `busbar_voltage_volts`, `busbar_pack_cell_voltage_volts{pack="2",index="3"}`,
 * `busbar_output_state{state="on"} 1`, `busbar_energy_t1_watthours_total`. The same word is the same metric on every
 * device. Raw codes, texts and plain numbers that only identify are left out.
 * @param prefix first part of every name
 */
export function metricsOf(prefix: string, group: SiteGroup, values: Values): MetricSample[] {
  const samples: MetricSample[] = [];
  // Racks have hundreds of cells, all of one family.
  let family: MetricFamily | undefined;
  let last: Point | undefined;
  for (const point of pointsOf(group, values)) {
    if (point.value === null || !isMeasured(group, point)) continue;
    if (family === undefined || last === undefined || !isAlike(last, point))
      family = familyOf(prefix, group, point);
    last = point;
    collect(samples, family, point);
  }
  return samples;
}

/** Whether two points stand in the same place of their records or lists. */
function isAlike(one: Point, other: Point): boolean {
  return (
    one.field === other.field &&
    one.record?.list === other.record?.list &&
    (one.index === undefined) === (other.index === undefined)
  );
}

function collect(
  samples: MetricSample[],
  family: MetricFamily,
  { field, value, record, index }: Point,
): void {
  const { form, metricScale = 1 } = quantity(field.quantity);
  const labels: Record<string, string> = {};
  if (record !== undefined) labels[singular(record.list)] = String(record.key);
  if (index !== undefined) labels.index = String(index);
  if (form === 'word') {
    const words = typeof value === 'string' ? value.split(', ').filter((word) => word !== '') : [];
    for (const state of new Set(words)) samples.push({ family, labels: { ...labels, state }, value: 1 });
    return;
  }
  const number = form === 'time' ? instant(value) : amountOf(value);
  if (number === undefined || !Number.isFinite(number)) return;
  // 98 % is 0.98, and 9.87 Wh no digit more: doubles have 15 that mean something.
  const scaled = metricScale === 1 ? number : Number((number * metricScale).toPrecision(15));
  samples.push({ family, labels, value: scaled });
}

/** Whether a point is a number that somebody draws or compares. */
function isMeasured(group: SiteGroup, { field, record }: Point): boolean {
  const { form, metric } = quantity(field.quantity);
  if (field.kind === 'raw' || form === 'text') return false;
  if (field.kind === 'identity' && (form !== 'number' || metric === '')) return false;
  // The number by which records are told apart is their label.
  const items = group.fields.find(({ name }) => name === record?.list)?.items;
  return items?.[0] !== field;
}

function familyOf(prefix: string, group: SiteGroup, { field, record, index }: Point): MetricFamily {
  const list = record?.list;
  const { form, metric } = quantity(field.quantity);
  const unit = field.quantity === 'money' ? (field.currency ?? '').toLowerCase() : metric;
  // What something cost may fall, where prices are negative.
  const isCounter = field.kind === 'counter' && form === 'number' && field.quantity !== 'money';
  const one = index === undefined ? field.name : singular(field.name);
  const bare = one
    .replace(/(^|_)total$/, '')
    .replace(/^count$/, 'counted')
    .replace(/_count$/, 's');
  // `t1` says nothing without its group. `_count` and `_total` are endings that Prometheus keeps for itself.
  const own = list === undefined && bare.length <= 2 ? [group.name, bare] : [bare];
  const state = form === 'word' && !/states?$/.test(bare) ? 'state' : '';
  const parts = [prefix, list === undefined ? '' : singular(list), ...own, form === 'word' ? state : unit];
  const unitText = unit === '' || form === 'word' ? '' : `, ${unit}`;
  return {
    name: `${parts.filter((part) => part !== '').join('_')}${isCounter ? '_total' : ''}`,
    type: isCounter ? 'counter' : 'gauge',
    help: `${field.title}${list === undefined ? '' : ` (${singular(list)})`}${unitText}`,
  };
}

/** One of a list: `packs` has a `pack`. */
export function singular(list: string): string {
  return list.replace(/ies$/, 'y').replace(/(?<=[a-rt-z])s$/, '');
}

/** A number; of places that are listed ("3, 14": which cells balance), how many they are. Other texts are no number. */
function amountOf(value: Point['value']): number {
  if (typeof value !== 'string') return Number(value);
  const places = value === '' ? [] : value.split(', ');
  return places.every((place) => /^\d+$/.test(place)) ? places.length : Number.NaN;
}

/** Seconds since 1970-01-01T00:00Z; undefined for a local time, of which nobody knows when that was. */
function instant(value: Point['value']): number | undefined {
  if (typeof value !== 'string' || !/(Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined;
  return Date.parse(value) / 1000;
}
