import type { BusConfig, DeviceConfig } from './bus.ts';
import type { OutputConfig } from './outputs/index.ts';
import type { BatteryConfig, Config } from './schema.ts';
import type { AlarmConfig } from './sections.ts';

/** What became of things that have names. */
export interface Changes<T> {
  readonly appeared: readonly T[];
  /** With what they were before. */
  readonly changed: readonly { readonly before: T; readonly after: T }[];
  readonly went: readonly T[];
  readonly same: readonly T[];
}

/** A device and the bus that it is on. */
export interface Placed {
  readonly bus: string;
  readonly device: DeviceConfig;
}

/** A thing that a configuration has by name. */
export interface Named<T> {
  readonly name: string;
  readonly value: T;
}

/** What changed from one configuration to another. */
export interface ConfigChanges {
  /**
   * Lines: `changed` where the line itself must be opened anew (link, line, raw port); of one whose devices alone
   * changed, `same`.
   */
  readonly buses: Changes<BusConfig>;
  /** Devices: changed, or moved to another bus. Those of a bus that changed are not here unless they did too. */
  readonly devices: Changes<Placed>;
  readonly batteries: Changes<Named<BatteryConfig>>;
  readonly outputs: Changes<Named<OutputConfig>>;
  /** By name, else by condition. */
  readonly alarms: Changes<AlarmConfig>;
  /** Other sections that changed. */
  readonly sections: readonly Section[];
  /** Of those, what takes effect only after a restart. */
  readonly restart: readonly Section[];
}

const SECTIONS = ['site', 'title', 'timezone', 'energy', 'history', 'http', 'log', 'tariffs'] as const;

/** A part of a configuration that is there once. */
export type Section = (typeof SECTIONS)[number];

/** Sections that a running gateway cannot change: names of series, the open database, the zone of its days. */
const RESTART: ReadonlySet<Section> = new Set(['site', 'timezone', 'history', 'log']);

/** What must be started, stopped or changed to get from one configuration to another. */
export function diffConfig(before: Config, after: Config): ConfigChanges {
  const sections = SECTIONS.filter((section) => !same(before[section], after[section]));
  return {
    buses: changes(
      before.buses,
      after.buses,
      ({ name }) => name,
      (one, other) => same(lineOf(one), lineOf(other)),
    ),
    devices: changes(placed(before), placed(after), ({ device }) => device.name),
    batteries: changes(named(before.batteries), named(after.batteries), ({ name }) => name),
    outputs: changes(named(before.outputs), named(after.outputs), ({ name }) => name),
    alarms: changes(before.alarms, after.alarms, ({ name, when }) => name ?? when),
    sections,
    restart: sections.filter((section) => RESTART.has(section)),
  };
}

/** Whether nothing changed at all. */
export function isUnchanged({
  buses,
  devices,
  batteries,
  outputs,
  alarms,
  sections,
}: ConfigChanges): boolean {
  return (
    sections.length === 0 &&
    [buses, devices, batteries, outputs, alarms].every(
      ({ appeared, changed, went }) => appeared.length + changed.length + went.length === 0,
    )
  );
}

function lineOf({ name, link, line, raw_port }: BusConfig): unknown {
  return { name, link, line, raw_port };
}

function placed({ buses }: Config): Placed[] {
  return buses.flatMap(({ name, devices }) => devices.map((device) => ({ bus: name, device })));
}

function named<T>(record: Readonly<Record<string, T>>): Named<T>[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

function changes<T>(
  before: readonly T[],
  after: readonly T[],
  key: (one: T) => string,
  equal: (one: T, other: T) => boolean = same,
): Changes<T> {
  const old = new Map(before.map((one) => [key(one), one]));
  const kept = new Set(after.map(key));
  const pairs = after.flatMap((one) => {
    const was = old.get(key(one));
    return was === undefined ? [] : [{ before: was, after: one }];
  });
  return {
    appeared: after.filter((one) => !old.has(key(one))),
    changed: pairs.filter((pair) => !equal(pair.before, pair.after)),
    went: before.filter((one) => !kept.has(key(one))),
    same: pairs.flatMap((pair) => (equal(pair.before, pair.after) ? [pair.after] : [])),
  };
}

/** Equality of plain data, whatever the order of its keys. */
function same(one: unknown, other: unknown): boolean {
  return sorted(one) === sorted(other);
}

function sorted(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
