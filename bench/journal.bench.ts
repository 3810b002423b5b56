/**
 * Journal and history in one database:
 *
 * - values a second through the whole of it, from snapshots on the main thread to the answer after the commit, beside
 *   bare node:sqlite that inserts the same values in batches of the same size as rows (series, time, value), without
 *   an index, so as fast as it can, and too slow to read;
 * - bytes a value on the disk;
 * - a year of minutes of one series, reduced to 1,000 points;
 * - bytes written an hour by a typical site, for three times of gathering.
 *
 *     node bench/journal.bench.ts
 *
 * Ends with 1 below 300,000 values a second, above 25 bytes a value, or when the query takes 50 ms or more.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pointsOf, type SiteGroup, type Snapshot, type Value, type Values } from '../src/core/index.ts';
import { isList, isRecord } from '../src/core/index.ts';
import juntek from '../src/devices/juntek/kl.ts';
import pylontech from '../src/devices/pylontech/pylontech.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { openEngine } from '../src/store/engine.ts';
import { openStore, type Retention } from '../src/store/index.ts';
import { type Batch, packSnapshot } from '../src/store/journal.ts';

const LEAST_VALUES = 300_000;
const MOST_BYTES = 25;
const MOST_QUERY = 50;
const SNAPSHOTS = 60_000;
const BATCH = 1000;
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

const FOREVER: Retention = {
  raw: 'forever',
  minutes: 'forever',
  quarters: 'forever',
  hours: 'forever',
  days: 'forever',
};
const log = { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error };
const root = mkdtempSync(join(tmpdir(), 'busbar-bench-'));
const file = (name: string): string => join(root, name);

/** What a real device has answered, from a capture. */
function captured(path: string, group: string): Values {
  const read = JSON.parse(readFileSync(new URL(`../src/devices/${path}.json`, import.meta.url), 'utf8')) as {
    group: string;
    values: Values;
  }[];
  const found = read.find((one) => one.group === group);
  if (found === undefined) throw new Error(`${path} has no ${group}`);
  return found.values;
}

function groupOf(groups: readonly SiteGroup[], name: string): SiteGroup {
  const found = groups.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no group ${name}`);
  return found;
}

/** The same with every measured number moved a little, in the steps in which it was printed. */
function moved(values: Values, step: number): Values {
  let place = 0;
  const move = (value: Value | undefined): Value => {
    if (isList(value)) return value.map(move);
    if (isRecord(value)) return moveAll(value);
    if (typeof value !== 'number') return value ?? null;
    const digits = /\.(\d+)/.exec(String(value))?.[1]?.length ?? 0;
    if (digits === 0) return value;
    place++;
    return Math.round(value * 10 ** digits + ((step * 7 + place * 13) % 21) - 10) / 10 ** digits;
  };
  const moveAll = (of: Values): Record<string, Value> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [name, move(value)]));
  return moveAll(values);
}

const shunt = { group: groupOf(juntek.groups, 'measured'), values: captured('juntek/kl.client', 'measured') };
const rack = {
  group: groupOf(pylontech.groups, 'analog'),
  values: captured('pylontech/pylontech.us3000x4', 'analog'),
};

/** Ten shunts a second each, and every fifth time their rack of four packs. */
const snapshots: Snapshot[] = Array.from({ length: SNAPSHOTS }, (_, index) => {
  const what = index % 5 === 4 ? rack : shunt;
  return {
    device: `${what === rack ? 'rack' : 'shunt'}_${index % 10}`,
    group: what.group.name,
    at: START + Math.floor(index / 10) * 1000,
    kind: 'live',
    values: moved(what.values, index),
  };
});
const pointsIn = snapshots.map(({ group, values }) =>
  pointsOf(group === 'analog' ? rack.group : shunt.group, values),
);
const valueCount = pointsIn.reduce((sum, points) => sum + points.length, 0);

/** Bare inserts of the numbers and words. */
function bare(): { seconds: number; bytes: number } {
  const database = new DatabaseSync(file('bare.db'));
  database.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table sample(series integer, at integer, value)`);
  const insert = database.prepare('insert into sample(series, at, value) values (?, ?, ?)');
  const ids = new Map<string, number>();
  const began = performance.now();
  for (let from = 0; from < SNAPSHOTS; from += BATCH) {
    database.exec('begin');
    for (let index = from; index < Math.min(SNAPSHOTS, from + BATCH); index++) {
      const { device = '', at = 0 } = snapshots[index] ?? {};
      for (const { path, value } of pointsIn[index] ?? []) {
        const name = `${device}.${path}`;
        const id = ids.get(name) ?? ids.size;
        ids.set(name, id);
        insert.run(id, at, typeof value === 'boolean' ? Number(value) : value);
      }
    }
    database.exec('commit');
  }
  const seconds = (performance.now() - began) / 1000;
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
  return { seconds, bytes: statSync(file('bare.db')).size };
}

async function journal(): Promise<{ seconds: number; bytes: number }> {
  const path = file('journal.db');
  const store = await openStore({
    path,
    retention: FOREVER,
    timezone: 'Europe/Berlin',
    clock: systemClock,
    log,
    flush: 0,
  });
  for (let member = 0; member < 10; member++) {
    if (member % 5 === 4) store.describe(`rack_${member}`, [rack.group]);
    else store.describe(`shunt_${member}`, [shunt.group]);
  }
  const began = performance.now();
  for (let from = 0; from < SNAPSHOTS; from += BATCH) {
    await store.append(
      snapshots.slice(from, from + BATCH).map((snapshot) => ({ what: 'snapshot', snapshot }) as const),
    );
  }
  const seconds = (performance.now() - began) / 1000;
  await store.close();
  return { seconds, bytes: statSync(path).size };
}

const plain = bare();
const own = await journal();
const rate = valueCount / own.seconds;
const perValue = own.bytes / valueCount;

const described = (name: string, group: SiteGroup): Batch['described'][number] => {
  // Fields of definitions carry functions, and what is kept of them is plain.
  const { name: groupName, period, fields } = group;
  return { member: name, groups: [{ name: groupName, period, fields }] };
};
const nothing: Batch = { described: [], items: [], memory: [], cursors: [], forgotten: [], quarantined: [] };

/** A year of one sample a minute, condensed; then the whole year in 1,000 points, first with cold caches. */
function yearOfMinutes(): { query: number[]; bytes: number } {
  const path = file('year.db');
  const options = { path, retention: FOREVER, timezone: 'Europe/Berlin', report: () => undefined };
  let engine = openEngine(options);
  engine.commit({ ...nothing, described: [described('shunt', shunt.group)] }, 0, START);
  const values = ({ at }: { at: number }): Values => ({
    voltage: 52 + Math.round(100 * Math.sin(at / 4e7)) / 100,
  });
  for (let minute = 0; minute < 525_600; minute += 14_400) {
    const items = Array.from({ length: Math.min(14_400, 525_600 - minute) }, (_, index) => {
      const at = START + (minute + index) * 60_000;
      return packSnapshot({ device: 'shunt', group: 'measured', at, kind: 'live', values: values({ at }) });
    });
    engine.commit({ ...nothing, items }, 0, START);
    while (engine.step(START + (minute + 14_400) * 60_000, false));
  }
  engine.close();
  engine = openEngine(options);
  const query = {
    series: [{ member: 'shunt', group: 'measured', path: 'voltage' }],
    from: START,
    to: START + 525_600 * 60_000,
    points: 1000,
  };
  const times = Array.from({ length: 9 }, () => {
    const began = performance.now();
    const [history] = engine.ask((database) => database.history.query(query, query.to));
    const took = performance.now() - began;
    if (history === undefined || history.points.length < 900 || history.points.length > 1000)
      throw new Error('no year');
    if (history.points.reduce((sum, { count }) => sum + count, 0) !== 525_600)
      throw new Error('minutes are missing');
    return took;
  });
  const chunks = engine.ask(
    ({ connection }) =>
      connection.get<{ bytes: number }>('select sum(length(data)) + 8 * count(*) as bytes from chunk')?.bytes,
  );
  engine.close();
  return { query: times, bytes: chunks ?? 0 };
}

/** Bytes that this process has sent to the disk. */
function written(): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? NaN);
}

/** An hour of a site with two shunts each second and a rack of four packs every two seconds, condensed at its end. */
function hourOfWriting(flush: number): { bytes: number; commits: number } {
  const engine = openEngine({
    ...{
      path: file(`site-${flush}.db`),
      retention: FOREVER,
      timezone: 'Europe/Berlin',
      report: () => undefined,
    },
  });
  const all = [described('a', shunt.group), described('b', shunt.group), described('rack', rack.group)];
  engine.commit({ ...nothing, described: all }, 0, START);
  const before = written();
  let commits = 0;
  for (let from = 0; from < 3600; from += flush) {
    const items = Array.from({ length: flush }, (_, index) => index + from).flatMap((second) => {
      const at = START + second * 1000;
      const one = { at, kind: 'live' } as const;
      const values = moved(shunt.values, second);
      const both = ['a', 'b'].map((device) => packSnapshot({ ...one, device, group: 'measured', values }));
      if (second % 2 === 1) return both;
      return [
        ...both,
        packSnapshot({ ...one, device: 'rack', group: 'analog', values: moved(rack.values, second) }),
      ];
    });
    engine.commit({ ...nothing, items }, 0, START + from * 1000);
    commits++;
  }
  while (engine.step(START + HOUR + 200_000, true));
  engine.close();
  return { bytes: written() - before, commits };
}

const year = yearOfMinutes();
const slowest = Math.max(...year.query);
const median = [...year.query].sort((one, other) => one - other)[4] ?? NaN;

console.log(`${valueCount} values in ${SNAPSHOTS} snapshots, ${BATCH} a commit, every commit on the disk`);
console.log(
  `bare node:sqlite   ${Math.round(valueCount / plain.seconds)} values/s, ${(plain.bytes / valueCount).toFixed(1)} bytes a value`,
);
console.log(
  `journal            ${Math.round(rate)} values/s: ${(plain.seconds / own.seconds).toFixed(2)} times as many (at least ${LEAST_VALUES})`,
);
console.log(
  `                   ${perValue.toFixed(1)} bytes a value: ${(own.bytes / plain.bytes).toFixed(2)} of the bare table (at most ${MOST_BYTES})`,
);
console.log(
  `a year of minutes  in 1000 points: ${median.toFixed(1)} ms, the first and slowest of 9 ${slowest.toFixed(1)} ms (less than ${MOST_QUERY}); ${(year.bytes / 525_600).toFixed(1)} bytes a minute, all levels`,
);
for (const flush of [1, 10, 60]) {
  const { bytes, commits } = hourOfWriting(flush);
  console.log(
    `gathered ${String(flush).padStart(2)} s      ${(bytes / 1e6).toFixed(0)} MB written an hour in ${commits} commits`,
  );
}
rmSync(root, { recursive: true });
process.exitCode = rate < LEAST_VALUES || perValue > MOST_BYTES || slowest >= MOST_QUERY ? 1 : 0;
