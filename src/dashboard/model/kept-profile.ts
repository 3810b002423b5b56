import type { ProfileDay, ProfileMark, ProfileSlot, ProfileSpan } from '../../core/profile.ts';
import type { ApiHistorySeries } from '../../core/site/api.ts';

/** A day of a profile as it is drawn; what the meter's registers say of it is known only where it was just read. */
export interface ShownDay extends Pick<ProfileDay, 'date' | 'spans' | 'minutes' | 'slots'> {
  readonly outcome?: ProfileDay['outcome'];
  readonly difference?: ProfileDay['difference'];
}

/** Watt-minutes in a kWh. */
const KWH = 60_000;
/** Marks of slots stand in a group of their own. */
const PATHS = ['power', 'energy', 't1', 't2', 't3', 't4', 'minutes'] as const;

/** The series in which the gateway keeps the slots of a profile. */
export function profileSeries(member: string): string[] {
  return [...PATHS.map((path) => `${member}.profile.${path}`), `${member}.profile_marks.marks`];
}

/**
 * The days that the gateway keeps of a profile, oldest first. Tariffs are those by which the slots were counted.
 * @param zone the site's, in which meters keep their time
 */
export function keptDays(series: readonly ApiHistorySeries[], zone: string): ShownDay[] {
  const columns = new Map(
    series.map(({ group, path, time, last }) => [
      group === 'profile' ? path : 'marks',
      new Map(time.map((at, place) => [at, last[place]])),
    ]),
  );
  const value = (path: string, at: number): number => Number(columns.get(path)?.get(at) ?? 0);
  const format = new Intl.DateTimeFormat('en-CA', {
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
    timeZone: zone,
  });
  const days = new Map<string, { minutes: number; slots: ProfileSlot[] }>();
  for (const at of columns.get('power')?.keys() ?? []) {
    const minutes = value('minutes', at) || 30;
    // Slots are kept with the moment of their end.
    const begin = Object.fromEntries(
      format.formatToParts(at - minutes * 60_000).map(({ type, value: part }) => [type, part]),
    );
    const date = `${begin.year}-${begin.month}-${begin.day}`;
    const from = Number(begin.hour) * 60 + Number(begin.minute);
    const day = days.get(date) ?? { minutes, slots: [] };
    day.slots.push({
      from,
      to: from + minutes,
      power: value('power', at),
      energy: value('energy', at) * KWH,
      tariffs: [1, 2, 3, 4].map((tariff) => value(`t${tariff}`, at) * KWH),
      marks: marksOf(columns.get('marks')?.get(at)),
    });
    days.set(date, day);
  }
  return [...days]
    .map(([date, { minutes, slots }]) => {
      const sorted = slots.toSorted((one, other) => one.from - other.from);
      return { date, minutes, slots: sorted, spans: spansOf(sorted) };
    })
    .toSorted((one, other) => one.date.localeCompare(other.date));
}

/** Words as the history keeps lists of them: `gap, clock`. */
function marksOf(said: unknown): ProfileMark[] {
  return (['gap', 'clock'] as const).filter((mark) => typeof said === 'string' && said.includes(mark));
}

/** The tariffs under which most of each slot was counted; where nothing was, none is known. */
function spansOf(slots: readonly ProfileSlot[]): ProfileSpan[] {
  const spans: ProfileSpan[] = [];
  for (const { from, to, tariffs } of slots) {
    const most = Math.max(...tariffs);
    if (most === 0) continue;
    const tariff = tariffs.indexOf(most) + 1;
    const last = spans.at(-1);
    if (last?.tariff === tariff && last.to === from) spans[spans.length - 1] = { ...last, to };
    else spans.push({ from, to, tariff });
  }
  return spans;
}
