import { CodecError, encode } from '../../codec/index.ts';
import { text } from '../../core/bytetext.ts';
import { Fault } from '../../core/fault.ts';
import { dayNumber } from './calendar.ts';
import { type ScheduleNumber, seasons, specialDays, switches } from './plan.ts';
import { body, date } from './words.ts';

/** What people write after `field=`, as it goes between the brackets. Each throws a `config` fault for what is no value. */

/** `2026-11-21` as `261121`. */
export function dateDigits(written: string): string {
  if (dayNumber(written) === undefined) throw new Fault('config', `there is no day ${written}`);
  return text(encode(body(date), written));
}

/** `07:15:00` as `071500`. */
export function clockDigits(written: string): string {
  return written.replaceAll(':', '');
}

/** `04-01:1/2/3,10-01:4/5/6`. */
export function seasonsWire(written: string): string {
  const value = written.split(',').map((one) => {
    const [from = '', numbers = ''] = one.split(':');
    const [weekdays, saturday, sunday] = numbers.split('/').map(schedule);
    return { from: day(from), weekdays: weekdays ?? 0, saturday: saturday ?? 0, sunday: sunday ?? 0 };
  });
  return fitting(() => text(encode(body(seasons), value)), written);
}

/** `01-01:7,05-01:7F`, or `none`. */
export function specialDaysWire(written: string): string {
  const value = (written === 'none' ? [] : written.split(',')).map((one) => {
    const [from = '', number = ''] = one.split(':');
    return { day: day(from), schedule: number === '7F' ? number : schedule(number) };
  });
  return fitting(() => text(encode(body(specialDays), value)), written);
}

/** `1:07:00=1,23:00=2`: the code of schedule 1 and its eight entries. */
export function scheduleWire(written: string): { readonly code: string; readonly value: string } {
  const [number = '', entries = ''] = written.split(/:(.*)/s);
  const value = entries.split(',').map((one) => {
    const [from = '', tariff] = one.split('=');
    return { from, tariff: Number(tariff) };
  });
  const code = `0A${Number(schedule(number)).toString(16).toUpperCase().padStart(2, '0')}64FF`;
  return { code, value: fitting(() => text(encode(body(switches), value)), written) };
}

/** A day of the year that there is in a leap year. */
function day(written: string): string {
  if (dayNumber(`2028-${written}`) === undefined) throw new Fault('config', `there is no day ${written}`);
  return written;
}

function schedule(written: string): ScheduleNumber {
  const number = Number(written);
  if (number >= 1 && number <= 36) return number;
  throw new Fault('config', `there is no day schedule ${written}: expected 1 to 36`);
}

function fitting(make: () => string, written: string): string {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new Fault('config', `'${written}' cannot be written: ${error.message}`, { cause: error });
  }
}
