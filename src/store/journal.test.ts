import { describe, expect, it } from 'vitest';
import {
  batch,
  DAY,
  engineFor,
  FOREVER,
  HOUR,
  MINUTE,
  SECOND,
  settle,
  snapshot,
} from '../../test/store/fixture.ts';
import { type SiteEvent, virtualClock } from '../core/index.ts';
import { trusting } from './trust.ts';

const START = Date.UTC(2026, 0, 1);
const seconds = (count: number, from = START) =>
  Array.from({ length: count }, (_, index) =>
    snapshot(from + index * SECOND, { voltage: 50 + (index % 100) / 100, energy: index, output: 'on' }),
  );
const alarm = (at: number, text: string): SiteEvent => ({
  ...{ at, kind: 'alarm_raised', severity: 'warning', member: 'shunt', subject: 'shunt.low', text },
  detail: { limit: 40 },
});

describe('the journal', () => {
  it('gives back snapshots and events whole, in the order of their arrival', () => {
    const { engine } = engineFor();
    // The clock is set back an hour between the two snapshots.
    const items = [
      snapshot(START + HOUR, { voltage: 50 }),
      alarm(START, 'low'),
      snapshot(START, { output: null }),
    ];
    expect(engine.commit(batch(items), 0, START)).toEqual({ sequences: [1, 2, 3], newest: 3 });
    expect(engine.ask(({ journal }) => journal.read(0, 10))).toStrictEqual([
      { sequence: 1, what: 'snapshot', snapshot: items[0] },
      { sequence: 2, what: 'event', event: items[1] },
      { sequence: 3, what: 'snapshot', snapshot: items[2] },
    ]);
    const read = (filter: object) =>
      engine.ask(({ journal }) => journal.read(0, 10, filter)).map(({ sequence }) => sequence);
    expect(read({ what: 'event' })).toEqual([2]);
    expect(read({ what: 'snapshot' })).toEqual([1, 3]);
    expect(read({ members: ['shunt'] })).toEqual([1, 2, 3]);
    expect(read({ members: ['rack'] })).toEqual([]);
  });

  it('finds events, newest first', () => {
    const { engine } = engineFor();
    engine.commit(batch([alarm(START, 'a'), alarm(START + 1, 'b'), alarm(START + 2, 'c')]), 0, START);
    const find = (query: object) =>
      engine.ask(({ journal }) => journal.events(query)).map(({ event }) => event.text);
    expect(find({})).toEqual(['c', 'b', 'a']);
    expect(find({ from: START + 1, to: START + 2 })).toEqual(['b']);
    expect(find({ before: 3, limit: 1 })).toEqual(['b']);
    expect(find({ member: 'rack' })).toEqual([]);
    expect(find({ kinds: ['loss'] })).toEqual([]);
  });

  it('keeps a snapshot whose shape is one too many', () => {
    const { engine } = engineFor();
    const strange = Array.from({ length: 10_001 }, (_, index) =>
      snapshot(START, { [`field_${index}`]: index, energy: 1 }),
    );
    engine.commit(batch(strange), 0, START);
    expect(engine.ask(({ journal }) => journal.read(10_000, 1))[0]).toMatchObject({
      snapshot: strange[10_000],
    });
    settle(engine, START + DAY);
    const query = {
      series: [{ member: 'shunt', group: 'measured', path: 'energy' }],
      from: START,
      to: START + DAY,
    };
    const [energy] = engine.ask(({ history }) => history.query({ ...query, level: 'hour' }, START));
    expect(energy?.points[0]?.count).toBe(10_001);
  });
});

describe('an output', () => {
  it('goes on where it was, never back, and shows what waits for it', () => {
    const { engine } = engineFor();
    engine.commit(batch(seconds(10), { cursors: [['mqtt', 4]] }), 0, START);
    const backlog = (output: string) => engine.ask(({ journal }) => journal.backlog(output));
    expect(backlog('mqtt')).toEqual({ entries: 6, oldest: START + 4 * SECOND });
    engine.commit(batch([], { cursors: [['mqtt', 10]] }), 0, START);
    engine.commit(batch([], { cursors: [['mqtt', 2]] }), 0, START);
    expect(engine.ask(({ journal }) => journal.cursor('mqtt'))).toBe(10);
    expect(backlog('mqtt')).toEqual({ entries: 0 });
    engine.commit(batch([], { forgotten: ['mqtt'] }), 0, START);
    expect(engine.ask(({ journal }) => journal.outputs())).toEqual([]);
  });

  it('has at most 1000 entries set aside', () => {
    const { engine } = engineFor();
    engine.commit(batch(seconds(1)), 0, START);
    const [entry] = engine.ask(({ journal }) => journal.read(0, 1));
    if (entry === undefined) throw new Error('nothing was read');
    const bad = (output: string, at: number) => ({ output, entry, why: 'type conflict', at });
    const quarantined = [bad('sql', 1), ...Array.from({ length: 1005 }, (_, at) => bad('influx', at))];
    engine.commit(batch([], { quarantined }), 0, START);
    const kept = engine.ask(({ journal }) => journal.quarantined('influx'));
    expect(kept).toHaveLength(1000);
    expect([kept[0]?.at, kept[999]?.at]).toEqual([1004, 5]);
    expect(engine.ask(({ journal }) => journal.quarantined('sql'))).toEqual([bad('sql', 1)]);
  });
});

describe('what is old', () => {
  const retention = { ...FOREVER, raw: DAY, minutes: 2 * DAY, quarters: 3 * DAY, hours: 10 * DAY };
  /** A sample a minute for twenty days, an archive and an event at their begin. */
  const twentyDays = [
    ...Array.from({ length: 20 * 24 * 60 }, (_, minute) =>
      snapshot(START + minute * MINUTE, { voltage: 50, energy: minute }),
    ),
    snapshot(START, { energy: 0 }, { device: 'meter', kind: 'archive' }),
    alarm(START, 'low'),
  ];
  const end = START + 20 * DAY;
  const level = (
    engine: ReturnType<typeof engineFor>['engine'],
    name: 'raw' | 'minute' | 'quarter' | 'hour' | 'day',
  ) => {
    const query = {
      series: [{ member: 'shunt', group: 'measured', path: 'voltage' }],
      from: 0,
      to: end,
      level: name,
    };
    const points = engine.ask(({ history }) => history.query(query, end))[0]?.points ?? [];
    return { count: points.length, first: (end - (points[0]?.at ?? NaN)) / DAY };
  };

  it('is deleted level by level, and what is left stays right', () => {
    const { engine } = engineFor({ retention });
    engine.commit(batch(twentyDays), 0, end);
    settle(engine, end);
    // The last hour is not condensed yet; it is no older than a day.
    expect(level(engine, 'raw')).toEqual({ count: 24 * 60, first: 1 });
    expect(level(engine, 'minute')).toEqual({ count: 2 * 24 * 60, first: 2 });
    expect(level(engine, 'quarter')).toEqual({ count: 3 * 24 * 4, first: 3 });
    expect(level(engine, 'hour')).toEqual({ count: 10 * 24, first: 10 });
    expect(level(engine, 'day')).toEqual({ count: 20, first: 20 });
    // The archive and the event are older than 10 days.
    expect(engine.status().entries).toBe(24 * 60);
    expect(engine.check()).toEqual({ ok: true, problems: [] });
  });

  it('stays until an output has it, and its number is never given again', () => {
    const { engine } = engineFor({ retention });
    engine.commit(batch(twentyDays, { cursors: [['sql', 100]] }), 0, end);
    settle(engine, end);
    expect(engine.ask(({ journal }) => journal.read(0, 1))[0]?.sequence).toBe(101);
    expect(engine.status().entries).toBe(twentyDays.length - 100);
    const all = engine.ask(({ journal }) => journal.newest());
    engine.commit(batch([], { cursors: [['sql', all]] }), 0, end);
    settle(engine, end + 30 * DAY);
    expect(engine.status()).toMatchObject({ entries: 0, lost: { count: 0 } });
    engine.ask(({ words, journal }) => {
      words.reload();
      journal.reload();
    });
    expect(engine.commit(batch(seconds(1, end)), 0, end).sequences).toEqual([all + 1]);
  });

  it('stays while the time cannot be relied on', () => {
    const { engine } = engineFor({ retention });
    engine.commit(batch(twentyDays), 0, end);
    settle(engine, end, false);
    expect(engine.status().entries).toBe(twentyDays.length);
  });

  it('and comes late is added to what is there, since the rest of its hour is gone', () => {
    const { engine } = engineFor({ retention });
    engine.commit(batch(twentyDays), 0, end);
    settle(engine, end);
    const hour = end - 5 * DAY;
    engine.commit(batch([snapshot(hour + 30 * SECOND, { voltage: 110 })]), 0, end);
    settle(engine, end);
    const query = {
      series: [{ member: 'shunt', group: 'measured', path: 'voltage' }],
      from: hour,
      to: hour + HOUR,
    };
    const [history] = engine.ask(({ history: of }) => of.query({ ...query, level: 'hour' }, end));
    // 60 samples of 50 and one of 110: their mean is 3110 / 61.
    expect(history?.points).toMatchObject([{ at: hour, count: 61, min: 50, max: 110 }]);
    expect(history?.points[0]?.mean).toBeCloseTo(3110 / 61, 6);
  });
});

describe('time that can be relied on', () => {
  it('is that of a calendar which has gone with the clock for an hour', async () => {
    const world = virtualClock();
    let jump = 0;
    const steady = trusting({ ...world, date: () => world.date() + jump });
    expect(steady()).toBe(false);
    await world.advance(HOUR);
    expect(steady()).toBe(true);
    jump = 365 * DAY;
    expect(steady()).toBe(false);
    await world.advance(HOUR - 1);
    expect(steady()).toBe(false);
    await world.advance(1);
    expect(steady()).toBe(true);
    jump += 5 * MINUTE; // set right by a time server
    expect(steady()).toBe(true);
  });
});

describe('the size limit', () => {
  const limit = 3_000_000;

  it('takes the oldest entries first, keeps history, and counts what was not delivered', () => {
    const { engine, reports } = engineFor({ sizeLimit: limit });
    // About 45 bytes each: six million in all.
    for (let part = 0; part < 14; part++) {
      const at = START + part * 10_000 * SECOND;
      engine.commit(batch(seconds(10_000, at), part === 0 ? { cursors: [['sql', 5000]] } : {}), 0, at);
      settle(engine, at + 10_000 * SECOND);
    }
    const { entries, lost } = engine.status();
    expect(engine.status().bytes).toBeLessThanOrEqual(limit);
    expect(entries).toBeLessThan(140_000);
    // Numbers were given to snapshots and, once an hour, to reports.
    const [first] = engine.ask(({ journal }) => journal.read(0, 1, { what: 'snapshot' }));
    expect(lost.count).toBe((first?.sequence ?? 0) - 1 - 5000 - reports.length + remaining(engine));
    // What was delivered went first; then what was not.
    expect(reports[0]).toMatchObject({ kind: 'loss', severity: 'warning', subject: 'history.size_limit' });
    expect(reports[1]).toMatchObject({ severity: 'critical', subject: 'history.size_limit' });
    // Every hour is still there.
    const query = {
      series: [{ member: 'shunt', group: 'measured', path: 'energy' }],
      from: START,
      to: START + 2 * DAY,
    };
    const [history] = engine.ask(({ history: of }) => of.query({ ...query, level: 'hour' }, START));
    expect(history?.points).toHaveLength(Math.ceil(140_000 / 3600));
    expect(history?.points.reduce((sum, { count }) => sum + count, 0)).toBe(140_000);
    expect(engine.check().ok).toBe(true);
  });
});

/** Events that stand behind the first snapshot that is left. */
function remaining(engine: ReturnType<typeof engineFor>['engine']): number {
  const [first] = engine.ask(({ journal }) => journal.read(0, 1, { what: 'snapshot' }));
  return engine.ask(({ journal }) => journal.read(first?.sequence ?? 0, 1000, { what: 'event' })).length;
}
