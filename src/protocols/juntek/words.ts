import { type Codec, CodecError, decimal, nullAt, scaled, shifted } from '../../codec/index.ts';

/** The codecs of which every Juntek message is made. */

/** Every value is an unsigned decimal number closed by a comma. */
export const number = decimal(',');
export const tenths = scaled(number, 10);
export const hundredths = scaled(number, 100);
export const thousandths = scaled(number, 1000);
/** A limit in hundredths; 0 stands for "switched off". */
export const limit = nullAt(hundredths, 0);
/** Temperatures and calibrations are sent with 100 added. */
export const offset100 = shifted(number, 100);

/** A number that passes a test; any other means that the line is not what it claims to be. */
function believed(test: (value: number) => boolean, expected: string): Codec<number> {
  const check = (value: number, at: number): number => {
    if (test(value)) return value;
    throw new CodecError(`${value} is not ${expected}`, at);
  };
  return Object.freeze({
    decode: (from, parts) => {
      const at = from.at;
      return check(number.decode(from, parts), at);
    },
    encode: (to, value, parts) => number.encode(to, check(value, -1), parts),
    layout: { text: `(${expected})`, of: number.layout },
  } satisfies Codec<number>);
}

/** A number whose first digit is one of these: the model code tells the family by it. */
export function leadingDigit(digits: string): Codec<number> {
  return believed(
    (value) => digits.includes(String(value).charAt(0)),
    `a code that begins with ${digits.split('').join(' or ')}`,
  );
}

/** One of a few codes, kept as a number because several of them may mean the same. */
export function among(codes: readonly number[]): Codec<number> {
  return believed((value) => codes.includes(value), `one of ${codes.join(', ')}`);
}

/** A list of at least so many items: fewer mean that the line is not what it claims to be. */
export function atLeast<T>(least: number, list: Codec<T[]>): Codec<T[]> {
  const check = (items: T[], at: number): T[] => {
    if (items.length >= least) return items;
    throw new CodecError(`${items.length} items, at least ${least} are expected`, at);
  };
  return Object.freeze({
    decode: (from, parts) => {
      const at = from.at;
      return check(list.decode(from, parts), at);
    },
    encode: (to, items, parts) => list.encode(to, check(items, -1), parts),
    layout: { ...list.layout, text: `${list.layout.text}, at least ${least}` },
  } satisfies Codec<T[]>);
}
