import type { Point } from './series.ts';

/** What people call a value within its device: `Voltage`, `Cell voltage 3`, `Pack 2 cell voltage 3`. */
export function pointTitle({ field, record, index }: Omit<Point, 'value'>): string {
  const value = index === undefined ? field.title : `${singular(field.title)} ${index}`;
  if (record === undefined) return value;
  const list = singular(record.list).replaceAll('_', ' ');
  return `${list.charAt(0).toUpperCase()}${list.slice(1)} ${record.key} ${lower(value)}`;
}

const singular = (words: string): string => words.replace(/s$/, '');
/** Abbreviations stay as they are. */
const lower = (words: string): string =>
  /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
