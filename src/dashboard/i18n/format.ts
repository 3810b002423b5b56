import { type Field, unitOf } from '../../core/field.ts';
import { quantity, type QuantityName } from '../../core/quantity.ts';
import { isList, isRecord, type Value } from '../../core/snapshot.ts';
import { language, locale, t } from './language.ts';
import { common } from './common-texts.ts';
import { wordText } from './catalogue.ts';

/** What is needed of a field to write its values. */
export type Written = Pick<Field, 'quantity'> & Partial<Pick<Field, 'currency'>>;

/** Stands where a value is unknown: never a number. */
export const UNKNOWN = '–';

const numberFormats = new Map<string, Intl.NumberFormat>();

/** A number with so many digits behind the point, as the language writes it; what rounds to zero has no sign. */
export function numberText(value: number, digits: number): string {
  const key = `${locale.value} ${digits}`;
  let format = numberFormats.get(key);
  if (format === undefined) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
    numberFormats.set(key, (format = new Intl.NumberFormat(locale.value, options)));
  }
  return format.format(Number(value.toFixed(digits)) === 0 ? 0 : value);
}

/** A number and its unit, which never part at the end of a line. */
export function withUnit(value: number, digits: number, unit: string): string {
  const number = numberText(value, digits);
  return unit === '' ? number : `${number}\u00a0${unit}`;
}

/** A value as people read it in their language: digits of its quantity, unit behind it. */
export function valueText(value: unknown, of: Written): string {
  if (value === undefined || value === null) return value === null ? t(common.none) : UNKNOWN;
  const { digits, form } = quantity(of.quantity);
  if (typeof value === 'number') {
    if (of.quantity === 'duration') return durationText(value);
    if (of.quantity === 'minutes') return durationText(value * 60);
    const bare = Number.isInteger(value) && (of.quantity === 'number' || of.quantity === 'count');
    return form === 'number' ? withUnit(value, bare ? 0 : digits, unitOf(of)) : String(value);
  }
  if (typeof value === 'boolean') return t(value ? common.yes : common.no);
  if (typeof value === 'string') {
    if (form === 'word') return wordText(value);
    return form === 'time' ? timeText(value) : value;
  }
  // What stands in a reading is a value; what is neither list nor record was dealt with above.
  const inner = value as Value;
  if (isList(inner)) {
    const records = inner.some(isRecord);
    return inner.length === 0
      ? t(common.none)
      : inner.map((one) => valueText(one, of)).join(records ? '; ' : ', ');
  }
  if (!isRecord(inner)) return UNKNOWN;
  const parts = Object.entries(inner).filter(([, one]) => one !== undefined);
  return parts.map(([name, one]) => `${wordText(name)} ${valueText(one, of)}`).join(' ');
}

/** A number of a quantity without its unit, for the columns of a table. */
export function bareText(value: number | undefined, name: QuantityName): string {
  return value === undefined ? UNKNOWN : numberText(value, quantity(name).digits);
}

/** Power for a glance: whole watts, kilowatts from 10 kW on; the direction is said in words, so it has no sign. */
export function powerText(watts: number): string {
  const size = Math.abs(watts);
  return size < 9_999.5 ? withUnit(size, 0, 'W') : withUnit(size / 1000, 1, 'kW');
}

/** Seconds as people say them: `3 h 20 min`, `45 s`; the two largest parts. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), t(common.unit_day)],
    [Math.floor((whole % 86_400) / 3_600), t(common.unit_hour)],
    [Math.floor((whole % 3_600) / 60), t(common.unit_minute)],
    [whole % 60, t(common.unit_second)],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return `0\u00a0${t(common.unit_second)}`;
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}\u00a0${unit}`)
    .join(' ');
}

/** How long ago, in one word or two: `now`, `12 s ago`. */
export function ageText(milliseconds: number): string {
  if (milliseconds < 2_500) return t(common.age_now);
  const seconds = milliseconds / 1000;
  const coarse = seconds < 90 ? seconds : Math.floor(seconds / 60) * 60;
  return t(common.age, { age: durationText(coarse) });
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale.value} ${JSON.stringify(options)}`;
  let format = dateFormats.get(key);
  if (format === undefined) dateFormats.set(key, (format = new Intl.DateTimeFormat(locale.value, options)));
  return format;
}

/** An instant as date and time to the second, in the zone given (the site's), or in the browser's. */
export function instantText(at: number, zone?: string): string {
  return dateFormat({
    dateStyle: 'medium',
    timeStyle: 'medium',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(at);
}

/** The time of the day of an instant. */
export function clockText(at: number, zone?: string): string {
  return dateFormat({ timeStyle: 'medium', ...(zone === undefined ? {} : { timeZone: zone }) }).format(at);
}

/** A calendar date `2026-11-20` as the language writes it, short, with its weekday. */
export function dayText(date: string): string {
  return dateFormat({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00Z`),
  );
}

/** What a device says of a time: an instant, a local date, or a month; unchanged where it is none. */
export function timeText(said: string): string {
  if (/^\d{4}-\d\d$/.test(said)) {
    return dateFormat({ year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
      new Date(`${said}-01T00:00Z`),
    );
  }
  if (/^\d{4}-\d\d-\d\d$/.test(said)) return dayText(said);
  const at = Date.parse(said);
  if (Number.isNaN(at)) return said;
  // Without an offset it is the device's own clock: shown as it stands there.
  return /(Z|[+-]\d\d:?\d\d)$/.test(said) ? instantText(at) : said.replace('T', ' ');
}

/** Money in a currency. */
export function moneyText(amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat(locale.value, { style: 'currency', currency }).format(amount);
  } catch {
    // A code that no list knows: the owner's own.
    return withUnit(amount, 2, currency);
  }
}

/** A list in words: `a, b and c`. */
export function listText(items: readonly string[]): string {
  return new Intl.ListFormat(language.value, { type: 'conjunction' }).format(items);
}

/** So many bytes. */
export function bytesText(count: number): string {
  return count < 100_000 ? withUnit(count, 0, 'B') : withUnit(count / 1e6, 1, 'MB');
}
