import type { Value } from '../core/snapshot.ts';
import type { Parts } from './persisted.ts';

/**
 * Amounts of a day and of its month, several side by side. The page before is kept, so that clocks which are set back,
 * or forward by years and back again, find what was counted there.
 */
export interface CalendarCount {
  /** Tells the date (`2026-11-21`) that clocks show now; what is of neither this nor the last one told is forgotten. */
  readonly turn: (date: string) => void;
  /** Adds to one of the amounts of a date and its month, as far as they are kept. */
  readonly add: (date: string, place: number, amount: number) => void;
  /** An amount of the day, or of its month; 0 where nothing was counted. */
  readonly day: (date: string, place: number) => number;
  readonly month: (date: string, place: number) => number;
  /** All that must survive a restart. */
  readonly state: () => Record<string, Value>;
}

/**
 * @param amounts how many amounts are counted side by side
 * @param kept what `state` said before a restart
 */
export function calendarCount(amounts: number, kept?: Parts): CalendarCount {
  const days = pages(amounts, kept?.list('days'));
  const months = pages(amounts, kept?.list('months'));
  // Asked for with every reading, nearly always of the same day.
  let [lastDate, lastMonth] = ['', ''];
  const monthOf = (date: string): string => {
    if (date !== lastDate) [lastDate, lastMonth] = [date, date.slice(0, 7)];
    return lastMonth;
  };
  return {
    turn: (date) => {
      days.turn(date);
      months.turn(monthOf(date));
    },
    add: (date, place, amount) => {
      days.add(date, place, amount);
      months.add(monthOf(date), place, amount);
    },
    day: days.read,
    month: (date, place) => months.read(monthOf(date), place),
    state: () => ({ days: days.state(), months: months.state() }),
  };
}

/** What was counted under a date or month. */
interface Page {
  readonly key: string;
  readonly amounts: number[];
}

/** The current page and the one before it. */
function pages(amounts: number, kept: readonly Parts[] = []) {
  let [current, before] = kept.map((one): Page => ({
    key: one.text('key'),
    amounts: one.numbers('amounts', amounts).map((value) => value ?? 0),
  }));
  const find = (key: string): Page | undefined =>
    current?.key === key ? current : before?.key === key ? before : undefined;
  return {
    turn: (key: string): void => {
      if (current?.key === key) return;
      const page = find(key) ?? { key, amounts: Array.from({ length: amounts }, () => 0) };
      before = current;
      current = page;
    },
    add: (key: string, place: number, amount: number): void => {
      const page = find(key);
      if (page !== undefined) page.amounts[place] = (page.amounts[place] ?? 0) + amount;
    },
    read: (key: string, place: number): number => find(key)?.amounts[place] ?? 0,
    state: (): Value =>
      [current, before].flatMap((page) =>
        page === undefined ? [] : [{ key: page.key, amounts: [...page.amounts] }],
      ),
  };
}
