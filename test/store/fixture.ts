/** What the tests of this folder share: an engine in memory or in a file, and groups to fill it with. */
import type { Field, SiteEvent, Snapshot, Values } from '../../src/core/index.ts';
import type { Retention } from '../../src/store/api.ts';
import type { DatabaseOptions } from '../../src/store/database.ts';
import { type Engine, openEngine } from '../../src/store/engine.ts';
import { type Batch, type PackedItem, packSnapshot } from '../../src/store/journal.ts';
import type { PlainGroup } from '../../src/store/streams.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const FOREVER: Retention = {
  raw: 'forever',
  minutes: 'forever',
  quarters: 'forever',
  hours: 'forever',
  days: 'forever',
};

export function field(name: string, quantity: Field['quantity'], kind: Field['kind']): Field {
  return { name, title: name, quantity, kind, source: 'test' };
}

/** A group with a number, a counter and a word, read every second. */
export const MEASURED: PlainGroup = {
  name: 'measured',
  period: 1,
  fields: [
    field('voltage', 'voltage', 'measurement'),
    field('energy', 'energy', 'counter'),
    field('output', 'word', 'state'),
  ],
};

export function snapshot(at: number, values: Values, more: Partial<Snapshot> = {}): Snapshot {
  return { device: 'shunt', group: 'measured', at, values, kind: 'live', ...more };
}

export function batch(items: readonly (Snapshot | SiteEvent)[], more: Partial<Batch> = {}): Batch {
  return {
    described: [],
    items: items.map((one): PackedItem => ('device' in one ? packSnapshot(one) : { event: one })),
    memory: [],
    cursors: [],
    forgotten: [],
    quarantined: [],
    ...more,
  };
}

/** An engine with MEASURED described, and what it reports. */
export function engineFor(options: Partial<DatabaseOptions> = {}): { engine: Engine; reports: SiteEvent[] } {
  const reports: SiteEvent[] = [];
  const engine = openEngine({
    path: ':memory:',
    retention: FOREVER,
    timezone: 'UTC',
    report: (event) => reports.push(event),
    ...options,
  });
  engine.commit(batch([], { described: [{ member: 'shunt', groups: [MEASURED] }] }), 0, 0);
  return { engine, reports };
}

/** Lets the engine finish what it has to do at a time. */
export function settle(engine: Engine, now: number, steady = true): void {
  for (let steps = 0; engine.step(now, steady); steps++) {
    if (steps > 10_000) throw new Error('the engine never comes to rest');
  }
}
