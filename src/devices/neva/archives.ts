import { struct } from '../../codec/index.ts';
import { field } from '../../core/field.ts';
import type { QuantityName } from '../../core/quantity.ts';
import {
  billing,
  date,
  dayBefore,
  fixed,
  hexText,
  items,
  kilo,
  type ListInfo,
  moment,
  onOff,
  type Register,
  row,
  rowOf,
  schedulesNamed,
  seasons,
  single,
  specialDays,
  switches,
  trimmed,
} from '../../protocols/neva/index.ts';
import { setting, raw, reading, energies } from './fields.ts';

/** Registers of the plan, of archives, of the status and of the logs; sources as in fields.ts. */

const table = (
  name: string,
  title: string,
  quantity: QuantityName,
  index: Pick<ListInfo, 'index' | 'indexTitle' | 'first'>,
  more: Partial<ListInfo> = {},
): ListInfo => ({ name, title, quantity, kind: 'measurement', ...index, ...more });

/** 0D.00.00, 0B.00.00, 0A.01.64 to 0A.24.64. Only the schedules that the plan names are read. */
export const tariffRegisters: readonly Register[] = [
  single('000802FF', struct({ current_season: reading(fixed(2, 0), 'Season now', 'count') })),
  single('0D0000FF', struct({ seasons: setting(seasons, 'Seasons', 'text') })),
  single('0B0000FF', struct({ special_days: setting(specialDays, 'Special days', 'text') })),
  row(
    rowOf('0A', '64FF', 1, 0x24),
    struct({ switches: setting(switches, 'Switches of the tariff', 'text') }),
    table(
      'day_schedules',
      'Day schedules',
      'text',
      { index: 'schedule', indexTitle: 'Number of the schedule', first: 1 },
      { kind: 'setting' },
    ),
    { wanted: schedulesNamed },
  ),
  single('000806FF', struct({ billing_moment: setting(billing, 'Month is closed on', 'text') })),
];

const ownDate = (name: string): Register =>
  single('000902FF', struct({ [name]: field(date, { title: 'Read on', quantity: 'text', kind: 'state' }) }));

/** 0F.08.80*00 to *0B: energies at the end of the last twelve months. */
export const monthRegisters: readonly Register[] = [
  ownDate('months_date'),
  row(
    rowOf('0F0880', '', 0, 11),
    struct(energies),
    table(
      'month_ends',
      'Energy at the end of each month',
      'energy',
      { index: 'months_ago', indexTitle: 'Months ago', first: 1 },
      { stamp: { name: 'month', title: 'Month', of: monthBefore, kept: monthEnd } },
    ),
    { dialect: 'classic' },
  ),
];

/** 0F.80.80*00 to *7F: energies at the beginning of today and of the days before; two weeks of them are read. */
export const dayRegisters: readonly Register[] = [
  ownDate('days_date'),
  row(
    rowOf('0F8080', '', 0, 0x7f),
    struct(energies),
    table(
      'day_starts',
      'Energy at the beginning of each day',
      'energy',
      { index: 'days_ago', indexTitle: 'Days ago', first: 0 },
      { stamp: { name: 'day', title: 'Day', of: dayBefore, kept: midnight } },
    ),
    { dialect: 'classic', wanted: () => FORTNIGHT },
  ),
];

const FORTNIGHT = Array.from({ length: 15 }, (_, days) => days);

/** The month that ended so many months before a date: `2026-10`. */
function monthBefore(today: string, months: number): string {
  const count = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 - months;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
}

/** The midnight at which a month ends: `2026-11-01T00:00:00` for `2026-10`. */
function monthEnd(month: string): string {
  return midnight(`${monthBefore(`${month}-01`, -1)}-01`);
}

/** The midnight at which a day begins. */
function midnight(day: string): string {
  return `${day}T00:00:00`;
}

/** Powers of the largest mean in kilowatts: MT1 XXX.XXX, MT3 XX.XXXX. */
export const largestPower = (digits: number, places: number): readonly Register[] => {
  const value = (title: string) => reading(kilo(fixed(digits, places)), title, 'power');
  const powers = {
    max_power: value('Largest mean power of the month'),
    max_power_t1: value('Largest mean power, tariff 1'),
    max_power_t2: value('Largest mean power, tariff 2'),
    max_power_t3: value('Largest mean power, tariff 3'),
    max_power_t4: value('Largest mean power, tariff 4'),
  };
  return [
    single(
      '000800FF',
      struct({ averaging_interval: setting(fixed(2, 0), 'Interval of the mean power', 'minutes') }),
    ),
    single('0F0680FF', struct(powers)),
    row(
      rowOf('0F0680', '', 0, 11),
      struct(powers),
      table('max_power_months', 'Largest mean power of each month', 'power', {
        index: 'months_ago',
        indexTitle: 'Months ago',
        first: 1,
      }),
    ),
  ];
};

/** 60.05.00, 60.05.01, 15.00.04, 15.00.02, 0A.00.67. */
export const statusRegisters: readonly Register[] = [
  single(
    '600500FF',
    struct({ status_word: raw(hexText(4), 'Status word', 'Which bit is which is not proven.') }),
    { dialect: 'classic' },
  ),
  single(
    '600500FF',
    struct({
      status_word: raw(hexText(4), 'Status word', 'Which bit is which is not proven.'),
      battery_voltage: reading(fixed(1, 2), 'Battery', 'voltage'),
    }),
    { dialect: 'new' },
  ),
  single(
    '600501FF',
    struct({ new_events: raw(hexText(4), 'New events', 'Bits of the logs with new entries.') }),
  ),
  single(
    '150004FF',
    struct({ configuration: raw(hexText(4), 'Configuration', 'Bits, see the conditions.') }),
  ),
  single(
    '150002FF',
    struct({ lcd_cycle: raw(items, 'Display cycle', 'Twelve times menu, frame, seconds.') }),
  ),
];

/** The load relay of MT114 meters. */
export const relayRegister: Register = single(
  '0A0067FF',
  struct({ relay: field(onOff, { title: 'Load relay', quantity: 'word', kind: 'state' }) }),
);

const log = (code: string, name: string, title: string, remark?: string): Register =>
  single(
    code,
    struct({
      [name]: field(trimmed(moment, 16), {
        title,
        quantity: 'time',
        kind: 'state',
        ...(remark === undefined ? {} : { remark }),
      }),
    }),
  );

/** 63.61 and 63.62: the last sixteen moments of each kind. */
export const eventRegisters: readonly Register[] = [
  log('63610101', 'power_off', 'Power went off'),
  log('63610102', 'power_on', 'Power came back'),
  log('63620101', 'parameter_writes', 'Parameters were written'),
  log(
    '63620102',
    'parameter_writes_more',
    'Parameters were written, second log',
    'What it holds is not documented.',
  ),
  log('63620201', 'clock_writes_before', 'Clock was set, first log', 'Time before the change, it seems.'),
  log('63620202', 'clock_writes_after', 'Clock was set, second log', 'Time after the change, it seems.'),
  log('63620401', 'restarts', 'Restarts without a power failure'),
  log('63620501', 'profile_cleared', 'Load profile was cleared'),
  log('63620601', 'max_power_cleared', 'Largest powers were cleared'),
];
