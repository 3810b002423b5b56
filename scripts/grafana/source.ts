import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { QuantityName } from '../../src/core/quantity.ts';
import type { Shown } from './shown.ts';

/** A query of a panel, under the letter that the panel gives it. */
export type Target = (refId: string) => Builder<Dataquery>;

/** A number in Grafana. */
export interface Unit {
  readonly unit: string;
  readonly decimals: number;
  /** What 1 in the unit of the quantity is here. */
  readonly scale: number;
}

/** What a word is drawn as: its number, where a source draws numbers. */
export type Code = (word: string) => number;

/** A table: its queries, and what makes one of them. */
export interface Rows {
  readonly targets: readonly Target[];
  readonly transformations: readonly { readonly id: string; readonly options: object }[];
  /** Columns that are ages or times, by name, with their unit. */
  readonly units: Readonly<Record<string, string>>;
}

/**
 * A database that dashboards are drawn from. Queries keep to the variables `site` and `device`, and to `pack` where they
 * show parts of a pack.
 */
export interface Source {
  /** Part of file names, uids and tags. */
  readonly id: 'prometheus' | 'influxdb' | 'postgres';
  readonly title: string;
  /** Name of Grafana's plugin. */
  readonly plugin: string;
  readonly unit: (of: QuantityName) => Unit;
  /** Names of sites that have any of these values. */
  readonly sites: (having: readonly Shown[]) => string;
  /** Names of devices that have any of these values. */
  readonly devices: (having: readonly Shown[]) => string;
  /** Numbers of packs that have any of these values. */
  readonly packs: (having: readonly Shown[]) => string;
  /** Gateways, where one is known by more than its site. */
  readonly gateways?: string;
  /** Numbers over time, as means of an interval. */
  readonly trend: (shown: readonly Shown[], factor?: number) => readonly Target[];
  /** Greatest less least of the places of each record over time, times a factor. */
  readonly spread: (shown: readonly Shown[], factor: number) => readonly Target[];
  /** Growth of counters in each interval. */
  readonly growth: (shown: readonly Shown[]) => readonly Target[];
  /** The latest values; those that are too old are not there. */
  readonly now: (shown: readonly Shown[], factor?: number) => readonly Target[];
  /** One of a few words over time. */
  readonly words: (shown: readonly Shown[], code: Code) => readonly Target[];
  /** Yes or no over time. */
  readonly flags: (shown: readonly Shown[]) => readonly Target[];
  /** Lists of words over time, without those that say that all is well. */
  readonly conditions: (shown: readonly Shown[]) => readonly Target[];
  /** A row for each device: how long ago it was heard. */
  readonly deviceTable: (having: readonly Shown[]) => Rows;
  /** A row for each gateway: how long ago it was heard. */
  readonly fleetTable: (having: readonly Shown[]) => Rows;
  /** Alarms that stand, or what happened, as far as it is kept. */
  readonly alarms: Rows & { readonly title: string };
}

/** What a series is called: `rack pack 2: Voltage`, with the labels as the source writes them. */
export function legend(one: Shown, label: (name: string) => string): string {
  const { field, places } = one;
  const within = one.list === undefined ? '' : ` ${record(one)} ${label(record(one))}`;
  return `${label('device')}${within}${places ? ` ${label('index')}` : ''}: ${field.title}`;
}

/** What one record of the list is called: `pack`. */
export const record = ({ list = '' }: Shown): string => list.replace(/s$/, '');

/** Seconds after which a value counts as gone. */
export const lifetime = ({ period }: Shown): number => Math.max(300, 3 * period);

/** Words of a list that say that all is well. */
export const calmWords = ({ field }: Shown): readonly string[] => field.alarm?.calm ?? [];
