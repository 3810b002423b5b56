import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batch,
  DAY,
  engineFor,
  field,
  HOUR,
  MEASURED,
  MINUTE,
  settle,
  snapshot,
} from '../../test/store/fixture.ts';
import type { HistoryPoint, Level } from './api.ts';
import type { Engine } from './engine.ts';

const START = Date.UTC(2026, 9, 24); // the day before Berlin's clocks go back

function points(
  engine: Engine,
  path: string,
  level: Level | undefined,
  from: number,
  to: number,
  most?: number,
) {
  const query = { series: [{ member: 'shunt', group: 'measured', path }], from, to };
  const answer = engine.ask(({ history }) =>
    history.query({ ...query, ...(level && { level }), ...(most !== undefined && { points: most }) }, to),
  );
  return answer[0] ?? { points: [], level: 'none', step: -1, spacing: -1 };
}

interface Sample {
  readonly at: number;
  readonly voltage: number;
  readonly energy: number;
}

/**
 * History by the book: from all samples in the order in which they count (of arrival, or of time), without anything kept
 * in between. What a counter grew since the sample before stands under the time of the later one.
 */
function byTheBook(samples: readonly Sample[], startOf: (at: number) => number) {
  const voltage = new Map<number, number[]>();
  const energy = new Map<number, { delta: number; first: number; last: number }>();
  samples.forEach((sample, index) => {
    const start = startOf(sample.at);
    voltage.set(start, [...(voltage.get(start) ?? []), sample.voltage]);
    const { energy: before } = samples[index - 1] ?? sample;
    const grown = sample.energy < before * 0.9 ? sample.energy : sample.energy - before;
    const known = energy.get(start);
    energy.set(start, {
      delta: (known?.delta ?? 0) + grown,
      first: known?.first ?? sample.energy,
      last: sample.energy,
    });
  });
  const byTime = <T>(map: Map<number, T>): [number, T][] => [...map].sort(([one], [other]) => one - other);
  return {
    voltage: byTime(voltage).map(([at, values]) => ({
      at,
      count: values.length,
      last: values.at(-1),
      min: Math.min(...values),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      max: Math.max(...values),
    })),
    energy: byTime(energy).map(([at, one]) => ({ at, ...one })),
  };
}

const UTC = (span: number) => (at: number) => Math.floor(at / span) * span;
/** Berlin: 24 October is 24 h, 25 October 25 h, from 22:00 and 22:00 UTC; then from 23:00 UTC. */
const BERLIN = (at: number): number => {
  const days = [
    '2026-10-22T22:00Z',
    '2026-10-23T22:00Z',
    '2026-10-24T22:00Z',
    '2026-10-25T23:00Z',
    '2026-10-26T23:00Z',
  ];
  return days.map((day) => Date.parse(day)).findLast((day) => day <= at) ?? 0;
};

const meanless = (point: object) => ({ ...point, mean: undefined });
const close = (one: number | undefined, other: number | undefined) => {
  expect(one).toBeCloseTo(other ?? NaN, 6);
};

/** @param samples in the order in which they count */
function expectBook(engine: Engine, samples: readonly Sample[], to: number): void {
  const levels: readonly (readonly [Level, (at: number) => number])[] = [
    ['minute', UTC(MINUTE)],
    ['quarter', UTC(15 * MINUTE)],
    ['hour', UTC(HOUR)],
    ['day', BERLIN],
  ];
  for (const [level, startOf] of levels) {
    const book = byTheBook(samples, startOf);
    const voltage = points(engine, 'voltage', level, START - 2 * DAY, to).points;
    expect(voltage.map(meanless)).toEqual(book.voltage.map(meanless));
    voltage.forEach(({ mean }, index) => {
      close(mean, book.voltage[index]?.mean);
    });
    const energy: readonly HistoryPoint[] = points(engine, 'energy', level, START - 2 * DAY, to).points;
    expect(energy.map(({ at, last }) => ({ at, last }))).toEqual(
      book.energy.map(({ at, last }) => ({ at, last })),
    );
    energy.forEach(({ delta, first }, index) => {
      close(delta, book.energy[index]?.delta);
      // Which of several times that one day was lived through came first is not kept.
      if (level !== 'day') expect(first).toBe(book.energy[index]?.first);
    });
  }
}

/** Of two samples of one instant nothing says which was later, so there is one of each. */
const samplesOf = (most: number) =>
  fc.uniqueArray(
    fc.record({
      at: fc.integer({ min: 0, max: 2 * 24 * 60 * 6 }).map((tens) => START + tens * 10_000),
      voltage: fc.integer({ min: 4800, max: 5600 }).map((hundredths) => hundredths / 100),
      energy: fc.integer({ min: 0, max: 500 }),
    }),
    { minLength: 2, maxLength: most, selector: ({ at }) => at },
  );

const kept = (samples: readonly Sample[], kind: 'live' | 'archive') =>
  batch(samples.map(({ at, ...values }) => snapshot(at, values, { kind })));
const live = (samples: readonly Sample[]) => kept(samples, 'live');

describe('condensed history is what the samples say', () => {
  it.each(['live', 'archive'] as const)(
    'whatever their order, with half of them coming after the hour was condensed: %s',
    (kind) => {
      // Live samples count as they come, whatever the calendar says; archives by their time.
      const counting = (samples: readonly Sample[]): readonly Sample[] =>
        kind === 'live' ? samples : [...samples].sort((one, other) => one.at - other.at);
      fc.assert(
        fc.property(samplesOf(120), (samples) => {
          const first = samples.filter((_, index) => index % 2 === 0);
          const late = samples.filter((_, index) => index % 2 === 1);
          const { engine } = engineFor({ timezone: 'Europe/Berlin' });
          const end = START + 3 * DAY;
          engine.commit(kept(first, kind), 0, end);
          settle(engine, START + DAY); // some hours are condensed, some not
          expectBook(engine, counting(first), end);
          engine.commit(kept(late, kind), 0, end);
          expectBook(engine, counting([...first, ...late]), end); // reopened, not yet condensed again
          settle(engine, end + HOUR);
          expectBook(engine, counting([...first, ...late]), end);
          engine.close();
        }),
        { numRuns: 40 },
      );
    },
    30_000,
  );
});

describe('days', () => {
  it('of 25 hours hold 25 hours of growth', () => {
    const { engine } = engineFor({ timezone: 'Europe/Berlin' });
    // A sample each full hour, 1 kWh more each time, over three days from midnight in Berlin.
    const midnight = Date.parse('2026-10-23T22:00Z');
    const hours = Array.from({ length: 24 + 25 + 24 }, (_, hour) => hour);
    engine.commit(
      live(hours.map((hour) => ({ at: midnight + hour * HOUR, voltage: 50, energy: hour }))),
      0,
      0,
    );
    settle(engine, midnight + 10 * DAY);
    const { points: days } = points(engine, 'energy', 'day', midnight, midnight + 4 * DAY);
    // The first day has 24 samples and the growth of 23 hours: the hour before its first sample is unknown.
    expect(days.map(({ at, count, delta }) => [new Date(at).toISOString(), count, delta])).toEqual([
      ['2026-10-23T22:00:00.000Z', 24, 23],
      ['2026-10-24T22:00:00.000Z', 25, 25],
      ['2026-10-25T23:00:00.000Z', 24, 24],
    ]);
  });
});

describe('a clock that is set', () => {
  it.each([1, -1])('by %d h, and right again half an hour later, keeps totals right', (jump) => {
    const { engine } = engineFor();
    // A small counter, where every step back looks like a new beginning: 0.01 more each minute, four hours.
    const items = Array.from({ length: 240 }, (_, minute) => {
      const wrong = minute >= 90 && minute < 120 ? jump * HOUR : 0;
      return { at: START + minute * MINUTE + wrong, voltage: 50, energy: (minute + 1) / 100 };
    });
    for (let from = 0; from < 240; from += 10) {
      engine.commit(live(items.slice(from, from + 10)), 0, START + from * MINUTE);
      settle(engine, START + from * MINUTE);
      settle(engine, START + from * MINUTE + jump * HOUR);
    }
    const order = engine.ask(({ journal }) => journal.read(0, 1000));
    expect(order.map((one) => (one.what === 'snapshot' ? one.snapshot.values.energy : 0))).toEqual(
      items.map(({ energy }) => energy),
    );
    for (const now of [START + 4 * HOUR, START + 2 * DAY]) {
      for (const level of ['minute', 'hour', 'day'] as const) {
        const { points: all } = points(engine, 'energy', level, START - DAY, START + DAY);
        close(
          all.reduce((sum, { delta }) => sum + (delta ?? NaN), 0),
          2.39, // from 0.01 to 2.40
        );
        expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(240);
      }
      settle(engine, now);
    }
  });
});

describe('a gap', () => {
  const { engine } = engineFor();
  const sample = (at: number, energy: number): Sample => ({ at, voltage: 50, energy });
  engine.commit(
    live([sample(START, 100), sample(START + 30 * DAY, 130), sample(START + 30 * DAY + 1000, 131)]),
    0,
    0,
  );
  settle(engine, START + 31 * DAY);

  it('has no points', () => {
    expect(points(engine, 'voltage', 'hour', START, START + 31 * DAY).points.map(({ at }) => at)).toEqual([
      START,
      START + 30 * DAY,
    ]);
  });

  it('of a counter says since when the growth is', () => {
    const [, after] = points(engine, 'energy', 'day', START, START + 31 * DAY).points;
    expect(after).toEqual({ at: START + 30 * DAY, count: 2, first: 130, last: 131, delta: 31, since: START });
  });
});

describe('archives', () => {
  const archive = (day: number, values: readonly number[], wrong?: number) =>
    batch(
      values.map((energy, slot) =>
        snapshot(
          START + day * DAY + slot * 30 * MINUTE,
          { voltage: slot === wrong ? 1 : 50, energy },
          { kind: 'archive' },
        ),
      ),
    );
  const day = Array.from({ length: 48 }, (_, slot) => slot / 2);

  it('read again change nothing', () => {
    const { engine } = engineFor();
    const first = engine.commit(archive(0, day), 0, 0);
    expect(first.sequences).toEqual(day.map((_, index) => index + 1));
    expect(engine.commit(archive(0, day), 0, 0)).toEqual({ sequences: day.map(() => undefined), newest: 48 });
    expect(engine.status().entries).toBe(48);
  });

  it('with other values replace the old ones, as new entries and in history', () => {
    const { engine } = engineFor();
    engine.commit(archive(0, day, 7), 0, 0);
    settle(engine, START + 2 * DAY);
    expect(points(engine, 'voltage', 'day', START, START + DAY).points[0]).toMatchObject({
      count: 48,
      min: 1,
    });
    const again = engine.commit(archive(0, day), 0, 0);
    expect(again.sequences.filter((sequence) => sequence !== undefined)).toEqual([49]);
    for (const now of [START + 2 * DAY, START + 3 * DAY]) {
      expect(points(engine, 'voltage', 'day', START, START + DAY).points[0]).toMatchObject({
        count: 48,
        min: 50,
      });
      settle(engine, now);
    }
    expect(engine.ask(({ journal }) => journal.read(40, 100)).map(({ sequence }) => sequence)).toEqual([
      41, 42, 43, 44, 45, 46, 47, 48, 49,
    ]);
  });

  it('fill a gap in a counter, and the growth goes to the days that it belongs to', () => {
    const { engine } = engineFor();
    const counted = (at: number, energy: number) => snapshot(at, { energy }, { kind: 'archive' });
    engine.commit(batch([counted(START, 0), counted(START + 3 * DAY, 30)]), 0, 0);
    settle(engine, START + 5 * DAY);
    const deltas = () =>
      points(engine, 'energy', 'day', START, START + 5 * DAY).points.map(({ delta }) => delta);
    expect(deltas()).toEqual([0, 30]);
    engine.commit(batch([counted(START + DAY, 7), counted(START + 2 * DAY, 19)]), 0, 0);
    expect(deltas()).toEqual([0, 7, 12, 30 - 19]);
    settle(engine, START + 5 * DAY);
    expect(deltas()).toEqual([0, 7, 12, 30 - 19]);
  });
});

describe('the level', () => {
  const { engine } = engineFor();
  const end = START + 400 * DAY;
  // One sample an hour for 400 days; a group is described that is read each second.
  const every = Array.from({ length: 400 * 24 }, (_, hour) => ({
    at: START + hour * HOUR,
    voltage: 50 + (hour % 24) / 10,
    energy: hour,
  }));
  engine.commit(live(every), 0, end);
  settle(engine, end + HOUR);

  it.each([
    [365 * DAY, 'hour'],
    [10 * DAY, 'minute'],
    [30 * DAY, 'quarter'],
    [399 * DAY * 3, 'day'],
    [10 * MINUTE, 'raw'],
  ])('of %d ms in 1000 points is chosen by itself: %s', (span, level) => {
    expect(points(engine, 'voltage', undefined, end - span, end).level).toBe(level);
  });

  it('reduces to no more than the points asked for, and loses no extreme and no growth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 400 }), (most, days) => {
        const voltage = points(engine, 'voltage', undefined, end - days * DAY, end, most).points;
        expect(voltage.length).toBeLessThanOrEqual(most);
        expect(Math.max(...voltage.map(({ max }) => max ?? NaN))).toBe(52.3);
        expect(Math.min(...voltage.map(({ min }) => min ?? NaN))).toBe(50);
        const energy = points(engine, 'energy', undefined, end - days * DAY, end, most);
        const total = energy.points.reduce((sum, { delta }) => sum + (delta ?? NaN), 0);
        // 24 a day; the first sample of all has none before it, and of single samples neither has the first.
        const first = days === 400 || energy.level === 'raw' ? 1 : 0;
        expect(total).toBe(days * 24 - first);
      }),
      { numRuns: 60 },
    );
  });

  it('is coarser where the finer one is not kept that long', () => {
    const short = engineFor({
      retention: { raw: DAY, minutes: 2 * DAY, quarters: 'forever', hours: 'forever', days: 'forever' },
    });
    short.engine.commit(live(every.slice(-24 * 30)), 0, end);
    settle(short.engine, end);
    expect(points(short.engine, 'voltage', undefined, end - 10 * DAY, end).level).toBe('quarter');
  });

  it('of a slow group is raw while its samples are no more than the points', () => {
    const slow = engineFor();
    const described = [{ member: 'shunt', groups: [{ ...MEASURED, period: 3600 }] }];
    slow.engine.commit({ ...live(every.slice(-240)), described }, 0, end);
    settle(slow.engine, end);
    const answer = points(slow.engine, 'voltage', undefined, end - 10 * DAY, end);
    expect(answer).toMatchObject({ level: 'raw', step: 0, spacing: 3_600_000 });
    expect(answer.points).toHaveLength(240);
  });
});

describe('a series', () => {
  it('of words keeps the last one, and one without a description waits for it', () => {
    const { engine } = engineFor();
    engine.commit(
      batch([
        snapshot(START, { output: 'on' }),
        snapshot(START + 1000, { output: 'over_current' }),
        snapshot(START, { level: 4 }, { device: 'tank', group: 'state' }),
      ]),
      0,
      0,
    );
    settle(engine, START + DAY);
    expect(points(engine, 'output', 'hour', START, START + DAY).points).toEqual([
      { at: START, count: 2, last: 'over_current' },
    ]);
    const tank = {
      series: [{ member: 'tank', group: 'state', path: 'level' }],
      from: START,
      to: START + DAY,
    };
    const ask = () => engine.ask(({ history }) => history.query({ ...tank, level: 'hour' }, START));
    expect(ask()).toEqual([]);
    const groups = [{ name: 'state', period: 60, fields: [field('level', 'percent', 'measurement')] }];
    engine.commit(batch([], { described: [{ member: 'tank', groups }] }), 0, 0);
    settle(engine, START + DAY);
    expect(ask()[0]?.points).toMatchObject([{ at: START, mean: 4 }]);
  });

  it('refuses a question that makes no sense', () => {
    const { engine } = engineFor();
    expect(() => points(engine, 'voltage', 'hour', 5, 5)).toThrow('the end must be after the begin');
    expect(() => points(engine, 'voltage', 'hour', 0, 5, 0)).toThrow('points: 0');
  });
});
