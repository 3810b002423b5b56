import type { Value, Values } from '../../core/snapshot.ts';
import type { Season, SpecialDay, Switch } from './plan.ts';

/** What the settings of a simulated meter say before anybody changes them, by field. */

/** Summer from 1 April, winter from 1 October; weekdays, Saturday and Sunday of each have a schedule of their own. */
const SEASONS: readonly Season[] = [
  { from: '04-01', weekdays: 1, saturday: 2, sunday: 3 },
  { from: '10-01', weekdays: 4, saturday: 5, sunday: 6 },
];

/** New Year, 9 May and Christmas at the night tariff; 1 May is ordinary. */
const SPECIAL_DAYS: readonly SpecialDay[] = [
  { day: '01-01', schedule: 7 },
  { day: '01-07', schedule: 7 },
  { day: '05-01', schedule: '7F' },
  { day: '05-09', schedule: 7 },
];

const at = (from: string, tariff: number): Switch => ({ from, tariff });

const SCHEDULES: Readonly<Record<number, readonly Switch[]>> = {
  1: [at('06:10', 1), at('10:00', 3), at('17:15', 4), at('22:45', 2)],
  2: [at('08:00', 3), at('23:00', 2)],
  3: [at('09:20', 3), at('21:40', 2)],
  4: [at('07:00', 1), at('11:30', 3), at('16:50', 4), at('21:00', 1), at('23:00', 2)],
  5: [at('07:45', 1), at('23:30', 2)],
  6: [at('09:20', 3), at('21:40', 2)],
  7: [at('00:00', 2)],
};

/** Values of single fields. */
export const STARTING_VALUES: Readonly<Record<string, Value>> = {
  serial_number: '12345678',
  network_address: '00000000',
  place: '0000000000000000',
  verified: '2024-03-01T12:00:00',
  clock_trim: 0,
  seasons: SEASONS,
  special_days: SPECIAL_DAYS,
  billing_moment: '01 00:00',
  averaging_interval: 30,
  status_word: '0000',
  new_events: '0000',
  configuration: '0001',
  battery_voltage: 3.05,
  relay: 'on',
  lcd_cycle: Array<string>(12).fill('000000'),
  parameter_writes: [],
  parameter_writes_more: [],
  restarts: [],
  profile_cleared: [],
  max_power_cleared: [],
};

/** The day schedule of a number, as a record of its list. */
export function startingSchedule(number: number): Values {
  return { schedule: number, switches: SCHEDULES[number] ?? [] };
}
