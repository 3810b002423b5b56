import { lineOf } from './frame.ts';

/** What a module or its line can do to an answer that only this protocol can tell. */
export const STATION_FAULTS = {
  'stale-sum': 'a digit is changed under an old check sum',
  'zero-sum': 'the check sum is 0: not verified',
  'field-count': 'the last two values are missing, with a fitting check sum',
  status: 'an output status that does not exist (57), with a fitting check sum',
  'wrong-address': 'the answer comes from the next address',
  'lone-colon': 'a colon stands in front of the line',
  'no-line-end': 'the line end is lost: two lines are glued',
} as const;

/** Does what the rates ask for to an answer line. */
export function spoil(line: string, rates: ReadonlyMap<string, number>, random: () => number): string {
  const happens = (kind: keyof typeof STATION_FAULTS): boolean => {
    const rate = rates.get(kind) ?? 0;
    return rate > 0 && random() < rate;
  };
  const parts = /^(:[rw])(\d\d)=(\d+),(\d+),(.*)\r\n$/.exec(line);
  if (parts === null) return line;
  const [, start, number, address, , body] = parts;
  const build = (values: string, sum?: number, from = Number(address)): string =>
    lineOf(start === ':w' ? ':w' : ':r', Number(number), from, values, sum);
  const values = body ?? '';
  let spoilt = line;
  if (happens('field-count')) spoilt = build(values.replace(/(\d+,){2}$/, ''));
  if (happens('status') && number === '50') spoilt = build(withStatus(values, 57));
  if (happens('wrong-address')) spoilt = build(values, undefined, Number(address) + 1);
  if (happens('zero-sum')) spoilt = build(values, 0);
  if (happens('stale-sum')) spoilt = withOtherDigit(spoilt, random);
  if (happens('lone-colon')) spoilt = `:${spoilt}`;
  if (happens('no-line-end')) spoilt = spoilt.slice(0, -2);
  return spoilt;
}

/** R50's values with another output status (value 8). */
function withStatus(values: string, status: number): string {
  return values
    .split(',')
    .map((value, index) => (index === 8 ? String(status) : value))
    .join(',');
}

/** One digit of the values is another one; which one, chance says, so that two damaged answers differ. */
function withOtherDigit(line: string, random: () => number): string {
  const values = line.indexOf(',', line.indexOf(',') + 1) + 1;
  const digits = [...line.matchAll(/\d/g)].map((digit) => digit.index).filter((index) => index >= values);
  const at = digits[Math.floor(random() * digits.length)];
  if (at === undefined) return line;
  const other = (Number(line.charAt(at)) + 1 + Math.floor(random() * 9)) % 10;
  return `${line.slice(0, at)}${other}${line.slice(at + 1)}`;
}
