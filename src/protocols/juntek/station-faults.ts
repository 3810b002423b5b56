import { lineOf } from './frame.ts';

/** What a module or its line can do to an answer that only this protocol can tell. */
export const STATION_FAULTS = {
  'stale-sum': 'a digit is changed under an old check sum',
  'zero-sum': 'the check sum is 0: not verified',
  'field-count': 'one value too many, with a fitting check sum',
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
  if (happens('field-count')) spoilt = build(`${values}7,`);
  if (happens('status') && number === '50') spoilt = build(withStatus(values, 57));
  if (happens('wrong-address')) spoilt = build(values, undefined, Number(address) + 1);
  if (happens('zero-sum')) spoilt = build(values, 0);
  if (happens('stale-sum'))
    spoilt = spoilt.replace(/(\d),\r\n$/, (_, digit: string) => `${(Number(digit) + 1) % 10},\r\n`);
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
