import {
  clockDigits,
  dateDigits,
  scheduleWire,
  seasonsWire,
  specialDaysWire,
  type WriteDefinition,
} from '../../protocols/neva/index.ts';

/** What can be written to every Neva meter (user guide, OBIS codes marked for writing). */
export const writes: Readonly<Record<string, WriteDefinition>> = {
  date: {
    code: '000902FF',
    title: 'Date',
    accepts: {
      form: 'text',
      says: 'a date',
      pattern: '20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])',
      examples: ['2026-11-21', '2027-01-31'],
    },
    wire: (value) => ({ value: dateDigits(value) }),
    risk: 'high',
    remark: 'A changed date moves energy to another day, and makes archives hard to read.',
    readback: ['clock'],
  },
  time: {
    code: '000901FF',
    title: 'Time',
    accepts: {
      form: 'text',
      says: 'a time of the day',
      pattern: '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d',
      examples: ['07:15:00', '23:59:59'],
    },
    wire: (value) => ({ value: clockDigits(value) }),
    risk: 'high',
    remark: 'Local time as the tariffs need it. Sets the clock when the meter hears it: up to a second late.',
    readback: ['clock'],
    runs: 10,
  },
  network_address: {
    code: '600101FF',
    title: 'Network address',
    accepts: { form: 'number', lowest: 1, highest: 99_999_999, off: false },
    wire: (value) => ({ value: value.padStart(8, '0') }),
    risk: 'high',
    remark: 'The meter answers only to the new address afterwards (and to a sign-on without one).',
    readback: ['identity'],
    readdresses: true,
  },
  place: {
    code: '60010AFF',
    title: 'Metering point',
    accepts: {
      form: 'text',
      says: '16 letters and digits',
      pattern: '[0-9A-Za-z .-]{16}',
      examples: ['FLAT 12 STAIR 03', '0000000000000000'],
    },
    wire: (value) => ({ value }),
    risk: 'low',
    remark: '',
    readback: ['identity'],
  },
  seasons: {
    code: '0D0000FF',
    title: 'Seasons',
    accepts: {
      form: 'text',
      says: 'up to 12 times month-day:weekdays/Saturday/Sunday, separated by commas',
      pattern: '(\\d\\d-\\d\\d:\\d{1,2}/\\d{1,2}/\\d{1,2})(,\\d\\d-\\d\\d:\\d{1,2}/\\d{1,2}/\\d{1,2}){0,11}',
      examples: ['04-01:1/2/3,10-01:4/5/6', '01-01:1/1/1'],
    },
    wire: (value) => ({ value: seasonsWire(value) }),
    risk: 'high',
    remark: 'Changes what energy costs from now on.',
    readback: ['tariffs'],
  },
  special_days: {
    code: '0B0000FF',
    title: 'Special days',
    accepts: {
      form: 'text',
      says: 'up to 32 times month-day:schedule, separated by commas, or none',
      pattern: 'none|(\\d\\d-\\d\\d:(\\d{1,2}|7F))(,\\d\\d-\\d\\d:(\\d{1,2}|7F)){0,31}',
      examples: ['01-01:7,05-09:7,05-01:7F', 'none'],
    },
    wire: (value) => ({ value: specialDaysWire(value) }),
    risk: 'high',
    remark: '7F makes a day ordinary. Changes what energy costs on those days.',
    readback: ['tariffs'],
  },
  day_schedule: {
    code: '0A0164FF',
    title: 'Day schedule',
    accepts: {
      form: 'text',
      says: 'number, colon, up to 8 times time=tariff, separated by commas',
      pattern: '\\d{1,2}:([01]\\d|2[0-3]):[0-5]\\d=[1-4](,([01]\\d|2[0-3]):[0-5]\\d=[1-4]){0,7}',
      examples: ['1:07:00=1,23:00=2', '36:00:00=2'],
    },
    wire: (value) => scheduleWire(value),
    risk: 'high',
    remark: 'Changes what energy costs from now on.',
    readback: ['tariffs'],
  },
};

/** The relay of MT114 meters. */
export const relayWrite: Readonly<Record<string, WriteDefinition>> = {
  relay: {
    code: '0A0067FF',
    title: 'Load relay',
    accepts: { form: 'word', words: ['off', 'on'] },
    wire: (value) => ({ value: { on: '01', off: '00' }[value] ?? '' }),
    risk: 'high',
    remark: 'Cuts or restores the power of everything behind the meter. MT114 only.',
    readback: ['status'],
  },
};
