import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  batch,
  DAY,
  engineFor,
  field,
  FOREVER,
  HOUR,
  MINUTE,
  settle,
  snapshot,
} from '../../test/store/fixture.ts';
import type { SiteEvent } from '../core/index.ts';
import type { HistoryPoint, Level } from './api.ts';
import { connect } from './connection.ts';
import { type Engine, openEngine } from './engine.ts';
import { exportPage } from './export.ts';
import { salvage } from './salvage.ts';
import { FORMAT_VERSION } from './schema.ts';
import { seriesOf } from './series.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const LEVELS: readonly Level[] = ['raw', 'minute', 'quarter', 'hour', 'day'];

const folders: string[] = [];
const engines: Engine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-lanes-'));
  folders.push(folder);
  return join(folder, 'busbar.db');
}

function opened(path: string): Engine {
  const engine = openEngine({ path, retention: FOREVER, timezone: 'UTC', report: () => undefined });
  engines.push(engine);
  return engine;
}

const live = (at: number, energy: number) => snapshot(at, { voltage: 50, energy });

/** Puts samples into the journal one by one, each at the time that its calendar shows, and condenses what is over then. */
function lived(engine: Engine, samples: readonly (readonly [at: number, energy: number])[]): void {
  for (const [at, energy] of samples) {
    engine.commit(batch([live(at, energy)]), 0, at);
    settle(engine, at);
  }
}

function energy(engine: Engine, level: Level, from: number, to: number): readonly HistoryPoint[] {
  const series = [{ member: 'shunt', group: 'measured', path: 'energy' }];
  return engine.ask(({ history }) => history.query({ series, from, to, level }, to))[0]?.points ?? [];
}

const sum = (points: readonly HistoryPoint[]): number =>
  points.reduce((total, { delta }) => total + (delta ?? NaN), 0);

/** Growth by the begin of its hour: `{ 11: 1 }` is 1 from 11:00 to 12:00 of the first of June. */
function byHour(engine: Engine, from: number, to: number): Record<string, number> {
  return Object.fromEntries(
    energy(engine, 'hour', from, to).map(({ at, delta }) => [(at - NOON) / HOUR + 12, delta ?? NaN]),
  );
}

/** Expects this growth over everything at every level, now, when the rest is condensed, and when it was opened again. */
function expectTotal(
  engine: Engine,
  total: number,
  [from, to]: readonly [number, number],
  count: number,
): void {
  for (const now of [from, to + DAY]) {
    settle(engine, now);
    for (const level of LEVELS) {
      const points = energy(engine, level, from, to);
      expect(sum(points), level).toBeCloseTo(total, 9);
      expect(
        points.reduce((all, one) => all + one.count, 0),
        level,
      ).toBe(count);
      expect(points.map(({ at }) => at)).toEqual(
        points.map(({ at }) => at).sort((one, other) => one - other),
      );
    }
  }
}

describe('a calendar that is set back', () => {
  it('by an hour, is no loss of what was counted, before it has passed the old time and after', () => {
    const { engine } = engineFor();
    lived(engine, [
      [NOON, 100],
      [NOON + 30 * MINUTE, 101],
      // 12:45 becomes 11:45.
      [NOON - 15 * MINUTE, 102],
      [NOON + 15 * MINUTE, 103],
    ]);
    const all = [NOON - DAY, NOON + DAY] as const;
    // 100 to 103, of which 101 to 102 came about at 11:45 by the calendar; 100 to 101 and 102 to 103 after noon.
    expect(byHour(engine, ...all)).toEqual({ 11: 1, 12: 2 });
    lived(engine, [[NOON + 45 * MINUTE, 104]]);
    expect(byHour(engine, ...all)).toEqual({ 11: 1, 12: 3 });
    // A quarter each: 11:45 +1, 12:00 is the first of all, 12:15 +1, 12:30 +1, 12:45 +1.
    expect(energy(engine, 'quarter', ...all).map(({ delta }) => delta)).toEqual([1, 0, 1, 1, 1]);
    expectTotal(engine, 4, all, 5);
    // From 12:15 on: 103, 101 and 104 have each grown by 1 since the reading before them.
    for (const level of ['raw', 'minute', 'quarter'] as const)
      expect(sum(energy(engine, level, NOON + 15 * MINUTE, NOON + HOUR)), level).toBe(3);
  });

  it('and forward again, as often as one likes', () => {
    const { engine } = engineFor();
    // A small counter, where a step back looks like a new beginning: 0.01 more every ten minutes for three days, and
    // every seven hours the calendar is set back by an hour, every fifth forward by as much.
    let wrong = 0;
    const samples = Array.from({ length: 3 * 24 * 6 }, (_, index) => {
      if (index % 42 === 41) wrong -= HOUR;
      if (index % 30 === 29) wrong += HOUR;
      return [NOON + index * 10 * MINUTE + wrong, (index + 1) / 100] as const;
    });
    lived(engine, samples);
    // From 0.01 to 4.32.
    expectTotal(engine, 4.31, [NOON - DAY, NOON + 5 * DAY], 432);
    // No more lanes than there are times that an hour was lived through.
    expect(engine.ask(({ words }) => [...words.streams()].map(({ lane }) => lane))).toEqual([0, 1]);
  });

  it.each([
    ['the hour is running', 10 * MINUTE],
    ['the hour is over and condensed', 10 * HOUR],
    ['ten years are', 10 * 365 * DAY],
  ])('to before the first sample of all: %s', (_, ahead) => {
    const { engine } = engineFor();
    // Begun in the future, then set right: 20 kWh, one more every five minutes.
    lived(engine, [
      [NOON + ahead, 20],
      [NOON + ahead + 5 * MINUTE, 21],
      [NOON, 22],
      [NOON + 5 * MINUTE, 23],
      [NOON + 3 * HOUR, 24],
    ]);
    // What is asked for today counts today: 21 to 22, to 23, to 24.
    if (ahead > DAY) expect(sum(energy(engine, 'day', NOON - DAY, NOON + DAY))).toBe(3);
    expectTotal(engine, 4, [NOON - DAY, NOON + ahead + DAY], 5);
  });

  it('ten years, after which years go on beside them', () => {
    const { engine } = engineFor();
    const back = NOON - 3650 * DAY;
    lived(engine, [
      [NOON, 100],
      [NOON + HOUR, 101],
      // Started without a clock, an hour long, then set by a time server.
      [back, 102],
      [back + HOUR, 103],
      [NOON + 4 * HOUR, 104],
      [NOON + 5 * HOUR, 105],
    ]);
    expect(
      energy(engine, 'hour', back - DAY, NOON + DAY).map(({ at, delta, since }) => [at, delta, since]),
    ).toEqual([
      [back, 1, NOON + HOUR],
      [back + HOUR, 1, back],
      [NOON, 0, NOON],
      [NOON + HOUR, 1, NOON],
      [NOON + 4 * HOUR, 1, back + HOUR],
      [NOON + 5 * HOUR, 1, NOON + 4 * HOUR],
    ]);
    expectTotal(engine, 5, [back - DAY, NOON + DAY], 6);
    // The state to go on from is the one that came last, not the one with the highest time.
    lived(engine, [[NOON, 106]]);
    expect(engine.ask(({ journal }) => journal.latest('shunt'))).toEqual([live(NOON, 106)]);
  });

  it('is told from a counter that was cleared', () => {
    const { engine } = engineFor();
    lived(engine, [
      [NOON, 100],
      [NOON + 30 * MINUTE, 101],
      // Set back and cleared: 2 since it was cleared. Then cleared once more: 3 since then.
      [NOON - 30 * MINUTE, 2],
      [NOON, 5],
      [NOON + 30 * MINUTE, 3],
      [NOON + 60 * MINUTE, 4],
    ]);
    // 1, then 2, 3 more, 3 since it was cleared, 1 more.
    expectTotal(engine, 1 + 2 + 3 + 3 + 1, [NOON - DAY, NOON + DAY], 6);
  });

  it('over a restart, is the same', () => {
    const path = file();
    const first = engineFor({ path }).engine;
    lived(first, [
      [NOON, 100],
      [NOON + 130 * MINUTE, 101],
    ]);
    first.close();
    for (const [at, value] of [
      [NOON + 10 * MINUTE, 102],
      [NOON + 20 * MINUTE, 103],
      [NOON - DAY, 104],
      [NOON + 140 * MINUTE, 105],
    ] as const) {
      const engine = openEngine({ path, retention: FOREVER, timezone: 'UTC', report: () => undefined });
      lived(engine, [[at, value]]);
      engine.close();
    }
    const engine = opened(path);
    expect(byHour(engine, NOON - 2 * DAY, NOON + DAY)).toEqual({ '-12': 1, 12: 2, 14: 2 });
    expectTotal(engine, 5, [NOON - 2 * DAY, NOON + DAY], 6);
  });

  it('keeps extremes, means and words of an hour that was lived through twice', () => {
    const { engine } = engineFor();
    const read = (at: number, voltage: number, output: string) => snapshot(at, { voltage, output });
    engine.commit(batch([read(NOON, 50, 'on'), read(NOON + 50 * MINUTE, 56, 'off')]), 0, NOON);
    settle(engine, NOON + 2 * HOUR);
    engine.commit(batch([read(NOON, 48, 'off'), read(NOON + 40 * MINUTE, 54, 'on')]), 0, NOON);
    const ask = (path: string) => {
      const series = [{ member: 'shunt', group: 'measured', path }];
      const query = { series, from: NOON, to: NOON + HOUR, level: 'hour' } as const;
      return engine.ask(({ history }) => history.query(query, NOON))[0]?.points;
    };
    for (const now of [NOON, NOON + 2 * HOUR]) {
      settle(engine, now);
      // (50 + 56 + 48 + 54) / 4; the last is what came last.
      expect(ask('voltage')).toEqual([{ at: NOON, count: 4, last: 54, min: 48, mean: 52, max: 56 }]);
      expect(ask('output')).toEqual([{ at: NOON, count: 4, last: 'on' }]);
    }
    const both = { count: 4, series: ['voltage', 'output'] };
    expect(engine.ask(seriesOf).map(({ path }) => path)).toEqual(both.series);
    // An export goes through all of it by time, once.
    const page = engine
      .ask((database) => exportPage(database, { level: 'raw' }, { stream: 0, at: NOON }))
      .rows.filter(({ path }) => path === 'voltage');
    expect(page.map(({ at, last }) => [at, last])).toEqual([
      [NOON, 50],
      [NOON, 48],
    ]);
  });

  it('where the readings before are deleted for their age, counts from what is condensed of them', () => {
    const { engine } = engineFor({ retention: { ...FOREVER, raw: DAY } });
    lived(engine, [
      [NOON - 10 * DAY, 100],
      [NOON - 10 * DAY + HOUR, 101],
    ]);
    settle(engine, NOON);
    expect(engine.status().entries).toBe(0);
    engine.ask(({ words, journal }) => {
      words.reload();
      journal.reload();
    });
    // Silent for ten days, then started anew, set back to half an hour before its last reading.
    lived(engine, [
      [NOON - 10 * DAY + 30 * MINUTE, 102],
      [NOON - 10 * DAY + 2 * HOUR, 103],
    ]);
    for (const now of [NOON - 9 * DAY, NOON]) {
      settle(engine, now);
      // 100 and 102 in the first hour, 101 in the second, 103 in the third: each 1 more than what came before it.
      expect(energy(engine, 'hour', NOON - 20 * DAY, NOON).map(({ delta }) => delta)).toEqual([1, 1, 1]);
      expect(sum(energy(engine, 'minute', NOON - 20 * DAY, NOON))).toBe(3);
      expect(sum(energy(engine, 'day', NOON - 20 * DAY, NOON))).toBe(3);
    }
  });

  it('goes on right when a commit has failed', () => {
    const { engine } = engineFor();
    lived(engine, [[NOON, 100]]);
    const bad: SiteEvent = {
      ...{ at: NOON, kind: 'gateway', severity: 'info', subject: 'x', text: 'x' },
      detail: Object.defineProperty({}, 'x', {
        enumerable: true,
        get: () => {
          throw new Error('torn');
        },
      }),
    };
    expect(() => engine.commit(batch([live(NOON - HOUR, 101), bad]), 0, NOON)).toThrow();
    lived(engine, [
      [NOON - HOUR, 101],
      [NOON - 30 * MINUTE, 102],
    ]);
    expectTotal(engine, 2, [NOON - DAY, NOON + DAY], 3);
  });
});

describe('whatever the calendar does', () => {
  const step = fc.record({
    elapsed: fc.oneof(fc.integer({ min: 1, max: 5 * MINUTE }), fc.integer({ min: 1, max: 30 * HOUR })),
    jump: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.constantFrom(-HOUR, HOUR, -3650 * DAY, 3650 * DAY) },
      { weight: 1, arbitrary: fc.integer({ min: -3 * DAY, max: 3 * DAY }) },
    ),
    /** Thousandths more on the counter; null: cleared; undefined: not told this time. */
    grown: fc.option(fc.option(fc.integer({ min: 0, max: 3000 }), { nil: null }), { nil: undefined }),
    condense: fc.boolean(),
    restart: fc.boolean(),
  });

  it.each([
    ['everything is kept', FOREVER],
    ['readings are kept for a day', { ...FOREVER, raw: DAY }],
  ])(
    'every growth is counted once, in the minute, hour and day that its reading bears: %s',
    (_, retention) => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 2, maxLength: 60 }), (steps) => {
          const { engine } = engineFor({ retention });
          let at = NOON;
          let counter = 0;
          let before: number | undefined;
          const minutes = new Map<number, number>();
          for (const { elapsed, jump, grown, condense, restart } of steps) {
            at += elapsed + jump;
            if (grown === null) counter = 0;
            else counter += (grown ?? 0) / 1000;
            engine.commit(
              batch([snapshot(at, { voltage: 50, ...(grown === undefined ? {} : { energy: counter }) })]),
              0,
              at,
            );
            if (grown !== undefined) {
              const minute = Math.floor(at / MINUTE) * MINUTE;
              // A counter that is lower by a tenth has begun anew.
              const delta = before === undefined ? 0 : counter < before * 0.9 ? counter : counter - before;
              minutes.set(minute, (minutes.get(minute) ?? 0) + delta);
              before = counter;
            }
            if (condense) settle(engine, at);
            if (restart) {
              engine.ask(({ words, journal }) => {
                words.reload();
                journal.reload();
              });
            }
          }
          const span = [0, Date.UTC(2400, 0, 1)] as const;
          for (const now of [at, Date.UTC(2390, 0, 1)]) {
            for (const level of ['minute', 'quarter', 'hour', 'day'] as const) {
              const length = { minute: MINUTE, quarter: 15 * MINUTE, hour: HOUR, day: DAY }[level];
              const expected = new Map<number, number>();
              for (const [minute, delta] of minutes) {
                const start = Math.floor(minute / length) * length;
                expected.set(start, (expected.get(start) ?? 0) + delta);
              }
              const points = energy(engine, level, ...span);
              expect(points.map(({ at: start }) => start)).toEqual(
                [...expected.keys()].sort((a, b) => a - b),
              );
              for (const { at: start, delta } of points)
                expect(delta).toBeCloseTo(expected.get(start) ?? NaN, 6);
            }
            settle(engine, now);
          }
          engine.close();
        }),
        { numRuns: 40 },
      );
    },
    60_000,
  );
});

describe('what a device kept itself', () => {
  const archive = (at: number, value: number) => snapshot(at, { energy: value }, { kind: 'archive' });

  it('is counted by time, whenever it comes', () => {
    const { engine } = engineFor();
    engine.commit(batch([archive(NOON, 100), archive(NOON + 3 * HOUR, 109)]), 0, NOON);
    settle(engine, NOON + DAY);
    engine.commit(batch([archive(NOON + 2 * HOUR, 106), archive(NOON + HOUR, 101)]), 0, NOON);
    expect(byHour(engine, NOON, NOON + DAY)).toEqual({ 12: 0, 13: 1, 14: 5, 15: 3 });
    expectTotal(engine, 9, [NOON - DAY, NOON + DAY], 4);
    expect(engine.ask(({ words }) => [...words.streams()])).toHaveLength(1);
  });

  it('lies beside what was read live, and neither is counted twice', () => {
    const { engine } = engineFor();
    lived(engine, [
      [NOON, 100],
      [NOON + 3 * HOUR, 110],
      // Set back by two hours.
      [NOON + HOUR + 5 * MINUTE, 111],
      [NOON + 5 * HOUR, 114],
    ]);
    // The gaps between two readings are filled: 110 − 107 is left for 15:00, and 114 − 113 for 17:00.
    engine.commit(batch([archive(NOON + HOUR, 107), archive(NOON + 4 * HOUR, 113)]), 0, NOON);
    for (const now of [NOON, NOON + DAY]) {
      settle(engine, now);
      expect(byHour(engine, NOON - DAY, NOON + DAY)).toEqual({ 12: 0, 13: 7 + 1, 15: 3, 16: 2, 17: 1 });
    }
    // Read again it changes nothing; with another value it is replaced where it is.
    expect(engine.commit(batch([archive(NOON + HOUR, 107)]), 0, NOON).sequences).toEqual([undefined]);
    engine.commit(batch([archive(NOON + HOUR, 104)]), 0, NOON);
    expect(byHour(engine, NOON - DAY, NOON + DAY)).toEqual({ 12: 0, 13: 4 + 1, 15: 6, 16: 2, 17: 1 });
    expectTotal(engine, 14, [NOON - DAY, NOON + DAY], 6);
  });

  it('and stands behind the last live reading when the calendar is set back, goes before the next', () => {
    const { engine } = engineFor();
    lived(engine, [[NOON, 100]]);
    engine.commit(batch([archive(NOON + 40 * MINUTE, 105)]), 0, NOON);
    lived(engine, [
      [NOON - 10 * MINUTE, 106],
      [NOON + 2 * HOUR, 107],
      // Set back by half an hour more, to where the first lane is free again.
      [NOON + 90 * MINUTE, 108],
    ]);
    settle(engine, NOON + 150 * MINUTE);
    expect(byHour(engine, NOON - DAY, NOON + DAY)).toEqual({ 11: 1, 12: 5, 13: 1, 14: 1 });
    // With another value it changes what follows it in time, but not what is behind a seam.
    engine.commit(batch([archive(NOON + 40 * MINUTE, 104)]), 0, NOON);
    for (const now of [NOON, NOON + 150 * MINUTE, NOON + DAY]) {
      settle(engine, now);
      expect(byHour(engine, NOON, NOON + DAY)).toEqual({ 12: 4, 13: 1, 14: 1 });
    }
  });
});

describe('a database of format 1', () => {
  const BEGIN = Date.UTC(2026, 0, 1, 8);

  /** As busbar wrote it then: 100 kWh at 08:00, one more every half an hour until 12:30; 90 kept by the device. */
  function old(): string {
    const path = file();
    const connection = connect(path);
    connection.exec(readFileSync(new URL('../../test/store/format-1.sql', import.meta.url), 'utf8'));
    connection.close();
    return path;
  }

  it('is brought up to date with all that is in it, and counts right when its clock is set back', () => {
    const path = old();
    const engine = opened(path);
    const span = [BEGIN - 2 * DAY, BEGIN + DAY] as const;
    const shown = engine.ask(({ journal }) => [journal.cursor('mqtt'), journal.remembered('energy.shunt')]);
    expect(shown).toEqual([7, '{"version":1}']);
    expect(engine.ask(({ journal }) => journal.read(0, 100))).toHaveLength(11);
    for (const level of LEVELS) expect(sum(energy(engine, level, ...span)), level).toBe(9);
    // 12:35 becomes 09:10.
    lived(engine, [
      [BEGIN + 70 * MINUTE, 110],
      [BEGIN + 100 * MINUTE, 111],
    ]);
    expectTotal(engine, 11, span, 12);
    expect(engine.check()).toEqual({ ok: true, problems: [] });
    const connection = connect(path, { readOnly: true });
    expect(connection.get('pragma user_version')).toEqual({ user_version: FORMAT_VERSION });
    connection.close();
  });

  it('whose clock had been set back already, is right from then on', () => {
    const path = old();
    const connection = connect(path);
    // 12:35 had become 09:10, and another kWh was counted.
    connection.run('insert into journal values (12, 2, ?, 1, ?)', BEGIN + 70 * MINUTE, '50,110,"on"');
    connection.run('insert into dirty values (1, ?, 12)', (BEGIN + HOUR) / HOUR);
    connection.close();
    const engine = opened(path);
    lived(engine, [
      [BEGIN + 100 * MINUTE, 111],
      [BEGIN + 130 * MINUTE, 112],
    ]);
    expectTotal(engine, 12, [BEGIN - 2 * DAY, BEGIN + DAY], 13);
  });
});

it('saves the groups of a database of format 1 that is damaged', () => {
  const aside = file();
  const connection = connect(aside);
  connection.exec(readFileSync(new URL('../../test/store/format-1.sql', import.meta.url), 'utf8'));
  connection.close();
  const { engine } = engineFor({ path: file() });
  engines.push(engine);
  expect(engine.ask((into) => salvage(aside, into))).toMatchObject({ entries: 11 });
  settle(engine, Date.UTC(2026, 0, 2));
  expect(sum(energy(engine, 'hour', Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 2)))).toBe(9);
});

it('describes all lanes of a group anew', () => {
  const { engine } = engineFor();
  lived(engine, [
    [NOON, 100],
    [NOON - HOUR, 101],
  ]);
  const groups = [
    {
      name: 'measured',
      period: 5,
      fields: [field('energy', 'energy', 'counter'), field('soc', 'percent', 'measurement')],
    },
  ];
  engine.commit(
    batch([snapshot(NOON - HOUR + 1, { energy: 102, soc: 50 })], {
      described: [{ member: 'shunt', groups }],
    }),
    0,
    NOON,
  );
  settle(engine, NOON + DAY);
  expect(
    engine
      .ask(seriesOf)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['energy', 'soc', 'voltage']);
  expectTotal(engine, 2, [NOON - DAY, NOON + DAY], 3);
});
