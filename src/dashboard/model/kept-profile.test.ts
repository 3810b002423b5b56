import { describe, expect, it } from 'vitest';
import type { ApiHistorySeries } from '../../core/site/api.ts';
import { keptDays, profileSeries } from './kept-profile.ts';

/** A series as the API answers, of which only this much is looked at. */
const series = (
  group: string,
  path: string,
  points: readonly (readonly [string, number | string])[],
): ApiHistorySeries => ({
  series: `meter.${group}.${path}`,
  member: 'meter',
  group,
  path,
  title: path,
  quantity: 'power',
  unit: '',
  kind: 'measurement',
  level: 'raw',
  step: 0,
  spacing: 0,
  time: points.map(([at]) => Date.parse(at)),
  count: points.map(() => 1),
  last: points.map(([, value]) => value),
});

describe('the half hours that the gateway keeps', () => {
  it('puts each slot into its day, at its begin, by the clock of the site', () => {
    // Ends of slots: midnight in Berlin is 23:00Z in winter.
    const days = keptDays(
      [
        series('profile', 'power', [
          ['2026-11-20T23:00:00Z', 400],
          ['2026-11-20T23:30:00Z', 600],
          ['2026-11-21T00:00:00Z', 0],
        ]),
        series('profile', 'energy', [
          ['2026-11-20T23:00:00Z', 0.2],
          ['2026-11-20T23:30:00Z', 0.3],
          ['2026-11-21T00:00:00Z', 0],
        ]),
        series('profile', 't2', [
          ['2026-11-20T23:00:00Z', 0.2],
          ['2026-11-20T23:30:00Z', 0.3],
        ]),
        series('profile_marks', 'marks', [['2026-11-21T00:00:00Z', 'gap']]),
      ],
      'Europe/Berlin',
    );
    expect(days.map(({ date }) => date)).toEqual(['2026-11-20', '2026-11-21']);
    // 0.2 kWh are 12000 watt-minutes.
    expect(days[0]?.slots).toEqual([
      { from: 1410, to: 1440, power: 400, energy: 12_000, tariffs: [0, 12_000, 0, 0], marks: [] },
    ]);
    expect(days[1]?.slots.map(({ from, marks }) => [from, marks])).toEqual([
      [0, []],
      [30, ['gap']],
    ]);
    expect(days[1]?.spans).toEqual([{ from: 0, to: 30, tariff: 2 }]);
    expect(days[1]?.outcome).toBeUndefined();
  });

  it('asks for what profiles are kept as', () => {
    expect(profileSeries('meter')).toContain('meter.profile.power');
    expect(profileSeries('meter')).toContain('meter.profile_marks.marks');
  });
});
