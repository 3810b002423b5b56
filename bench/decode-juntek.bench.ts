/**
 * Measurements of a Juntek meter per second: bytes in chunks through scanner, check sum, all plausibility checks and
 * derived values, against the few lines that a script would have, which check nothing.
 *
 *     node bench/decode-juntek.bench.ts
 *
 * Ends with 1 when ours is slower.
 */
import { complete } from '../src/core/field.ts';
import { scanner } from '../src/core/framing.ts';
import type { Values } from '../src/core/snapshot.ts';
import { measuredDerived, shuntMeasured } from '../src/devices/juntek/fields.ts';
import { framing, lineOf, message } from '../src/protocols/juntek/index.ts';
import { valuesOf } from '../src/protocols/juntek/exchange.ts';
import { seeded } from '../src/simulator/random.ts';
import kg from '../src/devices/juntek/kg.ts';

const LINES = 20_000;
const ROUNDS = 61;
const WARM_UP = 10;

const random = seeded(50);
const below = (limit: number): number => Math.floor(random() * limit);

/** R50 as a KG sends it, with values over the whole range that owners see. */
function line(): string {
  const values = [
    1000 + below(5000),
    below(20_000),
    below(420_000),
    below(25_000_000),
    below(10_000_000),
    below(8_000_000),
    80 + below(80),
    0,
    0,
    below(2),
    below(10_000),
    below(30_000),
  ];
  return lineOf(':r', 50, 1, `${values.join(',')},`);
}

const text = Array.from({ length: LINES }, line).join('');
const stream = new TextEncoder().encode(text);
/** What serial drivers and converters hand over: anything from a few bytes to a few lines. */
const chunks: Uint8Array[] = [];
for (let at = 0; at < stream.length;) {
  const size = 16 + below(240);
  chunks.push(stream.slice(at, at + size));
  at += size;
}

const measured = message({
  read: 50,
  title: 'Measurements',
  period: 1,
  body: shuntMeasured,
  derived: measuredDerived,
  initial: {} as never, // only simulators start with it
});
const known = { configured: { full_capacity: 420 } };

/** Hands every reading on, as a gateway does; returns how many there were. */
function ours(take: (reading: Values) => void): number {
  const scan = scanner(framing);
  let count = 0;
  for (const chunk of chunks) {
    for (const found of scan.push(chunk)) {
      if (found.got !== 'frame') throw new Error(`a true line was refused: ${found.got}`);
      take(complete(valuesOf(found.frame, measured), measured.derived, known));
      count++;
    }
  }
  return count;
}

function yardstick(take: (reading: Record<string, number>) => void): number {
  let count = 0;
  for (const one of new TextDecoder().decode(stream).split('\r\n')) {
    if (one === '') continue;
    const v = (one.split('=')[1] ?? '').split(',').map(Number);
    const current = v[11] === 1 ? (v[3] ?? 0) / 100 : -(v[3] ?? 0) / 100;
    take({
      voltage: (v[2] ?? 0) / 100,
      current,
      power: ((v[2] ?? 0) / 100) * current,
      remaining_capacity: (v[4] ?? 0) / 1000,
      discharged_capacity: (v[5] ?? 0) / 1000,
      charged_energy: (v[6] ?? 0) / 100,
      running_time: v[7] ?? 0,
      temperature: (v[8] ?? 0) - 100,
      output: v[10] ?? 0,
      time_remaining: v[12] ?? 0,
      internal_resistance: (v[13] ?? 0) / 100,
      soc: (v[4] ?? 0) / 1000 / 4.2,
    });
    count++;
  }
  return count;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

/** The last reading, so that no compiler may leave the work out. */
let last: unknown;
const keep = (reading: unknown): void => {
  last = reading;
};

function timed(work: (take: (reading: unknown) => void) => number): number {
  const begun = performance.now();
  if (work(keep) !== LINES || last === undefined) throw new Error('lines were lost');
  return performance.now() - begun;
}

// Both must say the same, or the comparison means nothing.
const mine: Values[] = [];
const plain: Record<string, number>[] = [];
ours((reading) => mine.push(reading));
yardstick((reading) => plain.push(reading));
for (const [index, { voltage, current, power }] of plain.entries()) {
  const values = mine[index] ?? {};
  const near = Math.abs(Number(values.power) - (power ?? 0)) < 1e-5;
  if (values.voltage !== voltage || values.current !== current || !near)
    throw new Error(`line ${index} differs`);
}

const times: Record<'ours' | 'yardstick', number[]> = { ours: [], yardstick: [] };
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  const [a, b] = [timed(ours), timed(yardstick)];
  if (round < WARM_UP) continue;
  times.ours.push(a);
  times.yardstick.push(b);
}
const rate = (name: keyof typeof times): number => (LINES / median(times[name])) * 1000;
// Of neighbouring rounds, so that a machine that is busy for a while does not decide.
const ratio = median(times.yardstick.map((time, round) => time / (times.ours[round] ?? Number.NaN)));
console.log(
  `${kg.id}, ${LINES} different lines of r50, median of ${ROUNDS} interleaved rounds, Node ${process.version}`,
);
console.log(`busbar, everything checked   ${Math.round(rate('ours')).toLocaleString('en')} lines/s`);
console.log(`split and Number, unchecked  ${Math.round(rate('yardstick')).toLocaleString('en')} lines/s`);
console.log(`ratio ${ratio.toFixed(2)}`);
process.exitCode = ratio < 1 ? 1 : 0;
