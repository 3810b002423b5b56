/**
 * Templates that find a value in the state document of a member. Home Assistant renders null as the text `None`, which it
 * takes for unknown. Records of a list are found by their key, never by their place: a pack that is silent must not
 * lend its place to its neighbour.
 */

/** Where a value stands in the document. */
export interface Place {
  readonly group: string;
  /** Name of the field: of the group, or of each record where there is a list. */
  readonly field: string;
  /** The list of records, the field by which they are told apart (absent: their place, from 1), and the key. */
  readonly record?: { readonly list: string; readonly by?: string; readonly key: number };
  /** Place in a list of values, from 1. */
  readonly index?: number;
}

/** Names that a Jinja dictionary has of its own: after a point they would mean those. */
const OWN = new Set([
  'clear',
  'copy',
  'fromkeys',
  'get',
  'items',
  'keys',
  'pop',
  'popitem',
  'setdefault',
  'update',
  'values',
]);

const child = (name: string): string => (OWN.has(name) ? `['${name}']` : `.${name}`);

/** The value as an expression; null where it is not there. */
export function expression({ group, field, record, index }: Place): string {
  const top = `value_json${child(group)}`;
  const at = index === undefined ? '' : `[${index - 1}]`;
  if (record === undefined) {
    // A list that is unknown is null, and has no places.
    return index === undefined ? `${top}${child(field)}` : `(${top}${child(field)} or [])${at}`;
  }
  const { list, by, key } = record;
  const found =
    by === undefined
      ? `${top}${child(list)}[${key - 1}:${key}]`
      : `${top}${child(list)} | selectattr('${by}', 'eq', ${key})`;
  const one = `(${found} | map(attribute='${field}') | first | default(none))`;
  return index === undefined ? one : `(${one} or [])${at}`;
}

/** A number, a flag (`True`, `False`) or a short text. */
export function plain(place: Place): string {
  return `{{ ${expression(place)} | default(none) }}`;
}

/** Home Assistant takes texts of up to so many characters for a state. */
const LONGEST = 255;

/** A text, or a list of words as one; `none` where it is empty. */
export function text(place: Place): string {
  const shown = "v if v is string else v | join(', ') if v is iterable else v | string";
  return `{% set v = ${expression(place)} | default(none) %}{{ none if v is none else ((${shown}) or 'none')[:${LONGEST}] }}`;
}

/** `on` for that word, `off` for any other. */
export function onOrOff(place: Place): string {
  return `{% set v = ${expression(place)} | default(none) %}{{ none if v is none else 'on' if v == 'on' else 'off' }}`;
}

/** The number with its other sign. */
export function negated(place: Place): string {
  return `{% set v = ${expression(place)} | default(none) %}{{ none if v is none else 0 - v }}`;
}

/** Whether any alarm of a member stands, from the document of alarms. */
export function hasAlarm(member: string): string {
  return `{{ value_json.alarms | selectattr('member', 'eq', '${member}') | list | count > 0 }}`;
}
