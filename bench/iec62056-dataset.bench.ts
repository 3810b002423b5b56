/**
 * Readout text per second: data sets with addresses, values, units and several brackets, in pieces as they come from
 * a line, against the regular expression that a script would have over the whole text.
 *
 *     node bench/iec62056-dataset.bench.ts
 *
 * Ends with 1 below 50 MB/s.
 */
import { type DataSet, dataSetReader, dataSets } from '../src/iec62056/index.ts';
import { seeded } from '../src/simulator/random.ts';

const MEGABYTES = 16;
const ROUNDS = 11;
const WARM_UP = 4;
const PIECE = 4096;

const random = seeded(56);
const digits = (count: number): string => String(Math.floor(random() * 10 ** count)).padStart(count, '0');

/** One list as an Iskra MT382 sends it: what is in it follows the log of HA core issue 51271. */
function list(): string {
  const lines = [
    `1-0:0.9.1(${digits(6)})`,
    `1-0:0.9.2(${digits(6)})`,
    `1-0:1.7.0(${digits(3)}.${digits(3)}*kW)`,
  ];
  for (let tariff = 0; tariff <= 8; tariff++) lines.push(`1-0:1.8.${tariff}(${digits(6)}.${digits(2)}*kWh)`);
  for (let tariff = 0; tariff <= 8; tariff++) {
    lines.push(`1-0:1.6.${tariff}(${digits(3)}.${digits(3)}*kW)(${digits(10)})`);
  }
  lines.push('1-0:0.2.2(Smart001)', `0-0:96.1.1(${digits(8)})`);
  return `${lines.join('\r\n')}\r\n`;
}

let text = '';
while (text.length < MEGABYTES * 1e6) text += list();
// As it comes from a decoder: one flat text, not a tree of the pieces that it was put together from.
text = new TextDecoder('latin1').decode(new TextEncoder().encode(text));
const pieces: string[] = [];
for (let at = 0; at < text.length; at += PIECE) pieces.push(text.slice(at, at + PIECE));

let last: unknown;
const keep = (set: unknown): void => {
  last = set;
};

function ours(take: (set: DataSet) => void): number {
  let count = 0;
  const reader = dataSetReader((set) => {
    count++;
    take(set);
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return count;
}

function yardstick(take: (set: { address: string; value: string; unit: string }) => void): number {
  let count = 0;
  for (const [, address = '', value = '', unit = ''] of text.matchAll(
    /^([^(\r\n]*)\(([^*)]*)\*?([^)]*)\)/gm,
  )) {
    count++;
    take({ address, value, unit });
  }
  return count;
}

// Both must say the same, or the comparison means nothing.
const mine: DataSet[] = [];
ours((set) => mine.push(set));
let index = 0;
yardstick(({ address, value, unit }) => {
  const set = mine[index++];
  const first = set?.values[0];
  if (set?.address !== address || first?.value !== value || first.unit !== unit) {
    throw new Error(`set ${index} differs: ${address}(${value}*${unit})`);
  }
});
if (index !== mine.length || dataSets(text).length !== mine.length) throw new Error('sets were lost');
mine.length = 0;

function timed(work: (take: (set: unknown) => void) => number): number {
  const begun = performance.now();
  if (work(keep) === 0 || last === undefined) throw new Error('nothing found');
  return performance.now() - begun;
}

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
const times: Record<'ours' | 'yardstick', number[]> = { ours: [], yardstick: [] };
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  const [a, b] = [timed(ours), timed(yardstick)];
  if (round < WARM_UP) continue;
  times.ours.push(a);
  times.yardstick.push(b);
}
const rate = (name: keyof typeof times): number => text.length / 1e6 / (median(times[name]) / 1000);
console.log(
  `${(text.length / 1e6).toFixed(1)} MB of readout in pieces of ${PIECE}, median of ${ROUNDS} interleaved rounds, Node ${process.version}`,
);
console.log(`busbar, in pieces, all brackets     ${rate('ours').toFixed(0)} MB/s`);
console.log(`regular expression, first brackets  ${rate('yardstick').toFixed(0)} MB/s`);
console.log(`ratio ${(rate('ours') / rate('yardstick')).toFixed(2)}`);
process.exitCode = rate('ours') < 50 ? 1 : 0;
