import { type Codec, struct } from '../../codec/index.ts';
import { field } from '../../core/field.ts';
import type { QuantityName } from '../../core/quantity.ts';
import {
  billing,
  characters,
  date,
  dayBefore,
  fixed,
  hexText,
  items,
  kilo,
  type ListInfo,
  loadDigit,
  moment,
  named,
  onOff,
  type Register,
  row,
  rowOf,
  schedulesNamed,
  seasons,
  signedByte,
  single,
  specialDays,
  stamp,
  switches,
  time,
  trimmed,
  weekday,
  withTotal,
} from '../../protocols/neva/index.ts';

/**
 * Registers that all Neva meters share, each with code, format and meaning. Sources: Neva MT1 user guide
 * (TASV.411152.002 I2, 2013, revised 2015); for MT3 the sources of neva-mt-counter, pyneva and wb-mqtt-serial, which
 * read MT324 meters. A register that a model does not have is asked once.
 */

const setting = <T>(codec: Codec<T>, title: string, quantity: QuantityName, remark?: string) =>
  field(codec, { title, quantity, kind: 'setting', ...(remark === undefined ? {} : { remark }) });

const identity = <T>(codec: Codec<T>, title: string, remark?: string) =>
  field(codec, { title, quantity: 'text', kind: 'identity', ...(remark === undefined ? {} : { remark }) });

const raw = <T>(codec: Codec<T>, title: string, remark: string) =>
  field(codec, { title, quantity: 'text', kind: 'raw', remark });

const energyValue = (codec: Codec<number>, title: string) =>
  field(codec, { title, quantity: 'energy', kind: 'counter' });

const total = energyValue(fixed(6, 2), 'Energy');

/** Tariffs of active energy in kWh: with six digits before the point, or five in the new dialect. */
const tariffs = (digits: number) => ({
  t1: energyValue(fixed(digits, 2), 'Energy, tariff 1'),
  t2: energyValue(fixed(digits, 2), 'Energy, tariff 2'),
  t3: energyValue(fixed(digits, 2), 'Energy, tariff 3'),
  t4: energyValue(fixed(digits, 2), 'Energy, tariff 4'),
});

/** Total and tariffs of active energy: 000000.00 kWh each. */
const energies = { total, ...tariffs(6) };

/** 60.01.xx: who it is. `firmware` is 8 characters on MT3, 2 on MT1. */
export const identityRegisters = (firmware: 2 | 8): readonly Register[] => [
  single(
    '600100FF',
    struct({
      serial_number: field(characters(8), {
        title: 'Serial number',
        quantity: 'text',
        kind: 'identity',
        role: 'serial_number',
      }),
    }),
  ),
  single(
    '600101FF',
    struct({
      network_address: identity(
        characters(8),
        'Network address',
        'From the factory the last eight digits of the serial number, or zeros.',
      ),
    }),
  ),
  single(
    '600104FF',
    struct({
      firmware: field(characters(firmware), {
        title: 'Firmware',
        quantity: 'text',
        kind: 'identity',
        role: 'firmware',
      }),
    }),
  ),
  single('60010AFF', struct({ place: identity(characters(16), 'Metering point') })),
  single('6363FFFF', struct({ verified: identity(moment, 'Verified on') })),
];

/** Active energy now. The new dialect sends a time stamp and no total. */
export const activeEnergy: readonly Register[] = [
  single('0F0880FF', struct(energies), { dialect: 'classic' }),
  single(
    '0F0880FF',
    withTotal(
      struct({
        read_at: field(stamp, {
          title: 'Read at',
          quantity: 'time',
          kind: 'measurement',
          remark: 'On the meter\u2019s own clock; the new dialect only.',
        }),
        ...tariffs(5),
      }),
      total,
    ),
    { dialect: 'new', argument: 'S' },
  ),
];

/** Reactive energies of the AR types: 03.08.80 positive, 04.08.80 negative. */
export const reactiveEnergy: readonly Register[] = [
  single('030880FF', struct(reactive('positive'))),
  single('040880FF', struct(reactive('negative'))),
];

function reactive(sign: 'positive' | 'negative') {
  const value = (title: string) =>
    field(fixed(6, 2), { title, quantity: 'reactive_energy', kind: 'counter' });
  return {
    [`reactive_${sign}_total`]: value(`Reactive energy, ${sign}`),
    [`reactive_${sign}_t1`]: value(`Reactive energy, ${sign}, tariff 1`),
    [`reactive_${sign}_t2`]: value(`Reactive energy, ${sign}, tariff 2`),
    [`reactive_${sign}_t3`]: value(`Reactive energy, ${sign}, tariff 3`),
    [`reactive_${sign}_t4`]: value(`Reactive energy, ${sign}, tariff 4`),
  };
}

const reading = (codec: Codec<number>, title: string, quantity: QuantityName) =>
  field(codec, { title, quantity, kind: 'measurement' });

/** A register that is one number. */
export const measured = (
  code: string,
  name: string,
  codec: Codec<number>,
  title: string,
  quantity: QuantityName,
): Register => single(code, struct({ [name]: reading(codec, title, quantity) }));

/** A power factor, with the digit in front that says which way the load turns (MT324.11 leaves it out). */
export const powerFactor = (code: string, name: string, places: number, title: string): Register =>
  single(
    code,
    named({
      [`${name}_load`]: field(loadDigit, {
        title: `${title}, kind of load`,
        quantity: 'word',
        kind: 'state',
      }),
      [name]: reading(fixed(1, places), title, 'power_factor'),
    }),
  );

/** 00.09.xx and 00.0A.98. */
export const clockRegisters: readonly Register[] = [
  single('000902FF', struct({ date: field(date, { title: 'Date', quantity: 'text', kind: 'state' }) })),
  single('000901FF', struct({ time: field(time, { title: 'Time', quantity: 'text', kind: 'state' }) })),
  single(
    '000905FF',
    struct({
      weekday: field(weekday, {
        title: 'Day of the week',
        quantity: 'word',
        kind: 'state',
        remark: 'Counted by the meter itself; wrong on meters whose clock was never set.',
      }),
    }),
  ),
  single(
    '000A98FF',
    struct({ clock_trim: setting(signedByte, 'Clock trim', 'number', 'In ppm, -19 to 19.') }),
  ),
];

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
      { stamp: { name: 'month', title: 'Month', of: monthBefore } },
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
      { stamp: { name: 'day', title: 'Day', of: dayBefore } },
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
