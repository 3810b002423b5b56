import type { ApiHistorySeries, ApiSeries } from '../../src/core/site/api.ts';
import type { ProfileDay, ProfileSlot } from '../../src/core/profile.ts';
import { pointsOf } from '../../src/core/site/series.ts';
import { unitOf } from '../../src/core/field.ts';
import type { Player } from './mock-world.ts';

/** Recorded samples by the name of their series. */
export type Recorded = Map<
  string,
  { readonly series: ApiSeries; readonly time: number[]; readonly value: number[] }
>;

/** Writes down the numbers of all members as they are now. */
export function record(into: Recorded, players: readonly Player[], at: number): void {
  for (const { member, states } of players) {
    const now = states(at);
    for (const group of member.groups) {
      for (const { path, value, field } of pointsOf(group, now[group.name]?.values ?? {})) {
        if (typeof value !== 'number' || field.kind === 'raw' || field.kind === 'setting') continue;
        const name = `${member.name}.${group.name}.${path}`;
        const { title, quantity, kind } = field;
        const known = into.get(name) ?? {
          series: {
            series: name,
            member: member.name,
            group: group.name,
            path,
            title,
            quantity,
            unit: unitOf(field),
            kind,
            oldest: at,
            newest: at,
          },
          time: [],
          value: [],
        };
        known.time.push(at);
        known.value.push(value);
        into.set(name, { ...known, series: { ...known.series, newest: at } });
      }
    }
  }
}

/** A span of a series, as the API answers: an envelope of a hundredth around what was recorded. */
export function historyOf(
  of: Recorded,
  name: string,
  from: number,
  to: number,
): ApiHistorySeries | undefined {
  const found = of.get(name);
  if (found === undefined) return undefined;
  const places = found.time.flatMap((at, place) => (at >= from && at <= to ? [place] : []));
  const value = places.map((place) => found.value[place] ?? 0);
  const { series: label, member, group, path, title, quantity, unit, kind } = found.series;
  const series = { series: label, member, group, path, title, quantity, unit, kind };
  const counter = series.kind === 'counter';
  return {
    ...series,
    level: 'minute',
    step: 60_000,
    spacing: 300_000,
    time: places.map((place) => found.time[place] ?? 0),
    count: value.map(() => 60),
    last: value,
    ...(counter
      ? { first: value, delta: value.map((one, place) => one - (value[place - 1] ?? one)) }
      : {
          min: value.map((one) => one - Math.abs(one) * 0.01),
          mean: value,
          max: value.map((one) => one + Math.abs(one) * 0.01),
        }),
  };
}

/** A day of a load profile: 48 half hours, night tariff 2 from 23 to 7, a gap in one of them. */
export function profileDay(date: string, seed: number, slots = 48): ProfileDay {
  const list: ProfileSlot[] = Array.from({ length: slots }, (_, place) => {
    const hour = place / 2;
    const evening = Math.exp(-((hour - 19.5) ** 2) / 6) * 1800;
    const morning = Math.exp(-((hour - 7.5) ** 2) / 3) * 900;
    const power = Math.round(180 + evening + morning + ((place * 37 + seed * 101) % 23) * 14);
    const gap = seed % 5 === 3 && place === 22;
    const night = hour < 7 || hour >= 23;
    const energy = gap ? 0 : power * 30;
    return {
      from: place * 30,
      to: place * 30 + 30,
      power: gap ? 0 : power,
      energy,
      tariffs: night ? [0, energy] : [energy, 0],
      marks: gap ? ['gap'] : [],
    };
  });
  const used = (tariff: number): number => list.reduce((sum, { tariffs }) => sum + (tariffs[tariff] ?? 0), 0);
  const [t1, t2] = [Math.round(used(0) / 600), Math.round(used(1) / 600)];
  return {
    date,
    schedule: { schedule: 1, because: 'workday' },
    spans: [
      { from: 0, to: 420, tariff: 2 },
      { from: 420, to: 1380, tariff: 1 },
      { from: 1380, to: 1440, tariff: 2 },
    ],
    minutes: 30,
    slots: list,
    opening: { total: 100_000, tariffs: [60_000, 40_000] },
    closing: slots < 48 ? undefined : { total: 100_000 + t1 + t2, tariffs: [60_000 + t1, 40_000 + t2] },
    outcome: slots < 48 ? 'open' : 'reconciled',
    difference: slots < 48 ? undefined : { total: 0, tariffs: [0, 0] },
    tolerance: 1200,
  };
}
